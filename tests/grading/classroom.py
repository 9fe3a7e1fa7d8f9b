"""Work set, handed in and marked in the small institute, for tests of what the server makes of it."""

from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest

from server.core.batch import Origin
from shared.core.command import Target
from shared.core.outcome import Outcome
from shared.grading.assignment_rules import DEFAULT_SCHEME
from shared.grading.ids import extension_id, grade_scheme_id, mark_id
from shared.people.vocabulary import Role
from tests.grading.work_rows import CUTOFF, DUE, RUBRIC, file
from tests.institute import Device, Institute
from tests.timetable.planning import Office

__all__ = ["CUTOFF", "DUE", "RUBRIC", "Classroom", "file"]


@dataclass
class Classroom:
    """Photography 1 with Ama and Kofi, who teach it, Yaw, who doesn't, and a student at two machines.

    `office` is the registrar over REST.
    """

    institute: Institute
    office: Office
    student: Device
    lab: Device
    known: dict[str, Device] = field(default_factory=dict)

    @property
    def ama(self) -> Device:
        """Teaches the class, on her laptop."""
        return self.institute.devices["ama"]

    @property
    def kofi(self) -> Device:
        """Teaches it, too."""
        return self.institute.devices["kofi"]

    @property
    def yaw(self) -> Device:
        """Teaches another one."""
        return self.institute.devices["yaw"]

    @property
    def cohort_id(self) -> str:
        """Photography 1."""
        return self.institute.cohort_id

    def rest(self, who: Device) -> Office:
        """Return someone who writes over REST."""
        return Office(self.institute, who.actor, Origin(""))

    def new(self) -> str:
        """Return a new id."""
        return self.institute.parts.new_id()

    def work(self, by: Device | None = None, **more: Any) -> str:
        """Set work of 50 points that takes files and text; returns its id."""
        payload = {
            "cohort_id": self.cohort_id,
            "title": "Portraits",
            "takes": ["file", "text"],
            "points": "50",
            "due_at": DUE,
            "state": "open",
            **more,
        }
        if payload.get("work_kind", "handed_in") != "handed_in":
            payload["takes"] = []
        told = (by or self.ama).do("AddAssignment", self.new(), payload)
        assert told.verdict == "applied", told
        return told.target_id

    def rubric(self, by: Device | None = None, target: str = "", **more: Any) -> Outcome:
        """Save a rubric of 50 points."""
        payload = {"course_id": self.institute.course_id, "name": "Portraits", "criteria": RUBRIC, **more}
        return (by or self.ama).do("SaveRubric", target or self.new(), payload)

    def change(self, work: str, by: Device | None = None, base: str | None = None, **changes: Any) -> Outcome:
        """Change fields of work as it is now."""
        body = self.row("assignment", work)
        fields = {name: {"old": body.get(name), "new": value} for name, value in changes.items()}
        return (by or self.ama).do("EditAssignment", work, {"changes": fields}, base or body["revision"])

    def hand_in(self, work: str, by: Device | None = None, target: str = "", at: int = 0, **more: Any) -> Outcome:
        """Hand in a text as the first student."""
        base = more.pop("base", None)
        command = {name: more.pop(name) for name in ("observed_at", "clock_offset") if name in more}
        payload = {"assignment_id": work, "enrolment_id": self.institute.enrolments[at], "text": "My answer", **more}
        return (by or self.student).do("HandIn", target or self.new(), payload, base, **command)

    def save(self, work: str, by: Device | None = None, target: str = "", **more: Any) -> Outcome:
        """Keep unfinished work of the first student."""
        base = more.pop("base", None)
        payload = {"assignment_id": work, "enrolment_id": self.institute.enrolments[0], "text": "Half", **more}
        return (by or self.student).do("SaveWork", target or self.new(), payload, base)

    def mark(self, work: str, score: str | None, by: Device | None = None, at: int = 0, **more: Any) -> Outcome:
        """Mark a student's work, on the revision that is there now unless `base` is given."""
        target = mark_id(work, self.institute.enrolments[at])
        base = more.pop("base", self.revision("mark", target))
        kind = "CorrectMark" if "reason" in more else "RecordMark"
        payload = {"assignment_id": work, "enrolment_id": self.institute.enrolments[at], "score": score, **more}
        return (by or self.ama).do(kind, target, payload, base)

    def set_marks(self, work: str, cells: dict[int, Any], by: Device | None = None, **more: Any) -> list[Outcome]:
        """Set cells of a column: student number to a score, a status or nothing."""
        marks, targets = [], []
        for at, value in cells.items():
            enrolment = self.institute.enrolments[at]
            status = value if value in ("missing", "excused", "none") else "marked"
            marks.append({"enrolment_id": enrolment, "status": status, "score": value if status == "marked" else None})
            target = mark_id(work, enrolment)
            targets.append(Target(id=target, base=self.revision("mark", target)))
        payload = {"assignment_id": work, "marks": marks, **more}
        return self._many(by or self.ama, "SetMarks", payload, targets)

    def release(self, work: str, *places: int, by: Device | None = None) -> list[Outcome]:
        """Release marks by the students' numbers."""
        ids = [mark_id(work, self.institute.enrolments[at]) for at in places]
        targets = [Target(id=one, base=self.revision("mark", one)) for one in ids]
        return self._many(by or self.ama, "ReleaseMarks", {"assignment_id": work}, targets)

    def _many(self, by: Device, kind: str, payload: dict[str, Any], targets: list[Target]) -> list[Outcome]:
        first = targets[0]
        return by.send(by.command(kind, first.id, payload, first.base, more_targets=tuple(targets[1:])))

    def extend(self, work: str, due_at: str | None, by: Device | None = None, at: int = 0, **more: Any) -> Outcome:
        """Give a student more time."""
        enrolment = self.institute.enrolments[at]
        target = extension_id(work, enrolment)
        base = more.pop("base", self.revision("extension", target))
        payload = {"assignment_id": work, "enrolment_id": enrolment, "due_at": due_at, **more}
        return (by or self.ama).do("GrantExtension", target, payload, base)

    def set_scheme(self, by: Device | None = None, **changes: Any) -> Outcome:
        """Set how the class's grades come about."""
        target = grade_scheme_id(self.cohort_id)
        entry = self.entry("grade_scheme", target)
        present = entry["body"] if entry else DEFAULT_SCHEME
        fields = {name: {"old": present.get(name), "new": value} for name, value in changes.items()}
        payload = {"cohort_id": self.cohort_id, "changes": fields}
        return (by or self.ama).do("SetGradeScheme", target, payload, self.revision("grade_scheme", target))

    def lock(self, by: Device | None = None, *, locked: bool = True) -> Outcome:
        """Lock the class's marks."""
        target = grade_scheme_id(self.cohort_id)
        payload = {"cohort_id": self.cohort_id, "locked": locked}
        return (by or self.office).do("LockGrades", target, payload, self.revision("grade_scheme", target))

    def mark_of(self, work: str, at: int = 0) -> dict[str, Any]:
        """Return a student's mark as devices have it."""
        return self.row("mark", mark_id(work, self.institute.enrolments[at]))

    def rows(self, sql: str, **places: Any) -> list[tuple[Any, ...]]:
        """Ask the database."""
        with self.institute.parts.database.read() as db:
            return [tuple(row) for row in db.rows(sql, **places)]

    def entry(self, kind: str, row_id: str) -> dict[str, Any] | None:
        """Return a row's entry in the feed."""
        found = self.rows("SELECT entry FROM feed_row WHERE kind = :kind AND entity_id = :id", kind=kind, id=row_id)
        return dict(orjson.loads(found[0][0])) if found else None

    def row(self, kind: str, row_id: str) -> dict[str, Any]:
        """Return a row as devices have it from the feed."""
        entry = self.entry(kind, row_id)
        assert entry is not None, (kind, row_id)
        return dict(entry["body"])

    def revision(self, kind: str, row_id: str) -> str | None:
        """Return a row's present revision, None where there is none."""
        entry = self.entry(kind, row_id)
        return str(entry["revision"]) if entry else None

    def settle(self, told: Outcome, choice: str, by: Device | None = None, name: str = "judgement") -> Outcome:
        """Choose a side of a disagreement, or let a held command pass (`held`, `accept`)."""
        conflict = told.conflict_id or ""
        return (by or self.ama).do("SettleConflict", conflict, {"choices": {name: choice}})

    def archive(self) -> None:
        """Archive the class."""
        body = self.row("cohort", self.cohort_id)
        told = self.institute.devices["system"].edit(
            "EditCohort", self.cohort_id, body["revision"], archived=(False, True)
        )
        assert told.verdict == "applied"

    def unassign(self, who: Device) -> None:
        """Take the class from someone who teaches it."""
        body = self.row("cohort", self.cohort_id)
        left = [one for one in body["instructors"] if one != who.actor.person_id]
        change = {"instructors": (body["instructors"], left)}
        told = self.institute.devices["system"].edit("EditCohort", self.cohort_id, body["revision"], **change)
        assert told.verdict == "applied"

    def leave(self, at: int = 0) -> None:
        """Let a student leave the class."""
        enrolment = self.institute.enrolments[at]
        payload = {"state": "dropped", "old_state": "active"}
        told = self.institute.devices["system"].do(
            "SetEnrolmentState", enrolment, payload, self.revision("enrolment", enrolment)
        )
        assert told.verdict == "applied", told


def make_classroom(institute: Institute) -> Classroom:
    """Bring Yaw and a student at two machines into the small institute."""
    institute.device("yaw", Role.INSTRUCTOR, "Yaw Mensah")
    student = institute.device("student", Role.STUDENT, "Esi Asante")
    told = institute.devices["system"].do(
        "EnrolPerson",
        institute.parts.new_id(),
        {"cohort_id": institute.cohort_id, "person_id": student.actor.person_id},
    )
    assert told.verdict == "applied"
    institute.students.insert(0, student.actor.person_id)
    institute.enrolments.insert(0, told.target_id)
    lab = Device(institute, student.actor, Origin(institute.parts.new_id(), "Lab 3"))
    registrar = institute.devices["registrar"]
    return Classroom(institute, Office(institute, registrar.actor, Origin("")), student, lab)


@pytest.fixture
def classroom(institute: Institute) -> Classroom:
    """The class, on SQLite and PostgreSQL in turn."""
    return make_classroom(institute)
