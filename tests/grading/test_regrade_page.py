"""A student asks about a mark on the own page, without a network; whoever marks answers in the workbench."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.grading.marking_line import Standing
from desktop.grading.regrade_actions import answer, ask_again, own_enrolment
from desktop.grading.regrade_view import QuestionCard, asked_lines
from desktop.grading.words_dialog import WordsDialog
from desktop.widgets.buttons import Button
from shared.core.errors import CampusError
from shared.core.ids import derived_id
from shared.grading.ids import mark_id
from tests.attendance.classes import STRANGER
from tests.grading.book_rows import hand_in, mark
from tests.grading.marking_rows import COHORT, WORK, enrolment_id, handed_in, person_id
from tests.grading.marking_screen import AMINA, press, shown_words, waiting_commands
from tests.grading.test_work_page import ESSAY, essay, page_of

__all__ = ["page_of"]
ELIF = enrolment_id("Elif Demir")
RELEASED = "2026-11-19T09:00:00.000Z"


def question(work, who, words="Page 3 wasn't counted", **more):
    """A request as the server sends it."""
    key = derived_id("regrade", work, who, words)
    body = {
        "id": key,
        "revision": key,
        "mark_id": mark_id(work, enrolment_id(who)),
        "assignment_id": work,
        "cohort_id": COHORT,
        "enrolment_id": enrolment_id(who),
        "person_id": person_id(who),
        "reason": words,
        "asked_at": "2026-11-19T10:00:00.000Z",
        "state": "open",
        "outcome": "",
        "answer": "",
        "answered_by": "",
        "answered_by_name": "",
        "answered_at": None,
        **more,
    }
    return "regrade", body


def answered(work, who, outcome="kept", words="It was counted"):
    """The same with an answer."""
    told = {"state": "answered", "outcome": outcome, "answer": words, "answered_by_name": "Lucia Ortiz"}
    return question(work, who, f"Why {outcome}", answered_at="2026-11-19T11:00:00.000Z", **told)


def dialog(page):
    return WordsDialog.opened_in(page.window())


def test_a_student_asks_and_the_command_waits_for_the_network(page_of, qtbot):
    page = page_of(essay(), hand_in("Essay", "Elif Demir", RELEASED), mark("Essay", "Elif Demir", "60"))
    (card,) = page.findChildren(QuestionCard)
    assert card.isVisible()
    QTest.mouseClick(card.button, Qt.MouseButton.LeftButton)
    asking = dialog(page)
    asking.send()
    assert asking.field.error == "Say what should be looked at again."
    asking.words.setPlainText("x" * 2001)
    ask = next(one for one in asking.findChildren(Button) if one.text() == "Ask")
    QTest.mouseClick(ask, Qt.MouseButton.LeftButton)
    assert page.made.desk.store.children("regrade", mark_id(ESSAY, ELIF)) == [], "nothing of it is cut"
    assert "At most 2,000 are kept" in asking.field.error
    asking.words.setPlainText("Page 3 wasn't counted")
    QTest.mouseClick(ask, Qt.MouseButton.LeftButton)
    (request,) = page.made.desk.store.children("regrade", mark_id(ESSAY, ELIF))
    assert (request["reason"], request["state"]) == ("Page 3 wasn't counted", "open")
    qtbot.waitUntil(lambda: not card.button.isVisible())
    assert "Waits for an answer." in shown_words(page)
    with pytest.raises(CampusError) as told:
        ask_again(page.made.desk, *_own(page), "Once more")
    assert told.value.code == "regrade_waits"


def _own(page):
    assignment, enrolment = own_enrolment(page.made.desk, ESSAY)
    return assignment["id"], enrolment


@pytest.mark.parametrize("rows", [(), (mark("Essay", "Elif Demir", "60", released_at=None),)])
def test_before_the_mark_is_out_there_is_nothing_to_ask(page_of, rows):
    page = page_of(essay(), *rows)
    (card,) = page.findChildren(QuestionCard)
    assert not card.isVisible()


def test_answers_are_read_where_the_work_is(page_of):
    rows = (answered(ESSAY, "Elif Demir"), answered(ESSAY, "Elif Demir", "changed", "Page 3 counts"))
    page = page_of(essay(), mark("Essay", "Elif Demir", "60"), *rows)
    words = shown_words(page)
    assert "the mark stays. It was counted" in words
    assert "the mark was changed. Page 3 counts" in words
    assert [figure for _, figure, _ in asked_lines(page.made.desk, ESSAY)] == ["", ""]
    (card,) = page.findChildren(QuestionCard)
    assert card.button.isVisible()


def test_whoever_marks_sees_the_question_first_and_answers(bench, qtbot):
    rows = [row for row in handed_in() if row[0] != "mark" or row[1]["enrolment_id"] != AMINA]
    mine = next(body for kind, body in handed_in() if kind == "mark" and body["enrolment_id"] == AMINA)
    page = bench(rows=[*rows, ("mark", {**mine, "released_at": RELEASED}), question(WORK, "Amina Yusuf")])
    assert page.judging.line.id == AMINA
    assert page.bench.line(AMINA).standing is Standing.ASKED
    assert "Amina asks about this mark: Page 3 wasn't counted" in shown_words(page)
    keep = next(one for one in page.panel.content.findChildren(type(page.panel.draft)) if one.text() == "Keep the mark")
    QTest.mouseClick(keep, Qt.MouseButton.LeftButton)
    answering = dialog(page)
    answering.send()
    assert answering.field.error == "Say why the mark stays as it is."
    answering.words.setPlainText("It was counted, see line 12")
    answering.send()
    assert [kind for kind, _ in waiting_commands(page)] == ["AnswerRegrade"]
    qtbot.waitUntil(lambda: page.bench.line(AMINA).standing is Standing.PUBLISHED)
    assert "asks about this mark" not in shown_words(page)
    press(page, Qt.Key.Key_Down)


def test_who_may_not_answer_is_told(bench):
    page = bench(actor=STRANGER, rows=[*handed_in(), question(WORK, "Amina Yusuf")])
    with pytest.raises(CampusError) as told:
        answer(page.here.desk, question(WORK, "Amina Yusuf")[1], "No")
    assert told.value.code == "not_allowed"
