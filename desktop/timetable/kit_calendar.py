"""The calendar of a piece of kit: its loan, its bookings and, for a studio, the classes in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from desktop.core.desk import Desk
from desktop.timetable.clash_store import sessions_in_room
from desktop.timetable.kit_store import bookings_of, loans_of
from desktop.timetable.kit_words import shown_at, span_text
from desktop.timetable.store import lines_of
from desktop.timetable.times import local_now, zone_of
from desktop.widgets.list_row import RowContent
from shared.core.clock import instant_text
from shared.core.text import text
from shared.timetable.kit_permissions import may_cancel_kit_booking
from shared.timetable.kit_rules import is_out
from shared.timetable.kit_vocabulary import KitKind

AHEAD = timedelta(days=28)
BOOKING, CLASS, LOAN = "booking", "class", "loan"


@dataclass(frozen=True)
class Entry:
    """Something that takes a piece for a time; `own` says that this person may give it back."""

    kind: str
    id: str
    starts: datetime
    ends: datetime
    row: RowContent
    is_over: bool = False
    own: bool = False
    body: Mapping[str, Any] | None = None


def entries_of(desk: Desk, item: Mapping[str, Any], *, past: bool = False) -> list[Entry]:
    """Return what takes a piece, the next first; classes of a studio for four weeks."""
    zone = zone_of(desk)
    now = local_now(desk, zone)
    found = [_booking(desk, one, now) for one in bookings_of(desk, item["id"], past=past)]
    found += [_loan(one, now) for one in loans_of(desk, item["id"]) if is_out(one)]
    if item["kit_kind"] == KitKind.STUDIO:
        span = instant_text(desk.clock.now()), instant_text(desk.clock.now() + AHEAD)
        for line in lines_of(desk, sessions_in_room(desk, item["room"], *span)):
            words = span_text(line.starts, line.ends, now.date())
            row = RowContent(line.id, line.cohort, words, icon="book-open", end=text("Class"))
            found.append(Entry(CLASS, line.id, line.starts, line.ends, row, line.ends <= now))
    return sorted(found, key=lambda one: (one.starts, one.id))


def _booking(desk: Desk, body: Mapping[str, Any], now: datetime) -> Entry:
    starts, ends = shown_at(body["starts_at"], now), shown_at(body["ends_at"], now)
    words = " · ".join(part for part in (span_text(starts, ends, now.date()), body.get("purpose")) if part)
    end = text("Not sent yet") if desk.store.waiting("kit_booking", body["id"]) else text("Booked")
    row = RowContent(body["id"], str(body.get("person_name") or ""), words, icon="calendar", tone="accent", end=end)
    return Entry(BOOKING, body["id"], starts, ends, row, ends <= now, may_cancel_kit_booking(desk.actor, body), body)


def _loan(body: Mapping[str, Any], now: datetime) -> Entry:
    starts, ends = shown_at(body["out_at"], now), shown_at(body["due_at"], now)
    late = ends < now
    row = RowContent(
        body["id"],
        str(body.get("person_name") or ""),
        span_text(starts, ends, now.date()),
        icon="circle-alert" if late else "arrow-up-right",
        tone="bad" if late else "info",
        end=text("Overdue") if late else text("Out"),
        end_tone="bad" if late else "muted",
    )
    return Entry(LOAN, body["id"], starts, max(ends, now), row, body=body)  # what is late still takes it
