"""What the page of money reports asks the server for: figures are added up where all the books are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from desktop.core import last_answers
from desktop.core.desk import Desk
from desktop.timetable.store import Choice
from desktop.timetable.times import local_now, zone_of
from shared.core.errors import CampusError
from shared.core.text import text
from shared.finance.report_rules import AS_AT, Field, Report, Row, fields_of, totals
from shared.learning.vocabulary import ACADEMIC_TERM, COURSE
from shared.people.rules import fold

_PATH = "/api/v1/money-reports"
TODAY, WEEK, MONTH, LAST_MONTH, YEAR, DAYS = "today", "week", "month", "last_month", "year", "days"


@dataclass(frozen=True)
class Asked:
    """One question: which report, told by what, of which days, and of which course where it is about one."""

    report: Report
    by: str
    first: date
    last: date
    course_id: str = ""


@dataclass(frozen=True)
class Figures:
    """One answer; amounts are minor units of each row's currency."""

    asked: Asked
    fields: tuple[Field, ...] = ()
    rows: tuple[Row, ...] = ()
    totals: tuple[Row, ...] = field(default=())
    at: str = ""
    """When the server said so, as an instant."""

    @property
    def currencies(self) -> list[str]:
        """The currencies that stand in it."""
        return sorted({str(row.get("currency", "")) for row in self.rows} - {""})


def ask(desk: Desk, asked: Asked) -> Figures:
    """Return the server's figures. Raises CampusError `network_needed` where there is no way to it."""
    client = desk.client
    if client is None or not client.is_signed_in:
        words = text("Reports of money are added up by the server. Connect to it, then ask again.")
        raise CampusError("network_needed", words)
    parameters = {"by": asked.by, "last": asked.last.isoformat(), "course_id": asked.course_id}
    if asked.report not in AS_AT or asked.report is Report.EXPECTED:
        parameters["first"] = asked.first.isoformat()
    wanted = {name: value for name, value in parameters.items() if value}
    told: Mapping[str, Any] = client.get(f"{_PATH}/{asked.report}", wanted)["data"]
    rows = [dict(row) for row in told["rows"]]
    days = [asked.first.isoformat(), asked.last.isoformat()]
    kept = last_answers.keep(desk.store, desk.clock, _question(asked), [days, asked.course_id, rows])
    return _figures(asked, rows, kept.at)


def last_told(desk: Desk, asked: Asked) -> Figures | None:
    """Return what the server told last of such a report, maybe about other days; None where it never told."""
    kept = last_answers.last(desk.store, _question(asked))
    if kept is None:
        return None
    (first, last), course_id, rows = kept.value
    days = date.fromisoformat(first), date.fromisoformat(last)
    return _figures(Asked(asked.report, asked.by, *days, course_id), rows, kept.at)


def _question(asked: Asked) -> str:
    return f"money {asked.report} {asked.by}"


def _figures(asked: Asked, rows: Sequence[Row], at: str) -> Figures:
    fields = fields_of(asked.report, asked.by)
    return Figures(asked, fields, tuple(rows), tuple(totals(fields, rows)), at)


def today_of(desk: Desk) -> date:
    """Return the institute's day."""
    return local_now(desk, zone_of(desk)).date()


def days_of(desk: Desk, period: str) -> tuple[date, date]:
    """Return first and last day of a named period or a term; of an unknown one this month until today."""
    today = today_of(desk)
    month = today.replace(day=1)
    known = {
        TODAY: (today, today),
        WEEK: (today - timedelta(days=today.weekday()), today),
        LAST_MONTH: ((month - timedelta(days=1)).replace(day=1), month - timedelta(days=1)),
        YEAR: (today.replace(month=1, day=1), today),
    }
    if period in known:
        return known[period]
    term = next((one for one in terms(desk) if one["id"] == period), None)
    if term is not None:
        return date.fromisoformat(term["starts_on"]), date.fromisoformat(term["ends_on"])
    return month, today


def terms(desk: Desk) -> list[dict[str, Any]]:
    """Return the academic terms, the latest first."""
    found = desk.store.page(ACADEMIC_TERM, limit=-1)
    return sorted(found, key=lambda one: (one["starts_on"], one["id"]), reverse=True)


def courses(desk: Desk) -> list[Choice]:
    """Return the courses by name."""
    found = [Choice(str(one["id"]), str(one["title"])) for one in desk.store.page(COURSE, limit=-1)]
    return sorted(found, key=lambda one: fold(one.name))
