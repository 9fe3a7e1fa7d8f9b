"""A student asks for a mark to be looked at again, on both databases: a reason comes back, or another mark."""

import pytest

from shared.core.outcome import Outcome
from shared.people.vocabulary import Role
from tests.grading.classroom import Classroom, classroom
from tests.grading.test_mark_feed import Wire
from tests.institute import Device

__all__ = ["classroom"]
DOUBT = "Page 3 wasn't counted"


def ask(classroom: Classroom, work: str, by: Device | None = None, at: int = 0, **more: object) -> Outcome:
    """Ask as the first student."""
    target = str(more.pop("target", classroom.new()))
    payload = {"assignment_id": work, "enrolment_id": classroom.institute.enrolments[at], "reason": DOUBT, **more}
    return (by or classroom.student).do("AskRegrade", target, payload)


def answer(classroom: Classroom, request: str, words: str = "It was", by: Device | None = None) -> Outcome:
    """Answer as Ama."""
    return (by or classroom.ama).do("AnswerRegrade", request, {"answer": words}, classroom.revision("regrade", request))


@pytest.fixture
def marked(classroom: Classroom) -> str:
    """Work whose first three marks are released."""
    work = classroom.work()
    classroom.set_marks(work, {0: "40", 1: "30", 2: "20"})
    classroom.release(work, 0, 1, 2)
    return work


def test_a_question_gets_a_reason(classroom: Classroom, marked: str) -> None:
    wire = Wire(classroom, classroom.student)
    asked = ask(classroom, marked)
    assert asked.verdict == "applied"
    assert ask(classroom, marked).code == "regrade_waits"
    assert DOUBT.encode() in Wire(classroom, classroom.kofi).fresh()
    assert answer(classroom, asked.target_id).verdict == "applied"
    assert answer(classroom, asked.target_id).verdict == "agreed"
    assert answer(classroom, asked.target_id, "No", by=classroom.kofi).code == "regrade_answered"
    row = classroom.row("regrade", asked.target_id)
    assert (row["state"], row["outcome"], row["answered_by_name"]) == ("answered", "kept", "Ama Owusu")
    assert b"It was" in wire.news()
    assert ask(classroom, marked).verdict == "applied"


def test_those_who_teach_are_told_of_a_question(classroom: Classroom, marked: str) -> None:
    ask(classroom, marked)
    sql = "SELECT title, link_kind, link_id FROM notice WHERE person_id = :id"
    for who, count in ((classroom.ama, 1), (classroom.kofi, 1), (classroom.yaw, 0)):
        found = classroom.rows(sql, id=who.actor.person_id)
        assert found == [("A student asks about a mark of Portraits", "marking", marked)] * count


def test_another_mark_answers(classroom: Classroom, marked: str) -> None:
    asked = ask(classroom, marked)
    told = classroom.mark(marked, "44")
    assert (told.verdict, told.code) == ("held", "mark_released")
    assert classroom.row("regrade", asked.target_id)["state"] == "open"
    registrar = classroom.institute.devices["registrar"]
    assert classroom.settle(told, "accept", by=registrar, name="held").verdict == "applied"
    row = classroom.row("regrade", asked.target_id)
    assert (row["state"], row["outcome"]) == ("answered", "changed")
    again = ask(classroom, marked)
    assert classroom.mark(marked, "45", by=registrar, reason="Page 3 counts").verdict == "applied"
    row = classroom.row("regrade", again.target_id)
    assert (row["outcome"], row["answer"], row["answered_by_name"]) == ("changed", "Page 3 counts", "Grace Kimani")


def test_who_may_ask_and_when(classroom: Classroom, marked: str) -> None:
    other = classroom.work()
    assert ask(classroom, other).code == "not_released"
    classroom.mark(other, "40")
    assert ask(classroom, other).code == "not_released"
    assert ask(classroom, marked, at=1).code == "not_allowed"
    assert ask(classroom, marked, by=classroom.ama).code == "not_allowed"
    assert ask(classroom, marked, reason=" ").code == "reason_missing"
    assert ask(classroom, classroom.new()).code == "waits_for_creation"
    first = ask(classroom, marked)
    assert answer(classroom, first.target_id, by=classroom.student).code == "not_allowed"
    assert answer(classroom, first.target_id, by=classroom.yaw).code == "not_teaching"
    assert answer(classroom, first.target_id, " ").code == "answer_missing"
    assert answer(classroom, classroom.new()).code == "waits_for_creation"
    classroom.archive()
    assert answer(classroom, first.target_id).code == "course_archived"


def test_who_left_asks_the_office(classroom: Classroom, marked: str) -> None:
    classroom.leave()
    told = ask(classroom, marked)
    assert (told.verdict, told.code) == ("held", "not_enrolled")
    registrar = classroom.institute.devices["registrar"]
    assert classroom.settle(told, "accept", by=registrar, name="held").verdict == "applied"


@pytest.mark.parametrize(("role", "sees"), [(Role.CASHIER, False), (Role.AUDITOR, True), (Role.REGISTRAR, True)])
def test_who_sees_a_question(classroom: Classroom, marked: str, role: Role, sees: bool) -> None:
    ask(classroom, marked)
    other = classroom.institute.device("other", role, "Afia Darko")
    assert (DOUBT.encode() in Wire(classroom, other).fresh()) is sees
    assert DOUBT.encode() not in Wire(classroom, classroom.yaw).fresh()
    student = classroom.institute.device("peer", Role.STUDENT, "Yaa Boah")
    told = classroom.institute.devices["system"].do(
        "EnrolPerson", classroom.new(), {"cohort_id": classroom.cohort_id, "person_id": student.actor.person_id}
    )
    assert told.verdict == "applied"
    assert DOUBT.encode() not in Wire(classroom, student).fresh()
