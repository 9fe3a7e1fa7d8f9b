"""Sealed work that arrives without a sign-in: of people who have gone home it is done, of others it is quarantined.

What a computer delivers or what comes off a stick is opened with the institute's key. While its author and the device
may still act it goes through the door in that person's name, as if sent from there; every command counts once, however
often and whichever way it arrives. Otherwise the office looks at it and lets it through as held.
"""

import base64
from dataclasses import dataclass
from typing import Any

import orjson

from server.core.auth import CurrentSignIn
from server.core.batch import Decision, Origin
from server.core.context import Context
from server.core.sql import SetSql
from server.people.credentials import institute_private_key
from server.people.device_proof import proven_device
from server.people.person_actor import acting_person
from server.people.sealed_work import SealedWork, open_sealed
from shared.core.actor import Actor
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.ids import derived_id
from shared.core.outcome import Verdict
from shared.core.text import text

_DEVICE = "SELECT name FROM device WHERE organisation_id = :o AND id = :id"
_PUT = """
INSERT INTO quarantine (organisation_id, id, command_id, reason, person_id, device_id, content, received_at)
VALUES (:organisation_id, :id, NULL, :reason, :person_id, :device_id, :content, :now)
ON CONFLICT DO NOTHING
"""
_KNOWN = SetSql(
    "SELECT c.id FROM {ids} i {by} command_log c ON c.id = i.id WHERE c.organisation_id = :o AND c.verdict IS NOT NULL"
)
_AT_ONCE = 200
_LIST = """
SELECT q.id, q.reason, q.person_id, q.device_id, q.received_at, q.command_id, p.given_name, p.family_name, d.name
FROM quarantine q
LEFT JOIN person p ON p.organisation_id = q.organisation_id AND p.id = q.person_id
LEFT JOIN device d ON d.organisation_id = q.organisation_id AND d.id = q.device_id
WHERE q.organisation_id = :o ORDER BY q.received_at, q.id
"""
_ONE = "SELECT content, reason, device_id, person_id FROM quarantine WHERE organisation_id = :o AND id = :id"
_GONE = "DELETE FROM quarantine WHERE organisation_id = :o AND id = :id"
_PERSON = "SELECT given_name, family_name FROM person WHERE organisation_id = :o AND id = :id"
SEALED = "sealed_work"


@dataclass(frozen=True)
class Delivery:
    """A sealed outbox as a device hands it over; it signs `deliver`, its id, the time and the packed work."""

    device_id: str
    timestamp: str
    sealed: str
    signature: str


class Deliveries:
    """Takes, lists and lets through sealed work."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def take(self, delivery: Delivery) -> dict[str, Any]:
        """Take a delivery signed by a device that was registered once; returns its id, its state and the count of work.

        `state` is `done` (each command has its outcome), `known` (all of it was here before) or `quarantined`. Raises
        CampusError `device_unproven`.
        """
        signed = f"deliver\n{delivery.device_id}\n{delivery.timestamp}\n{delivery.sealed}"
        known = proven_device(self._context.database, delivery.device_id, delivery.signature, signed)
        if known is None:
            raise CampusError("device_unproven", text("This computer isn't known here. Its work stays on its disk."))
        organisation_id, person_id, device = known.organisation_id, known.person_id, (delivery.device_id, known.name)
        work = self._opened(organisation_id, delivery.sealed)
        if work is not None and self._are_known(organisation_id, work):
            return {"id": derived_id(SEALED, delivery.sealed), "state": "known", "commands": len(work.commands)}
        with self._context.database.read() as db:
            actor = acting_person(db, self._context.book, organisation_id, person_id, delivery.device_id)
        owned = work is not None and (work.person_id, work.device_id) == (person_id, delivery.device_id)
        if work is not None and actor is not None and owned and not work.unreadable:
            self._do(actor, device, work)
            return {"id": derived_id(SEALED, delivery.sealed), "state": "done", "commands": len(work.commands)}
        key = self._keep(organisation_id, person_id, delivery.device_id, delivery.sealed)
        return {"id": key, "state": "quarantined", "commands": len(work.commands) if work else 0}

    def _opened(self, organisation_id: str, sealed: str) -> SealedWork | None:
        """Return what is in a delivery, None where nothing of it can be opened."""
        with self._context.database.read() as db:
            private = institute_private_key(db, self._context.keys, organisation_id)
        try:
            content = base64.b64decode(sealed, validate=True)
        except ValueError:
            return None
        work = open_sealed(content, private) if private is not None else None
        return work if work is not None and work.commands else None

    def _are_known(self, organisation_id: str, work: SealedWork) -> bool:
        ids = orjson.dumps([command.id for command in work.commands]).decode()
        with self._context.database.read() as db:
            rows = db.rows(_KNOWN, o=organisation_id, ids=ids)
        return not work.unreadable and len(rows) == len(work.commands)

    def _do(self, actor: Actor, device: tuple[str, str], work: SealedWork) -> None:
        """Put commands through the door in their author's name, in their order."""
        for start in range(0, len(work.commands), _AT_ONCE):
            part = work.commands[start : start + _AT_ONCE]
            self._context.door.accept(actor, Origin(*device, part[0].install_epoch), part)

    def upload(self, known: CurrentSignIn, sealed: str) -> str:
        """Keep sealed work that the office took off a disk."""
        return self._keep(known.actor.organisation_id, None, None, sealed)

    def _keep(self, organisation_id: str, person_id: str | None, device_id: str | None, sealed: str) -> str:
        try:
            base64.b64decode(sealed, validate=True)
        except ValueError as failure:
            raise CampusError("malformed", text("What was sent is not sealed work.")) from failure
        # The same work again is the same row: it may come from the computer and off a stick.
        key, now = derived_id(SEALED, sealed), instant_text(self._context.clock.now())
        places = {"organisation_id": organisation_id, "id": key, "reason": SEALED, "person_id": person_id}
        self._context.database.write(lambda db: db.run(_PUT, **places, device_id=device_id, content=sealed, now=now))
        return key

    def listed(self, known: CurrentSignIn) -> list[dict[str, Any]]:
        """Return what waits in quarantine."""
        names = ("id", "reason", "person_id", "device_id", "received_at", "command_id")
        with self._context.database.read() as db:
            rows = db.rows(_LIST, o=known.actor.organisation_id)
        return [
            {
                **dict(zip(names, row[:6], strict=True)),
                "person_name": " ".join(part for part in row[6:8] if part),
                "device_name": row[8] or "",
            }
            for row in rows
        ]

    def let_through(self, known: CurrentSignIn, quarantine_id: str) -> dict[str, Any]:
        """Open sealed work and put each command before the office as held; what was applied before stays so."""
        organisation_id = known.actor.organisation_id
        with self._context.database.read() as db:
            row = db.one(_ONE, o=organisation_id, id=quarantine_id)
            private = institute_private_key(db, self._context.keys, organisation_id)
        if row is None or row[1] != SEALED or private is None:
            raise CampusError("not_found", text("There is no sealed work under this number."))
        work = open_sealed(base64.b64decode(row[0]), private)
        if not work.commands:
            raise CampusError("sealed_unreadable", text("Nothing in this file can be opened with the institute's key."))
        outcomes = self._hold(organisation_id, work)
        self._context.database.write(lambda db: db.run(_GONE, o=organisation_id, id=quarantine_id))
        return {"commands": len(work.commands), "unreadable": work.unreadable, "held": outcomes}

    def _hold(self, organisation_id: str, work: SealedWork) -> int:
        with self._context.database.read() as db:
            person = db.one(_PERSON, o=organisation_id, id=work.person_id)
            device = db.one(_DEVICE, o=organisation_id, id=work.device_id)
        name = " ".join(part for part in person or () if part)
        actor = Actor(person_id=work.person_id, organisation_id=organisation_id, name=name)
        origin = Origin(work.device_id, device[0] if device else "")
        message = text("This came from a computer whose person can't sign in. The office decides about it.")
        holding = Decision(Verdict.HELD, code="from_quarantine", message=message)
        outcomes = self._context.door.hold(actor, origin, work.commands, holding)
        return sum(outcome.code == holding.code for outcome in outcomes)
