"""The figures of a person: what counts, halves rounded up, and the same over HTTP for those who may read them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.grading.person_figures import person_figures
from tests.grading.test_grading_routes import School
from tests.serving import TestServer, server_settings

ENROLMENTS = [{"id": "a", "state": "active"}, {"id": "b", "state": "completed"}, {"id": "c", "state": "dropped"}]
EARLY, LATE = "2026-11-02T09:00:00.000Z", "2026-11-20T09:00:00.000Z"


def _work(assignment_id, state, handed_in_at=None):
    return {"assignment_id": assignment_id, "state": state, "handed_in_at": handed_in_at}


def test_each_course_weighs_the_same_and_halves_go_up():
    classes = {"a": [(EARLY, "present")] * 9 + [(LATE, "absent")], "b": [(EARLY, "late"), (EARLY, "excused")] * 3}
    told = person_figures(ENROLMENTS, [], ["80", "65.5", "incomplete"], classes)
    assert (told.courses, told.completed, told.handed_in) == (2, 1, 0)
    assert told.grade == Decimal("72.8")  # 72.75
    assert told.attendance == 95  # of 90 and 100; an excused class doesn't count


def test_what_was_dropped_or_never_handed_in_counts_nowhere():
    work = [_work("w", "submitted", EARLY), _work("w", "submitted", LATE), _work("x", "draft", None)]
    told = person_figures(ENROLMENTS, work, [], {"c": [("2026-12-24T09:00:00.000Z", "present")]})
    assert (told.handed_in, told.last_learned_at, told.attendance, told.grade) == (1, LATE, None, None)


def test_one_last_learned_in_a_class_that_one_attended():
    classes = {"a": [(EARLY, "left_early"), (LATE, "absent")]}
    assert person_figures(ENROLMENTS, [], [], classes).last_learned_at == EARLY
    assert person_figures([], [], [], {}).last_learned_at is None


@given(st.lists(st.decimals(0, 100, places=1), min_size=1, max_size=8))
def test_an_average_lies_between_the_least_and_the_most(results):
    told = person_figures([], [], map(str, results), {})
    assert told.grade is not None
    assert min(results) <= told.grade <= max(results)


@pytest.fixture
def school(tmp_path, database_url):
    server = TestServer(server_settings(tmp_path, database_url))
    yield School(server)
    server.close()


def test_one_reads_the_own_figures_and_the_office_everybodys(school):
    server = school.server
    esi = server.get("/api/v1/profile", school.tokens["esi"]).data["person_id"]
    own = server.get("/api/v1/profile/figures", school.tokens["esi"])
    assert own.data == {
        "courses": 1, "completed": 0, "handed_in": 0, "grade": None, "attendance": None, "last_learned_at": None,
    }  # fmt: skip
    times = {"starts_at": "2026-11-20T08:00:00.000Z", "ends_at": "2026-11-20T09:30:00.000Z"}
    session = school.do("PlanClassSession", {"cohort_id": school.cohort, **times})
    marks = {"marks": [{"enrolment_id": school.enrolments[0], "state": "late", "minutes": 5}]}
    done = server.ask("PUT", f"/api/v1/registers/{session}/marks", marks, school.tokens["ama"])
    assert done.status == 200, done.body
    server.add_person("efua", ("administrator",))
    office = server.sign_in("efua").data["access_token"]
    told = server.get(f"/api/v1/users/{esi}/figures", office)
    assert (told.data["attendance"], told.data["last_learned_at"]) == (100, "2026-11-20T08:00:00.000Z")
    assert server.get("/api/v1/profile/figures", school.tokens["esi"]).data == told.data
    for who in ("yaw", "ama"):
        assert server.get(f"/api/v1/users/{esi}/figures", school.tokens[who]).status in {403, 404}
    assert server.get(f"/api/v1/users/{server.new_id()}/figures", office).status == 404
