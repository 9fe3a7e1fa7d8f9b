"""What instalment plans come to: parts whose sum is always the total, where each stands, and what is due when."""

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from shared.core.errors import CampusError
from shared.core.money import split_evenly
from shared.core.text import text
from shared.finance.ledger_rules import Due, accounts_of, reversed_ids
from shared.finance.plan_commands import MOST_PARTS
from shared.finance.vocabulary import EntryKind, InstalmentState

Body = Mapping[str, Any]
Parts = tuple[tuple[str, int], ...]
"""(day, amount in minor units) each, in the order in which they are paid."""
ACTIVE, ENDED = "active", "ended"
_REDUCES = frozenset({EntryKind.DISCOUNT, EntryKind.SCHOLARSHIP})


class Interval(StrEnum):
    """How far instalments are apart."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"


_DAYS = {Interval.WEEKLY: 7, Interval.FORTNIGHTLY: 14}
_LAST_YEAR = 9_000


def day_after(first: str, interval: Interval, times: int) -> str:
    """Return the day some intervals after `first`; the 31st is the last day of a shorter month, and the 31st again."""
    start = date.fromisoformat(first)
    if start.year > _LAST_YEAR:
        raise CampusError("plan_days", text("The plan begins too late. Check the day."))
    if interval is not Interval.MONTHLY:
        return (start + timedelta(days=_DAYS[interval] * times)).isoformat()
    years, month = divmod(start.month - 1 + times, 12)
    last = calendar.monthrange(start.year + years, month + 1)[1]
    return date(start.year + years, month + 1, min(start.day, last)).isoformat()


def made_parts(total: int, count: int, interval: Interval, first: str, down: int = 0, down_on: str = "") -> Parts:
    """Return `count` instalments from a day on, behind a down payment if there is one; their sum is `total`.

    Raises CampusError `plan_count`, `plan_down_payment`, `plan_days`.
    """
    if not 0 <= down < total:
        raise CampusError("plan_down_payment", text("The down payment is less than the total."))
    if not 1 <= count <= MOST_PARTS - (down > 0) or count > total - down:
        words = text("A plan has 1 to {most} instalments, none of them nothing.", most=MOST_PARTS)
        raise CampusError("plan_count", words)
    amounts = split_evenly(total - down, count)
    parts = tuple((day_after(first, interval, at), amount) for at, amount in enumerate(amounts))
    return ((down_on or first, down), *parts) if down else parts


def plan_fault(parts: Sequence[Due], total: int) -> CampusError | None:
    """Return what is amiss with parts that people set themselves: `plan_days` or `plan_sum`."""
    for day, _ in parts:
        try:
            date.fromisoformat(day)
        except ValueError:
            return CampusError("plan_days", text("{day} is not a day.", day=day))
    days = [day for day, _ in parts]
    if days != sorted(days):
        return CampusError("plan_days", text("The days of a plan don't go backwards. Check their order."))
    if sum(amount for _, amount in parts) != total:
        words = text("The instalments don't come to the total of the charges. Check the amounts.")
        return CampusError("plan_sum", words)
    return None


def parts_of(plan: Body) -> Parts:
    """Return the parts of a plan's body."""
    return tuple((part["due_on"], part["amount"]) for part in plan["parts"])


def fitted(parts: Sequence[Due], total: int) -> Parts:
    """Return parts that come to `total` again: what a discount takes off falls off the last ones, more is put there."""
    found = list(parts)
    missing = total - sum(amount for _, amount in found)
    if missing >= 0 and found:
        day, amount = found.pop()
        found.append((day, amount + missing))
        return tuple(found)
    while found and missing:
        day, amount = found.pop()
        taken = min(amount, -missing)
        missing += taken
        if amount > taken:
            found.append((day, amount - taken))
    return tuple(found)


@dataclass(frozen=True)
class Step:
    """One instalment and what of it is paid."""

    due_on: str
    amount: int
    paid: int
    state: InstalmentState

    @property
    def left(self) -> int:
        """What is still owed of it."""
        return self.amount - self.paid


def steps(parts: Sequence[Due], paid: int, today: str) -> list[Step]:
    """Return where each part stands on a day when `paid` came in: it pays the first ones first."""
    found = []
    for day, amount in parts:
        share = min(amount, paid)
        paid -= share
        found.append(Step(day, amount, share, _state(day, amount, share, today)))
    return found


def _state(day: str, amount: int, paid: int, today: str) -> InstalmentState:
    if paid == amount:
        return InstalmentState.PAID
    if day < today:
        return InstalmentState.OVERDUE
    return InstalmentState.PARTLY_PAID if paid else InstalmentState.PENDING


def kept_parts(before: Sequence[Step]) -> Parts:
    """Return what of a plan is paid, which a changed one begins with; a part that is partly paid ends there."""
    return tuple((step.due_on, step.paid) for step in before if step.paid)


def keeps_paid(before: Sequence[Step], parts: Sequence[Due]) -> bool:
    """Tell whether changed parts begin with what is paid: paid ones as they are, a partly paid one at least that."""
    paid = [step for step in before if step.paid]
    if len(parts) < len(paid):
        return False
    return all(
        day == step.due_on and (amount == step.amount if not step.left else amount >= step.paid)
        for step, (day, amount) in zip(paid, parts, strict=False)
    ) or tuple(parts[: len(paid)]) == kept_parts(before)


@dataclass(frozen=True)
class Standing:
    """What a plan's charges come to after discounts, and what of that is paid; `open` is the rest by charge."""

    total: int
    paid: int
    open: Mapping[str, int]


def standing(
    charge_ids: Iterable[str], currency: str, entries: Sequence[Body], allocations: Sequence[Body]
) -> Standing:
    """Return where some charges of one person stand; those that were reversed count no longer."""
    gone = reversed_ids(entries)
    living = {one["id"]: one for one in entries if one["id"] not in gone}
    wanted = [key for key in dict.fromkeys(charge_ids) if key in living and living[key]["currency"] == currency]
    reduces = {key for key, one in living.items() if one["kind"] in _REDUCES}
    reduced = sum(one["amount"] for one in allocations if one["charge_id"] in wanted and one["entry_id"] in reduces)
    total = sum(living[key]["amount"] for key in wanted) - reduced
    account = accounts_of(entries, allocations).get(currency)
    open_ = {key: account.open[key] for key in wanted if key in account.open} if account else {}
    return Standing(total, total - sum(open_.values()), open_)


def plan_steps(plan: Body, entries: Sequence[Body], allocations: Sequence[Body], today: str) -> list[Step]:
    """Return where each instalment of a plan stands on a day."""
    found = standing(plan["charge_ids"], plan["currency"], entries, allocations)
    return steps(fitted(parts_of(plan), found.total), found.paid, today)


def dues(plans: Iterable[Body], entries: Sequence[Body], allocations: Sequence[Body]) -> dict[str, list[Due]]:
    """Return for each open charge that a plan covers which part of it is due on which day; their sum is what is open.

    Charges in no plan are left out: they keep their own day.
    """
    found: dict[str, list[Due]] = {}
    for plan in plans:
        if plan["state"] != ACTIVE:
            continue
        here = standing(plan["charge_ids"], plan["currency"], entries, allocations)
        waiting = [(step.due_on, step.left) for step in steps(fitted(parts_of(plan), here.total), here.paid, "")]
        waiting = [part for part in waiting if part[1]]
        for key, owed in here.open.items():
            taken, waiting = _taken(waiting, owed)
            found.setdefault(key, taken)
    return found


def _taken(waiting: Sequence[Due], owed: int) -> tuple[list[Due], list[Due]]:
    """Return which of the waiting parts a charge takes, and those that are left for the next one."""
    taken: list[Due] = []
    left = list(waiting)
    while owed:
        day, amount = left.pop(0)
        share = min(owed, amount)
        taken.append((day, share))
        owed -= share
        if amount > share:
            left.insert(0, (day, amount - share))
    return taken, left


def by_plan(entries: Iterable[Body], due: Mapping[str, Sequence[Due]]) -> list[dict[str, Any]]:
    """Return entries with the day on which the next part of them is due, where a plan says so."""
    return [{**one, "due_on": due[one["id"]][0][0]} if due.get(one["id"]) else dict(one) for one in entries]


def due_until(entry_id: str, open_: int, due_on: str | None, due: Mapping[str, Sequence[Due]], day: str) -> int:
    """Return how much of a charge is due up to a day; what has no day at all is due at once."""
    if entry_id in due:
        return sum(amount for on, amount in due[entry_id] if on <= day)
    return open_ if due_on is None or due_on <= day else 0
