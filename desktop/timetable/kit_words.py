"""Where kit stands, when it is due and what happened to it, in words, with their tones and icons."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from desktop.timetable.kit_store import KitLine, Standing
from desktop.timetable.times import clock_words, day_words, moment_words, near_day
from shared.core.clock import parse_instant
from shared.core.text import text
from shared.timetable.kit_vocabulary import KitKind, LoanState

Body = Mapping[str, Any]
STANDING_LOOKS = {
    Standing.OVERDUE: ("bad", "circle-alert"),
    Standing.OUT: ("info", "arrow-up-right"),
    Standing.IN: ("ok", "check"),
    Standing.REPAIR: ("warn", "settings"),
    Standing.REMOVED: ("neu", "x"),
}


def standing_words(standing: Standing) -> str:
    """Return where a piece is."""
    return {
        Standing.OVERDUE: text("Overdue"),
        Standing.OUT: text("Out"),
        Standing.IN: text("In"),
        Standing.REPAIR: text("In repair"),
        Standing.REMOVED: text("Removed"),
    }[standing]


def kind_words(kind: str) -> str:
    """Return whether it is lent or a studio."""
    return text("Studio") if kind == KitKind.STUDIO else text("To lend")


def shown_at(instant: str, now: datetime) -> datetime:
    """Return an instant on the clocks that show `now`."""
    return parse_instant(instant).astimezone(now.tzinfo)


def due_words(line: KitLine, now: datetime) -> str:
    """Return until when a piece is out, `today 16:00`; empty where it is in."""
    due = line.body.get("due_at")
    if not due:
        return ""
    moment = shown_at(due, now)
    return text("{day} {time}", day=near_day(moment.date(), now.date()), time=clock_words(moment))


def span_text(starts: datetime, ends: datetime, today: date) -> str:
    """Return `today, 14:00–16:00` or `Fri 20 Nov, 14:00 – Sat 21 Nov, 09:00`."""
    first = near_day(starts.date(), today)
    if starts.date() == ends.date():
        return text("{day}, {start}–{end}", day=first, start=clock_words(starts), end=clock_words(ends))
    last = text("{day}, {time}", day=day_words(ends.date()), time=clock_words(ends))
    return text("{day}, {start} – {last}", day=first, start=clock_words(starts), last=last)


def loan_words(loan: Body, now: datetime) -> str:
    """Return when a loan went out and when it came back or is due."""
    out = moment_words(shown_at(loan["out_at"], now), now.date())
    if loan["state"] == LoanState.MISTAKEN:
        return text("Out {out}; it didn't take place", out=out)
    until = moment_words(shown_at(loan["back_at"] or loan["due_at"], now), now.date())
    if loan["state"] == LoanState.OUT:
        return text("Out {out}, due {due}", out=out, due=until)
    return text("Out {out}, back {back}", out=out, back=until)


def is_late(loan: Body) -> bool:
    """Tell whether a loan came back after its time."""
    return bool(loan["state"] == LoanState.BACK and loan["back_at"] > loan["due_at"])
