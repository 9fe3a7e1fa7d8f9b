"""A course grade, desktop to desktop: published by the office without a network, read by its student, told again."""

import pytest

from desktop.core.outbox import Ask
from desktop.core.settings import Server
from desktop.grading.grade_actions import publish_grades
from desktop.grading.grade_store import GradeState, grade_entries, grade_lines, own_grades, published_grades
from desktop.grading.store import read_book
from shared.grading.ids import mark_id
from tests.walks.office import SLUG, Office, computer
from tests.walks.test_office_leave import School
from tests.walks.test_office_roll import PLAIN, first_sign_in

pytestmark = pytest.mark.slow


@pytest.fixture
def office(tmp_path, database_url):
    return Office(tmp_path / "office", database_url)


@pytest.fixture
def computers(tmp_path):
    made = {name: computer(tmp_path / name, name) for name in ("Front desk", "Laptop 3", "Lab 2, place 4")}
    yield made
    for one in made.values():
        one.close()


def lines_of(place, school):
    book = read_book(place.desk, school.cohort)
    return grade_lines(book, published_grades(place.desk, school.cohort))


def publish(place, school, reason=""):
    return publish_grades(place.desk, school.cohort, lines_of(place, school), reason)


def sync(*places):
    for place in (*places, *places):
        assert place.sync().label == "Up to date"


def told(esi):
    return [(one["result"], len(one["lines"])) for one in own_grades(esi.desk)]


def test_a_grade_reaches_its_student_and_no_other_figure_does(office, computers):
    office.init()
    server = Server(url=f"http://127.0.0.1:{office.port}", organisation=SLUG)
    with office.serving(*PLAIN) as serving:
        assert serving.told["address"] == server.url
        front, laptop, lab = computers.values()
        desk = front.sign_in(server, "efua")
        school = School(desk)
        sync(desk)
        ama = first_sign_in(laptop, server, desk, school.ama, "ama")
        esi = first_sign_in(lab, server, desk, school.esi, "s-0001")
        sync(ama)
        work = _mark(ama, school)
        sync(ama, esi, desk)
    # No network: the office publishes what it sees, and the student's computer knows nothing of it.
    assert publish(desk, school) == 1
    assert [one.state for one in lines_of(desk, school)] == [GradeState.PUBLISHED, GradeState.NONE]
    assert told(esi) == []
    with office.serving(*PLAIN) as serving:
        assert serving.told["address"] == server.url
        sync(desk, esi, ama)
        assert told(esi) == [("80.0", 1)]
        assert published_grades(ama.desk, school.cohort)[school.enrolments[0]].result == "80.0"
        _correct(desk, school, work)
        sync(desk, esi)
        assert lines_of(desk, school)[0].state is GradeState.CHANGED
        assert told(esi) == [("80.0", 1)]
        assert publish(desk, school, "Counted twice") == 1
        sync(desk, esi)
    assert told(esi) == [("90.0", 1)]
    steps = [(one["result"], one["reason"]) for one in grade_entries(esi.desk, school.enrolments[0])]
    assert steps == [("90.0", "Counted twice"), ("80.0", "")]
    for place in (desk, ama, esi):
        place.close()


def _mark(ama, school):
    """Ama sets work, marks Esi's, and publishes the mark."""
    work, enrolment = ama.desk.ids(), school.enrolments[0]
    payload = {"cohort_id": school.cohort, "title": "Portraits", "work_kind": "paper", "points": "50", "state": "open"}
    ids, target = {"assignment_id": work, "enrolment_id": enrolment}, mark_id(work, enrolment)
    ama.desk.commit([Ask("AddAssignment", work, payload)])
    (marked,) = ama.desk.commit([Ask("RecordMark", target, {**ids, "score": "40"})])
    ama.desk.commit([Ask("ReleaseMarks", target, {"assignment_id": work}, marked.id)])
    return work


def _correct(desk, school, work):
    target = mark_id(work, school.enrolments[0])
    ids = {"assignment_id": work, "enrolment_id": school.enrolments[0]}
    base = desk.desk.store.get("mark", target)["revision"]
    desk.desk.commit([Ask("CorrectMark", target, {**ids, "score": "45", "reason": "Counted twice"}, base)])
