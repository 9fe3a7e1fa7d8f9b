"""The security log: one row and one line on disk for what happens at the doors, written in the caller's transaction."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from server.core.database import Db
from shared.core.clock import instant_text
from shared.people.security import SecurityKind

_PUT = """
INSERT INTO security_event (organisation_id, id, kind, person_id, actor_id, sign_in_id, device_id, address, user_agent,
at, details) VALUES (:organisation_id, :id, :kind, :person_id, :actor_id, :sign_in_id, :device_id, :address,
:user_agent, :at, :details)
"""
_FORGET = "DELETE FROM security_event WHERE organisation_id = :organisation_id AND at < :before"
_ADDRESS, _AGENT, _DETAIL = 64, 200, 200
_log = logging.getLogger("campusdesk.security")


@dataclass(frozen=True)
class SecurityEvent:
    """What happened. `person_id` is whom it concerns, `actor_id` who did it where that is somebody else.

    `details` are short words and numbers, never a password, a token or a code.
    """

    organisation_id: str
    kind: SecurityKind
    person_id: str | None = None
    actor_id: str | None = None
    sign_in_id: str | None = None
    device_id: str | None = None
    address: str | None = None
    user_agent: str | None = None
    details: Mapping[str, str | int | list[str]] = field(default_factory=dict)


def put_event(db: Db, event_id: str, now: datetime | str, event: SecurityEvent) -> None:
    """Write an event under a fresh id to the table, and a line to the server's log."""
    details = {name: _short(value) for name, value in event.details.items()}
    places = {
        "organisation_id": event.organisation_id,
        "kind": str(event.kind),
        "person_id": event.person_id,
        "actor_id": event.actor_id,
        "sign_in_id": event.sign_in_id,
        "device_id": event.device_id,
        "address": event.address[:_ADDRESS] if event.address else None,
        "user_agent": event.user_agent[:_AGENT] if event.user_agent else None,
    }
    packed = orjson.dumps(details, option=orjson.OPT_SORT_KEYS).decode()
    at = now if isinstance(now, str) else instant_text(now)
    db.run(_PUT, id=event_id, at=at, details=packed, **places)
    _log.info("security: %s", event.kind, extra={**places, "details": details})


def forget_events(db: Db, organisation_id: str, before: datetime) -> int:
    """Remove events from before a moment; the database refuses what is younger than 90 days."""
    return db.run(_FORGET, organisation_id=organisation_id, before=instant_text(before))


def _short(value: str | int | list[str]) -> str | int | list[str]:
    return value[:_DETAIL] if isinstance(value, str | list) else value
