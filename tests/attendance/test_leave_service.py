"""What the server makes of leave requests, answers that differ, and the policy, on both databases."""

from typing import Any

import pytest

from server.core.database import Db
from shared.attendance.absence_rules import policy_id
from shared.people.vocabulary import Role
from tests.institute import Device, Institute

TIMES: dict[str, Any] = {"starts_at": "2026-11-20T00:00:00Z", "ends_at": "2026-11-21T00:00:00Z"}


def _ask(institute: Institute, device: Device, at: int = 0, **more: Any) -> tuple[str, Any]:
    request = institute.parts.new_id()
    payload = {"person_id": institute.students[at], "kind": "apology", **TIMES, **more}
    return request, device.do("RequestLeave", request, payload)


def _row(institute: Institute, request: str) -> tuple[Any, ...]:
    sql = "SELECT state, answer, decided_by_name, revision, asked_by_name FROM leave_request WHERE id = :id"
    with institute.parts.database.read() as db:
        found = db.one(sql, id=request)
    assert found is not None
    return tuple(found)


def _answer(device: Device, request: str, base: str | None, state: str, **more: Any) -> Any:
    return device.do("AnswerLeave", request, {"state": state, **more}, base)


def _student(institute: Institute, at: int = 0) -> Device:
    """A device on which one of the students has signed in."""
    device = institute.device(f"student{at}", Role.STUDENT, f"Student{at} Mensah2")
    actor = device.actor.model_copy(update={"person_id": institute.students[at]})
    device.actor = actor
    return device


def test_a_student_asks_and_the_office_approves(institute: Institute) -> None:
    request, asked = _ask(institute, _student(institute))
    assert asked.verdict == "applied"
    assert _row(institute, request)[0] == "asked"
    told = _answer(institute.registrar, request, asked.revision, "approved", answer="Get well.")
    assert told.verdict == "applied"
    assert _row(institute, request)[:3] == ("approved", "Get well.", "Grace Kimani")


def test_a_student_asks_for_nobody_else_and_answers_nothing(institute: Institute) -> None:
    student = _student(institute)
    _, refused = _ask(institute, student, 1)
    assert (refused.verdict, refused.code) == ("rejected", "not_allowed")
    request, asked = _ask(institute, student)
    told = _answer(student, request, asked.revision, "approved")
    assert (told.verdict, told.code) == ("rejected", "not_allowed")
    other, asked = _ask(institute, institute.registrar, 1)
    assert _answer(student, other, asked.revision, "approved").code == "not_allowed"


def test_an_instructor_asks_and_answers_for_a_class_of_his_own(institute: Institute) -> None:
    request, asked = _ask(institute, institute.ama, cohort_id=institute.cohort_id)
    assert asked.verdict == "applied"
    assert _row(institute, request)[4] == "Ama Owusu"
    assert _answer(institute.kofi, request, asked.revision, "approved").verdict == "applied"


def test_a_request_for_all_classes_is_an_instructors_while_all_are_taught_by_him(institute: Institute) -> None:
    request, asked = _ask(institute, institute.registrar)
    assert _answer(institute.ama, request, asked.revision, "approved").verdict == "applied"
    other = institute.parts.new_id()
    fields = {"course_id": institute.course_id, "code": "PHOTO-2", "name": "Photography 2", "instructors": []}
    institute.system.do("AddCohort", other, fields)
    enrolment = institute.parts.new_id()
    institute.system.do("EnrolPerson", enrolment, {"cohort_id": other, "person_id": institute.students[0]})
    second, asked = _ask(institute, institute.registrar)
    told = _answer(institute.ama, second, asked.revision, "approved")
    assert (told.verdict, told.code) == ("held", "not_teaching")
    assert _row(institute, second)[0] == "asked"


def test_who_lost_the_class_meanwhile_is_held_and_the_office_may_let_it_pass(institute: Institute) -> None:
    request, asked = _ask(institute, institute.ama, cohort_id=institute.cohort_id)
    teachers = [institute.ama.actor.person_id, institute.kofi.actor.person_id]
    institute.system.edit("EditCohort", institute.cohort_id, None, instructors=(teachers, []))
    told = _answer(institute.kofi, request, asked.revision, "approved")
    assert (told.verdict, told.code) == ("held", "not_teaching")
    done = institute.registrar.do("SettleConflict", str(told.conflict_id), {"choices": {"held": "accept"}})
    assert done.verdict == "applied"
    assert _row(institute, request)[:3] == ("approved", "", "Kofi Boateng")


def test_two_who_decide_alike_agree(institute: Institute) -> None:
    request, asked = _ask(institute, institute.registrar)
    first = _answer(institute.registrar, request, asked.revision, "approved")
    second = _answer(institute.ama, request, asked.revision, "approved")
    assert (second.verdict, second.revision) == ("agreed", first.revision)
    assert _row(institute, request)[2] == "Grace Kimani"


def test_two_who_decide_differently_are_a_conflict_and_the_choice_counts(institute: Institute) -> None:
    request, asked = _ask(institute, institute.registrar)
    _answer(institute.registrar, request, asked.revision, "declined", answer="Exam week.")
    told = _answer(institute.ama, request, asked.revision, "approved", answer="He told me.")
    assert told.verdict == "conflict"
    assert _row(institute, request)[:3] == ("declined", "Exam week.", "Grace Kimani")
    choice = {"choices": {"state": told.command_id}}
    assert institute.registrar.do("SettleConflict", str(told.conflict_id), choice).verdict == "applied"
    assert _row(institute, request)[:3] == ("approved", "He told me.", "Ama Owusu")


def test_a_third_answer_joins_the_conflict(institute: Institute) -> None:
    request, asked = _ask(institute, institute.registrar)
    _answer(institute.registrar, request, asked.revision, "declined")
    first = _answer(institute.ama, request, asked.revision, "approved")
    second = _answer(institute.kofi, request, asked.revision, "approved")
    assert (second.verdict, second.conflict_id) == ("conflict", first.conflict_id)


def test_answers_that_differ_in_words_only_are_shown_to_both(institute: Institute) -> None:
    request, asked = _ask(institute, institute.registrar)
    _answer(institute.registrar, request, asked.revision, "approved", answer="Bring a letter.")
    told = _answer(institute.ama, request, asked.revision, "approved", answer="Fine.")
    assert (told.verdict, told.details["fields"]) == ("conflict", ["answer"])
    done = institute.ama.do("SettleConflict", str(told.conflict_id), {"choices": {"answer": told.command_id}})
    assert done.verdict == "applied"
    assert _row(institute, request)[:2] == ("approved", "Fine.")


def test_settling_on_what_stands_changes_nothing(institute: Institute) -> None:
    request, asked = _ask(institute, institute.registrar)
    first = _answer(institute.registrar, request, asked.revision, "declined")
    told = _answer(institute.ama, request, asked.revision, "approved")
    institute.ama.do("SettleConflict", str(told.conflict_id), {"choices": {"state": first.command_id}})
    assert _row(institute, request)[3] == first.revision


def test_a_decision_is_taken_back_and_made_anew(institute: Institute) -> None:
    request, asked = _ask(institute, institute.registrar)
    first = _answer(institute.registrar, request, asked.revision, "approved", answer="Fine.")
    back = _answer(institute.registrar, request, first.revision, "asked", old_state="approved")
    assert back.verdict == "applied"
    assert _row(institute, request)[:3] == ("asked", "", "")
    again = _answer(institute.ama, request, back.revision, "declined")
    assert (again.verdict, _row(institute, request)[0]) == ("applied", "declined")


def test_a_student_withdraws_and_asks_again(institute: Institute) -> None:
    student = _student(institute)
    request, asked = _ask(institute, student)
    gone = student.do("WithdrawLeave", request, {"state": "withdrawn"}, asked.revision)
    assert (gone.verdict, _row(institute, request)[0]) == ("applied", "withdrawn")
    told = _answer(institute.registrar, request, gone.revision, "approved", old_state="withdrawn")
    assert (told.verdict, told.code) == ("rejected", "leave_withdrawn")
    again = student.do("WithdrawLeave", request, {"state": "asked", "old_state": "withdrawn"}, gone.revision)
    assert (again.verdict, _row(institute, request)[0]) == ("applied", "asked")
    other = _student(institute, 1)
    told = other.do("WithdrawLeave", request, {"state": "withdrawn"}, again.revision)
    assert (told.verdict, told.code) == ("rejected", "not_allowed")


def test_withdrawn_while_the_office_approves_is_for_people_to_decide(institute: Institute) -> None:
    student = _student(institute)
    request, asked = _ask(institute, student)
    _answer(institute.registrar, request, asked.revision, "approved")
    told = student.do("WithdrawLeave", request, {"state": "withdrawn"}, asked.revision)
    assert told.verdict == "conflict"
    assert _row(institute, request)[0] == "approved"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"ends_at": TIMES["starts_at"]}, "leave_times_invalid"),
        ({"ends_at": "2028-01-01T00:00:00Z"}, "leave_times_invalid"),
        ({"ends_at": "2026-13-40T00:00:00Z"}, "leave_times_invalid"),
        ({"kind": "leave", "reason": "  "}, "leave_reason_missing"),
    ],
)
def test_a_request_that_cannot_be_is_refused_with_a_sentence(
    institute: Institute, more: dict[str, Any], code: str
) -> None:
    _, told = _ask(institute, institute.registrar, **more)
    assert (told.verdict, told.code) == ("rejected", code)
    assert told.message


def test_a_request_for_someone_unknown_waits(institute: Institute) -> None:
    payload = {"person_id": institute.parts.new_id(), "kind": "apology", **TIMES}
    told = institute.registrar.do("RequestLeave", institute.parts.new_id(), payload)
    assert (told.verdict, told.code) == ("held", "waits_for_creation")
    _, told = _ask(institute, institute.registrar, cohort_id=institute.parts.new_id())
    assert (told.verdict, told.code) == ("held", "waits_for_creation")
    told = _answer(institute.registrar, institute.parts.new_id(), institute.parts.new_id(), "approved")
    assert (told.verdict, told.code) == ("held", "waits_for_creation")


def test_the_same_request_twice_is_one(institute: Institute) -> None:
    request, _ = _ask(institute, institute.registrar)
    told = institute.registrar.do(
        "RequestLeave", request, {"person_id": institute.students[0], "kind": "apology", **TIMES}
    )
    assert told.verdict == "agreed"


def test_the_policy_is_set_by_an_administrator_within_bounds(institute: Institute) -> None:
    target = policy_id(institute.organisation_id)
    refused = institute.registrar.edit("SetAttendancePolicy", target, None, threshold=(80, 75))
    assert (refused.verdict, refused.code) == ("held", "waits_for_creation")
    told = institute.system.edit("SetAttendancePolicy", target, None, threshold=(80, 75))
    assert told.verdict == "applied"
    refused = institute.registrar.edit("SetAttendancePolicy", target, told.revision, threshold=(75, 70))
    assert (refused.verdict, refused.code) == ("rejected", "not_allowed")
    bad = institute.system.edit("SetAttendancePolicy", target, told.revision, streak=(3, 1))
    assert (bad.verdict, bad.code) == ("rejected", "field_invalid")
    bad = institute.system.edit("SetAttendancePolicy", target, told.revision, colour=(3, 1))
    assert (bad.verdict, bad.code) == ("rejected", "field_unknown")
    with institute.parts.database.read() as db:
        assert tuple(db.one("SELECT threshold, streak FROM attendance_policy") or ()) == (75, 3)
    clash = institute.system.edit("SetAttendancePolicy", target, None, threshold=(80, 70))
    assert clash.verdict == "conflict"
    done = institute.system.do("SettleConflict", str(clash.conflict_id), {"choices": {"threshold": clash.command_id}})
    assert done.verdict == "applied"
    with institute.parts.database.read() as db:
        assert tuple(db.one("SELECT threshold FROM attendance_policy") or ()) == (70,)


def test_many_requests_and_answers_take_the_same_statements_as_few(
    institute: Institute, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[str] = []
    right = Db._go

    def go(self: Db, statement: Any, places: Any) -> Any:
        taken.append(statement if isinstance(statement, str) else statement.text(self.dialect))
        return right(self, statement, places)

    monkeypatch.setattr(Db, "_go", go)
    counts: list[tuple[int, int]] = []
    for size in (1, 2, 5):  # the first one finds out what the actor may see
        desk, new = institute.registrar, institute.parts.new_id
        ids = [new() for _ in range(size)]
        payloads = [{"person_id": institute.students[at], "kind": "apology", **TIMES} for at in range(size)]
        asks = [desk.command("RequestLeave", one, payload) for one, payload in zip(ids, payloads, strict=True)]
        taken.clear()
        assert {one.verdict for one in desk.send(*asks)} == {"applied"}
        asked = len(taken)
        answers = [desk.command("AnswerLeave", one.target_id, {"state": "approved"}, one.id) for one in asks]
        taken.clear()
        assert {one.verdict for one in desk.send(*answers)} == {"applied"}
        counts.append((asked, len(taken)))
    assert counts[1] == counts[2]
