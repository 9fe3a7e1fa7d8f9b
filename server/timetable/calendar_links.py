"""Secret addresses under which a calendar program reads a calendar without signing in; each can be revoked."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from server.core.access import AccessBook
from server.core.database import Database, Db
from server.timetable.calendar_subjects import Subject, SubjectKind, check_subject, check_there, name_of
from shared.core.actor import Actor
from shared.core.clock import Clock, instant_text
from shared.core.errors import CampusError
from shared.core.ids import IdMaker
from shared.core.text import text

MOST_LINKS = 50
"""How many living links one person may have."""
_SECRET_BYTES = 32
_HEX = 32
_ADD = """
INSERT INTO calendar_link (organisation_id, id, person_id, subject_kind, subject, token_hash, made_at)
VALUES (:organisation_id, :id, :person_id, :subject_kind, :subject, :token_hash, :made_at)
"""
_LIVING = """
SELECT id, subject_kind, subject, made_at FROM calendar_link
WHERE organisation_id = :organisation_id AND person_id = :person_id AND revoked_at IS NULL ORDER BY made_at, id
"""
_REVOKE = """
UPDATE calendar_link SET revoked_at = :now WHERE organisation_id = :organisation_id AND person_id = :person_id
AND id = :id AND revoked_at IS NULL
"""
_FIND = """
SELECT person_id, subject_kind, subject, revoked_at FROM calendar_link
WHERE organisation_id = :organisation_id AND token_hash = :token_hash
"""
_OWNER = """
SELECT p.given_name, p.family_name, r.key, r.permissions FROM person p
LEFT JOIN person_role pr ON pr.organisation_id = p.organisation_id AND pr.person_id = p.id
LEFT JOIN role r ON r.organisation_id = pr.organisation_id AND r.key = pr.role_key
WHERE p.organisation_id = :organisation_id AND p.id = :person_id AND p.state = 'active'
AND EXISTS (SELECT 1 FROM organisation o WHERE o.id = p.organisation_id AND o.state = 'active')
"""


@dataclass(frozen=True)
class Opened:
    """What a secret address shows, and to whom: the one who made it, as he or she may see things now."""

    actor: Actor
    subject: Subject


class CalendarLinks:
    """Makes, lists, revokes and opens secret addresses; the secret itself is kept nowhere, only its hash."""

    def __init__(self, database: Database, book: AccessBook, clock: Clock, new_id: IdMaker) -> None:
        self._database = database
        self._book = book
        self._clock = clock
        self._new_id = new_id

    def make(self, actor: Actor, subject: Subject) -> dict[str, Any]:
        """Return a new link with its secret, which is shown this once. Raises CampusError `not_allowed`, `too_many`.

        Raises `not_found` for a cohort or a person of another institute.
        """
        check_subject(actor, subject)
        token = actor.organisation_id.replace("-", "") + secrets.token_urlsafe(_SECRET_BYTES)
        return self._database.write(lambda db: self._make(db, actor, subject, token))

    def _make(self, db: Db, actor: Actor, subject: Subject, token: str) -> dict[str, Any]:
        own = {"organisation_id": actor.organisation_id, "person_id": actor.person_id}
        check_there(db, actor.organisation_id, subject)
        if len(db.rows(_LIVING, **own)) >= MOST_LINKS:
            message = text("There are {most} links already. Revoke one that isn't used any more.", most=MOST_LINKS)
            raise CampusError("too_many", message)
        made = {"id": self._new_id(), "subject_kind": subject.kind, "subject": subject.key}
        made_at = instant_text(self._clock.now())
        db.run(_ADD, **own, **made, token_hash=_hash(token), made_at=made_at)
        return self._shown(db, actor, made | {"made_at": made_at}) | {"path": f"/api/v1/calendars/{token}.ics"}

    def of(self, db: Db, actor: Actor) -> list[dict[str, Any]]:
        """Return the actor's living links; their secrets can't be shown again."""
        rows = db.rows(_LIVING, organisation_id=actor.organisation_id, person_id=actor.person_id)
        names = ("id", "subject_kind", "subject", "made_at")
        return [self._shown(db, actor, dict(zip(names, row, strict=True))) for row in rows]

    def _shown(self, db: Db, actor: Actor, link: Mapping[str, Any]) -> dict[str, Any]:
        kind: SubjectKind = link["subject_kind"]
        name = name_of(db, actor.organisation_id, Subject(kind, link["subject"]))
        return {"id": link["id"], "kind": kind, "subject": link["subject"], "name": name, "made_at": link["made_at"]}

    def revoke(self, actor: Actor, link_id: str) -> None:
        """End a link of the actor's. Raises CampusError `not_found`."""
        now = instant_text(self._clock.now())
        own = {"organisation_id": actor.organisation_id, "person_id": actor.person_id, "id": link_id}
        if not self._database.write(lambda db: db.run(_REVOKE, now=now, **own)):
            raise CampusError("not_found", text("This link isn't there, or was revoked already."))

    def open(self, db: Db, token: str) -> Opened:
        """Return what a secret shows. Raises CampusError `not_found`, `gone`."""
        organisation_id = _organisation_of(token)
        row = db.one(_FIND, organisation_id=organisation_id, token_hash=_hash(token)) if organisation_id else None
        if row is None:
            raise CampusError("not_found", text("There is no calendar under this link. Make a new one in Campusdesk."))
        actor = None if row[3] else self._owner(db, organisation_id, row[0])
        if actor is None:
            raise CampusError("gone", text("This calendar's link was ended. Make a new one in Campusdesk."))
        return Opened(actor, Subject(row[1], row[2]))

    def _owner(self, db: Db, organisation_id: str, person_id: str) -> Actor | None:
        rows = db.rows(_OWNER, organisation_id=organisation_id, person_id=person_id)
        if not rows:
            return None
        base = Actor(
            person_id=person_id,
            organisation_id=organisation_id,
            name=" ".join(part for part in rows[0][:2] if part),
            roles=tuple(sorted(row[2] for row in rows if row[2])),
            permissions=frozenset(word for row in rows if row[3] for word in json.loads(row[3])),
        )
        return self._book.refreshed(db, base)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _organisation_of(token: str) -> str:
    """Return the organisation whose id a secret begins with; an empty text where it can't be one."""
    head = token[:_HEX]
    if len(token) < _HEX + _SECRET_BYTES or set(head) - set("0123456789abcdef"):
        return ""
    return f"{head[:8]}-{head[8:12]}-{head[12:16]}-{head[16:20]}-{head[20:]}"
