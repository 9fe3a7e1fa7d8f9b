"""Reads the security log: by kind, person and time, a page at a time or whole as CSV that no spreadsheet runs."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import orjson

from server.core.area import Job
from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db, Row
from server.core.isolation import each_organisation
from server.people.access_notes import note_export
from server.people.security_log import forget_events
from shared.core.errors import CampusError
from shared.core.spreadsheet import as_text_cell
from shared.core.text import text
from shared.people.vocabulary import Permission

MOST_EXPORTED = 100_000
_COLUMNS = (
    "id",
    "kind",
    "at",
    "person_id",
    "person_name",
    "actor_id",
    "actor_name",
    "sign_in_id",
    "device_id",
    "device_name",
    "address",
    "user_agent",
    "details",
)
_WHERE = """
WHERE e.organisation_id = :o AND (:kind = '' OR e.kind = :kind)
AND (:person = '' OR e.person_id = :person OR e.actor_id = :person)
AND (:since = '' OR e.at >= :since) AND (:until = '' OR e.at < :until)
"""
_PAGE = (
    """
SELECT e.id, e.kind, e.at, e.person_id, p.given_name, p.family_name, e.actor_id, a.given_name, a.family_name,
e.sign_in_id, e.device_id, d.name, e.address, e.user_agent, e.details FROM security_event e
LEFT JOIN person p ON p.organisation_id = e.organisation_id AND p.id = e.person_id
LEFT JOIN person a ON a.organisation_id = e.organisation_id AND a.id = e.actor_id
LEFT JOIN device d ON d.organisation_id = e.organisation_id AND d.id = e.device_id
"""
    + _WHERE
    + "ORDER BY e.at DESC, e.id DESC LIMIT :limit OFFSET :start"
)
_COUNT = "SELECT count(*) FROM security_event e" + _WHERE  # noqa: S608 - our own words


@dataclass(frozen=True)
class SecurityQuery:
    """What is wanted of the log; an empty word means all."""

    kind: str = ""
    person: str = ""
    since: str = ""
    until: str = ""

    @property
    def places(self) -> dict[str, str]:
        """The places of the statements."""
        return {"kind": self.kind, "person": self.person, "since": self.since, "until": self.until}


class SecurityList:
    """The security log for whoever may see it."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def page(self, known: CurrentSignIn, query: SecurityQuery, page: int, limit: int) -> tuple[list[Any], int]:
        """Return events, the newest first, and how many there are. Raises CampusError `not_allowed`."""
        _check(known)
        with self._context.database.read() as db:
            row = db.one(_COUNT, o=known.actor.organisation_id, **query.places)
            shown = list(_read(db, known, query, limit, (page - 1) * limit))
        return shown, int(row[0]) if row else 0

    def export(self, known: CurrentSignIn, query: SecurityQuery) -> bytes:
        """Return the events as CSV in UTF-8, and write down that this was done. Raises CampusError `not_allowed`."""
        _check(known)
        with self._context.database.read() as db:
            events = list(_read(db, known, query, MOST_EXPORTED, 0))
        note_export(self._context, known, "security_log", len(events))
        return _as_csv(events)


def _check(known: CurrentSignIn) -> None:
    if not known.actor.may(Permission.SECURITY_SEE):
        raise CampusError("not_allowed", text("Your role doesn't see the security log. Ask an administrator."))


def _read(db: Db, known: CurrentSignIn, query: SecurityQuery, limit: int, start: int) -> Iterator[dict[str, Any]]:
    for row in db.rows(_PAGE, o=known.actor.organisation_id, limit=limit, start=start, **query.places):
        yield _shown(row)


def _shown(row: Row) -> dict[str, Any]:
    person, actor = _name(row[4], row[5]), _name(row[7], row[8])
    values = (*row[:4], person, row[6], actor, *row[9:14], orjson.loads(row[14]))
    return dict(zip(_COLUMNS, values, strict=True))


def _name(given: str | None, family: str | None) -> str:
    return " ".join(part for part in (given, family) if part)


def _as_csv(events: list[dict[str, Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for event in events:
        cells = {**event, "details": orjson.dumps(event["details"]).decode()}
        writer.writerow([as_text_cell(str(cells[name] or "")) for name in _COLUMNS])
    # With the mark in front, spreadsheets read accents and naira signs as they are.
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _tidy(context: Context) -> int:
    before = context.clock.now() - timedelta(days=context.settings.security_log_days)
    done = 0
    for organisation_id in each_organisation(context.database):
        done += context.database.write(partial(forget_events, organisation_id=organisation_id, before=before))
    return done


JOBS = (Job("security_log", 86_400.0, _tidy),)
