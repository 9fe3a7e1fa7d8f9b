"""Works that are alike, on the workbench: compared, flagged, side by side, and never judged."""

import hashlib

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from desktop.grading import similarity_row
from desktop.grading.similarity_dialog import SimilarityDialog
from desktop.grading.similarity_texts import text_of
from desktop.widgets.background import wait_for_background
from desktop.widgets.dialog import Dialog
from shared.core.errors import CampusError
from tests.grading.book_rows import work
from tests.grading.marking_rows import FILES, TITLE, open_class, school, submission
from tests.grading.marking_screen import shown_words
from tests.grading.sample_files import docx, odt, pdf, png
from tests.grading.test_similarity_rules import COPIED, own

STUDENTS = ("Amina Yusuf", "Baraka Otieno", "Chen Wei", "Dalia Haddad", "Elif Demir")
QUIET = "😀 " + own(11, 40)
ANSWERS = {
    "Amina Yusuf": f"{QUIET}\r\n\r\n{COPIED}. {own(12, 20)}",
    "Baraka Otieno": own(13, 60),
    "Chen Wei": f"{own(14, 30)} {COPIED.upper()}",
    "Elif Demir": own(16, 60),
}
AT = "2026-11-10T09:00:00.000Z"


def rows(*, files=None, answers=None, more=None, **assignment):
    made = [
        *school(STUDENTS, history=0),
        work(TITLE, work_kind="handed_in", takes=["file", "text"], due_at=AT, **assignment),
    ]
    for name in STUDENTS:
        words, names = (ANSWERS if answers is None else answers).get(name, ""), (files or {}).get(name, ())
        if words or names:
            made.append(submission(name, AT, *names, text=words, **(more or {}).get(name, {})))
    return made


@pytest.fixture
def compared(bench, qtbot):
    """`compared(rows)` shows the workbench after comparing."""

    def show(given=None, **words):
        page = bench(rows=rows() if given is None else given, **words)
        assert page.alike.begin.isVisible()
        QTest.mouseClick(page.alike.begin, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: not page.alike.running)
        assert page.alike.compared is not None
        return page

    return show


def opened(page):
    dialog = Dialog.opened_in(page)
    assert isinstance(dialog, SimilarityDialog)
    return dialog


def marked(side):
    return [one.cursor.selectedText() for one in side.words.extraSelections()]


def flagged(page):
    model = page.list.model
    return [line.name for line in model.lines if "alike" in model.data(model.index(model.lines.index(line)), 11)]


def test_alike_works_get_a_flag_and_stand_side_by_side(compared):
    page = compared()
    assert page.alike.found.text() == "1 pair is alike"
    assert flagged(page) == ["Amina Yusuf", "Chen Wei"]
    QTest.mouseClick(page.alike.found, Qt.MouseButton.LeftButton)
    dialog = opened(page)
    assert [row.content.title for row in dialog.pairs.rows] == ["Amina Yusuf · Chen Wei"]
    assert marked(dialog.left) == [COPIED]
    assert marked(dialog.right) == [COPIED.upper()]
    assert dialog.left.words.isReadOnly()
    assert dialog.passage.text() == "Passage 1 of 1, 16 words"
    assert "Alike isn't copied" in shown_words(page)


def test_the_open_work_tells_it_above_the_rubric(compared, qtbot):
    page = compared(enrolment="")
    page.open_student(page.bench.lines[2].id)
    assert "Parts are alike with the work of Amina Yusuf" in shown_words(page)
    links = page.panel.findChildren(QPushButton)
    (button,) = [one for one in links if one.text() == "Side by side" and one.isVisible()]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    dialog = opened(page)
    dialog.left.opened.emit()
    assert page.judging.line.name == "Amina Yusuf"
    assert Dialog.opened_in(page) is None
    page.open_student(page.bench.lines[1].id)
    assert "alike" not in shown_words(page.panel)


def test_a_higher_threshold_takes_flags_away(compared):
    page = compared()
    page.alike.show_found()
    dialog = opened(page)
    dialog.threshold.setText("90")
    dialog.threshold.editingFinished.emit()
    assert dialog.nothing.isVisible()
    assert page.alike.found.text() == "No pair is alike"
    assert flagged(page) == []
    dialog.threshold.setText("30 %")
    dialog.threshold.editingFinished.emit()
    assert [row.content.detail for row in dialog.pairs.rows] == ["21% and 34%, 1 passage"]
    assert page.alike.threshold == 30


def test_passages_are_gone_through_by_keys(compared):
    second = own(77, 20)
    answers = {"Amina Yusuf": f"{COPIED} {own(1, 9)} {second}", "Chen Wei": f"{second} {own(2, 9)} {COPIED}"}
    page = compared(rows(answers=answers))
    page.alike.show_found()
    dialog = opened(page)
    assert marked(dialog.left)[-1] == COPIED
    QTest.keyClick(dialog, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert marked(dialog.left)[-1] == second
    assert marked(dialog.right)[-1] == second
    assert not dialog.after.isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert dialog.at == 1
    QTest.keyClick(dialog, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert dialog.at == 0


def test_the_same_file_is_told_even_where_it_has_no_words(compared):
    files = {"Amina Yusuf": ("shop.png",), "Elif Demir": ("shop.png",), "Chen Wei": ("talk.wav",)}
    page = compared(rows(files=files, answers={}))
    page.alike.show_found()
    dialog = opened(page)
    assert [row.content.detail for row in dialog.pairs.rows] == ["The same file: shop.png"]
    assert dialog.passage.text() == "The same file: shop.png"
    assert "3 works compared · 3 files have no words to compare" in shown_words(page)


def test_pdf_and_documents_are_read_and_what_isnt_here_is_counted(compared, monkeypatch):
    monkeypatch.setitem(FILES, "elsewhere.pdf", pdf(1, title=COPIED))
    files = dict.fromkeys(STUDENTS[:1], ("cash-flow-plan.pdf",)) | {"Chen Wei": ("long.pdf", "elsewhere.pdf")}

    def without(folder, actor, given):
        return open_class(folder, actor, given, files=[one for one in FILES if one != "elsewhere.pdf"])

    monkeypatch.setattr("tests.grading.conftest.open_class", without)
    page = compared(rows(files=files, answers={}))
    assert page.alike.found.text() == "1 pair is alike"
    page.alike.show_found()
    assert "2 works compared · 1 file isn't here" in shown_words(page)
    assert opened(page).shown.pair.most == 99


def test_what_was_given_with_the_work_does_not_count(compared):
    given = rows(instructions=f"Explain this: {COPIED}")
    assert compared(given).alike.found.text() == "No pair is alike"


def test_a_file_given_with_the_work_does_not_count(compared):
    content = FILES["shop.png"]
    attachment = {"sha256": hashlib.sha256(content).hexdigest(), "name": "shop.png", "bytes": len(content), "type": ""}
    files = {"Amina Yusuf": ("shop.png",), "Elif Demir": ("shop.png",)}
    page = compared(rows(files=files, answers={}, attachments=[attachment]))
    assert page.alike.found.text() == "No pair is alike"


def test_members_of_a_group_are_not_compared(compared):
    more = {name: {"group_id": "one"} for name in ("Amina Yusuf", "Chen Wei")}
    assert compared(rows(more=more)).alike.found.text() == "No pair is alike"


def test_anonymous_work_stays_so(compared):
    page = compared(rows(anonymous=True))
    page.alike.show_found()
    (row,) = opened(page).pairs.rows
    assert "Amina" not in shown_words(page)
    assert row.content.title.startswith("Student ")


def test_another_attempt_has_no_flag_until_it_is_compared(compared):
    page = compared()
    later = submission("Chen Wei", "2026-11-10T10:00:00.000Z", attempt=2, text="Quite another answer")
    page.here.feed.bring([later])
    page.load()
    assert flagged(page) == ["Amina Yusuf"]


def test_it_can_be_stopped(bench, qtbot, monkeypatch):
    def endless(_works, _given, step):
        while True:
            step(1, 9)

    monkeypatch.setattr(similarity_row, "compare_class", endless)
    page = bench(rows=rows())
    page.alike.start()
    page.alike.start()
    assert page.alike.progress.isVisible()
    QTest.mouseClick(page.alike.progress.stop_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.alike.running)
    assert page.alike.begin.isVisible()
    assert "Stopped. Nothing was compared." in shown_words(page)


def test_the_keyboard_stays_at_the_rubric(bench, qtbot):
    page = bench(enrolment="")
    page.alike.start()
    qtbot.waitUntil(lambda: not page.alike.running)
    assert page.panel.isAncestorOf(page.focusWidget())


def test_one_work_alone_is_not_compared(bench):
    page = bench(rows=rows(answers={"Amina Yusuf": "Alone"}))
    assert not page.alike.isVisible()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.txt", "Café au lait".encode("utf-16"), "Café au lait"),
        ("a.py", b"print('x')\r\n# y", "print('x')\n# y"),
        ("a.docx", docx(), "Stock & sales\nMost customers pay in cash\n<script>\nRice\nOpening 85.0"),
        ("a.odt", odt(), "Stock\nRice and beans & oil\nOne\nTwo\nA1"),
        ("a.png", png(), None),
        ("a.pdf", pdf(1)[:300] + b"%%EOF", None),
        ("a.pdf", pdf(1, password="secret"), None),
    ],
)
def test_words_of_files(qapp, name, content, words):
    found = text_of(name, content)
    assert found == words


def test_words_of_a_pdf(qapp):
    assert "Page 2 of 2" in text_of("a.pdf", pdf(2))


def test_a_file_that_lies_is_not_read(qapp):
    with pytest.raises(CampusError):
        text_of("a.docx", png())


def test_leaving_the_page_ends_it(bench, qtbot):
    page = bench(rows=rows())
    halt = page.alike._halt
    page.alike.start()
    page.alike.deleteLater()
    qtbot.waitUntil(halt.is_set)
    wait_for_background()
