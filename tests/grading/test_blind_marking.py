"""Marking without names: on the server, in the gradebook and in the workbench, until a mark is released."""

import orjson
import pytest

from desktop.grading.actions import Marking, Wanted, publish
from desktop.grading.lines import LINES
from desktop.grading.marking_files import neutral_name
from desktop.grading.store import read_book
from server.grading.gradebook import read_book as read_on_server
from server.grading.gradebook import without_names
from server.grading.routes import gradebook_bytes
from server.grading.student_grade import student_grade
from shared.core.errors import CampusError
from shared.grading.blind_rules import is_blind, knows_names, names_fault
from shared.grading.vocabulary import MarkStatus
from shared.people.vocabulary import Role
from tests.desks import make_actor
from tests.grading.book_rows import COHORT, enrolment_id, mark, open_book, work_id
from tests.grading.classroom import Classroom, classroom
from tests.grading.marking_rows import INSTRUCTOR, STUDENTS, TITLE, handed_in
from tests.grading.marking_screen import shown_words
from tests.grading.work_rows import command

__all__ = ["classroom"]

REGISTRAR = make_actor("0198c0de-0000-7000-8000-00000000aaaa", "Efua Adjei", Role.REGISTRAR)
SEEN = "2026-11-19T09:00:00.000Z"


def test_work_is_blind_until_its_mark_is_released():
    assert is_blind({"anonymous": True}, None)
    assert is_blind({"anonymous": True}, {"released_at": None})
    assert not is_blind({"anonymous": True}, {"released_at": SEEN})
    assert not is_blind({"anonymous": False}, None)
    assert not is_blind({}, None)


def test_the_office_alone_shows_names_once_something_is_handed_in():
    hidden, open_ = {"anonymous": True}, {"anonymous": False}
    assert knows_names(REGISTRAR)
    assert not knows_names(INSTRUCTOR)
    assert names_fault(INSTRUCTOR, hidden, open_, handed_in=True).code == "names_hidden"
    assert names_fault(INSTRUCTOR, hidden, open_, handed_in=False) is None
    assert names_fault(REGISTRAR, hidden, open_, handed_in=True) is None
    assert names_fault(INSTRUCTOR, open_, hidden, handed_in=True) is None
    assert names_fault(INSTRUCTOR, hidden, hidden, handed_in=True) is None


def test_an_instructor_can_not_lift_it_and_the_registrar_can(classroom: Classroom) -> None:
    work = classroom.work(anonymous=True)
    assert classroom.change(work, anonymous=False).verdict == "applied"
    assert classroom.change(work, anonymous=True).verdict == "applied"
    classroom.hand_in(work)
    told = classroom.change(work, anonymous=False)
    assert (told.verdict, told.code) == ("rejected", "names_hidden")
    assert classroom.change(work, by=classroom.institute.devices["registrar"], anonymous=False).verdict == "applied"


def test_a_disagreement_about_work_without_names_names_nobody(classroom: Classroom) -> None:
    work = classroom.work(anonymous=True)
    classroom.mark(work, "40")
    told = classroom.mark(work, "30", by=classroom.kofi, base=None)
    entry = classroom.entry("conflict", told.conflict_id or "")
    assert entry is not None
    assert entry["body"]["title"] == "A student, Portraits"
    told_all = orjson.dumps(entry).decode()
    assert "Esi" not in told_all
    assert classroom.institute.enrolments[0] not in told_all
    side = entry["body"]["sides"][1]["command_id"]
    assert classroom.settle(told, side).verdict == "applied"
    assert classroom.mark_of(work)["score"] == "30"


def test_the_gradebook_says_nothing_of_it_to_those_who_mark(classroom: Classroom) -> None:
    work = classroom.work(anonymous=True)
    plain = classroom.work(title="Open")
    for at in (0, 1):
        classroom.mark(work, "40", at=at)
        classroom.mark(plain, "25", at=at)
    classroom.mark(work, "10", at=2, finished=False)
    classroom.release(work, 1)
    organisation, cohort = classroom.institute.devices["registrar"].actor.organisation_id, classroom.cohort_id
    with classroom.institute.parts.database.read() as db:
        office = orjson.loads(gradebook_bytes(db, organisation, cohort))["data"]
        marker = orjson.loads(gradebook_bytes(db, organisation, cohort, names=False))["data"]
        own = student_grade(
            db, organisation, cohort, classroom.institute.enrolments[0], released_only=False, names=False
        )
        book = read_on_server(db, organisation, cohort)
    assert own is not None
    assert book is not None
    place = next(at for at, one in enumerate(office["columns"]) if one["id"] == work)
    column = [row[place] for row in marker["cells"]]
    assert column.count(4000) == 1
    assert [row[place] for row in office["cells"]].count(4000) == 2
    assert marker["drafts"] == []
    assert len(office["drafts"]) == 1
    assert next(one for one in own["work"] if one["assignment_id"] == work)["status"] == "none"
    assert without_names(book).drafts == []


@pytest.fixture
def books(tmp_path):
    opened = []

    def open_for(actor):
        rows = handed_in(anonymous=True)
        rows.append(mark(TITLE, "Elif Demir", "70", released_at=SEEN))
        here = open_book(tmp_path / str(len(opened)), actor, rows)
        opened.append(here)
        return here

    yield open_for
    for one in opened:
        one.close()


def test_the_desktop_gradebook_hides_what_is_not_released(books):
    here = books(INSTRUCTOR)
    book, work = read_book(here.desk, COHORT), work_id(TITLE)
    assert book.cell(enrolment_id("Amina Yusuf"), work).status is MarkStatus.NONE
    assert book.cell(enrolment_id("Elif Demir"), work).score == 7000
    assert len(book.waiting_to_show(work)) == 3
    office = read_book(books(REGISTRAR).desk, COHORT)
    assert office.cell(enrolment_id("Amina Yusuf"), work).score == 8400


def test_the_sync_page_does_not_say_whose_work_it_is(books):
    here = books(INSTRUCTOR)
    marks = [{"enrolment_id": enrolment_id("Dalia Haddad"), "status": "marked", "score": "50"}]
    for kind, more in (("RecordMark", {"score": "50"}), ("SetMarks", {"marks": marks})):
        payload = {"assignment_id": work_id(TITLE), "enrolment_id": enrolment_id("Dalia Haddad"), **more}
        words = LINES[kind](command(kind, work_id(TITLE), payload), here.store.get)
        assert words == f"Gave a student 50 for {TITLE}"
    seen = {"assignment_id": work_id(TITLE), "enrolment_id": enrolment_id("Elif Demir"), "score": "70"}
    assert LINES["RecordMark"](command("RecordMark", work_id(TITLE), seen), here.store.get).startswith("Gave Elif")


def test_nothing_is_typed_beside_a_name(books):
    here = books(INSTRUCTOR)
    marking = Marking(here.desk, COHORT)
    with pytest.raises(CampusError) as refused:
        marking.set_cells([Wanted(enrolment_id("Dalia Haddad"), work_id(TITLE), MarkStatus.MARKED, "50")])
    assert refused.value.code == "marked_without_names"
    assert here.store.next_request().commands == ()


def test_marks_without_names_are_published_and_have_names_then(books):
    here = books(INSTRUCTOR)
    assert publish(here.desk, read_book(here.desk, COHORT), work_id(TITLE)) == 3
    book = read_book(here.desk, COHORT)
    assert book.cell(enrolment_id("Amina Yusuf"), work_id(TITLE)).score == 8400


def test_the_workbench_shows_numbers_in_an_order_that_tells_nothing(bench):
    rows = [*handed_in(anonymous=True), mark(TITLE, "Elif Demir", "70", released_at=SEEN)]
    page = bench(rows=rows)
    lines = page.bench.lines
    assert [one.name for one in lines if not one.hidden] == ["Elif Demir"]
    assert sum(one.name.startswith("Student ") for one in lines) == len(STUDENTS) - 1
    assert [one.id for one in lines] != [enrolment_id(name) for name in STUDENTS]
    again = bench(rows=rows)
    assert [one.id for one in again.bench.lines] == [one.id for one in lines]
    assert not any(name in shown_words(page) for name in STUDENTS if name != "Elif Demir")
    names = [one.name for one in page.preview.files] if hasattr(page.preview, "files") else []
    assert "cash-flow-plan.pdf" not in names


def test_files_of_work_without_names_keep_only_their_ending():
    assert neutral_name({"name": "Amina Yusuf.final.PDF"}, 2) == "File 2.pdf"
    assert neutral_name({"name": "amina"}, 1) == "File 1"
