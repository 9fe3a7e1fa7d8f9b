"""What it does to the books that money came, however it came: entries, where the money lies, and what it pays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.core.batch import Batch
from server.core.entities import Body
from server.finance.ground import Ledgers
from server.finance.kinds import ALLOCATION_KIND
from server.finance.ledger_writing import write_entries
from shared.finance.entry_rules import Posting, money_by_share, paid_postings
from shared.finance.ledger_rules import Share, clipped
from shared.finance.models import Stamp, allocation_body
from shared.finance.vocabulary import Method


@dataclass(frozen=True)
class Coming:
    """The money of one payment: an entry for each student, what each should pay, and by what means it came.

    `wanted` has the shares by the entry's id. The sums of `entries` (negative) and `tenders` are the same.
    """

    made: Stamp
    entries: Sequence[Body]
    wanted: Mapping[str, Sequence[Share]]
    tenders: Sequence[tuple[Method, int]]


def money_came(batch: Batch, ledgers: Ledgers, comings: Sequence[Coming]) -> list[list[Body]]:
    """Book money that came; returns the allocations of each. The payments' own rows are there already.

    A charge is paid as far as it is still owed, one coming after the other; the rest is credit. The ledgers are those
    of everybody the entries are for, locked.
    """
    entries: list[Body] = []
    postings: dict[str, list[Posting]] = {}
    paid: list[list[Body]] = []
    for one in comings:
        money = money_by_share([-entry["amount"] for entry in one.entries], one.tenders)
        postings |= {entry["id"]: paid_postings(parts) for entry, parts in zip(one.entries, money, strict=True)}
        entries += one.entries
        paid.append(_allocated(one, ledgers))
    write_entries(batch, entries, postings)
    ALLOCATION_KIND.insert(batch, [allocation for some in paid for allocation in some])
    return paid


def _allocated(coming: Coming, ledgers: Ledgers) -> list[Body]:
    found: list[Body] = []
    for entry in coming.entries:
        person_id = entry["person_id"]
        open_ = ledgers.account(person_id, entry["currency"]).open
        for charge_id, amount in clipped(coming.wanted.get(entry["id"], ()), open_, -entry["amount"]):
            found.append(allocation_body(coming.made, person_id, entry["id"], charge_id, amount))
    ledgers.add(coming.entries, found)
    return found
