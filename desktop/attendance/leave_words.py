"""The words of leave: kinds, states, days, and one line beside a student's name."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from desktop.timetable.times import day_words, local
from shared.attendance.vocabulary import LeaveKind, LeaveState
from shared.core.text import text

Body = Mapping[str, Any]
STATE_LOOKS: dict[str, tuple[str, str]] = {
    LeaveState.ASKED: ("info", "clock"),
    LeaveState.APPROVED: ("vio", "file-text"),
    LeaveState.DECLINED: ("bad", "x"),
    LeaveState.WITHDRAWN: ("neu", "circle-dashed"),
}
"""Tone and icon of each state."""


def kind_word(kind: str) -> str:
    """Return `Apology` or `Leave`."""
    return text("Apology") if kind == LeaveKind.APOLOGY else text("Leave")


def state_word(state: str) -> str:
    """Return `Asked`, `Approved` and so on."""
    return {
        LeaveState.ASKED: text("Waits for an answer"),
        LeaveState.APPROVED: text("Approved"),
        LeaveState.DECLINED: text("Declined"),
        LeaveState.WITHDRAWN: text("Withdrawn"),
    }[LeaveState(state)]


def beside_words(request: Body) -> str:
    """Return what stands beside a student on a register: `Leave approved`, `Apology`."""
    approved = request["state"] == LeaveState.APPROVED
    if request["kind"] == LeaveKind.APOLOGY:
        return text("Apology accepted") if approved else text("Apology")
    return text("Leave approved") if approved else text("Leave asked")


def span_words(request: Body, zone: ZoneInfo) -> str:
    """Return `Fri 20 Nov`, `Mon 23 Nov to Wed 25 Nov`, or with times where it isn't whole days."""
    starts, ends = local(request["starts_at"], zone), local(request["ends_at"], zone)
    if _is_midnight(starts) and _is_midnight(ends):
        last = ends - timedelta(days=1)
        if starts.date() >= last.date():
            return day_words(starts.date())
        return text("{first} to {last}", first=day_words(starts.date()), last=day_words(last.date()))
    if starts.date() == ends.date():
        return text("{day}, {start}–{end}", day=day_words(starts.date()), start=f"{starts:%H:%M}", end=f"{ends:%H:%M}")
    first = text("{day}, {time}", day=day_words(starts.date()), time=f"{starts:%H:%M}")
    last_words = text("{day}, {time}", day=day_words(ends.date()), time=f"{ends:%H:%M}")
    return text("{first} to {last}", first=first, last=last_words)


def _is_midnight(moment: datetime) -> bool:
    return moment.time() == time()
