"""Writes what affiliates and instructors earn, in the transaction that books the money or takes it back."""

from collections.abc import Sequence

from server.core.batch import Batch, ChangedRow
from server.core.entities import Body
from server.core.sql import SetSql
from server.finance.earning_kinds import EARNING_KIND, REFERRAL_KIND, SHARE_KIND
from server.finance.ground import Ledgers, day_of, ledgers_of, packed
from shared.finance.earning_rules import Key, differences, net_payments, referred, shared_out
from shared.finance.earning_vocabulary import EarningKind
from shared.finance.vocabulary import ALLOCATION, LEDGER_ENTRY, PAYMENT, Confirmation

_OWNERS = SetSql(
    "SELECT DISTINCT t.person_id FROM {ids} i {by} ledger_entry t ON t.payment_id = i.id WHERE t.organisation_id = :o"
)
_UNCONFIRMED = SetSql(
    "SELECT p.id FROM {ids} i {by} payment p ON p.id = i.id WHERE p.organisation_id = :o AND p.confirmation <> :yes"
)
_REFERRALS = SetSql(
    f"SELECT {REFERRAL_KIND.selected()} FROM {{ids}} i {{by}} referral t ON t.person_id = i.id"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :o ORDER BY t.given_on, t.id"
)
_SHARES = f"SELECT {SHARE_KIND.selected()} FROM revenue_share t WHERE t.organisation_id = :o ORDER BY t.id"  # noqa: S608 - our own names
_WRITTEN = SetSql(
    f"SELECT {EARNING_KIND.selected()} FROM {{ids}} i {{by}} earning t ON t.person_id = i.id"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :o"
)
_AGREED = """
SELECT 1 WHERE EXISTS (SELECT 1 FROM referral WHERE organisation_id = :o)
OR EXISTS (SELECT 1 FROM revenue_share WHERE organisation_id = :o)
"""


def follow(batch: Batch, rows: Sequence[ChangedRow]) -> None:
    """Bring the earnings by some students' money to what the ledger says now; people are held meanwhile."""
    if batch.db.one(_AGREED, o=batch.organisation_id) is None:
        return
    people = _people(batch, rows)
    if people:
        settle(batch, people)


def _people(batch: Batch, rows: Sequence[ChangedRow]) -> set[str]:
    bodies = [row.body for row in rows if row.body]
    people = {str(body["person_id"]) for body in bodies if body["person_id"]}
    payments = [row.id for row in rows if row.kind == PAYMENT]
    if payments:
        people |= {str(row[0]) for row in batch.db.rows(_OWNERS, o=batch.organisation_id, ids=packed(payments))}
    return people


def settle(batch: Batch, people: set[str]) -> None:
    """Write the difference between what was earned by these students' money and what stands written."""
    places = {"o": batch.organisation_id, "ids": packed(people)}
    ledgers = ledgers_of(batch, people)
    referrals = [REFERRAL_KIND.body_of(row) for row in batch.db.rows(_REFERRALS, **places)]
    shares = [SHARE_KIND.body_of(row) for row in batch.db.rows(_SHARES, o=batch.organisation_id)]
    written = [EARNING_KIND.body_of(row) for row in batch.db.rows(_WRITTEN, **places)]
    if not referrals and not shares and not written:
        return
    unconfirmed = _unconfirmed(batch, ledgers)
    made = []
    for person_id in sorted(people):
        wanted = _wanted(ledgers, person_id, referrals, shares, unconfirmed)
        own = [one for one in written if one["person_id"] == person_id]
        made += [_line(batch, person_id, key, amount) for key, amount in differences(wanted, own).items()]
    EARNING_KIND.insert(batch, made)


def _unconfirmed(batch: Batch, ledgers: Ledgers) -> frozenset[str]:
    ids = packed(one["payment_id"] for one in ledgers.entries.values() if one["payment_id"])
    rows = batch.db.rows(_UNCONFIRMED, o=batch.organisation_id, ids=ids, yes=str(Confirmation.CONFIRMED))
    return frozenset(str(row[0]) for row in rows)


def _wanted(
    ledgers: Ledgers,
    person_id: str,
    referrals: Sequence[Body],
    shares: Sequence[Body],
    unconfirmed: frozenset[str],
) -> dict[Key, int]:
    entries, allocations = ledgers.of(person_id)
    wanted = shared_out(shares, entries, allocations, unconfirmed)
    referral = next((one for one in referrals if one["person_id"] == person_id), None)
    if referral is not None:
        payments = net_payments(entries, unconfirmed)
        wanted |= referred(referral, payments)
    return wanted


def _line(batch: Batch, person_id: str, key: Key, amount: int) -> Body:
    payee_kind, payee_id, source_id, currency, course_id = key
    revision = batch.new_id()
    return {
        "id": revision,
        "revision": revision,
        "payee_kind": payee_kind,
        "payee_id": payee_id,
        "kind": str(EarningKind.EARNED),
        "person_id": person_id,
        "source_id": source_id,
        "course_id": course_id,
        "amount": amount,
        "currency": currency,
        "day": day_of(batch, batch.now),
        "made_at": batch.now,
    }


FOLLOWERS = dict.fromkeys((LEDGER_ENTRY, ALLOCATION, PAYMENT), follow)
