"""What goes over the wire to whom: of a mark nothing before its release, and of others' work never anything."""

from collections.abc import Sequence

import orjson
import pytest

from server.areas import KINDS
from server.core.database import Db
from shared.core.sync import PROTOCOL, SnapshotTask, SyncRequest
from shared.grading.ids import mark_id
from shared.people.vocabulary import Role
from tests.grading.classroom import Classroom, classroom
from tests.institute import Device

__all__ = ["classroom"]


def sync(classroom: Classroom, who: Device, **more: object) -> bytes:
    """One exchange as bytes, as the route gives it."""
    actor = classroom.institute.refreshed(who.actor)
    known = tuple(sorted(KINDS))
    request = SyncRequest.model_validate(
        {"protocol": PROTOCOL, "device_id": who.origin.device_id, "install_epoch": 1, "known_kinds": known} | more
    )
    return classroom.institute.parts.exchange.run(actor, who.origin, request)


class Wire:
    """A device that reads the feed; `fresh` keeps what a new device of the same person would get."""

    def __init__(self, classroom: Classroom, who: Device) -> None:
        self.classroom, self.who = classroom, who
        self.cursor = orjson.loads(sync(classroom, who))["cursor"]

    def news(self) -> bytes:
        """Read what came since the last time."""
        told = sync(self.classroom, self.who, cursor=self.cursor)
        self.cursor = orjson.loads(told)["cursor"]
        return told

    def fresh(self) -> bytes:
        """Read everything as a new device does."""
        told = orjson.loads(sync(self.classroom, self.who))
        task = SnapshotTask(scopes=tuple(told["scopes"]), after=0, until=told["cursor"]["seq"])
        return sync(self.classroom, self.who, cursor=told["cursor"], snapshot=task.model_dump())


def kinds(told: bytes, part: str = "changes") -> set[str]:
    return {row["kind"] for row in orjson.loads(told)[part]}


def test_a_student_gets_nothing_of_a_mark_before_its_release(classroom: Classroom) -> None:
    work = classroom.work()
    submission = classroom.hand_in(work).target_id
    wire = Wire(classroom, classroom.student)
    secret = "The light is wonderful"
    classroom.mark(work, "43.25", feedback=secret, submission_id=submission)
    classroom.mark(work, "31.75", by=classroom.kofi, base=None)
    payload = {"assignment_id": work, "enrolment_id": classroom.institute.enrolments[0], "text": "Ask about the lens"}
    note = classroom.ama.do("AddMarkNote", classroom.new(), payload)
    comment = classroom.ama.do("AddWorkComment", classroom.new(), {"submission_id": submission, "text": "Look here"})
    mark = mark_id(work, classroom.institute.enrolments[0])
    hidden = [mark, secret, "43.25", "31.75", note.target_id, comment.target_id, "Look here", "graded"]
    for told in (wire.news(), wire.fresh()):
        assert [one for one in hidden if one.encode() in told] == []
    assert {"mark", "conflict", "mark_entry", "work_comment"} <= kinds(
        Wire(classroom, classroom.kofi).fresh(), "snapshot_changes"
    )


def test_after_release_the_student_gets_mark_and_comments_but_never_notes_and_history(classroom: Classroom) -> None:
    work = classroom.work()
    submission = classroom.hand_in(work).target_id
    classroom.mark(work, "43.25")
    payload = {"assignment_id": work, "enrolment_id": classroom.institute.enrolments[0], "text": "Ask about the lens"}
    classroom.ama.do("AddMarkNote", classroom.new(), payload)
    classroom.ama.do("AddWorkComment", classroom.new(), {"submission_id": submission, "text": "Look here"})
    wire = Wire(classroom, classroom.student)
    classroom.release(work, 0)
    told = wire.news()
    assert kinds(told) == {"mark", "work_comment", "notice"}
    assert b"43.25" in told
    assert b"Look here" in told
    assert kinds(wire.fresh(), "snapshot_changes").isdisjoint({"mark_entry", "mark_note"})
    late = classroom.ama.do("AddWorkComment", classroom.new(), {"submission_id": submission, "text": "And here"})
    assert late.target_id.encode() in wire.news()


def test_a_student_gets_no_row_of_another(classroom: Classroom) -> None:
    work = classroom.work()
    classroom.hand_in(work)
    classroom.set_marks(work, {0: "40", 1: "31.5", 2: "missing"})
    classroom.extend(work, "2026-11-28T17:00:00Z", at=1)
    classroom.release(work, 0, 1, 2)
    told = Wire(classroom, classroom.student).fresh()
    others = classroom.institute.enrolments[1:] + classroom.institute.students[1:]
    assert [one for one in others if one.encode() in told] == []
    assert b"31.5" not in told


def test_what_a_student_is_still_at_is_his_own_until_it_is_handed_in(classroom: Classroom) -> None:
    work = classroom.work()
    kept = classroom.save(work, text="Not for anybody yet")
    assert b"Not for anybody yet" in Wire(classroom, classroom.lab).fresh()
    for other in (classroom.ama, classroom.kofi, classroom.yaw):
        assert b"Not for anybody yet" not in Wire(classroom, other).fresh()
    classroom.hand_in(work, target=kept.target_id, base=kept.command_id, text="Now it is")
    assert b"Now it is" in Wire(classroom, classroom.ama).fresh()
    assert b"Now it is" not in Wire(classroom, classroom.yaw).fresh()


def test_drafts_of_work_and_others_classes_stay_with_whoever_teaches(classroom: Classroom) -> None:
    draft = classroom.work(title="Exam in secret", state="draft")
    opened = classroom.work()
    classroom.mark(opened, "40")
    told = Wire(classroom, classroom.student).fresh()
    assert opened.encode() in told
    assert draft.encode() not in told
    other = Wire(classroom, classroom.yaw).fresh()
    assert kinds(other, "snapshot_changes").isdisjoint({"assignment", "mark", "submission", "mark_entry"})
    assert draft.encode() in Wire(classroom, classroom.kofi).fresh()
    classroom.change(draft, state="open")
    assert draft.encode() in Wire(classroom, classroom.student).fresh()


def test_a_rubric_is_seen_with_its_work(classroom: Classroom) -> None:
    version_id = classroom.row("rubric", classroom.rubric().target_id)["version_id"]
    work = classroom.work(rubric_version_id=version_id, state="draft")
    assert b"strong" not in Wire(classroom, classroom.student).fresh()
    assert b"strong" in Wire(classroom, classroom.ama).fresh()
    classroom.change(work, state="open")
    assert b"strong" in Wire(classroom, classroom.student).fresh()
    assert b"strong" not in Wire(classroom, classroom.yaw).fresh()


@pytest.mark.parametrize(("role", "sees"), [(Role.CASHIER, False), (Role.AUDITOR, True), (Role.REGISTRAR, True)])
def test_who_sees_everything_but_marks(classroom: Classroom, role: Role, sees: bool) -> None:
    work = classroom.work()
    classroom.hand_in(work)
    classroom.mark(work, "40")
    other = classroom.institute.device("other", role, "Afia Darko")
    found = kinds(Wire(classroom, other).fresh(), "snapshot_changes")
    assert "assignment" in found
    assert ({"mark", "submission", "mark_entry"} <= found) is sees
    assert sees or found.isdisjoint({"mark", "submission", "mark_entry"})


def test_release_needs_a_mark_that_is_finished_and_undisputed(classroom: Classroom) -> None:
    work = classroom.work()
    classroom.mark(work, "40")
    classroom.mark(work, "30", by=classroom.kofi, base=None)
    classroom.mark(work, "20", at=1, finished=False)
    classroom.mark(work, "25", at=2)
    told = classroom.release(work, 0, 1, 2, 3)
    assert [one.code for one in told] == ["mark_disputed", "not_marked", None, "not_marked"]
    assert classroom.release(work, 2)[0].verdict == "agreed"
    steps = classroom.rows("SELECT kind FROM mark_entry WHERE mark_id = :id ORDER BY ordinal", id=told[2].target_id)
    assert steps == [("recorded",), ("released",)]


def test_who_may_not_release(classroom: Classroom) -> None:
    work = classroom.work()
    classroom.mark(work, "40")
    told = classroom.release(work, 0, by=classroom.student)[0]
    assert (told.verdict, told.code) == ("rejected", "not_allowed")
    assert classroom.release(work, 0, by=classroom.yaw)[0].code == "not_teaching"
    classroom.archive()
    assert classroom.release(work, 0)[0].code == "course_archived"
    told = classroom.release(work, 0, by=classroom.rest(classroom.ama))[0]
    assert (told.verdict, told.code) == ("rejected", "course_archived")
    unknown = classroom.ama.do("ReleaseMarks", classroom.new(), {"assignment_id": classroom.new()})
    assert unknown.code == "waits_for_creation"


@pytest.fixture
def statements(monkeypatch):
    """What went to the driver."""
    seen = []
    right = Db._go

    def go(self, statement, places):
        seen.append(statement if isinstance(statement, str) else statement.text(self.dialect))
        return right(self, statement, places)

    monkeypatch.setattr(Db, "_go", go)
    return seen


def _grow(classroom: Classroom, size: int) -> Sequence[int]:
    """Bring the class to a size; returns the places of its students."""
    system, new = classroom.institute.devices["system"], classroom.new
    commands = []
    for at in range(len(classroom.institute.enrolments), size):
        person, enrolment = new(), new()
        commands.append(system.command("AddPerson", person, {"given_name": "More", "number": f"M-{at}"}))
        payload = {"cohort_id": classroom.cohort_id, "person_id": person}
        commands.append(system.command("EnrolPerson", enrolment, payload))
        classroom.institute.enrolments.append(enrolment)
        classroom.institute.students.append(person)
    if commands:
        assert {one.verdict for one in system.send(*commands)} == {"applied"}
    return range(size)


def test_a_class_of_two_hundred_takes_no_statement_more(classroom: Classroom, statements: list[str]) -> None:
    taken: dict[str, list[int]] = {"set": [], "again": [], "release": []}
    for size in (6, 200):
        work, everybody = classroom.work(), _grow(classroom, size)
        cells = dict.fromkeys(everybody, "40")
        classroom.institute.refreshed(classroom.ama.actor)
        for name, do in (
            ("set", lambda cells=cells, work=work: classroom.set_marks(work, cells)),
            ("again", lambda cells=cells, work=work: classroom.set_marks(work, dict.fromkeys(cells, "41"))),
            ("release", lambda everybody=everybody, work=work: classroom.release(work, *everybody)),
        ):
            statements.clear()
            assert {one.verdict for one in do()} == {"applied"}
            looks = [one for one in statements if "FROM feed_row WHERE kind" in one or "access_revision" in one]
            taken[name].append(len(statements) - len(looks))
    assert {name: counts[0] for name, counts in taken.items()} == {name: counts[1] for name, counts in taken.items()}
    assert max(taken["set"] + taken["again"] + taken["release"]) <= 13, taken
