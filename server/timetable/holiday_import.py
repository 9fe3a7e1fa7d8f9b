"""Brings the holidays of an iCalendar file in, through the one door: new ones, changed ones, and those called off."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from server.core.batch import Origin
from server.core.context import Context
from server.core.database import Db
from server.core.sql import SetSql
from server.people.institute_day import zone_of
from server.timetable.holiday_reading import FoundHoliday, Reading, read_holidays
from server.timetable.kinds import HOLIDAY_KIND
from server.timetable.previews import check_planner
from shared.core.actor import Actor
from shared.core.clock import instant_text
from shared.core.command import MAX_TARGETS, Command
from shared.core.ids import derived_id
from shared.core.outcome import Outcome, Verdict
from shared.timetable.commands import TYPE_VERSIONS
from shared.timetable.series import days_of
from shared.timetable.vocabulary import HolidayState

BEFORE, AFTER = timedelta(days=31), timedelta(days=3 * 366)
"""Which holidays are brought in: those of the last month, and of three years ahead."""
_FIELDS = ("name", "starts_on", "ends_on", "state")
KNOWN = SetSql(
    f"SELECT {HOLIDAY_KIND.selected()} FROM {{ids}} i {{by}} holiday t ON t.id = i.id"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :organisation_id"
)
_ON_THEM = SetSql(
    "SELECT count(DISTINCT s.id) FROM {rows} r {by} class_session s ON s.organisation_id = :organisation_id"
    " AND s.starts_at >= r.first AND s.starts_at < r.after WHERE s.state <> 'cancelled'",
    first="text",
    after="text",
)


@dataclass(frozen=True)
class Step:
    """What happens to one holiday: `add`, `change` (restored, too), `remove` or `keep`."""

    action: str
    id: str
    found: FoundHoliday
    present: Mapping[str, Any] | None = None


@dataclass
class ImportReport:
    """What an import did, or in a dry run would do."""

    dry_run: bool
    reading: Reading
    steps: Sequence[Step] = ()
    sessions_on_holidays: int = 0
    refused: list[dict[str, Any]] = field(default_factory=list)
    made: list[dict[str, str]] = field(default_factory=list)

    def shown(self) -> dict[str, Any]:
        """Return it as the API gives it."""
        counts = {name: sum(step.action == action for step in self.steps) for name, action in _COUNTED.items()}
        holidays = [
            {
                "action": one.action,
                "name": one.found.name,
                "starts_on": one.found.starts_on,
                "ends_on": one.found.ends_on,
            }
            for one in self.steps
        ]
        return {
            "dry_run": self.dry_run,
            "events": self.reading.events,
            **counts,
            "sessions_on_holidays": self.sessions_on_holidays,
            "holidays": holidays,
            "errors": [*map(asdict, self.reading.faults), *self.refused],
            "made": self.made,
        }


_COUNTED = {"added": "add", "changed": "change", "removed": "remove", "unchanged": "keep"}


def import_holidays(context: Context, actor: Actor, content: bytes, *, dry_run: bool) -> ImportReport:
    """Bring holidays in; the same file twice changes nothing. Sessions that are planned on them stay.

    Raises CampusError `not_allowed` and as `read_holidays` does.
    """
    check_planner(actor)
    now = context.clock.now()
    with context.database.read() as db:
        zone = zone_of(db, actor.organisation_id)
        today = now.astimezone(zone).date()
        reading = read_holidays(content, zone, today - BEFORE, today + AFTER)
        steps = _steps(db, actor.organisation_id, reading.holidays)
        met = sessions_on(db, actor.organisation_id, (one.found for one in steps if one.action != "remove"), zone)
    report = ImportReport(dry_run, reading, steps, met)
    if not dry_run:
        _bring(context, actor, report, now)
    return report


def _steps(db: Db, organisation_id: str, found: Iterable[FoundHoliday]) -> list[Step]:
    by_id = {derived_id("holiday", organisation_id, one.uid or one.name, one.key): one for one in found}
    ids = orjson.dumps(sorted(by_id)).decode()
    rows = map(HOLIDAY_KIND.body_of, db.rows(KNOWN, organisation_id=organisation_id, ids=ids))
    known = {row["id"]: row for row in rows}
    steps = [_step(key, one, known.get(key)) for key, one in by_id.items()]
    return sorted((one for one in steps if one is not None), key=lambda one: (one.found.starts_on, one.id))


def _step(holiday_id: str, found: FoundHoliday, present: Mapping[str, Any] | None) -> Step | None:
    if found.cancelled:
        if present is None:
            return None
        is_there = present["state"] == HolidayState.ACTIVE
        return Step("remove" if is_there else "keep", holiday_id, found, present)
    if present is None:
        return Step("add", holiday_id, found)
    is_same = all(present[name] == value for name, value in _wanted(found).items())
    return Step("keep" if is_same else "change", holiday_id, found, present)


def _wanted(found: FoundHoliday) -> dict[str, str]:
    state = HolidayState.REMOVED if found.cancelled else HolidayState.ACTIVE
    return {"name": found.name, "starts_on": found.starts_on, "ends_on": found.ends_on, "state": str(state)}


def sessions_on(db: Db, organisation_id: str, holidays: Iterable[FoundHoliday], zone: ZoneInfo) -> int:
    """Return how many sessions are planned on holidays."""
    days = sorted(days_of([_wanted(one) for one in holidays]))
    starts = [datetime.fromisoformat(day).replace(tzinfo=zone) for day in days]
    rows = [{"first": instant_text(one), "after": instant_text(one + timedelta(days=1))} for one in starts]
    row = db.one(_ON_THEM, organisation_id=organisation_id, rows=orjson.dumps(rows).decode())
    return int(row[0]) if row else 0


def _bring(context: Context, actor: Actor, report: ImportReport, now: datetime) -> None:
    changing = {step.id: step for step in report.steps if step.action != "keep"}
    commands = [_command(context, step, number, now) for number, step in enumerate(changing.values(), 1)]
    outcomes = carry_out(context, actor, commands)
    report.refused = [
        {"event": 0, "code": one.code or str(one.verdict), "sentence": one.message or ""}
        for one in outcomes
        if one.verdict not in (Verdict.APPLIED, Verdict.AGREED)
    ]
    report.made = [
        {"id": one.target_id, "revision": one.revision or one.command_id}
        for one in outcomes
        if one.verdict is Verdict.APPLIED and _is_made(changing[one.target_id])
    ]


def _is_made(step: Step) -> bool:
    """Tell whether a day without classes came to be by a step: a new one, or a removed one taken back."""
    is_back = step.present is not None and step.present["state"] == HolidayState.REMOVED
    return step.action == "add" or (step.action == "change" and is_back)


def carry_out(context: Context, actor: Actor, commands: Sequence[Command]) -> list[Outcome]:
    """Give commands to the one door, as many at a time as it takes, and return what became of them."""
    outcomes: list[Outcome] = []
    for first in range(0, len(commands), MAX_TARGETS):
        outcomes += context.door.accept(actor, Origin(""), commands[first : first + MAX_TARGETS]).outcomes
    return outcomes


def _command(context: Context, step: Step, number: int, now: datetime) -> Command:
    wanted = _wanted(step.found)
    if step.present is None:
        kind, base = "AddHoliday", None
        given = {name: value for name, value in wanted.items() if name != "state"}
        payload: dict[str, Any] = {**given, "uid": step.found.uid}
    else:
        kind, base, present = "EditHoliday", step.present["revision"], step.present
        names = [name for name in _FIELDS if present[name] != wanted[name]]
        payload = {"changes": {name: {"old": present[name], "new": wanted[name]} for name in names}}
    return Command(
        id=context.new_id(),
        device_id=derived_id("holiday-import", step.id),
        install_epoch=1,
        device_seq=number,
        type=kind,
        type_version=TYPE_VERSIONS[kind],
        target_id=step.id,
        base=base,
        payload=payload,
        observed_at=instant_text(now),
    )
