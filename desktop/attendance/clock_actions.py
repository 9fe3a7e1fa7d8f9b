"""What the page of time clocks does: reads a file here, finds its classes in this store, records and takes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from desktop.attendance.leave_store import excuses_of
from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.core.queries import Where
from desktop.people.numbers import person_of_number
from desktop.timetable.times import zone_of
from shared.attendance.clock_file import MOST_BYTES, ClockFile, ClockOptions, read_clock
from shared.attendance.clock_match import Around, Entry, Mark, Plan, Student, clocked, match
from shared.attendance.permissions import is_office, may_take_register
from shared.attendance.rules import OPENS_BEFORE, effective, mark_id, unsuperseded
from shared.attendance.vocabulary import OBSERVATION, AttendanceState, Method
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.text import text
from shared.learning.vocabulary import ENROLMENT
from shared.people.rules import fold
from shared.timetable.vocabulary import CLASS_SESSION

_BATCH = 500
_LONGEST = timedelta(hours=24)
Body = Mapping[str, Any]


@dataclass(frozen=True)
class ClockCheck:
    """What a file would do: nothing is recorded yet."""

    read: ClockFile
    plan: Plan

    @property
    def problems(self) -> list[tuple[int, str]]:
        """Line and sentence of every row that can't be used."""
        found = [(one.line, one.sentence) for one in (*self.read.faults, *self.plan.faults)]
        return sorted(found)

    @property
    def unchanged(self) -> int:
        """How many rows say what is known."""
        return self.read.repeated + self.plan.unchanged


@dataclass(frozen=True)
class Recorded:
    """What was recorded, for taking it back: (entry, observation id)."""

    made: tuple[tuple[Entry, str], ...] = field(default=())


def read_file(path: Path) -> bytes:
    """Return a file's bytes. Raises CampusError `file_unreadable` or `clock_file_too_large`."""
    try:
        if path.stat().st_size > MOST_BYTES:
            size = MOST_BYTES // 1_000_000
            raise CampusError(
                "clock_file_too_large",
                text("The file is larger than {size} MB. Ask the clock for fewer days.", size=size),
            )
        return path.read_bytes()
    except OSError as failure:
        message = text("{file} can't be read. Is it still there, and closed in other programs?", file=path.name)
        raise CampusError("file_unreadable", message) from failure


def check_file(desk: Desk, data: bytes, options: ClockOptions) -> ClockCheck:
    """Tell what a file would record; works offline. Raises the CampusErrors of `read_clock`."""
    read = read_clock(data, options)
    return ClockCheck(read, match(read.punches, _Around(desk).parts(), desk.clock.now().astimezone(options.zone)))


def options_for(desk: Desk, **said: Any) -> ClockOptions:
    """Return how to take a file: its times are the institute's."""
    return ClockOptions(zone_of(desk), **said)


class _Around:
    """What matching asks of the local store, remembered: a file asks for the same class many times."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._students: dict[str, Student | None] = {}
        self._owners: dict[str, str] = {}
        self._sessions: dict[tuple[str, str], list[Body]] = {}
        self._by_id: dict[str, Body] = {}
        self._observed: dict[str, dict[str, list[Body]]] = {}

    def parts(self) -> Around:
        """Return the functions that matching calls."""
        return Around(self._student, self._held, self._mark)

    def _student(self, number: str) -> Student | None:
        key = fold(number)
        if key not in self._students:
            self._students[key] = self._found(number)
        return self._students[key]

    def _found(self, number: str) -> Student | None:
        store = self._desk.store
        person = person_of_number(store, number)
        if person is None:
            return None
        enrolments = tuple(store.page(ENROLMENT, [Where("person_id", "=", person["id"])], limit=-1))
        self._owners.update((one["id"], one["person_id"]) for one in enrolments)
        return Student(person, enrolments)

    def _held(self, cohort_id: str, at: datetime) -> Sequence[Body]:
        key = cohort_id, at.date().isoformat()
        if key not in self._sessions:
            midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
            since, until = instant_text(midnight - _LONGEST), instant_text(midnight + _LONGEST + OPENS_BEFORE)
            where = [
                Where("cohort_id", "=", cohort_id),
                Where("starts_at", ">=", since),
                Where("starts_at", "<", until),
            ]
            found = self._desk.store.page(CLASS_SESSION, where, limit=-1)
            self._sessions[key] = [one for one in found if self._may_take(one)]
            self._by_id.update((one["id"], one) for one in self._sessions[key])
        return self._sessions[key]

    def _may_take(self, session: Body) -> bool:
        return may_take_register(self._desk.actor, session["cohort_id"], session.get("instructor_id"))

    def _mark(self, session_id: str, enrolment_id: str) -> Mark:
        if session_id not in self._observed:
            by_mark: dict[str, list[Body]] = {}
            for one in self._desk.store.children(OBSERVATION, session_id):
                by_mark.setdefault(one["mark_id"], []).append(one)
            self._observed[session_id] = by_mark
        person = self._owners[enrolment_id]
        excuses = excuses_of(self._desk, [person])
        found = [
            *self._observed[session_id].get(mark_id(session_id, enrolment_id), ()),
            *excuses.of(person, enrolment_id, self._by_id[session_id]),
        ]
        return Mark(effective(found), tuple(unsuperseded(found)))


def record(desk: Desk, check: ClockCheck) -> Recorded:
    """Record every entry; all of it is on disk when this returns."""
    made: list[tuple[Entry, str]] = []
    asks: list[Ask] = []
    for entry in check.plan.entries:
        ask = _ask(desk, entry.session, entry.enrolment_id, clocked(entry))
        asks.append(ask)
        made.append((entry, str(ask.id)))
    for start in range(0, len(asks), _BATCH):
        desk.commit(asks[start : start + _BATCH])
    return Recorded(tuple(made))


def take_back(desk: Desk, recorded: Recorded) -> int:
    """Withdraw what was recorded by observations that supersede it; returns how many."""
    asks = []
    for entry, made in recorded.made:
        payload = {
            **clocked(entry),
            "state": str(AttendanceState.NONE),
            "minutes": None,
            "note": "",
            "supersedes": [made],
        }
        asks.append(_ask(desk, entry.session, entry.enrolment_id, payload))
    for start in range(0, len(asks), _BATCH):
        desk.commit(asks[start : start + _BATCH])
    return len(asks)


def _ask(desk: Desk, session: Body, enrolment_id: str, payload: Mapping[str, Any]) -> Ask:
    actor = desk.actor
    filled = {
        **payload,
        "state": str(payload["state"]),
        "method": str(Method.CLOCK),
        "author_id": actor.person_id,
        "author_name": actor.name,
        "office": is_office(actor, session["cohort_id"], session.get("instructor_id")),
    }
    return Ask("RecordObservation", mark_id(session["id"], enrolment_id), filled, id=desk.ids())
