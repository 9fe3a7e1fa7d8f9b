"""What is overdue and what follows from it: who is reminded of what by now, and what is withheld. All of it derived."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.finance.ledger_rules import Account, Due, accounts_of
from shared.learning.holds import LIFTED, OVERDUE, OWED, STANDING

Body = Mapping[str, Any]
CHARGE, INSTALMENT = "payment", "instalment"
_NEVER = "9999-12-31"


@dataclass(frozen=True)
class Part:
    """What of one charge is still owed on one day; `due_on` None has no day at all. `planned` is an instalment."""

    entry_id: str
    what: str
    due_on: str | None
    amount: int
    planned: bool = False

    def days_late(self, today: str) -> int:
        """Return how many days past its day it is; below zero it is still to come."""
        if self.due_on is None:
            return -1
        return (date.fromisoformat(today) - date.fromisoformat(self.due_on)).days


def open_parts(
    entries: Sequence[Body], allocations: Iterable[Body], due: Mapping[str, Sequence[Due]], currency: str
) -> list[Part]:
    """Return what one person still owes in a currency, by day, the longest due first.

    `due` are the parts of charges that a plan covers (`plan_rules.dues`). Credit that pays nothing yet takes off what
    is due first: nobody is reminded of money that is here.
    """
    account = accounts_of(entries, list(allocations)).get(currency, Account(currency))
    known = {one["id"]: one for one in entries}
    found: list[Part] = []
    for key, left in account.open.items():
        entry = known[key]
        if due.get(key):
            found += [Part(key, entry["what"], day, amount, planned=True) for day, amount in due[key]]
        else:
            found.append(Part(key, entry["what"], entry["due_on"], left))
    found.sort(key=lambda one: (one.due_on or _NEVER, one.entry_id))
    return _less(found, account.free)


def _less(parts: Sequence[Part], credit: int) -> list[Part]:
    left: list[Part] = []
    for one in parts:
        taken = min(credit, one.amount)
        credit -= taken
        if one.amount > taken:
            left.append(Part(one.entry_id, one.what, one.due_on, one.amount - taken, one.planned))
    return left


def overdue_amount(parts: Iterable[Part], today: str, days: int = 0) -> int:
    """Return what is more than `days` days past its day."""
    return sum(one.amount for one in parts if one.days_late(today) > days)


@dataclass(frozen=True)
class Reminder:
    """What someone is reminded of: `late` where a day is past. `marks` say which reminders of which day these are."""

    late: bool
    parts: Sequence[Part]
    marks: Sequence[str]

    @property
    def amount(self) -> int:
        """What it comes to, in minor units."""
        return sum(one.amount for one in self.parts)

    @property
    def kind(self) -> str:
        """The letter that it is: of payments or of instalments, due or overdue."""
        of = INSTALMENT if all(one.planned for one in self.parts) else CHARGE
        return f"{of}_{'overdue' if self.late else 'due'}"


def reminder_of(parts: Sequence[Part], policy: Body, today: str, told: Iterable[str]) -> Reminder | None:
    """Return what someone is to be reminded of on a day, or None. `told` are the marks of reminders that were made.

    Of the times that were reached and missed (a server that stood still) only the latest counts, so that nobody gets
    two letters at once.
    """
    known = set(told)
    found = [(one, mark) for one in parts if (mark := _mark(one, policy, today)) and mark not in known]
    late = [pair for pair in found if pair[0].days_late(today) > 0]
    chosen = late or found
    if not chosen or sum(one.amount for one, _ in chosen) < max(1, policy["least_amount"]):
        return None
    return Reminder(bool(late), [one for one, _ in chosen], list(dict.fromkeys(mark for _, mark in chosen)))


def _mark(part: Part, policy: Body, today: str) -> str:
    """Return the name of the reminder whose turn it is for a part, or nothing."""
    if part.due_on is None:
        return ""
    late = part.days_late(today)
    if late > 0:
        reached = [days for days in policy["days_after"] if days <= late]
        return f"{part.due_on}+{max(reached)}" if reached else ""
    reached = [days for days in policy["days_before"] if days >= -late]
    return f"{part.due_on}-{min(reached)}" if reached else ""


def asked_reminder(parts: Sequence[Part], today: str) -> Reminder | None:
    """Return what someone is reminded of by hand: what is overdue, or what comes next; None who owes nothing."""
    late = [one for one in parts if one.days_late(today) > 0]
    if late:
        return Reminder(late=True, parts=late, marks=[])
    return Reminder(late=False, parts=parts[:1], marks=[]) if parts else None


@dataclass(frozen=True)
class Wanted:
    """A hold that the policy asks for."""

    what: str
    ground: str
    amount: int
    currency: str


def wanted_holds(parts: Sequence[Part], policy: Body, today: str, currency: str) -> dict[str, Wanted]:
    """Return the holds that a policy asks for, by what is withheld; `amount` is what is owed on its ground."""
    found: dict[str, Wanted] = {}
    grace = int(policy["grace_days"])
    for rule in policy["holds"]:
        least = max(1, rule["least"], policy["least_amount"])
        if rule["ground"] == OWED:
            amount = shown = sum(one.amount for one in parts)
        else:
            amount, shown = overdue_amount(parts, today, grace + rule["days"]), overdue_amount(parts, today)
        if amount >= least and (rule["what"] not in found or rule["ground"] == OVERDUE):
            found[rule["what"]] = Wanted(rule["what"], rule["ground"], shown, currency)
    return found


def holds_after(
    present: Mapping[str, Body], wanted: Mapping[str, Wanted], today: str, *, spared: bool, lay: bool = True
) -> tuple[list[Wanted], list[tuple[Body, Wanted]], list[Body]]:
    """Return (to lay, to bring up to date, to lift) for one person; `present` are the holds by what they withhold.

    Without `lay` nothing new is laid: money that moves only ever lifts, laying is the daily run's.
    """
    if spared:
        return [], [], [one for one in present.values() if one["state"] == STANDING]
    laid, changed = [], []
    for what, one in wanted.items():
        here = present.get(what)
        if here is not None and here["state"] == STANDING:
            if (here["amount"], here["currency"], here["ground"]) != (one.amount, one.currency, one.ground):
                changed.append((here, one))
        elif lay and not (here is not None and here["state"] == LIFTED and (here["until"] or "") >= today):
            laid.append(one)
    lifted = [one for what, one in present.items() if one["state"] == STANDING and what not in wanted]
    return laid, changed, lifted


def currencies_of(entries: Iterable[Body]) -> list[str]:
    """Return the currencies of someone's ledger, in order."""
    return sorted({str(one["currency"]) for one in entries})
