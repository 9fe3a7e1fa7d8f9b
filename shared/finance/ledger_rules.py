"""What a ledger comes to: balances, what is still owed of each charge, what is left of each payment, and totals.

Bodies are ledger entries and allocations as the feed carries them. Everything is derived; nothing here is stored.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.finance.vocabulary import EntryKind

Body = Mapping[str, Any]
Share = tuple[str, int]
"""The id of a charge, and how much of it is paid."""
Due = tuple[str, int]
"""A day, and how much is due on it."""
_BY_NO_PLAN: Mapping[str, Sequence[Due]] = {}
_NEVER = "9999-12-31"


@dataclass(frozen=True)
class Account:
    """One person's ledger in one currency; a balance above zero is owed, one below zero is credit.

    `open` is what is still owed of each charge or refund, `credit` what is left of each payment.
    """

    currency: str
    balance: int = 0
    open: Mapping[str, int] = field(default_factory=dict)
    credit: Mapping[str, int] = field(default_factory=dict)

    @property
    def owed(self) -> int:
        """What is open in all."""
        return sum(self.open.values())

    @property
    def free(self) -> int:
        """The credit that pays nothing yet."""
        return sum(self.credit.values())


def in_order(entries: Iterable[Body]) -> list[Body]:
    """Return entries as a ledger lists them: by day, then as they were made."""
    return sorted(entries, key=lambda one: (one["day"], one["made_at"], one["id"]))


def running(entries: Iterable[Body]) -> list[tuple[Body, int]]:
    """Return the entries of one person and currency in order, each with the balance after it."""
    balance = 0
    found = []
    for entry in in_order(entries):
        balance += entry["amount"]
        found.append((entry, balance))
    return found


def reversed_ids(entries: Iterable[Body]) -> frozenset[str]:
    """Return the ids of entries that were reversed."""
    return frozenset(one["reverses_id"] for one in entries if one["reverses_id"])


def accounts_of(entries: Sequence[Body], allocations: Iterable[Body]) -> dict[str, Account]:
    """Return what one person's ledger comes to, by currency.

    What was reversed, its reversal, and allocations to or from it count no longer.
    """
    gone = reversed_ids(entries)
    living = {one["id"]: one for one in entries if one["id"] not in gone and one["kind"] != EntryKind.REVERSAL}
    used: dict[str, int] = dict.fromkeys(living, 0)
    for one in allocations:
        if one["entry_id"] in living and one["charge_id"] in living:
            used[one["entry_id"]] += one["amount"]
            used[one["charge_id"]] += one["amount"]
    found: dict[str, Account] = {}
    for currency in sorted({one["currency"] for one in entries}):
        own = [one for one in living.values() if one["currency"] == currency]
        left = {one["id"]: abs(one["amount"]) - used[one["id"]] for one in own}
        found[currency] = Account(
            currency,
            sum(one["amount"] for one in entries if one["currency"] == currency),
            {one["id"]: left[one["id"]] for one in own if one["amount"] > 0 and left[one["id"]]},
            {one["id"]: left[one["id"]] for one in own if one["amount"] < 0 and left[one["id"]]},
        )
    return found


def oldest_first(debts: Iterable[Body]) -> list[Body]:
    """Return charges in the order in which money pays them: the longest due first, those without a day last."""
    return sorted(debts, key=lambda one: (one["due_on"] or _NEVER, one["day"], one["made_at"], one["id"]))


def share_out(amount: int, debts: Iterable[Body], open_: Mapping[str, int]) -> list[Share]:
    """Return which charges an amount pays, the longest due first; what is left over stays as credit."""
    found: list[Share] = []
    for debt in oldest_first(debts):
        part = min(amount, open_.get(debt["id"], 0))
        if part > 0:
            found.append((debt["id"], part))
            amount -= part
    return found


def clipped(wanted: Iterable[Share], open_: Mapping[str, int], most: int) -> list[Share]:
    """Return what of `wanted` can be paid: nothing above what a charge still owes, and `most` in all."""
    left = dict(open_)
    found: list[Share] = []
    for charge_id, amount in wanted:
        part = min(amount, left.get(charge_id, 0), most)
        if part > 0:
            found.append((charge_id, part))
            left[charge_id] -= part
            most -= part
    return found


@dataclass(frozen=True)
class Totals:
    """What a ledger's head says, in minor units: `pending` is the part of `paid` that nobody vouches for yet."""

    charged: int = 0
    reduced: int = 0
    paid: int = 0
    pending: int = 0
    refunded: int = 0
    due: int = 0
    overdue: int = 0
    credit: int = 0
    balance: int = 0


def totals(
    entries: Sequence[Body],
    allocations: Iterable[Body],
    currency: str,
    today: str,
    unconfirmed: frozenset[str] = frozenset(),
    due: Mapping[str, Sequence[Due]] = _BY_NO_PLAN,
) -> Totals:
    """Return the totals of one person's ledger in a currency on a day; `unconfirmed` are ids of payments.

    `due` says which parts of charges that a plan covers are due on which day, by the charge's id.
    """
    account = accounts_of(entries, allocations).get(currency, Account(currency))
    gone = reversed_ids(entries)
    own = [one for one in entries if one["currency"] == currency and one["id"] not in gone]
    late = {one["id"] for one in own if one["due_on"] and one["due_on"] < today and one["id"] not in due}
    parts = [part for key in account.open for part in due.get(key, ())]
    sums: dict[str, int] = {}
    for one in own:
        sums[one["kind"]] = sums.get(one["kind"], 0) + abs(one["amount"])

    return Totals(
        charged=sums.get(EntryKind.CHARGE, 0),
        reduced=sums.get(EntryKind.DISCOUNT, 0) + sums.get(EntryKind.SCHOLARSHIP, 0),
        paid=sums.get(EntryKind.PAYMENT, 0),
        pending=sum(
            abs(one["amount"])
            for one in (own if unconfirmed else ())
            if one["kind"] == EntryKind.PAYMENT and one["payment_id"] in unconfirmed
        ),
        refunded=sums.get(EntryKind.REFUND, 0),
        due=account.owed,
        overdue=sum(amount for key, amount in account.open.items() if key in late)
        + sum(amount for day, amount in parts if day < today),
        credit=account.free,
        balance=account.balance,
    )
