"""Computers: what each told at its last contact, signed by a device on it, and the list for the attendant."""

import json
from collections.abc import Sequence
from typing import Any

import orjson
from pydantic import ValidationError

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.sql import SetSql
from server.people.device_proof import proven_device
from server.people.loss_service import Losses
from shared.core.clock import instant_text, parse_instant
from shared.core.computers import Contact, signed_contact
from shared.core.errors import CampusError
from shared.core.text import text

_PUT = """
INSERT INTO computer (organisation_id, id, name, version, disk_free, disk_size, clock_off, unsent, people,
last_contact_at) VALUES (:o, :id, :name, :version, :disk_free, :disk_size, :clock_off, :unsent, :people, :now)
ON CONFLICT (organisation_id, id) DO UPDATE SET name = excluded.name, version = excluded.version,
disk_free = excluded.disk_free, disk_size = excluded.disk_size, clock_off = excluded.clock_off,
unsent = excluded.unsent, people = excluded.people, last_contact_at = excluded.last_contact_at
"""
_NAMES = ("id", "name", "version", "disk_free", "disk_size", "clock_off", "unsent", "people", "last_contact_at")
_LOST = ("lost_at", "met_at", "wiped_at")
_LIST = f"""
SELECT {", ".join(f"c.{name}" for name in _NAMES)}, max(l.marked_at), max(l.met_at), max(l.wiped_at) FROM computer c
LEFT JOIN computer_device cd ON cd.organisation_id = c.organisation_id AND cd.computer_id = c.id
LEFT JOIN device_loss l ON l.organisation_id = c.organisation_id AND l.device_id = cd.device_id
AND l.withdrawn_at IS NULL
WHERE c.organisation_id = :o GROUP BY {", ".join(f"c.{name}" for name in _NAMES)} ORDER BY c.unsent DESC, c.name, c.id
"""  # noqa: S608 - our own column names
_PEOPLE = SetSql(
    "SELECT p.id, p.given_name, p.family_name FROM {ids} i {by} person p ON p.id = i.id WHERE p.organisation_id = :o"
)
_GONE = "DELETE FROM computer WHERE organisation_id = :o AND id = :id"
_WIDEST = 1 << 52


class Computers:
    """Takes what computers tell, and lists them."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._losses = Losses(context)

    def take(self, device_id: str, timestamp: str, report: str, signature: str) -> list[dict[str, Any]]:
        """Keep a contact; returns orders for lost devices. Raises CampusError `device_unproven` or `malformed`."""
        content = signed_contact(device_id, timestamp, report)
        known = proven_device(self._context.database, device_id, signature, content)
        if known is None:
            raise CampusError("device_unproven", text("This computer isn't known here."))
        contact, off = _read(report), self._clock_off(timestamp)
        values = {
            "o": known.organisation_id,
            "id": contact.computer_id,
            "name": contact.name,
            "version": contact.version,
            "disk_free": contact.disk_free,
            "disk_size": contact.disk_size,
            "clock_off": off,
            "unsent": contact.unsent,
            "people": orjson.dumps([one.model_dump() for one in contact.people]).decode(),
            "now": instant_text(self._context.clock.now()),
        }
        self._context.database.write(lambda db: db.run(_PUT, **values))
        return self._losses.meet(known.organisation_id, contact)

    def _clock_off(self, timestamp: str) -> int:
        """Return how many milliseconds the computer's clock is ahead."""
        try:
            off = (parse_instant(timestamp) - self._context.clock.now()).total_seconds() * 1000
        except ValueError as failure:
            raise _malformed() from failure
        return max(-_WIDEST, min(_WIDEST, round(off)))

    def listed(self, known: CurrentSignIn) -> list[dict[str, Any]]:
        """Return all computers, those with unsent work first; clocks are in milliseconds ahead of the server's."""
        organisation_id = known.actor.organisation_id
        with self._context.database.read() as db:
            computers = [dict(zip((*_NAMES, *_LOST), row, strict=True)) for row in db.rows(_LIST, o=organisation_id)]
            for one in computers:
                one["people"] = json.loads(one["people"])
            ids = sorted({person["person_id"] for one in computers for person in one["people"]})
            rows = db.rows(_PEOPLE, o=organisation_id, ids=orjson.dumps(ids).decode()) if ids else []
        _name(computers, {row[0]: " ".join(part for part in row[1:] if part) for row in rows})
        return computers

    def forget(self, known: CurrentSignIn, computer_id: str) -> None:
        """Take a computer off the list; it comes back with its next contact. Raises CampusError `not_found`."""
        place = {"o": known.actor.organisation_id, "id": computer_id}
        if not self._context.database.write(lambda db: db.run(_GONE, **place)):
            raise CampusError("not_found", text("This computer isn't on the list any more."))


def _name(computers: Sequence[dict[str, Any]], names: dict[str, str]) -> None:
    for computer in computers:
        for person in computer["people"]:
            person["name"] = names.get(person["person_id"], "")


def _read(report: str) -> Contact:
    try:
        return Contact.model_validate_json(report)
    except ValidationError as failure:
        raise _malformed() from failure


def _malformed() -> CampusError:
    return CampusError("malformed", text("What this computer told of itself can't be read."))
