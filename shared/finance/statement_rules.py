"""What a person's account shows, the same on both sides: lines with their running balance, totals, what is open."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.finance.entry_words import entry_document, entry_title
from shared.finance.ledger_rules import Account, Due, Totals, accounts_of, reversed_ids, running, totals
from shared.finance.plan_rules import by_plan
from shared.finance.vocabulary import EntryKind

Body = Mapping[str, Any]
CHARGES, PAYMENTS = "charges", "payments"
_PAID = frozenset({EntryKind.PAYMENT, EntryKind.REFUND})


@dataclass(frozen=True)
class LedgerLine:
    """One line of a ledger; `open` is what is still owed of it or left of it, `reason` why it was reversed or moved."""

    entry: Body
    title: str
    document: str
    balance: int
    open: int = 0
    reversed: bool = False
    unconfirmed: bool = False
    reason: str = ""

    @property
    def id(self) -> str:
        """The entry's id."""
        return str(self.entry["id"])

    @property
    def charge(self) -> int | None:
        """What it adds to what is owed, or None."""
        return self.entry["amount"] if self.entry["amount"] > 0 else None

    @property
    def paid(self) -> int | None:
        """What it takes off what is owed, or None."""
        return -self.entry["amount"] if self.entry["amount"] < 0 else None

    @property
    def part(self) -> str:
        """To which part of the list it belongs: charges or payments."""
        is_payment = self.entry["kind"] in _PAID or bool(self.entry["payment_id"])
        return PAYMENTS if is_payment else CHARGES


@dataclass(frozen=True)
class Ledger:
    """One person's ledger in one currency, the latest line first."""

    currency: str
    lines: Sequence[LedgerLine]
    totals: Totals
    account: Account
    currencies: Sequence[str] = ()

    def line(self, entry_id: str) -> LedgerLine | None:
        """Return a line by its entry."""
        return next((one for one in self.lines if one.id == entry_id), None)


@dataclass(frozen=True)
class Books:
    """What a ledger is made of: one person's rows.

    `due` tells which part of a planned charge is due on which day, `unconfirmed` has the ids of payments that nobody
    vouches for yet, `reasons` those of reversals by their entry, `receipts` the numbers of receipts by their payment.
    """

    entries: Sequence[Body]
    allocations: Sequence[Body]
    due: Mapping[str, Sequence[Due]] = field(default_factory=dict)
    unconfirmed: Collection[str] = frozenset()
    reasons: Mapping[str, str] = field(default_factory=dict)
    receipts: Mapping[str, str] = field(default_factory=dict)


def ledger_in(books: Books, wanted: str, usual: str, today: str) -> Ledger:
    """Return an account in the currency `wanted`; without one in the `usual`, or in which something stands."""
    entries, allocations = books.entries, books.allocations
    known = sorted({str(one["currency"]) for one in entries})
    chosen = wanted or usual
    if known and chosen not in known and not wanted:
        chosen = known[0]
    account = accounts_of(entries, allocations).get(chosen, Account(chosen))
    gone = reversed_ids(entries)
    left = {**account.open, **account.credit}
    lines = [
        LedgerLine(
            entry,
            entry_title(entry),
            entry_document(entry, books.receipts.get(str(entry["payment_id"]), "")),
            balance,
            left.get(str(entry["id"]), 0),
            entry["id"] in gone,
            entry["payment_id"] in books.unconfirmed,
            books.reasons.get(str(entry["id"]), ""),
        )
        for entry, balance in running(by_plan((one for one in entries if one["currency"] == chosen), books.due))
    ]
    summed = totals(entries, allocations, chosen, today, frozenset(books.unconfirmed), books.due)
    return Ledger(chosen, lines[::-1], summed, account, known)
