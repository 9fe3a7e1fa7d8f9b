"""The words of leave: kinds, states, days, and one line beside a student's name."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from desktop.timetable.times import day_range, day_words, local
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


def beside(requests: Sequence[Body]) -> tuple[str, str] | None:
    """Return what stands beside a student on a register as (words, tone), approved before asked: `Apology`, `Leave`."""
    if not requests:
        return None
    request = min(requests, key=lambda one: one["state"] != LeaveState.APPROVED)
    approved = request["state"] == LeaveState.APPROVED
    tone = STATE_LOOKS[request["state"]][0]
    if request["kind"] == LeaveKind.APOLOGY:
        return text("Apology"), tone
    return (text("Leave") if approved else text("Leave asked")), tone


def told(request: Body) -> str:
    """Return the whole of it: `Apology, waits for an answer: my bus is late`."""
    kind, state = kind_word(request["kind"]), state_word(request["state"])
    state = state[:1].lower() + state[1:]
    if request.get("reason"):
        return text("{kind}, {state}: {reason}", kind=kind, state=state, reason=request["reason"])
    return text("{kind}, {state}", kind=kind, state=state)


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


def whole_days(first: date, last: date, zone: ZoneInfo) -> tuple[str, str]:
    """Return the instants from the start of `first` to the end of `last` by the institute's clocks."""
    return day_range(first, last, zone)
