"""Who hears of more time, on both databases: its student and whoever teaches the class; nobody else."""

import pytest

from shared.grading.ids import extension_id
from shared.people.vocabulary import Role
from tests.grading.classroom import Classroom, classroom
from tests.grading.test_mark_feed import Wire

__all__ = ["classroom"]

UNTIL = "2026-11-28T17:00:00.000Z"
REASON = "Her mother is ill"


def _given(classroom: Classroom, at: int = 0) -> bytes:
    work = classroom.work()
    assert classroom.extend(work, UNTIL, at=at, reason=REASON).verdict == "applied"
    return extension_id(work, classroom.institute.enrolments[at]).encode()


def test_its_student_and_those_who_teach_the_class_read_it_with_the_reason(classroom: Classroom) -> None:
    wires = [Wire(classroom, one) for one in (classroom.student, classroom.kofi)]
    row = _given(classroom)
    for wire in wires:
        news = wire.news()
        assert row in news
        assert REASON.encode() in news
        assert row in wire.fresh()


def test_another_student_of_the_class_and_another_class_hear_nothing(classroom: Classroom) -> None:
    row = _given(classroom, at=1)
    for who in (classroom.student, classroom.yaw):
        told = Wire(classroom, who).fresh()
        assert row not in told
        assert REASON.encode() not in told


@pytest.mark.parametrize(("role", "hears"), [(Role.CASHIER, False), (Role.REGISTRAR, True)])
def test_the_office_hears_of_it_and_the_cash_desk_does_not(classroom: Classroom, role: Role, hears: bool) -> None:
    row = _given(classroom)
    other = classroom.institute.device("other", role, "Afia Darko")
    assert (row in Wire(classroom, other).fresh()) is hears


def test_why_a_file_was_put_aside_stays_with_its_student_and_the_class(classroom: Classroom) -> None:
    why = "“essay.pdf” isn't what its name says."
    classroom.institute.parts.database.write(
        lambda db: db.run(
            "INSERT INTO upload (organisation_id, id, person_id, sha256, name, kind, bytes, state, code, sentence,"
            " announced, made_at, expires_at) VALUES (:o, :id, :p, :sha256, 'essay.pdf', 'pdf', 100, 'quarantined',"
            " 'x', :why, true, :now, :now)",
            o=classroom.student.actor.organisation_id,
            id=classroom.new(),
            p=classroom.student.actor.person_id,
            sha256="a" * 64,
            why=why,
            now="2026-11-20T08:00:00.000Z",
        )
    )
    named = {"sha256": "a" * 64, "name": "essay.pdf", "bytes": 100, "type": "pdf"}
    assert classroom.hand_in(classroom.work(), files=[named]).verdict == "applied"
    for who, reads in ((classroom.student, True), (classroom.ama, True), (classroom.yaw, False)):
        assert (why.encode() in Wire(classroom, who).fresh()) is reads
