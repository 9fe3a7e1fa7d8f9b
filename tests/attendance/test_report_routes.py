"""Reports over real routes, on both databases: filters, groups, weeks, hours, who may, and what is kept."""

from typing import Any

import pytest

PLACE = "/api/v1/reports"


class School:
    """Two cohorts of one course, with marks on three days; tokens by name."""

    def __init__(self, server: Any) -> None:
        self.server = server
        server.add_person("efua")
        self.teacher = server.add_person("ama", ("instructor",))
        server.add_person("esi", ("student",), number="S-9")
        self.admin = self.token("efua")
        self.course = self.made("courses", code="PHO", title="Photography")
        self.first = self.cohort("1", [self.teacher])
        self.second = self.cohort("2", [])
        self.term = self.made("academic-terms", name="Autumn", starts_on="2026-11-01", ends_on="2026-11-10")
        self.students = [self.made("users", given_name=f"Student {at}", number=f"00{at}")["id"] for at in range(3)]
        places = ((self.first, 0), (self.first, 1), (self.second, 2))
        self.enrolments = [
            self.made("enrolments", cohort_id=cohort["id"], person_id=self.students[at])["id"] for cohort, at in places
        ]
        self.mark(self.first, "2026-11-02", [("present", None), ("late", 20)])
        self.mark(self.first, "2026-11-09", [("present", None), ("absent", None)])
        self.last = self.mark(self.first, "2026-11-17", [("excused", None), ("absent", None)])
        self.mark(self.second, "2026-11-17", [("left_early", 30)], first=2)

    def token(self, name: str) -> str:
        return str(self.server.sign_in(name).data["access_token"])

    def cohort(self, code: str, instructors: list[str]) -> dict[str, Any]:
        names = {"code": f"PHO-{code}", "name": f"Photography {code}"}
        return self.made("cohorts", course_id=self.course["id"], instructors=instructors, **names)

    def made(self, family: str, **fields: Any) -> dict[str, Any]:
        answer = self.server.post(f"/api/v1/{family}", fields, self.admin)
        assert answer.status == 201, answer.body
        return dict(answer.data)

    def mark(self, cohort: dict[str, Any], day: str, marks: list[tuple[str, int | None]], first: int = 0) -> str:
        times = {"starts_at": f"{day}T08:00:00Z", "ends_at": f"{day}T09:30:00Z"}
        session = self.made("class-sessions", cohort_id=cohort["id"], **times)
        given = [
            {"enrolment_id": self.enrolments[first + at], "state": state, "minutes": minutes}
            for at, (state, minutes) in enumerate(marks)
        ]
        done = self.server.ask("PUT", f"/api/v1/registers/{session['id']}/marks", {"marks": given}, self.admin)
        assert done.status == 200, done.body
        return str(session["id"])

    def report(self, what: str = "attendance", token: str = "", **filters: str) -> Any:
        asked = "&".join(f"{name}={value}" for name, value in filters.items())
        return self.server.get(f"{PLACE}/{what}?{asked}", token or self.admin)


@pytest.fixture
def school(server: Any) -> School:
    return School(server)


def percents(answer: Any) -> dict[str, Any]:
    assert answer.status == 200, answer.body
    return {row["name"]: row["percent"] for row in answer.data["rows"]}


def test_percentages_by_student_cohort_course_and_term(school: School) -> None:
    told = school.report()
    assert percents(told) == {"Student 0": 100, "Student 1": 33, "Student 2": 100}
    second = told.data["rows"][1]
    assert (second["number"], second["late"], second["absent"], second["streak"]) == ("001", 1, 2, 2)
    assert told.data["threshold"] == 80
    groups = school.report(by="cohort").data["rows"]
    assert [(row["name"], row["percent"], row["students"], row["below"]) for row in groups] == [
        ("Photography 1", 60, 2, 1),
        ("Photography 2", 100, 1, 0),
    ]
    assert percents(school.report(by="course")) == {"Photography": 67}
    assert percents(school.report(by="term")) == {"Autumn": 75}


def test_filters_are_days_term_course_cohort_and_person(school: School) -> None:
    assert percents(school.report(until="2026-11-02")) == {"Student 0": 100, "Student 1": 100}
    assert percents(school.report(since="2026-11-17")) == {"Student 0": None, "Student 1": 0, "Student 2": 100}
    assert percents(school.report(term_id=school.term["id"])) == {"Student 0": 100, "Student 1": 50}
    assert percents(school.report(cohort_id=school.second["id"])) == {"Student 2": 100}
    assert percents(school.report(course_id="unknown")) == {}
    assert percents(school.report(person_id=school.students[1])) == {"Student 1": 33}
    assert percents(school.report(by="term", since="2026-12-01")) == {}


def test_weeks_begin_on_monday(school: School) -> None:
    rows = school.report("attendance-weeks").data["rows"]
    assert [(row["starts_on"], row["percent"]) for row in rows] == [
        ("2026-11-02", 100),
        ("2026-11-09", 50),
        ("2026-11-16", 50),
    ]


def test_hours_take_off_late_minutes_and_those_left_early(school: School) -> None:
    rows = school.report("attendance-hours").data["rows"]
    told = {row["name"]: (row["classes"], row["planned"], row["attended"], row["missed_minutes"]) for row in rows}
    assert told == {"Student 0": (3, 270, 180, 0), "Student 1": (3, 270, 70, 20), "Student 2": (1, 90, 60, 30)}


def test_a_correction_and_leave_change_the_figures(school: School) -> None:
    register = school.server.get(f"/api/v1/registers/{school.last}", school.admin).data["marks"]
    mine = next(mark for mark in register if mark["person"]["id"] == school.students[1])
    marks = [{"enrolment_id": mine["enrolment_id"], "state": "present", "supersedes": mine["standing"]}]
    school.server.ask("PUT", f"/api/v1/registers/{school.last}/marks", {"marks": marks}, school.admin)
    assert percents(school.report())["Student 1"] == 67
    assert school.report().data["rows"][1]["streak"] == 0
    times = {"starts_at": "2026-11-09T00:00:00Z", "ends_at": "2026-11-10T00:00:00Z"}
    asked = school.made("leave-requests", person_id=school.students[1], kind="leave", reason="A funeral", **times)
    path = f"/api/v1/leave-requests/{asked['id']}/answer"
    school.server.post(path, {"state": "approved"}, school.admin, if_match=asked["revision"])
    row = school.report().data["rows"][1]
    assert (row["percent"], row["excused"], row["absent"]) == (100, 1, 0)


def test_a_cancelled_class_does_not_count(school: School) -> None:
    seen = school.server.get(f"/api/v1/class-sessions/{school.last}", school.admin).data
    path = f"/api/v1/class-sessions/{school.last}"
    done = school.server.ask("PATCH", path, {"state": "cancelled"}, school.admin, if_match=seen["revision"])
    assert done.status == 200, done.body
    assert percents(school.report())["Student 1"] == 50
    assert school.report("attendance-hours").data["rows"][0]["classes"] == 2


def test_instructors_report_on_their_own_cohorts_and_students_on_none(school: School) -> None:
    assert percents(school.report(token=school.token("ama"))) == {"Student 0": 100, "Student 1": 33}
    assert percents(school.report(token=school.token("ama"), cohort_id=school.second["id"])) == {}
    for what in ("attendance", "attendance-weeks", "attendance-hours"):
        refused = school.report(what, school.token("esi"))
        assert (refused.status, refused.code) == (403, "not_allowed")
    assert school.server.get(f"{PLACE}/attendance").status == 401


def test_a_report_is_kept_until_something_changes(school: School) -> None:
    first = school.report()
    etag = first.headers["etag"]
    again = school.server.get(f"{PLACE}/attendance?", school.admin, if_none_match=etag)
    assert (again.status, again.body) == (304, b"")
    school.mark(school.first, "2026-11-18", [("absent", None), ("absent", None)])
    changed = school.server.get(f"{PLACE}/attendance?", school.admin, if_none_match=etag)
    assert changed.status == 200
    assert percents(changed)["Student 0"] == 67


def test_the_ends_of_the_calendar_are_days_like_others(school: School) -> None:
    whole = percents(school.report())
    assert percents(school.report(since="0001-01-01", until="9999-12-31")) == whole


def test_what_is_kept_for_one_question_answers_no_other(school: School) -> None:
    assert percents(school.report(until="2026-11-02")) != percents(school.report())
    assert percents(school.report(by="cohort")) != percents(school.report(by="course"))


@pytest.mark.parametrize(
    ("filters", "status", "code"),
    [
        ({"since": "2026-11-09", "until": "2026-11-08"}, 422, "period_invalid"),
        ({"term_id": "gone"}, 404, "not_found"),
        ({"since": "yesterday"}, 422, "invalid"),
        ({"by": "moon"}, 422, "invalid"),
    ],
)
def test_a_question_that_cannot_be_is_refused(school: School, filters: dict[str, str], status: int, code: str) -> None:
    told = school.report(**filters)
    assert (told.status, told.code) == (status, code)
