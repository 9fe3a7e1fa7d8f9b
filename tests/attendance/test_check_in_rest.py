"""Checking in over REST: the same door, with sentences for what doesn't fit, on both databases."""

from typing import Any

import pytest

from shared.attendance.class_code import code_at, grouped, step_at


class Class:
    """A class that is on, with two students; one of them has signed in."""

    def __init__(self, server: Any) -> None:
        self.server = server
        server.add_person("efua", ("administrator",))
        self.student = server.add_person("esi", ("student",), number="S-1")
        self.admin, self.esi = (str(server.sign_in(name).data["access_token"]) for name in ("efua", "esi"))
        course = self.made("courses", code="PHO", title="Photography")
        cohort = self.made("cohorts", course_id=course["id"], code="PHO-1", name="Photography 1")
        other = self.made("users", given_name="Kofi", number="S-2")["id"]
        self.own, self.others = (
            self.made("enrolments", cohort_id=cohort["id"], person_id=one)["id"] for one in (self.student, other)
        )
        times = {"starts_at": "2026-11-20T08:00:00.000Z", "ends_at": "2026-11-20T09:30:00.000Z"}
        self.session = self.made("class-sessions", cohort_id=cohort["id"], **times)

    def made(self, family: str, **fields: Any) -> dict[str, Any]:
        answer = self.server.post(f"/api/v1/{family}", fields, self.admin)
        assert answer.status == 201, answer.body
        return dict(answer.data)

    def code(self) -> str:
        session_id = self.session["id"]
        with self.server.context.database.read() as db:
            row = db.one("SELECT seed FROM class_code WHERE session_id = :s", s=session_id)
        step = step_at(self.session, self.server.clock.now())
        assert row is not None
        assert step is not None
        return code_at(session_id, row[0], step)

    def check_in(self, code: str, enrolment: str = "", token: str = "", **headers: str) -> Any:
        given = {"enrolment_id": enrolment or self.own, "code": code}
        path = f"/api/v1/registers/{self.session['id']}/check-in"
        return self.server.post(path, given, token or self.esi, **headers)

    def marks(self) -> dict[str, str]:
        told = self.server.get(f"/api/v1/registers/{self.session['id']}", self.admin).data["marks"]
        return {mark["enrolment_id"]: mark["state"] for mark in told}


@pytest.fixture
def one(server: Any) -> Class:
    return Class(server)


def test_the_code_on_show_marks_the_student_who_sends_it(one: Class) -> None:
    told = one.check_in(grouped(one.code()).lower())
    assert told.status == 200, told.body
    assert told.data["verdict"] == "applied"
    assert one.marks() == {one.own: "present", one.others: "none"}


def test_the_same_key_twice_marks_once(one: Class) -> None:
    code = one.code()
    first = one.check_in(code, **{"Idempotency-Key": "a-key-of-mine"})
    again = one.check_in(code, **{"Idempotency-Key": "a-key-of-mine"})
    assert (first.data["command_id"], again.status) == (again.data["command_id"], 200)


def test_what_doesnt_fit_is_told_and_marks_nobody(one: Class) -> None:
    code = one.code()
    torn, wrong, another = one.check_in("K7Q"), one.check_in("00000000"), one.check_in(code, one.others)
    assert (torn.status, torn.code) == (422, "class_code_torn")
    assert [answer.code for answer in (wrong, another)] == ["class_code_wrong", "not_allowed"]
    assert all(answer.status >= 400 for answer in (wrong, another))
    one.server.clock.advance(600)
    late = one.check_in(code)
    assert (late.status, late.code) == (409, "held")
    assert late.json["details"]["reason"] == "class_code_time"
    assert set(one.marks().values()) == {"none"}


def test_nobody_checks_in_without_signing_in(one: Class) -> None:
    assert one.check_in(one.code(), token="nonsense").status == 401
