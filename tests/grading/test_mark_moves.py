"""Marks of a walk-in go to whoever the office says that he or she is, and none is lost on the way."""

import pytest

from shared.grading.ids import mark_id
from shared.people.vocabulary import Role
from tests.grading.classroom import Classroom, classroom

__all__ = ["classroom"]


class WalkIn:
    """Someone whom Ama added at a class, and a student whom the office knows; each has work set."""

    def __init__(self, classroom: Classroom, *, enrolled: bool = False) -> None:
        institute = classroom.institute
        self.classroom, self.work = classroom, classroom.work(work_kind="paper")
        self.known = institute.device("known", Role.STUDENT, "Kwaku Known").actor.person_id
        self.enrolment, self.own = classroom.new(), classroom.new()
        if enrolled:
            payload = {"cohort_id": classroom.cohort_id, "person_id": self.known}
            assert institute.devices["registrar"].do("EnrolPerson", self.own, payload).verdict == "applied"
            institute.enrolments.append(self.own)
        payload = {
            "session_id": institute.session_id,
            "cohort_id": classroom.cohort_id,
            "person_id": classroom.new(),
            "given_name": "Walk",
        }
        assert classroom.ama.do("AddWalkIn", self.enrolment, payload).verdict == "applied"
        institute.enrolments.append(self.enrolment)
        self.at = len(institute.enrolments) - 1

    def confirm(self) -> str:
        base = self.classroom.revision("enrolment", self.enrolment)
        office = self.classroom.institute.devices["registrar"]
        told = office.do("ConfirmEnrolment", self.enrolment, {"person_id": self.known}, base)
        assert told.verdict == "applied", told
        return str(told.details["existing_id"])

    def mark_of(self, enrolment: str) -> dict[str, object] | None:
        key = mark_id(self.work, enrolment)
        return self.classroom.row("mark", key) if self.classroom.revision("mark", key) else None


def test_a_walk_ins_mark_goes_along(classroom: Classroom) -> None:
    walk_in = WalkIn(classroom)
    assert classroom.mark(walk_in.work, "41.5", at=walk_in.at, feedback="Good light").verdict == "applied"
    onto = walk_in.confirm()
    mark = walk_in.mark_of(onto)
    assert mark is not None
    assert (mark["score"], mark["feedback"], mark["person_id"]) == ("41.5", "Good light", walk_in.known)
    assert mark["marked_by"] == classroom.ama.actor.person_id
    with classroom.institute.parts.database.read() as db:
        told = db.rows("SELECT reason, score FROM mark_entry WHERE mark_id = :id", id=mark["id"])
    assert [tuple(row) for row in told] == [("Marked as a walk-in.", "41.5")]


def test_who_gets_a_mark_that_is_out_is_told(classroom: Classroom) -> None:
    walk_in = WalkIn(classroom)
    classroom.mark(walk_in.work, "41.5", at=walk_in.at)
    assert [one.verdict for one in classroom.release(walk_in.work, walk_in.at)] == ["applied"]
    walk_in.confirm()
    titles = classroom.rows("SELECT title FROM notice WHERE person_id = :p", p=walk_in.known)
    assert ("Marks of Portraits are out",) in titles


def test_one_that_comes_later_from_a_laptop_goes_along_too(classroom: Classroom) -> None:
    walk_in = WalkIn(classroom)
    onto = walk_in.confirm()
    assert walk_in.mark_of(onto) is None
    assert classroom.mark(walk_in.work, "30", classroom.kofi, at=walk_in.at).verdict == "applied"
    mark = walk_in.mark_of(onto)
    assert mark is not None
    assert mark["score"] == "30"


@pytest.mark.parametrize("late", [False, True])
def test_where_another_mark_is_there_both_are_kept(classroom: Classroom, late: bool) -> None:
    walk_in = WalkIn(classroom, enrolled=True)
    assert classroom.mark(walk_in.work, "20", classroom.kofi, at=walk_in.at - 1).verdict == "applied"
    if not late:
        assert classroom.mark(walk_in.work, "45", at=walk_in.at).verdict == "applied"
    assert walk_in.confirm() == walk_in.own
    if late:
        assert classroom.mark(walk_in.work, "45", at=walk_in.at).verdict == "applied"
    mark = walk_in.mark_of(walk_in.own)
    assert mark is not None
    assert mark["score"] == "20", "nothing is overwritten"
    with classroom.institute.parts.database.read() as db:
        found = db.rows("SELECT state, body FROM conflict WHERE entity_id = :id", id=mark["id"])
    assert len(found) == 1
    assert found[0][0] == "open"
    assert '"45"' in str(found[0][1])
    assert '"20"' in str(found[0][1])


def test_equal_marks_are_one(classroom: Classroom) -> None:
    walk_in = WalkIn(classroom, enrolled=True)
    for at in (walk_in.at, walk_in.at - 1):
        assert classroom.mark(walk_in.work, "20", at=at).verdict == "applied"
    walk_in.confirm()
    with classroom.institute.parts.database.read() as db:
        assert db.rows("SELECT 1 FROM conflict WHERE kind = 'mark'") == []


def test_who_isnt_marked_moves_nothing(classroom: Classroom) -> None:
    walk_in = WalkIn(classroom)
    assert walk_in.mark_of(walk_in.confirm()) is None
