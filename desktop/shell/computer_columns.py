"""The columns of the list of computers, and its one-line summary."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication

from desktop.shell.times import instant_words
from desktop.widgets.columns import Cell, CellKind, Column
from shared.core.clock import parse_instant
from shared.core.computers import CLOCK_OFF_MS, LOW_DISK_BYTES
from shared.core.text import plural, text

QUIET_FOR = timedelta(days=3)
"""A computer that wasn't heard of for this long is marked."""
_MOST_NAMES = 2
Body = Mapping[str, Any]
Now = Callable[[], datetime]


def computer_columns(now: Now, zone: Callable[[], tzinfo]) -> tuple[Column, ...]:
    """Return the columns."""
    tr = partial(QCoreApplication.translate, "ComputersPage")
    return (
        Column("name", tr("Computer"), lambda body: str(body["name"]), width=170),
        Column("lost", tr("State"), lost_cell, CellKind.BADGE, width=130, sortable=False),
        Column("unsent", tr("Unsent work"), unsent_cell, CellKind.BADGE, width=130),
        Column("people", tr("Whose"), people_words, CellKind.MUTED, width=200, stretch=True, sortable=False),
        Column("disk", tr("Disk free"), disk_cell, width=150),
        Column("clock", tr("Clock"), clock_cell, width=130, sortable=False),
        Column("version", tr("Program"), lambda body: str(body["version"]), CellKind.MUTED, width=90),
        Column("contact", tr("Last contact"), lambda body: contact_cell(body, now(), zone()), width=150),
    )


def lost_cell(body: Body) -> Cell:
    """Return whether the office marked a computer as lost, and what became of that."""
    if not body.get("lost_at"):
        return Cell("")
    if body.get("wiped_at"):
        return Cell(text("Lost, wiped"), "neu", "check")
    return Cell(text("Lost, told"), "warn", "lock") if body.get("met_at") else Cell(text("Lost"), "bad", "lock")


def unsent_cell(body: Body) -> Cell:
    """Return how many changes wait, at most."""
    count = int(body["unsent"])
    return Cell(plural("{n} change", "{n} changes", count), "warn", "clock") if count else Cell(text("None"), "ok")


def people_words(body: Body) -> str:
    """Return whose work waits: "Ama Mensah 3, Kofi Osei 1"."""
    waiting = [one for one in body["people"] if one["unsent"]]
    shown = [text("{name} {n}", name=one["name"] or text("someone"), n=one["unsent"]) for one in waiting[:_MOST_NAMES]]
    left = len(waiting) - _MOST_NAMES
    return ", ".join([*shown, plural("{n} more", "{n} more", left)] if left > 0 else shown)


def disk_cell(body: Body) -> Cell:
    """Return the free room of the disk with the stores; too little is marked."""
    free, size = body["disk_free"], body["disk_size"]
    if free is None or not size:
        return Cell(text("Unknown"), "muted")
    words = text("{free} of {size} GB", free=_gigabytes(free), size=_gigabytes(size))
    return Cell(words, "bad", "circle-alert") if free < LOW_DISK_BYTES else Cell(words)


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f}" if size < 10e9 else f"{size / 1e9:.0f}"


def clock_cell(body: Body) -> Cell:
    """Return how far the clock is off where that matters."""
    off = int(body["clock_off"])
    if abs(off) < CLOCK_OFF_MS:
        return Cell(text("Right"))
    minutes = round(abs(off) / 60_000)
    amount = text("{n} min", n=minutes) if minutes < 120 else text("{n} h", n=round(minutes / 60))
    words = text("{amount} ahead", amount=amount) if off > 0 else text("{amount} behind", amount=amount)
    return Cell(words, "warn", "clock")


def contact_cell(body: Body, now: datetime, zone: tzinfo) -> Cell:
    """Return when the computer was last heard of; a long silence is marked."""
    words = instant_words(body["last_contact_at"], zone, now)
    quiet = now - parse_instant(body["last_contact_at"]) > QUIET_FOR
    return Cell(words, "warn", "circle-alert") if quiet else Cell(words)


def summary(computers: Sequence[Body]) -> str:
    """Return "12 computers, 2 with unsent work"."""
    waiting = sum(bool(one["unsent"]) for one in computers)
    words = plural("{n} computer", "{n} computers", len(computers))
    return text("{computers}, {waiting} with unsent work", computers=words, waiting=waiting)
