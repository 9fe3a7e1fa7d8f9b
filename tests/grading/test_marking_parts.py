"""Second marking in the workbench: one's own part, the other's only when both are done, the moderator's two columns."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.grading import marking_actions
from desktop.grading.actions import Marking, Wanted
from desktop.grading.assignment_markers import MarkersCheck
from desktop.grading.marking_line import Standing
from desktop.grading.marking_parts_view import PartsView
from desktop.grading.marking_queue import queue_rows
from desktop.grading.store import read_book
from desktop.grading.words import cell_words
from shared.core.errors import CampusError
from shared.grading.ids import mark_id
from shared.grading.part_rules import part_id
from shared.grading.vocabulary import MarkStatus
from tests.grading.marking_rows import COHORT, INSTRUCTOR, WORK, given, handed_in, open_class
from tests.grading.marking_screen import AMINA, DALIA, ELIF, kept_mark, press, shown_words, waiting_commands

MODERATOR = INSTRUCTOR.model_copy(
    update={
        "person_id": "01a1f7f8-3000-7672-874a-0000000000aa",
        "name": "Grace Kimani",
        "permissions": INSTRUCTOR.permissions | {"marks.moderate", "marks.correct", "core.see_all"},
    }
)
KOFI = "01a1f7f8-3000-7672-874a-0000000000bb"


def part(who, by, score, *, number="", known=False, finished=True, **more):
    """What one of two gave."""
    key = part_id(WORK, who, by)
    body = {
        "id": key,
        "revision": key,
        "mark_id": mark_id(WORK, who),
        "assignment_id": WORK,
        "cohort_id": COHORT,
        "enrolment_id": who,
        "submission_id": None,
        "status": "marked",
        "score": score,
        "levels": [],
        "feedback": "",
        "finished": finished,
        "part": number,
        "open": known,
        "by_id": by,
        "by_name": INSTRUCTOR.name if by == INSTRUCTOR.person_id else "Kofi Boateng",
        "at": "2026-11-18T09:00:00.000Z",
        **more,
    }
    return "mark_part", body


def both(who=DALIA):
    first = [given(0, 2, "30"), given(1, 2, "25"), given(2, 1, "14"), given(3, 1, "11")]
    second = [given(0, 3, "38"), given(1, 2, "25"), given(2, 1, "14"), {**given(3, 1, "11"), "note": "Tidy"}]
    return [
        part(who, INSTRUCTOR.person_id, "80", number="first", known=True, levels=first, feedback="Good."),
        part(who, KOFI, "88", number="second", known=True, levels=second, feedback="Very good."),
    ]


def two(*more):
    """The class whose work two mark; nobody has an agreed mark."""
    rows = [row for row in handed_in(markers=2) if row[0] != "mark"]
    return [*rows, *more]


def test_points_are_saved_as_ones_own_part(bench):
    page = bench(rows=two(), enrolment=DALIA)
    assert "Two mark this work. You see the other mark once both are finished." in shown_words(page)
    for key in (Qt.Key.Key_3, Qt.Key.Key_3, Qt.Key.Key_2, Qt.Key.Key_2):
        press(page, key)
    page.finish()
    kinds = {kind for kind, _ in waiting_commands(page)}
    assert kinds == {"RecordMarkPart"}
    own = page.here.store.get("mark_part", part_id(WORK, DALIA, INSTRUCTOR.person_id))
    assert (own["finished"], own["by_id"]) == (True, INSTRUCTOR.person_id)
    assert kept_mark(page, DALIA) is None
    assert page.bench.line(DALIA).standing is Standing.GRADED
    page.open_student(DALIA)
    assert "Yours is in. You see the other mark once both are finished." in shown_words(page)
    assert page.panel.total.points_value.text().startswith(own["score"])
    page.undo()
    assert page.bench.line(DALIA).standing is Standing.DRAFT


def test_the_others_mark_stays_hidden_until_both_are_done(bench):
    hidden = part(DALIA, KOFI, "88", number="first")
    page = bench(rows=two(hidden))
    assert page.findChildren(PartsView) == []
    assert page.bench.line(DALIA).standing is Standing.NEW
    other = bench(rows=two(*both()))
    other.open_student(DALIA)
    words = shown_words(other)
    assert "Both have finished. A moderator sets the agreed mark." in words
    assert "Kofi Boateng" in words
    (view,) = other.findChildren(PartsView)
    assert view.buttons == []


def test_missing_is_said_of_the_mark_itself_and_taken_back(bench):
    page = bench(rows=two(), enrolment=DALIA)
    page.panel.status_asked.emit("missing")
    assert kept_mark(page, DALIA)["status"] == "missing"
    assert page.bench.line(DALIA).standing is Standing.MISSING
    page.undo()
    assert kept_mark(page, DALIA)["status"] == "none"
    page.panel.status_asked.emit("missing")
    for key in (Qt.Key.Key_3, Qt.Key.Key_3, Qt.Key.Key_2, Qt.Key.Key_2):
        press(page, key)
    assert [kind for kind, _ in waiting_commands(page)][-2:] == ["RecordMarkPart", "RecordMarkPart"]
    assert kept_mark(page, DALIA)["status"] == "none"


def test_once_both_are_done_nothing_changes(bench):
    page = bench(rows=two(*both()))
    line = page.bench.line(DALIA)
    judgement = {"status": "marked", "score": "50", "levels": [], "feedback": "", "finished": True}
    with pytest.raises(CampusError) as told:
        marking_actions.save_mark(page.here.desk, page.bench, line, judgement)
    assert told.value.code == "parts_known"
    assert waiting_commands(page) == []


def test_the_agreed_mark_is_shown_and_only_moderators_change_it(bench):
    rows = [row for row in handed_in(markers=2) if row[0] != "mark"]
    mark = next(body for kind, body in handed_in() if kind == "mark" and body["enrolment_id"] == AMINA)
    page = bench(rows=[*rows, ("mark", mark)])
    page.open_student(AMINA)
    judgement = {"status": "marked", "score": "50", "levels": [], "feedback": "", "finished": True}
    with pytest.raises(CampusError) as told:
        marking_actions.save_mark(page.here.desk, page.bench, page.bench.line(AMINA), judgement)
    assert told.value.code in ("mark_agreed", "rubric_none")


def test_a_moderator_sees_both_side_by_side_and_agrees(bench):
    half = part(ELIF, KOFI, "70", number="first")
    page = bench(actor=MODERATOR, rows=two(half, *both()))
    assert page.judging.line.id == DALIA
    assert page.bench.line(DALIA).standing is Standing.AGREE
    assert page.bench.line(ELIF).standing is Standing.HALF
    (view,) = page.findChildren(PartsView)
    words = shown_words(page)
    for one in ("First marker", "Second marker", "38 Very good", "30 Good", "Figures are correct, different", "Tidy"):
        assert one in words.replace("\n", " ")
    assert "Sources and assumptions, different" not in words
    QTest.mouseClick(view.buttons[1], Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    assert kept_mark(page, DALIA)["score"] == "88"
    assert page.panel.feedback.field.toPlainText() == "Very good."
    page.finish()
    kept = kept_mark(page, DALIA)
    assert (kept["score"], kept["finished"]) == ("88", True)
    assert {kind for kind, _ in waiting_commands(page)} == {"RecordMark"}
    assert page.bench.line(DALIA).standing is Standing.GRADED
    page.open_student(ELIF)
    assert "One of two has finished." in shown_words(page)
    assert page.bench.line(AMINA).standing is Standing.HALF
    assert page.list.filter._buttons["open"].text() == "To grade 0"


def test_a_note_on_a_criterion_is_written_changed_and_saved(bench):
    page = bench()
    box = page.panel.rubric.boxes[0]
    assert not box.note.isVisible()
    page.panel.rubric.write_note()
    assert not box.note.editing
    press(page, Qt.Key.Key_3)
    page.panel.rubric.focus_on(0)
    press(page, Qt.Key.Key_N)
    assert box.note.field.hasFocus()
    QTest.keyClicks(box.note.field, "Check line 12")
    QTest.keyClick(box.note.field, Qt.Key.Key_Return)
    assert box.note.words.words.text() == "Check line 12"
    assert kept_mark(page, DALIA)["levels"][0]["note"] == "Check line 12"
    QTest.mouseClick(box.note.button, Qt.MouseButton.LeftButton)
    QTest.keyClicks(box.note.field, " and 14")
    QTest.keyClick(box.note.field, Qt.Key.Key_Escape)
    assert kept_mark(page, DALIA)["levels"][0]["note"] == "Check line 12"
    box.note.edit()
    box.note.field.clear()
    page.panel.flush()
    assert kept_mark(page, DALIA)["levels"][0]["note"] == ""
    box.note.edit()
    assert box.note.field.maxLength() == 1000
    QTest.keyClicks(box.note.field, "Kept when going on")
    page.step(1)
    assert kept_mark(page, DALIA)["levels"][0]["note"] == "Kept when going on"


def test_the_gradebook_says_how_many_have_judged(tmp_path, plain_look):
    rows = two(part(ELIF, INSTRUCTOR.person_id, "70", number="first"), *both(), part(AMINA, KOFI, "1", finished=False))
    here = open_class(tmp_path, INSTRUCTOR, rows, files=())
    book = read_book(here.desk, COHORT)
    (column,) = book.columns
    words = {who: cell_words(book, column, book.cell(who, WORK)) for who in (ELIF, DALIA, AMINA)}
    assert words == {ELIF: "1 of 2", DALIA: "2 of 2", AMINA: ""}
    marking = Marking(here.desk, COHORT)
    with pytest.raises(CampusError) as told:
        marking.set_cells([Wanted(ELIF, WORK, MarkStatus.MARKED, "50")])
    assert told.value.code == "needs_moderator"
    assert marking.set_cells([Wanted(AMINA, WORK, MarkStatus.MISSING)])
    here.close()


def test_the_queue_counts_what_waits_for_each(tmp_path, plain_look):
    rows = two(part(ELIF, INSTRUCTOR.person_id, "70", number="first"), *both())
    counted = {}
    for actor in (INSTRUCTOR, MODERATOR):
        here = open_class(tmp_path / actor.name, actor, rows, files=())
        counted[actor.name] = [row.waiting for row in queue_rows(here.desk)]
        here.close()
    assert counted == {INSTRUCTOR.name: [14], MODERATOR.name: [1]}


def test_the_form_says_who_marks(qtbot, plain_look):
    box = MarkersCheck({"markers": 2})
    qtbot.addWidget(box)
    box.show_for("paper", grouped=False)
    assert box.values() == {"markers": 2}
    box.show_for("paper", grouped=True)
    assert box.values() == {"markers": 1}
    box.show_for("manual", grouped=False)
    assert box.values() == {"markers": 1}
