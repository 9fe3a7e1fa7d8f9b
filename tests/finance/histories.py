"""Ledger histories from a seed: made in the rules alone, or through the door of a database, and checked each time.

`python -m tests.finance.histories --pure 1000000 --database 2000` runs the long ones; the suite runs a few hundred.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from shared.core.money import MOST_MINOR, part_of, split_by, split_evenly
from shared.finance.entry_rules import (
    Posting,
    charge_postings,
    given_postings,
    money_by_share,
    paid_postings,
    reversed_postings,
    trial_balance,
)
from shared.finance.ledger_rules import Account, accounts_of, clipped, oldest_first, running, share_out, totals
from shared.finance.vocabulary import EntryKind, Method

FIRST = date(2026, 1, 1)
_METHODS = (Method.CASH, Method.CARD, Method.MOBILE_MONEY, Method.BANK_TRANSFER, Method.CHEQUE)
_KIND_OF = {0: EntryKind.DISCOUNT, 1: EntryKind.SCHOLARSHIP}


@dataclass
class History:
    """The books of a few people as the rules make them, one act after another."""

    random: random.Random
    people: int
    entries: list[dict[str, Any]] = field(default_factory=list)
    allocations: list[dict[str, Any]] = field(default_factory=list)
    postings: list[Posting] = field(default_factory=list)
    posted: dict[str, list[Posting]] = field(default_factory=dict)
    day: date = FIRST

    def amount(self) -> int:
        """Return an amount: mostly a usual one, now and then the smallest or the largest."""
        kind = self.random.random()
        if kind < 0.05:
            return 1
        if kind > 0.99:
            return MOST_MINOR // 1_000
        return self.random.randint(1, 500_000)

    def person(self) -> str:
        """Return someone."""
        return f"p{self.random.randrange(self.people)}"

    def own(self, person: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Return someone's entries and allocations."""
        return (
            [one for one in self.entries if one["person_id"] == person],
            [one for one in self.allocations if one["person_id"] == person],
        )

    def account(self, person: str) -> Account:
        """Return what someone's ledger comes to."""
        return accounts_of(*self.own(person)).get("GHS", Account("GHS"))

    def entry(self, kind: EntryKind, person: str, amount: int, posted: list[Posting], **more: Any) -> dict[str, Any]:
        """Add an entry with its postings."""
        made = {
            "id": f"e{len(self.entries):04}",
            "person_id": person,
            "kind": str(kind),
            "amount": amount,
            "currency": "GHS",
            "day": self.day.isoformat(),
            "made_at": f"{self.day.isoformat()}T{len(self.entries):06}",
            "due_on": None,
            "payment_id": None,
            "reverses_id": None,
            **more,
        }
        self.entries.append(made)
        self.posted[made["id"]] = posted
        self.postings += posted
        return made

    def allocate(self, person: str, entry_id: str, charge_id: str, amount: int) -> None:
        """Let a credit pay a charge."""
        row = {"person_id": person, "entry_id": entry_id, "charge_id": charge_id, "amount": amount}
        self.allocations.append(row)

    def step(self) -> None:
        """Do one thing that somebody might."""
        self.day += timedelta(days=self.random.randrange(20))
        acts = (self.charge, self.charge, self.pay, self.pay, self.pay, self.give, self.reverse, self.refund, self.use)
        self.random.choice(acts)()

    def charge(self) -> None:
        """Charge someone, maybe in instalments, maybe with taxes."""
        person, total = self.person(), self.amount()
        parts = split_evenly(total, self.random.choice((1, 1, 1, 3, 7)))
        assert sum(parts) == total
        for place, part in enumerate(one for one in parts if one):
            tax = part_of(part, self.random.choice((0, 0, 250, 1_500)))
            due = None if self.random.random() < 0.3 else (self.day + timedelta(days=30 * place)).isoformat()
            whole = part + tax
            self.entry(EntryKind.CHARGE, person, whole, charge_postings(whole, tax), due_on=due)

    def give(self) -> None:
        """Grant a discount or a scholarship on what is owed longest."""
        person = self.person()
        account, kind = self.account(person), _KIND_OF[self.random.randrange(2)]
        if account.owed:
            amount = self.random.randint(1, account.owed)
            made = self.entry(kind, person, -amount, given_postings(kind, amount))
            self._pay_with(person, made, account)

    def pay(self) -> None:
        """Take money for one person or several, by one means or several; sometimes more than is owed."""
        people = list(dict.fromkeys(self.person() for _ in range(self.random.choice((1, 1, 1, 3)))))
        shares = [self._about(self.account(one).owed) for one in people]
        total = sum(shares)
        weights = [self.random.randint(1, 9) for _ in range(self.random.choice((1, 1, 2, 3)))]
        parts = split_by(total, weights)
        assert sum(parts) == total
        tenders = [(self.random.choice(_METHODS), part) for part in parts if part]
        payment = f"pay{len(self.entries)}"
        for person, share, money in zip(people, shares, money_by_share(shares, tenders), strict=True):
            account = self.account(person)
            made = self.entry(EntryKind.PAYMENT, person, -share, paid_postings(money), payment_id=payment)
            self._pay_with(person, made, account)

    def _about(self, owed: int) -> int:
        if owed and self.random.random() < 0.4:
            return owed
        return self.amount()

    def _pay_with(self, person: str, made: Mapping[str, Any], account: Account) -> None:
        debts = [one for one in self.own(person)[0] if one["id"] in account.open]
        wanted = share_out(-made["amount"], debts, account.open)
        if self.random.random() < 0.2:  # what a till wanted that knew less
            wanted = [(one["id"], self.amount()) for one in oldest_first(debts)]
        for charge_id, amount in clipped(wanted, account.open, -made["amount"]):
            self.allocate(person, made["id"], charge_id, amount)

    def reverse(self) -> None:
        """Take an entry back as a whole."""
        gone = {one["reverses_id"] for one in self.entries}
        living = [one for one in self.entries if one["kind"] != EntryKind.REVERSAL and one["id"] not in gone]
        if not living:
            return
        entry = self.random.choice(living)
        back = reversed_postings(self.posted[entry["id"]])
        self.entry(EntryKind.REVERSAL, entry["person_id"], -entry["amount"], back, reverses_id=entry["id"])
        sums: dict[tuple[str, str], int] = {}
        for one in self.allocations:
            if entry["id"] in (one["entry_id"], one["charge_id"]):
                key = (one["entry_id"], one["charge_id"])
                sums[key] = sums.get(key, 0) + one["amount"]
        for (entry_id, charge_id), amount in sums.items():
            if amount:
                self.allocate(entry["person_id"], entry_id, charge_id, -amount)

    def refund(self) -> None:
        """Pay credit back."""
        person = self.person()
        credit = dict(self.account(person).credit)
        paid = [one for one in self.own(person)[0] if one["id"] in credit and one["kind"] == EntryKind.PAYMENT]
        if paid:
            entry = self.random.choice(paid)
            amount = self.random.randint(1, credit[entry["id"]])
            cash = money_by_share([amount], [(Method.CASH, amount)])[0]
            made = self.entry(EntryKind.REFUND, person, amount, reversed_postings(paid_postings(cash)))
            self.allocate(person, entry["id"], made["id"], amount)

    def use(self) -> None:
        """Let credit pay what is owed."""
        person = self.person()
        account = self.account(person)
        for entry_id, free in account.credit.items():
            now = self.account(person)
            debts = [one for one in self.own(person)[0] if one["id"] in now.open]
            for charge_id, amount in share_out(free, debts, now.open):
                self.allocate(person, entry_id, charge_id, amount)

    def check(self) -> None:
        """Raise AssertionError where the books don't agree."""
        assert sum(trial_balance(self.postings).values()) == 0
        for person in sorted({one["person_id"] for one in self.entries}):
            check_books(*self.own(person), self.day.isoformat())


def check_books(entries: Sequence[Mapping[str, Any]], allocations: Sequence[Mapping[str, Any]], today: str) -> None:
    """Raise AssertionError where one person's ledger contradicts itself."""
    for currency, account in accounts_of(entries, allocations).items():
        own = [one for one in entries if one["currency"] == currency]
        lines = running(own)
        assert account.balance == sum(one["amount"] for one in own) == lines[-1][1]
        assert all(amount > 0 for amount in (*account.open.values(), *account.credit.values()))
        assert account.balance == account.owed - account.free
        summed = totals(own, allocations, currency, today)
        assert summed.overdue <= summed.due == account.owed
        assert summed.balance == account.balance
        assert summed.charged + summed.refunded - summed.reduced - summed.paid == summed.balance
    sums: dict[tuple[str, str], int] = {}
    for one in allocations:
        key = (one["entry_id"], one["charge_id"])
        sums[key] = sums.get(key, 0) + one["amount"]
    assert all(amount >= 0 for amount in sums.values())
    amounts = {one["id"]: abs(one["amount"]) for one in entries}
    for side in (0, 1):
        used: dict[str, int] = {}
        for key, amount in sums.items():
            used[key[side]] = used.get(key[side], 0) + amount
        assert all(amount <= amounts.get(key, 0) for key, amount in used.items())


def pure(count: int, seed: int = 1, steps: int = 8) -> int:
    """Run histories in the rules alone; returns how many entries they made."""
    made = 0
    for number in range(count):
        # A seed for each, so that a failure is found again by its number alone.
        history = History(random.Random(f"{seed}:{number}"), 1 + number % 3)
        try:
            for _ in range(steps):
                history.step()
            history.check()
        except AssertionError as failure:
            message = f"history {seed}:{number}"
            raise AssertionError(message) from failure
        made += len(history.entries)
    return made


def main(arguments: Sequence[str]) -> None:
    """Run what the command line asks for and tell the figures."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--pure", type=int, default=1_000)
    asked.add_argument("--database", type=int, default=0)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args(arguments)
    _timed("in the rules", given.pure, lambda: pure(given.pure, given.seed))
    if given.database:
        from tests.finance.book_histories import through_both

        for kind, made, seconds in through_both(given.database, given.seed):
            sys.stdout.write(f"{given.database} histories through {kind}: {made} entries in {seconds:.1f} s\n")


def _timed(where: str, count: int, run: Callable[[], int]) -> None:
    begun = time.perf_counter()
    made = run()
    seconds = time.perf_counter() - begun
    sys.stdout.write(f"{count} histories {where}: {made} entries in {seconds:.1f} s\n")


if __name__ == "__main__":
    main(sys.argv[1:])
