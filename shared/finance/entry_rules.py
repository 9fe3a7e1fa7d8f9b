"""Which accounts an entry moves money between: postings, whose sum is always zero."""

from collections.abc import Mapping, Sequence

from shared.finance.vocabulary import ACCOUNT_OF, Account, EntryKind, Method

Posting = tuple[Account, int]
"""An account and a signed amount in minor units."""
_GIVEN = {EntryKind.DISCOUNT: Account.DISCOUNTS, EntryKind.SCHOLARSHIP: Account.SCHOLARSHIPS}


def charge_postings(amount: int, tax: int = 0) -> list[Posting]:
    """Return what a charge of `amount`, with `tax` in it, posts."""
    return _kept([(Account.RECEIVABLE, amount), (Account.INCOME, tax - amount), (Account.TAX, -tax)])


def given_postings(kind: EntryKind, amount: int) -> list[Posting]:
    """Return what a discount or scholarship of `amount` (more than nothing) posts."""
    return _kept([(Account.RECEIVABLE, -amount), (_GIVEN[kind], amount)])


def paid_postings(parts: Sequence[Posting]) -> list[Posting]:
    """Return what a payment posts whose money lies on these accounts."""
    return _kept([(Account.RECEIVABLE, -sum(amount for _, amount in parts)), *parts])


def reversed_postings(postings: Sequence[Posting]) -> list[Posting]:
    """Return the same the other way round."""
    return [(account, -amount) for account, amount in postings]


def _kept(postings: Sequence[Posting]) -> list[Posting]:
    return [(account, amount) for account, amount in postings if amount]


def money_by_share(shares: Sequence[int], tenders: Sequence[tuple[Method, int]]) -> list[list[Posting]]:
    """Return for each student's share of a payment on which accounts its money lies.

    Tenders fill the shares in their order, so that every unit is told once; the sums of both must be the same.
    """
    if sum(shares) != sum(amount for _, amount in tenders):
        raise ValueError((shares, tenders))
    waiting = [(ACCOUNT_OF[method], amount) for method, amount in tenders]
    found: list[list[Posting]] = []
    for share in shares:
        parts: dict[Account, int] = {}
        left = share
        while left:
            account, there = waiting[0]
            taken = min(left, there)
            parts[account] = parts.get(account, 0) + taken
            left -= taken
            waiting[:1] = [(account, there - taken)] if there > taken else []
        found.append(list(parts.items()))
    return found


def trial_balance(postings: Sequence[Posting]) -> Mapping[Account, int]:
    """Return the balance of each account that moved; their sum is zero in books that agree."""
    found: dict[Account, int] = {}
    for account, amount in postings:
        found[account] = found.get(account, 0) + amount
    return found
