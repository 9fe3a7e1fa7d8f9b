"""How subscriptions go on: their periods, and what a day makes of one: renewed, warned of, late, lapsed, back, ended.

Days are texts like 2026-11-20. A period lasts from its first day until the day before `period_to`. Nothing is undone by
a clock that went back: what comes of a day comes once, when that day is reached.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from shared.core.errors import CampusError
from shared.core.text import text
from shared.finance.plan_rules import Interval, day_after
from shared.finance.subscription_vocabulary import (
    LIVING,
    RUNNING,
    Period,
    SubscriptionAct,
    SubscriptionState,
    Told,
)

Body = Mapping[str, Any]
_MONTHS = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}
MOST_CAUGHT_UP = 12
"""Periods that are charged at once where nobody looked for long; those before them aren't charged any more."""
_MOST_STEPS = 400
_S = SubscriptionState


def plus(day: str, days: int) -> str:
    """Return the day some days later."""
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def next_start(price: Body, anchor: str, times: int, start: str, terms: Sequence[str]) -> str | None:
    """Return the first day of the period after the one that begins on `start`, the `times`-th after the anchor.

    The 31st is the last day of a shorter month, and the 31st again. `terms` are first days of terms; None where the
    next one isn't known yet.
    """
    period = Period(price["period"])
    if period is Period.TERM:
        return next((day for day in sorted(terms) if day > start), None)
    if period is Period.DAYS:
        return plus(anchor, int(price["days"]) * times)
    return day_after(anchor, Interval.MONTHLY, _MONTHS[period] * times)


@dataclass(frozen=True)
class PeriodCharge:
    """A period to be charged: which one, its first day and the next one's, and when it is due."""

    number: int
    first_day: str
    until: str | None
    due_on: str


@dataclass(frozen=True)
class Turn:
    """What a subscription is after a day; `take_back`: what it charged and nobody paid is taken back."""

    body: dict[str, Any]
    charges: tuple[PeriodCharge, ...] = ()
    told: tuple[Told, ...] = ()
    take_back: bool = False


def begun(price: Body, day: str, terms: Sequence[str], *, waits: bool) -> Turn:
    """Return the fields of a subscription that begins on a day: with its trial, waiting for money, or at once."""
    first = {
        "began_on": day,
        "number": 0,
        "anchor_number": 0,
        "anchor": day,
        "period_from": day,
        "cancel_at_end": False,
        "withheld": False,
        "paused_on": None,
        "days_left": 0,
        "warned_for": "",
        "ended_on": None,
    }
    if price["trial_days"]:
        to = plus(day, price["trial_days"])
        trial = {**first, "state": str(_S.TRIAL), "number": -1, "anchor": to, "period_to": to}
        return Turn(_looked(trial, price, day, None), told=(Told.BEGUN,))
    until = next_start(price, day, 1, day, terms)
    state = _S.PENDING if waits else _S.ACTIVE
    body = {**first, "state": str(state), "period_to": until}
    charge = PeriodCharge(0, day, until, day)
    return Turn(_looked(body, price, day, day), (charge,), () if waits else (Told.BEGUN,))


def turned(body: Body, price: Body, today: str, terms: Sequence[str], owed_since: str | None) -> Turn:
    """Return what a day makes of a subscription.

    `owed_since` is the day on which the oldest charge of it that is still open was due; None where all is paid.
    """
    state = _S(body["state"])
    if state not in LIVING or state is _S.PAUSED:
        return Turn(dict(body))
    if state is _S.PENDING:
        return _waiting(body, price, today, terms, owed_since)
    if state is _S.LAPSED and owed_since is not None:
        over = body["cancel_at_end"] and body["period_to"] is not None and body["period_to"] <= today
        return _ended(body, today) if over else Turn({**body, "look_on": _end_of(body)})
    if owed_since is not None and plus(owed_since, price["grace_days"]) < today:
        lapsed = {**body, "state": str(_S.LAPSED), "look_on": _end_of(body)}
        return Turn(lapsed, told=(Told.LAPSED,))
    return _running(body, price, today, terms, owed_since)


def _end_of(body: Body) -> str | None:
    """Return the day with which a subscription ends that was cancelled."""
    return str(body["period_to"]) if body["cancel_at_end"] and body["period_to"] else None


def _waiting(body: Body, price: Body, today: str, terms: Sequence[str], owed_since: str | None) -> Turn:
    if owed_since is None:
        until = next_start(price, today, 1, today, terms)
        after = {**body, "state": str(_S.ACTIVE), "anchor": today, "period_from": today, "period_to": until}
        return Turn(_looked(after, price, today, None), told=(Told.BEGUN,))
    if plus(owed_since, price["grace_days"]) < today:
        over = _ended(body, today)
        return Turn(over.body, told=over.told, take_back=True)
    return Turn(_looked(dict(body), price, today, owed_since))


def _ended(body: Body, day: str) -> Turn:
    return Turn({**body, "state": str(_S.CANCELLED), "ended_on": day, "look_on": None}, told=(Told.ENDED,))


def _running(body: Body, price: Body, today: str, terms: Sequence[str], owed_since: str | None) -> Turn:
    back = body["state"] == _S.LAPSED
    told = [Told.CAME_BACK] if back else []
    after = dict(body)
    if after["period_to"] is None:
        after["period_to"] = _following(after, price, terms)
    over = after["period_to"] is not None and after["period_to"] <= today
    if over and after["cancel_at_end"]:
        ended = _ended(after, after["period_to"])
        return Turn(ended.body, told=ended.told)
    if over and back:
        # The time without access isn't charged: the next period begins with the day of the money.
        after = anchored(after, today)
    charges = _renew(after, price, today, terms)
    if charges:
        told.append(Told.RENEWED)
    owed = owed_since or (today if charges else None)
    if after["number"] >= 0:
        after["state"] = str(_S.OVERDUE if owed is not None and owed < today else _S.ACTIVE)
    if _is_warned(after, price, today):
        after["warned_for"] = after["period_to"]
        told.append(Told.WARNED)
    return Turn(_looked(after, price, today, owed), charges, tuple(told))


def anchored(body: Body, day: str) -> dict[str, Any]:
    """Return a subscription whose next period begins on a day, and whose later ones are counted from it."""
    return {**body, "anchor": day, "anchor_number": body["number"] + 1, "period_to": day}


def _following(body: Body, price: Body, terms: Sequence[str]) -> str | None:
    times = body["number"] + 1 - body["anchor_number"]
    return next_start(price, body["anchor"], times, body["period_from"], terms)


def _renew(after: dict[str, Any], price: Body, today: str, terms: Sequence[str]) -> tuple[PeriodCharge, ...]:
    """Move on to the period that a day lies in; returns what is charged for on the way, the present period always."""
    passed: list[PeriodCharge] = []
    for step in range(_MOST_STEPS + 1):
        if after["period_to"] is None or after["period_to"] > today:
            break
        if step == _MOST_STEPS:
            after.update(anchored(after, today))
        after["number"] += 1
        after["period_from"] = after["period_to"]
        after["period_to"] = _following(after, price, terms)
        passed.append(PeriodCharge(after["number"], after["period_from"], after["period_to"], today))
    return tuple(passed[-MOST_CAUGHT_UP:] if price["charge_missed"] else passed[-1:])


def _is_warned(after: Body, price: Body, today: str) -> bool:
    to = after["period_to"]
    if to is None or not price["warn_days"] or after["cancel_at_end"] or after["warned_for"] == to:
        return False
    return bool(plus(to, -int(price["warn_days"])) <= today < to)


def _looked(body: dict[str, Any], price: Body, today: str, owed_since: str | None) -> dict[str, Any]:
    """Return a subscription with the next day on which anything can come of it."""
    days = []
    if body["state"] in RUNNING:
        to = body["period_to"]
        days.append(to or plus(today, 1))
        if to and price["warn_days"] and body["warned_for"] != to and not body["cancel_at_end"]:
            days.append(plus(to, -int(price["warn_days"])))
    if owed_since is not None:
        days += [plus(owed_since, 1), plus(owed_since, price["grace_days"] + 1)]
    return {**body, "look_on": min((day for day in days if day > today), default=None)}


def acted(body: Body, price: Body, act: SubscriptionAct, today: str, owed_since: str | None) -> Turn:
    """Return what someone makes of a subscription. Raises CampusError `subscription_state`, `subscription_owes`."""
    state = _S(body["state"])
    if act is SubscriptionAct.PAUSE:
        return _paused(body, state, today, owed_since)
    if act is SubscriptionAct.RESUME:
        if state is not _S.PAUSED:
            raise _wrong(text("Only a subscription that is paused is resumed."))
        return _resumed(body, price, today)
    if state not in LIVING:
        raise _wrong(text("This subscription is over already. Begin a new one."))
    if act is SubscriptionAct.KEEP:
        return Turn({**body, "cancel_at_end": False, "look_on": today})
    if act is SubscriptionAct.CANCEL_AT_END and state in RUNNING:
        return Turn({**body, "cancel_at_end": True, "look_on": today})
    # Whoever has no access any more, or none yet, has no period to wait for.
    over = _ended(body, today)
    return Turn(over.body, told=over.told, take_back=state is _S.PENDING)


def _paused(body: Body, state: SubscriptionState, today: str, owed_since: str | None) -> Turn:
    if state not in RUNNING or body["cancel_at_end"]:
        raise _wrong(text("Only a subscription that goes on is paused."))
    if owed_since is not None:
        raise CampusError(
            "subscription_owes", text("Something of this subscription is still owed. Take the money first.")
        )
    left = (date.fromisoformat(body["period_to"]) - date.fromisoformat(today)).days if body["period_to"] else 0
    more = {"state": str(_S.PAUSED), "paused_on": today, "days_left": max(0, left), "look_on": None}
    return Turn({**body, **more})


def _resumed(body: Body, price: Body, today: str) -> Turn:
    """Go on with the days that were left; a term ends when it ends."""
    after = {**body, "paused_on": None, "state": str(_S.TRIAL if body["number"] < 0 else _S.ACTIVE), "look_on": today}
    if price["period"] != Period.TERM or body["number"] < 0:
        after = anchored(after, plus(today, body["days_left"]))
    elif body["period_to"] is not None and body["period_to"] <= today:
        after = anchored(after, today)
    return Turn({**after, "days_left": 0}, told=(Told.CAME_BACK,))


def _wrong(words: str) -> CampusError:
    return CampusError("subscription_state", words)


def access_of(body: Body) -> bool | None:
    """Tell whether the course is open by a subscription; None where it is over for good."""
    if body["state"] == _S.CANCELLED:
        return None
    return body["state"] in RUNNING
