"""The rules of leave as tables: checks, permissions, what an answer meets, what is shown before the server spoke."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.attendance import leave_rules, rules
from shared.attendance.leave_commands import PAYLOADS, TYPE_VERSIONS
from shared.attendance.leave_permissions import (
    may_answer_leave,
    may_request_leave,
    may_set_policy,
    may_withdraw_leave,
)
from shared.attendance.models import AttendancePolicy, LeaveRequest
from shared.core.actor import Actor
from shared.core.clock import instant_text
from shared.core.command import Command
from shared.core.ids import derived_id, is_id
from shared.people.vocabulary import Role
from tests.desks import make_actor

START = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
STUDENT, COHORT, OTHER = derived_id("student"), derived_id("cohort"), derived_id("other cohort")
ADMIN = make_actor(derived_id("admin"), "Ada", Role.ADMINISTRATOR)
REGISTRAR = make_actor(derived_id("registrar"), "Grace", Role.REGISTRAR)
OFFICER = make_actor(derived_id("officer"), "Yaw", Role.ATTENDANCE_OFFICER)
TEACHER = make_actor(derived_id("teacher"), "Ama", Role.INSTRUCTOR, teaches=[COHORT])
CASHIER = make_actor(derived_id("cashier"), "Kofi", Role.CASHIER)
SELF = make_actor(STUDENT, "Esi", Role.STUDENT)


def request(**more: Any) -> dict[str, Any]:
    """A request for the whole of the day of the class."""
    return {
        "id": derived_id("request"), "revision": derived_id("first"), "person_id": STUDENT, "kind": "leave",
        "cohort_id": None, "starts_at": "2026-11-20T00:00:00.000Z", "ends_at": "2026-11-21T00:00:00.000Z",
        "reason": "A funeral", "state": "asked", "asked_by": STUDENT, "asked_by_name": "Esi",
        "asked_at": "2026-11-19T09:00:00.000Z", "decided_by": None, "decided_by_name": "", "decided_at": None,
        "answer": "", **more,
    }  # fmt: skip


def session(start: datetime = START, minutes: int = 90, cohort: str = COHORT) -> dict[str, Any]:
    """A class session."""
    ends = start + timedelta(minutes=minutes)
    return {"id": derived_id("session"), "cohort_id": cohort, "starts_at": instant_text(start),
            "ends_at": instant_text(ends)}  # fmt: skip


# --------------------------------------------------------------------------------------------------------- excuses


@pytest.mark.parametrize(
    ("more", "where", "excused"),
    [
        ({}, session(), False),
        ({"state": "approved"}, session(), True),
        ({"state": "declined"}, session(), False),
        ({"state": "withdrawn"}, session(), False),
        ({"state": "approved", "kind": "apology"}, session(), True),
        ({"state": "approved", "cohort_id": COHORT}, session(), True),
        ({"state": "approved", "cohort_id": OTHER}, session(), False),
        ({"state": "approved"}, session(START + timedelta(days=1)), False),
        ({"state": "approved", "ends_at": "2026-11-20T08:30:00.000Z"}, session(), False),
        ({"state": "approved", "ends_at": "2026-11-20T08:31:00.000Z"}, session(), True),
        ({"state": "approved", "starts_at": "2026-11-20T10:00:00.000Z"}, session(), False),
        ({"state": "approved", "starts_at": "2026-11-20T10:59:00+01:00"}, session(), True),
    ],
)
def test_which_class_sessions_are_excused(more: dict[str, Any], where: dict[str, Any], excused: bool) -> None:
    found = rules.Excuses([request(**more)]).of(STUDENT, "enrolment", where)
    assert bool(found) == excused
    assert (rules.effective(found).state == "excused") == excused


def test_an_excuse_tells_whose_decision_it_is() -> None:
    given_ = request(state="approved", decided_by="g", decided_by_name="Grace", decided_at="2026-11-19T10:00:00.000Z")
    found = rules.excuse(given_, session(), "enrolment")
    assert found is not None
    assert rules.is_derived(found)
    assert is_id(found["id"])
    assert (found["author_name"], found["observed_at"], found["note"]) == ("Grace", given_["decided_at"], "A funeral")
    assert found == rules.excuse(given_, session(), "enrolment")
    assert not rules.is_derived({"id": "o"})


def test_what_was_asked_is_known_beside_the_student_and_nobody_elses_is() -> None:
    excuses = rules.Excuses([request(), request(id="b", person_id="other")])
    assert [one["id"] for one in excuses.about(STUDENT, session())] == [request()["id"]]
    assert excuses.of(STUDENT, "enrolment", session()) == []
    assert excuses.about("nobody", session()) == []
    assert rules.Excuses().of(STUDENT, "enrolment", session()) == []


@given(st.integers(-3000, 3000), st.integers(1, 3000), st.integers(1, 300))
def test_times_meet_where_some_moment_is_in_both(offset: int, length: int, minutes: int) -> None:
    begins = START + timedelta(minutes=offset)
    asked = request(starts_at=instant_text(begins), ends_at=instant_text(begins + timedelta(minutes=length)))
    meets = any(offset <= minute < offset + length for minute in range(minutes))
    assert rules.overlaps(asked, session(minutes=minutes)) == meets


# ---------------------------------------------------------------------------------------------------------- checks


@pytest.mark.parametrize(
    ("kind", "starts", "ends", "reason", "code"),
    [
        ("leave", "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z", "Ill", None),
        ("apology", "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z", "", None),
        ("leave", "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z", " ", "leave_reason_missing"),
        ("apology", "2026-11-20T00:00:00Z", "2026-11-20T00:00:00Z", "", "leave_times_invalid"),
        ("apology", "2026-11-21T00:00:00Z", "2026-11-20T00:00:00Z", "", "leave_times_invalid"),
        ("apology", "2026-11-20T00:00:00Z", "2027-11-21T00:00:01Z", "", "leave_times_invalid"),
        ("apology", "2026-02-30T00:00:00Z", "2026-11-20T00:00:00Z", "", "leave_times_invalid"),
    ],
)
def test_requests_that_cannot_be(kind: str, starts: str, ends: str, reason: str, code: str | None) -> None:
    fault = leave_rules.leave_error(kind, starts, ends, reason)
    assert (fault[0] if fault else None) == code
    assert fault is None or fault[1].endswith(".")


@pytest.mark.parametrize(
    ("own", "now", "code"),
    [
        ([], START, None),
        ([], START + timedelta(days=2), "leave_in_past"),
        ([request()], START, "leave_asked_already"),
        ([request(state="approved")], START, "leave_asked_already"),
        ([request(state="withdrawn")], START, None),
        ([request(cohort_id=COHORT)], START, None),
    ],
)
def test_why_a_student_cannot_ask(own: list[dict[str, Any]], now: datetime, code: str | None) -> None:
    reason = leave_rules.why_not_asked(request(), own, now)
    assert (reason[0] if reason else None) == code


@pytest.mark.parametrize(
    ("actor", "cohort", "asks"),
    [
        (SELF, None, True), (SELF, COHORT, True), (REGISTRAR, None, True), (OFFICER, None, True),
        (TEACHER, COHORT, True), (TEACHER, OTHER, False), (TEACHER, None, False), (CASHIER, COHORT, False),
    ],
)  # fmt: skip
def test_who_may_ask(actor: Actor, cohort: str | None, asks: bool) -> None:
    assert may_request_leave(actor, STUDENT, cohort) is asks


@pytest.mark.parametrize(
    ("actor", "cohort", "attended", "answers"),
    [
        (SELF, None, [COHORT], False), (REGISTRAR, None, [], True), (ADMIN, OTHER, [], True),
        (OFFICER, None, [COHORT], False), (CASHIER, COHORT, [COHORT], False), (TEACHER, COHORT, [], True),
        (TEACHER, COHORT, [COHORT, OTHER], True), (TEACHER, OTHER, [COHORT], False),
        (TEACHER, None, [COHORT], True), (TEACHER, None, [COHORT, OTHER], False), (TEACHER, None, [], False),
    ],
)  # fmt: skip
def test_who_may_answer(actor: Actor, cohort: str | None, attended: list[str], answers: bool) -> None:
    asked = request(cohort_id=cohort)
    assert may_answer_leave(actor, asked, attended) is answers
    assert may_withdraw_leave(actor, asked, attended) is (answers or actor is SELF)


def test_nobody_answers_his_own_request_and_whoever_asked_may_withdraw() -> None:
    own = request(person_id=REGISTRAR.person_id)
    assert not may_answer_leave(REGISTRAR, own, [])
    assert may_withdraw_leave(REGISTRAR, own, [])
    assert may_withdraw_leave(OFFICER, request(asked_by=OFFICER.person_id), [])
    assert not may_withdraw_leave(CASHIER, request(), [])
    assert [may_set_policy(one) for one in (ADMIN, REGISTRAR, TEACHER)] == [True, False, False]


# --------------------------------------------------------------------------------------------------------- answers


@pytest.mark.parametrize(
    ("present", "payload", "stale", "applied", "clashing"),
    [
        ({}, {"state": "approved", "old_state": "asked"}, False, {"state": "approved"}, ()),
        ({}, {"state": "approved", "old_state": "asked", "answer": "Fine"}, False,
         {"state": "approved", "answer": "Fine"}, ()),
        ({"state": "approved"}, {"state": "approved", "old_state": "asked"}, True, {}, ()),
        ({"state": "declined"}, {"state": "approved", "old_state": "asked"}, True, {}, ("state",)),
        ({"state": "declined", "answer": "No"}, {"state": "approved", "old_state": "asked", "answer": "Fine"}, True, {},
         ("state",)),
        ({"state": "approved", "answer": "Bring it"}, {"state": "approved", "old_state": "asked", "answer": "Fine"},
         True, {}, ("answer",)),
        ({"state": "approved", "answer": "Bring it"}, {"state": "approved", "old_state": "asked", "answer": ""}, True,
         {}, ()),
        ({"state": "approved"}, {"state": "approved", "old_state": "asked", "answer": "Fine"}, True,
         {"answer": "Fine"}, ()),
        ({"state": "approved"}, {"state": "withdrawn", "old_state": "asked"}, True, {}, ("state",)),
        ({"state": "approved"}, {"state": "withdrawn", "old_state": "approved"}, False, {"state": "withdrawn"}, ()),
    ],
)  # fmt: skip
def test_what_an_answer_meets(
    present: dict[str, Any], payload: dict[str, Any], stale: bool, applied: dict[str, str], clashing: tuple[str, ...]
) -> None:
    merge = leave_rules.meet(request(**present), payload, stale=stale)
    assert (merge.applied, merge.clashing) == (applied, clashing)


def test_who_decided_comes_and_goes_with_the_decision() -> None:
    by = ("g", "Grace")
    approved = leave_rules.answered(request(), {"state": "approved", "answer": "Fine"}, by, "t")
    assert (approved["decided_by"], approved["decided_by_name"], approved["decided_at"]) == ("g", "Grace", "t")
    assert leave_rules.answered(approved, {"state": "withdrawn"}, ("s", "Esi"), "u")["decided_by"] == "g"
    assert leave_rules.answered(approved, {"answer": "Well"}, ("s", "Esi"), "u")["decided_by"] == "g"
    again = leave_rules.answered(approved, {"state": "asked"}, by, "u")
    assert (again["decided_by"], again["answer"], again["decided_at"]) == (None, "", None)


# -------------------------------------------------------------------------------------------- before the server spoke


def command(kind: str, payload: dict[str, Any], target: str = "") -> Command:
    """A command as a device makes it."""
    PAYLOADS[kind].model_validate(payload)
    return Command(
        id=derived_id(kind), device_id=derived_id("device"), install_epoch=1, device_seq=1, type=kind,
        type_version=TYPE_VERSIONS[kind], target_id=target or derived_id("request"), payload=payload,
        observed_at="2026-11-20T08:00:00.000Z",
    )  # fmt: skip


def shown(one: Command, present: dict[str, Any] | None = None) -> Any:
    """The one row that a pending command shows."""
    drafts = leave_rules.PROJECTIONS[one.type](one, lambda _kind, _id: present)
    return drafts[0] if drafts else None


def test_a_request_is_shown_at_once_as_the_server_will_have_it() -> None:
    times = {"starts_at": "2026-11-20T00:00:00+00:00", "ends_at": "2026-11-21T00:00:00Z"}
    payload = {"person_id": STUDENT, "kind": "apology", **times, "author_id": STUDENT, "author_name": "Esi"}
    draft = shown(command("RequestLeave", payload))
    assert (draft.kind, draft.parent) == ("leave_request", STUDENT)
    made = LeaveRequest.model_validate(draft.body)
    assert (made.state, made.asked_by_name, made.starts_at) == ("asked", "Esi", "2026-11-20T00:00:00.000Z")
    assert (made.kind, made.cohort_id, made.reason) == ("apology", None, "")


def test_an_answer_is_shown_at_once_and_nothing_for_a_request_that_is_not_here() -> None:
    author = {"author_id": "g", "author_name": "Grace"}
    answer = command("AnswerLeave", {"state": "approved", "answer": "Fine", **author})
    body = shown(answer, request()).body
    assert (body["state"], body["answer"], body["decided_by_name"]) == ("approved", "Fine", "Grace")
    assert body["revision"] == answer.id
    assert shown(answer, body).body == body
    assert shown(answer) is None
    gone = command("WithdrawLeave", {"state": "withdrawn"})
    assert shown(gone, body).body["state"] == "withdrawn"


def test_the_policy_is_shown_from_its_first_change() -> None:
    change = {"changes": {"threshold": {"old": 80, "new": 75}}}
    draft = shown(command("SetAttendancePolicy", change))
    made = AttendancePolicy.model_validate(draft.body)
    assert (made.threshold, made.streak) == (75, 3)
    assert shown(command("SetAttendancePolicy", change), {"threshold": 90, "streak": 5}).body["streak"] == 5


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("RequestLeave", {"person_id": STUDENT, "kind": "holiday", "starts_at": "2026-11-20T00:00:00Z"}),
        ("RequestLeave", {"person_id": "x", "kind": "leave"}),
        ("AnswerLeave", {"state": "withdrawn"}),
        ("AnswerLeave", {"state": "approved", "answer": "x" * 1001}),
        ("WithdrawLeave", {"state": "approved"}),
        ("SetAttendancePolicy", {"changes": {}}),
    ],
)
def test_payloads_that_say_nothing_sensible_are_refused(kind: str, payload: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        PAYLOADS[kind].model_validate(payload)
