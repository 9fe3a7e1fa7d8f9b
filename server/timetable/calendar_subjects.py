"""Whose calendar: a cohort's, a person's or a room's class sessions, as far as the reader may see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import orjson

from server.core.database import Db
from server.core.sql import SetSql
from shared.core.actor import Actor
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.sync import ALL_SCOPE
from shared.core.text import text
from shared.timetable.clashes import room_key
from shared.timetable.permissions import may_see_calendar_of

BEFORE, AFTER = timedelta(days=180), timedelta(days=550)
"""How far a calendar reaches back and ahead."""
MOST_EVENTS = 5_000
SubjectKind = Literal["cohort", "person", "room"]
_SHOWN = """
SELECT t.id, t.starts_at, t.ends_at, t.room, t.title, t.state, t.sequence, t.session_kind, t.link, c.name, k.title,
p.given_name, p.family_name, l.received_at, t.cancel_reason FROM class_session t
JOIN cohort c ON c.organisation_id = t.organisation_id AND c.id = t.cohort_id
JOIN course k ON k.organisation_id = t.organisation_id AND k.id = c.course_id
LEFT JOIN person p ON p.organisation_id = t.organisation_id AND p.id = t.taught_by
LEFT JOIN command_log l ON l.organisation_id = t.organisation_id AND l.id = t.revision
WHERE t.organisation_id = :organisation_id AND t.starts_at >= :since AND t.starts_at < :until AND {subject}{seen}
ORDER BY t.starts_at, t.id LIMIT :most
"""
_OF = {
    "cohort": "t.cohort_id = :subject",
    "room": "t.room_key = :subject",
    "person": "(t.taught_by = :subject OR t.cohort_id IN (SELECT e.cohort_id FROM enrolment e"
    " WHERE e.organisation_id = :organisation_id AND e.person_id = :subject"
    " AND e.state IN ('pending', 'active', 'suspended', 'completed')))",
}
_SEEN = " AND t.cohort_id IN (SELECT id FROM {ids} i)"
_EVENTS = {
    (kind, every): SetSql(_SHOWN.replace("{subject}", sql).replace("{seen}", "" if every else _SEEN))
    for kind, sql in _OF.items()
    for every in (True, False)
}
_NAMES = {
    "cohort": "SELECT name, '' FROM cohort WHERE organisation_id = :organisation_id AND id = :subject",
    "room": "SELECT name, '' FROM room WHERE organisation_id = :organisation_id AND room_key = :subject",
    "person": "SELECT given_name, family_name FROM person WHERE organisation_id = :organisation_id AND id = :subject",
}


@dataclass(frozen=True)
class Subject:
    """Whose calendar it is; `key` is an id, for a room its name as `room_key` has it."""

    kind: SubjectKind
    key: str


@dataclass(frozen=True)
class Event:
    """A class session with the names around it; `changed_at` is when it was last changed, as far as that is known."""

    id: str
    starts_at: str
    ends_at: str
    room: str
    title: str
    state: str
    sequence: int
    session_kind: str
    link: str
    cohort: str
    course: str
    teacher: str
    changed_at: str
    cancel_reason: str = ""


def one_subject(cohort_id: str | None, person_id: str | None, room: str | None) -> Subject:
    """Return the subject of the one that is given. Raises CampusError `subject_unclear`."""
    given: list[Subject] = []
    if cohort_id:
        given.append(Subject("cohort", cohort_id))
    if person_id:
        given.append(Subject("person", person_id))
    if room and room_key(room):
        given.append(Subject("room", room_key(room)))
    if len(given) != 1:
        raise CampusError("subject_unclear", text("Say whose calendar: one cohort, one person or one room."))
    return given[0]


def check_subject(actor: Actor, subject: Subject) -> None:
    """Let people read the calendars that are theirs to read. Raises CampusError `not_allowed`."""
    allowed = True
    if subject.kind == "person":
        allowed = may_see_calendar_of(actor, subject.key)
    elif subject.kind == "cohort":
        allowed = ALL_SCOPE in actor.scopes or f"class:{subject.key}" in actor.scopes
    if not allowed:
        raise CampusError("not_allowed", text("This calendar isn't yours to see. Ask the office."))


def check_there(db: Db, organisation_id: str, subject: Subject) -> None:
    """Let a cohort or a person of this institute pass; rooms go by their names. Raises CampusError `not_found`."""
    if subject.kind == "room":
        return
    if db.one(_NAMES[subject.kind], organisation_id=organisation_id, subject=subject.key) is None:
        words = text("This cohort isn't in the institute. Choose one from the list.")
        if subject.kind == "person":
            words = text("This person isn't in the institute. Choose one from the list.")
        raise CampusError("not_found", words)


def events_of(db: Db, actor: Actor, subject: Subject, now: datetime) -> list[Event]:
    """Return the sessions of a calendar that the actor may see, earliest first. Raises CampusError `not_allowed`."""
    check_subject(actor, subject)
    every = ALL_SCOPE in actor.scopes
    places = {} if every else {"ids": orjson.dumps(_classes(actor.scopes)).decode()}
    rows = db.rows(
        _EVENTS[subject.kind, every],
        organisation_id=actor.organisation_id,
        subject=subject.key,
        since=instant_text(now - BEFORE),
        until=instant_text(now + AFTER),
        most=MOST_EVENTS,
        **places,
    )
    return [
        _event([*row[:11], " ".join(part for part in row[11:13] if part), row[13] or row[1], row[14]]) for row in rows
    ]


def _event(values: Iterable[Any]) -> Event:
    return Event(*values)


def _classes(scopes: Iterable[str]) -> list[str]:
    return [scope.removeprefix("class:") for scope in scopes if scope.startswith("class:")]


def name_of(db: Db, organisation_id: str, subject: Subject) -> str:
    """Return what a calendar is called; a room that was never added goes by its own name."""
    row = db.one(_NAMES[subject.kind], organisation_id=organisation_id, subject=subject.key)
    return " ".join(part for part in row if part) if row else subject.key.title()
