"""Saving 30 marks at once: through the door, and the same statements by hand with nothing checked or decided."""

import random
from hashlib import sha256
from typing import Any

import orjson

from server.assembly import assemble
from server.core import command_log, feeds
from server.core.batch import Origin
from server.core.database import Database, Db
from server.grading import mark_history
from server.grading.kinds import ASSIGNMENT_KIND, MARK_KIND
from server.people import organisations
from shared.core.clock import ManualClock, instant_text
from shared.core.command import Command, Target
from shared.grading.ids import mark_entry_id, mark_id
from shared.people.vocabulary import Permission

_MARKS = 30
_ENROLMENTS = "SELECT id, cohort_id, person_id, state FROM enrolment WHERE organisation_id = :o AND cohort_id = :id"
_WORK = f"SELECT {ASSIGNMENT_KIND.selected()} FROM assignment t WHERE t.organisation_id = :o AND t.id = :id"  # noqa: S608 - our own column names


class Saving:
    """A class of 30 in an institute of its own; each call marks new work of all of them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._clock = ManualClock()
        self._parts = assemble(database, self._clock, random.Random(5).getrandbits)
        new_id = self._parts.new_id
        wanted = organisations.NewOrganisation("saving", "Saving")
        self._organisation = organisations.create(database, self._clock, new_id, wanted)
        system = organisations.system_actor(self._organisation, new_id())
        self._actor = system.model_copy(update={"permissions": frozenset(map(str, Permission))})
        self._origin = Origin(new_id(), "Laptop")
        self._number = 0
        self._cohort = new_id()
        self._enrolments = [new_id() for _ in range(_MARKS)]
        course, people = new_id(), [new_id() for _ in range(_MARKS)]
        self._send("AddCourse", course, {"code": "S", "title": "Saving"})
        self._send("AddCohort", self._cohort, {"course_id": course, "code": "S1", "name": "Saving 1"})
        for at, (enrolment, person) in enumerate(zip(self._enrolments, people, strict=True)):
            self._send("AddPerson", person, {"given_name": "Student", "number": f"S{at}"})
            self._send("EnrolPerson", enrolment, {"cohort_id": self._cohort, "person_id": person})
        self._works = [self._add_work() for _ in range(240)]

    def _add_work(self) -> str:
        work = self._parts.new_id()
        payload = {"cohort_id": self._cohort, "title": "Test", "work_kind": "paper", "points": "50", "state": "open"}
        self._send("AddAssignment", work, payload)
        return work

    def _command(self, kind: str, target: str, payload: dict[str, Any], more: tuple[Target, ...] = ()) -> Command:
        self._number += 1
        return Command(
            id=self._parts.new_id(),
            device_id=self._origin.device_id,
            install_epoch=1,
            device_seq=self._number,
            type=kind,
            type_version=1,
            target_id=target,
            more_targets=more,
            payload=payload,
            observed_at=instant_text(self._clock.now()),
        )

    def _send(self, kind: str, target: str, payload: dict[str, Any]) -> None:
        told = self._parts.door.accept(self._actor, self._origin, [self._command(kind, target, payload)])
        assert {one.verdict for one in told.outcomes} == {"applied"}, told.outcomes

    def ours(self) -> None:
        """Set a column through the door."""
        work = self._works.pop()
        marks = [{"enrolment_id": one, "status": "marked", "score": "41.5"} for one in self._enrolments]
        first, *more = [Target(id=mark_id(work, one)) for one in self._enrolments]
        payload = {"assignment_id": work, "marks": marks}
        command = self._command("SetMarks", first.id, payload, tuple(more))
        told = self._parts.door.accept(self._actor, self._origin, [command])
        assert b'"applied"' in told.joined

    def by_hand(self) -> None:
        """Write the same rows with the same statements, made by hand."""
        work = self._works.pop()
        self._database.write(lambda db: self._by_hand(db, work))

    def _by_hand(self, db: Db, work: str) -> None:
        organisation, command_id = self._organisation, self._parts.new_id()
        places = {"organisation_id": organisation}
        now = instant_text(self._clock.now())
        self._claim(db, command_id, work, now)
        db.one(_WORK, o=organisation, id=work)
        people = db.rows(_ENROLMENTS, o=organisation, id=self._cohort)
        marks = [self._mark(work, row, command_id, now) for row in people]
        db.rows(MARK_KIND.__dict__["_statements"]["read"], ids=_dumped([one["id"] for one in marks]), **places)
        packed = _dumped([{**one, "levels": "[]"} for one in marks])
        db.rows(MARK_KIND.__dict__["_statements"]["insert"], rows=packed, **places)
        steps = [self._step(one, command_id, now) for one in marks]
        add = mark_history._ADD  # noqa: SLF001 - the very statement
        db.rows(add, rows=_dumped([{**one, "levels": "[]"} for one in steps]), **places)
        rows = [("mark", one, one["assignment_id"]) for one in marks]
        rows += [("mark_entry", one, one["mark_id"]) for one in steps]
        self._publish(db, rows, command_id, now)

    def _claim(self, db: Db, command_id: str, work: str, now: str) -> None:
        payload = {"assignment_id": work, "marks": [{"enrolment_id": one, "score": "41.5"} for one in self._enrolments]}
        claim = {"id": command_id, "hash": "0" * 64, "target_id": work, "type": "SetMarks", "install_epoch": 1}
        claim |= {"device_seq": 0, "salt": "0", "digest": "0" * 64, "detail": _dumped(payload)}
        db.rows(
            command_log._CLAIM,  # noqa: SLF001 - the very statement
            organisation_id=self._organisation,
            actor_id=self._actor.person_id,
            device_id=self._origin.device_id,
            received_at=now,
            rows=_dumped([claim]),
        )

    def _mark(self, work: str, row: Any, command_id: str, now: str) -> dict[str, Any]:
        return {
            "id": mark_id(work, row[0]),
            "revision": command_id,
            "assignment_id": work,
            "cohort_id": row[1],
            "enrolment_id": row[0],
            "person_id": row[2],
            "submission_id": None,
            "status": "marked",
            "score": "41.5",
            "levels": [],
            "feedback": "",
            "finished": True,
            "marked_by": self._actor.person_id,
            "marked_by_name": self._actor.name,
            "marked_at": now,
            "released_at": None,
        }

    def _step(self, mark: dict[str, Any], command_id: str, now: str) -> dict[str, Any]:
        judged = {name: mark[name] for name in ("cohort_id", "status", "score", "levels", "feedback", "finished")}
        author = {"by_id": self._actor.person_id, "by_name": self._actor.name, "device_name": "Laptop", "at": now}
        own = {"id": mark_entry_id(mark["id"], command_id), "revision": command_id, "mark_id": mark["id"]}
        return {**own, **judged, **author, "kind": "recorded", "reason": "", "part": ""}

    def _publish(self, db: Db, rows: list[tuple[str, dict[str, Any], str]], command_id: str, now: str) -> None:
        digest = sha256(command_id.encode()).digest()
        places = {"organisation_id": self._organisation}
        told = {
            "device_id": self._origin.device_id,
            "install_epoch": 1,
            "rows": len(rows),
            "digest": digest,
            "access": 0,
        }
        head = db.one(feeds._ADVANCES[db.dialect], **places, **told)  # noqa: SLF001 - the very statement
        assert head is not None
        first = head[0] - len(rows) + 1
        scope = f"cohort:{self._cohort}"
        packed = [_feed_row(kind, body, parent, scope, first + at) for at, (kind, body, parent) in enumerate(rows)]
        answers = [
            {"command_id": command_id, "target_id": one["id"], "verdict": "applied"} for _, one, _ in rows[:_MARKS]
        ]
        outcome = {"id": command_id, "verdict": "applied", "outcomes": _dumped(answers)}
        link = {"audit_seq": head[1], "seq_to": head[0], "digest": digest, "chain": head[2]}
        author = {"actor_id": self._actor.person_id, "device_id": self._origin.device_id, "made_at": now}
        with db.together():
            db.send(feeds._PUT, rows=_dumped(packed), **places)  # noqa: SLF001 - the very statement
            nothing = {"address": None, "user_agent": None, "note": None}
            db.send(feeds._LINK, **places, **link, **author, **nothing)  # noqa: SLF001 - the very statement
            store = command_log._STORE  # noqa: SLF001 - the very statement
            db.send(store, **places, audit_seq=head[1], rows=_dumped([outcome]))


def _feed_row(kind: str, body: dict[str, Any], parent: str, scope: str, seq: int) -> dict[str, Any]:
    told = {"seq": seq, "kind": kind, "id": body["id"], "revision": body["revision"], "scope": scope, "also": None}
    entry = {**told, "parent": parent, "deleted": False, "body": body}
    return {**told, "deleted": False, "entry": _dumped(entry)}


def _dumped(value: object) -> str:
    return orjson.dumps(value).decode()
