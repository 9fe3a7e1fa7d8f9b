"""The REST face of leave over real routes, on both databases: asking, answering, withdrawing, and the register."""

from typing import Any

import pytest

TIMES = {"starts_at": "2026-11-20T00:00:00Z", "ends_at": "2026-11-21T00:00:00Z"}


class Class:
    """A class of two students with an instructor; tokens by name."""

    def __init__(self, server: Any) -> None:
        self.server = server
        server.add_person("efua")
        teacher = server.add_person("ama", ("instructor",))
        self.student = server.add_person("esi", ("student",), number="S-1")
        server.add_person("grace", ("registrar",))
        self.admin = self.token("efua")
        course = self.made("courses", code="PHO", title="Photography")
        names = {"code": "PHO-1", "name": "Photography 1"}
        self.cohort = self.made("cohorts", course_id=course["id"], instructors=[teacher], **names)
        other = self.made("users", given_name="Kofi", number="S-2")
        for person in (self.student, other["id"]):
            self.made("enrolments", cohort_id=self.cohort["id"], person_id=person)
        times = {"starts_at": "2026-11-20T08:00:00Z", "ends_at": "2026-11-20T09:30:00Z"}
        self.session = self.made("class-sessions", cohort_id=self.cohort["id"], **times)

    def token(self, name: str) -> str:
        return str(self.server.sign_in(name).data["access_token"])

    def made(self, family: str, **fields: Any) -> dict[str, Any]:
        answer = self.server.post(f"/api/v1/{family}", fields, self.admin)
        assert answer.status == 201, answer.body
        return dict(answer.data)

    def ask(self, token: str, **more: Any) -> Any:
        payload = {"person_id": self.student, "kind": "apology", **TIMES, **more}
        return self.server.post("/api/v1/leave-requests", payload, token)

    def answer(self, row: dict[str, Any], token: str, state: str, revision: str = "", **more: Any) -> Any:
        path = f"/api/v1/leave-requests/{row['id']}/answer"
        return self.server.post(path, {"state": state, **more}, token, if_match=revision or row["revision"])


@pytest.fixture
def school(server: Any) -> Class:
    return Class(server)


def test_a_student_asks_and_the_registers_answer_says_excused(school: Class) -> None:
    student, office = school.token("esi"), school.token("grace")
    asked = school.ask(student, reason="My bus is late.")
    assert asked.status == 201
    assert (asked.data["state"], asked.data["starts_at"]) == ("asked", "2026-11-20T00:00:00.000Z")
    register = school.server.get(f"/api/v1/registers/{school.session['id']}", office).data["marks"]
    mine = next(mark for mark in register if mark["person"]["id"] == school.student)
    assert (mine["state"], [one["reason"] for one in mine["leave"]]) == ("none", ["My bus is late."])
    done = school.answer(asked.data, office, "approved", answer="Fine.")
    assert (done.status, done.data["state"], done.data["answer"]) == (200, "approved", "Fine.")
    register = school.server.get(f"/api/v1/registers/{school.session['id']}", office).data["marks"]
    assert {mark["person"]["number"]: mark["state"] for mark in register} == {"S-1": "excused", "S-2": "none"}
    mark = next(mark for mark in register if mark["state"] == "excused")
    came = [{"enrolment_id": mark["enrolment_id"], "state": "present", "supersedes": mark["standing"]}]
    school.server.ask("PUT", f"/api/v1/registers/{school.session['id']}/marks", {"marks": came}, school.token("ama"))
    register = school.server.get(f"/api/v1/registers/{school.session['id']}", office).data["marks"]
    assert {mark["person"]["number"]: mark["state"] for mark in register} == {"S-1": "present", "S-2": "none"}


def test_lists_filter_and_show_a_student_nothing_of_others(school: Class) -> None:
    student, office = school.token("esi"), school.token("grace")
    school.ask(office)
    other = school.server.get("/api/v1/users?search=Kofi", office).data[0]["id"]
    school.ask(office, person_id=other, kind="leave", reason="A funeral")
    assert school.server.get("/api/v1/leave-requests", office).json["pagination"]["totalCount"] == 2
    assert school.server.get("/api/v1/leave-requests?kind=leave", office).json["pagination"]["totalCount"] == 1
    mine = school.server.get("/api/v1/leave-requests", student)
    assert [row["person_id"] for row in mine.data] == [school.student]
    assert school.server.get("/api/v1/leave-requests", school.token("ama")).json["pagination"]["totalCount"] == 2


def test_a_write_names_what_it_saw_and_a_different_answer_is_a_conflict(school: Class) -> None:
    office, teacher = school.token("grace"), school.token("ama")
    row = school.ask(office).data
    unnamed = school.server.post(f"/api/v1/leave-requests/{row['id']}/answer", {"state": "approved"}, office)
    assert (unnamed.status, unnamed.code) == (422, "base_missing")
    assert school.answer(row, office, "declined").status == 200
    clash = school.answer(row, teacher, "approved")
    assert (clash.status, clash.code) == (409, "conflict")
    kept = school.server.get(f"/api/v1/leave-requests/{row['id']}", office)
    assert kept.data["state"] == "declined"


def test_a_request_is_withdrawn_and_asked_again(school: Class) -> None:
    student = school.token("esi")
    row = school.ask(student).data
    path = f"/api/v1/leave-requests/{row['id']}/withdrawal"
    gone = school.server.post(path, {}, student, if_match=row["revision"])
    assert (gone.status, gone.data["state"]) == (200, "withdrawn")
    again = school.server.post(path, {"state": "asked"}, student, if_match=gone.data["revision"])
    assert (again.status, again.data["state"]) == (200, "asked")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"ends_at": TIMES["starts_at"]}, "leave_times_invalid"),
        ({"kind": "leave"}, "leave_reason_missing"),
        ({"kind": "holiday"}, "invalid_payload"),
    ],
)
def test_what_cannot_be_is_answered_with_word_and_sentence(school: Class, more: dict[str, str], code: str) -> None:
    told = school.ask(school.token("esi"), **more)
    assert (told.status, told.code) == (422, code)


def test_who_may_not_is_told(school: Class) -> None:
    student = school.token("esi")
    row = school.ask(student).data
    assert school.answer(row, student, "approved").status == 403
    school.server.add_person("yaw", ("instructor",))
    assert school.answer(row, school.token("yaw"), "approved").status == 404


def test_staff_enrolled_for_testing_are_not_on_the_register(school: Class) -> None:
    person = school.made("users", given_name="Tester", number="T-1")
    school.made("enrolments", cohort_id=school.cohort["id"], person_id=person["id"], testing=True)
    register = school.server.get(f"/api/v1/registers/{school.session['id']}", school.token("ama")).data["marks"]
    assert {mark["person"]["number"] for mark in register} == {"S-1", "S-2"}
