"""Series of classes as a form gives them: the rule, what it would make, and its saving."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.timetable.actions import check_link, check_planner
from desktop.timetable.clash_store import Met, clashes_of
from desktop.timetable.times import zone_of
from desktop.timetable.week_store import holidays_of
from shared.core.errors import CampusError
from shared.core.text import plural, text
from shared.timetable.series import Meeting, changed_sessions, meetings, session_of
from shared.timetable.vocabulary import CLASS_SESSION, SESSION_SERIES, SeriesState, SessionKind

WEEKS, MONTH_DAYS, MONTH_WEEKDAYS = "weeks", "month_days", "month_weekdays"
_LAST, _SHORTEST_MONTH = -1, 28
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class SeriesPlan:
    """A series as the form gives it; `starts_at_local` is `2026-09-01T08:00`, `minutes` each class's length.

    `repeats` is each week on `weekdays`, or each month on the first class's day, or on its weekday. `weekdays` count
    from 0 for Monday. It ends on the day `until` or after `count` classes, one of them given.
    """

    cohort_id: str
    starts_at_local: str
    minutes: int
    weekdays: tuple[int, ...]
    every: int = 1
    until: date | None = None
    count: int | None = None
    room: str = ""
    instructor_id: str | None = None
    title: str = ""
    session_kind: str = str(SessionKind.CLASS)
    link: str = ""
    credentials: str = ""
    skip_holidays: bool = True
    repeats: str = WEEKS

    @property
    def rule(self) -> str:
        """The rule of RFC 5545."""
        parts = ["FREQ=WEEKLY" if self.repeats == WEEKS else "FREQ=MONTHLY"]
        parts += [f"INTERVAL={self.every}"] if self.every > 1 else []
        parts += [f"COUNT={self.count}"] if self.count else []
        if self.repeats == MONTH_DAYS:
            return ";".join([*parts, f"BYMONTHDAY={self._first.day}"])
        if self.repeats == MONTH_WEEKDAYS:
            return ";".join([*parts, f"BYDAY={self._which}{DAYS[self._first.weekday()]}"])
        return ";".join([*parts, "BYDAY=" + ",".join(DAYS[day] for day in sorted(self.weekdays))])

    @property
    def _first(self) -> date:
        return date.fromisoformat(self.starts_at_local[:10])

    @property
    def _which(self) -> int:
        """Which of its weekday in the month the first day is; not every month has a fifth, so that is the last."""
        place = (self._first.day + 6) // 7
        return place if place < 5 else _LAST

    @property
    def words(self) -> str:
        """The rule as people say it: `Every 2 weeks on Mon and Wed`, `Every month on the last Tue`."""
        if self.repeats == MONTH_DAYS:
            day = str(self._first.day)
            return plural("Every month on day {day}", "Every {n} months on day {day}", self.every, day=day)
        if self.repeats == MONTH_WEEKDAYS:
            which = place_words(self._which)
            day = weekday_name(self._first.weekday())
            said = {"which": which, "day": day}
            return plural(
                "Every month on the {which} {day}", "Every {n} months on the {which} {day}", self.every, **said
            )
        names = [weekday_name(day) for day in sorted(self.weekdays)]
        days = text("{first} and {last}", first=", ".join(names[:-1]), last=names[-1]) if names[1:] else "".join(names)
        return plural("Every week on {days}", "Every {n} weeks on {days}", self.every, days=days)

    @property
    def gaps(self) -> str:
        """What happens in months that are too short for the day; empty where none is."""
        if self.repeats != MONTH_DAYS or self._first.day <= _SHORTEST_MONTH:
            return ""
        return text("Months without day {day} have no class.", day=self._first.day)


@dataclass(frozen=True)
class Preview:
    """What a series would make: its meetings, holidays left out as (day, name), and what is in the way."""

    meetings: tuple[Meeting, ...]
    left_out: tuple[tuple[date, str], ...]
    clashes: tuple[Met, ...]


def weekday_name(day: int) -> str:
    """Return `Mon` for 0."""
    return (text("Mon"), text("Tue"), text("Wed"), text("Thu"), text("Fri"), text("Sat"), text("Sun"))[day]


def place_words(place: int) -> str:
    """Return `second` for 2, `last` for -1: which of its weekday in a month a day is."""
    return {1: text("first"), 2: text("second"), 3: text("third"), 4: text("fourth"), _LAST: text("last")}[place]


def _payload(desk: Desk, plan: SeriesPlan) -> dict[str, Any]:
    if plan.repeats == WEEKS and not plan.weekdays:
        raise CampusError("rule_invalid", text("Choose at least one day of the week."))
    return {
        "cohort_id": plan.cohort_id,
        "rule": plan.rule,
        "starts_at_local": _first_start(plan),
        "minutes": plan.minutes,
        "time_zone": str(zone_of(desk)),
        "until": plan.until.isoformat() if plan.until else None,
        "room": plan.room.strip(),
        "instructor_id": plan.instructor_id,
        "title": plan.title.strip(),
        "session_kind": plan.session_kind,
        "link": plan.link.strip(),
        "credentials": plan.credentials.strip(),
        "skip_holidays": plan.skip_holidays,
    }


def _first_start(plan: SeriesPlan) -> str:
    # The rule counts its start as a class, so the series starts on the first of the chosen days.
    first = date.fromisoformat(plan.starts_at_local[:10])
    while plan.repeats == WEEKS and first.weekday() not in plan.weekdays:
        first += timedelta(days=1)
    return first.isoformat() + plan.starts_at_local[10:]


def preview(desk: Desk, plan: SeriesPlan, series_id: str = "") -> Preview:
    """Return what a series would make. Raises CampusError with what is wrong with it."""
    payload = _payload(desk, plan)
    found = meetings({**payload, "except_dates": ()})
    names = holidays_of(desk) if plan.skip_holidays else {}
    left_out = tuple((day, names[day]) for day in (date.fromisoformat(one.day) for one in found) if day in names)
    skipped = {day.isoformat() for day, _ in left_out}
    kept = tuple(one for one in found if one.day not in skipped)
    if not kept:
        raise CampusError("series_empty", text("The series has no class. Choose other days or a later last day."))
    series = {"id": series_id or desk.ids(), **payload}
    return Preview(kept, left_out, tuple(clashes_of(desk, [session_of(series, one, "") for one in kept])))


def plan_series(desk: Desk, plan: SeriesPlan, seen: Preview, *, despite_clash: bool = False) -> str:
    """Plan a series as it was seen; returns its id. Raises CampusError `not_allowed`, `link_invalid`."""
    check_planner(desk)
    check_link(plan.link)
    payload = {**_payload(desk, plan), "except_dates": [day.isoformat() for day, _ in seen.left_out]}
    if despite_clash:
        payload["despite_clash"] = True
    series_id = desk.ids()
    desk.commit([Ask("PlanSessionSeries", series_id, payload)])
    return series_id


def end_series(desk: Desk, series_id: str, from_day: date, reason: str = "") -> bool:
    """Cancel the classes of a series from a day on for a reason; False where the series isn't known here."""
    more = {"cancel_reason": reason.strip()} if reason.strip() else {}
    return _edit_series(desk, series_id, {"state": str(SeriesState.CANCELLED)}, from_day, more)


def change_series(
    desk: Desk, series_id: str, wanted: Mapping[str, Any], from_day: date, *, despite_clash: bool = False
) -> bool:
    """Give the classes of a series from a day on other times, another room, instructor or title.

    `despite_clash` only where the person saw what is in the way and went on.
    """
    return _edit_series(desk, series_id, wanted, from_day, {"despite_clash": True} if despite_clash else {})


def preview_change(
    desk: Desk, series_id: str, wanted: Mapping[str, Any], from_day: date
) -> tuple[int, tuple[Met, ...]]:
    """Return how many classes a change of a series makes or changes, and what is in their way. Raises CampusError."""
    before = desk.store.get(SESSION_SERIES, series_id) or {}
    after = {**before, **wanted}
    changed = changed_sessions(
        before, after, from_day.isoformat(), lambda one: desk.store.get(CLASS_SESSION, one), desk.ids()
    )
    return len(changed), tuple(clashes_of(desk, changed))


def _edit_series(
    desk: Desk, series_id: str, wanted: Mapping[str, Any], from_day: date, more: Mapping[str, Any]
) -> bool:
    check_planner(desk)
    shown = desk.store.get(SESSION_SERIES, series_id)
    if shown is None:
        return False
    changes = {
        name: {"old": shown.get(name), "new": value} for name, value in wanted.items() if value != shown.get(name)
    }
    if changes:
        payload = {"changes": changes, "from_day": from_day.isoformat(), **more}
        desk.commit([Ask("EditSessionSeries", series_id, payload, base=shown["revision"])])
    return bool(changes)
