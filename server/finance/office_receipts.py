"""Gives money that came with no cashier its signed receipt, in the payment's own transaction: transfers, placed lines.

The job gives what was booked without the server's keys (before it did so, in a sample) its receipt afterwards.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from server.core import feeds
from server.core.area import Job
from server.core.batch import Batch, ChangedRow
from server.core.context import Context
from server.core.database import Db
from server.core.entities import Body
from server.core.isolation import each_organisation
from server.core.keys import Keys
from server.finance.kinds import PAYMENT_KIND
from server.finance.online_receipts import OFFICE, write_receipt
from server.people.own_work import server_batch
from shared.core.clock import parse_instant
from shared.core.text import text
from shared.finance.entry_words import methods_words
from shared.finance.payment_rules import receipt_id
from shared.finance.vocabulary import PAID, PAYMENT, Confirmation

EVERY_SECONDS = 20.0
_AT_ONCE = 20
_NEWS = timedelta(days=3)
"""Whoever paid longer ago than that has the receipt, but isn't written to: the news is old."""
_WANTING = (
    "FROM payment WHERE organisation_id = :o AND receipt_id IS NULL AND confirmation = 'confirmed'"
    " AND state IN ('completed', 'partly_refunded', 'refunded')"
)
_ANY = f"SELECT 1 {_WANTING} LIMIT 1"
_DUE = f"SELECT id {_WANTING} ORDER BY id LIMIT {_AT_ONCE}"
_SHARES = """
SELECT p.given_name, p.family_name, -e.amount FROM ledger_entry e
JOIN person p ON p.organisation_id = e.organisation_id AND p.id = e.person_id
LEFT JOIN ledger_entry r ON r.organisation_id = e.organisation_id AND r.reverses_id = e.id
WHERE e.organisation_id = :o AND e.payment_id = :id AND e.kind = 'payment' AND r.id IS NULL ORDER BY e.id
"""
_PAID_FOR = """
SELECT c.what, sum(a.amount) FROM ledger_entry e
JOIN allocation a ON a.organisation_id = e.organisation_id AND a.entry_id = e.id
JOIN ledger_entry c ON c.organisation_id = a.organisation_id AND c.id = a.charge_id
WHERE e.organisation_id = :o AND e.payment_id = :id AND e.kind = 'payment' AND c.kind = 'charge'
GROUP BY c.id, c.what, c.made_at HAVING sum(a.amount) > 0 ORDER BY c.made_at, c.id
"""


def follow(batch: Batch, rows: Sequence[ChangedRow]) -> None:
    """Give payments that somebody vouches for now their receipts; nobody sees one without the other."""
    wanting = [dict(row.body) for row in rows if row.body is not None and _lacks_one(row.body)]
    if batch.keys is not None and wanting:
        PAYMENT_KIND.update(batch, [_with_receipt(batch, batch.keys, one, one["revision"]) for one in wanting])


def issue_receipts(context: Context) -> int:
    """Give every payment that lacks one its receipt; returns how many."""
    return sum(_issue_in(context, organisation_id) for organisation_id in each_organisation(context.database))


def _issue_in(context: Context, organisation_id: str) -> int:
    done = 0
    while _is_waiting(context, organisation_id):
        given = context.database.write(lambda db: _issue(context, db, organisation_id))
        if not given:
            break
        done += given
    return done


def _is_waiting(context: Context, organisation_id: str) -> bool:
    with context.database.read() as db:
        return db.one(_ANY, o=organisation_id) is not None


def _issue(context: Context, db: Db, organisation_id: str) -> int:
    db.enter(organisation_id)
    batch = server_batch(context, db, organisation_id)
    ids = [str(row[0]) for row in db.rows(_DUE, o=organisation_id)]
    # Another server may have been quicker while this one waited for the rows.
    payments = [one for one in PAYMENT_KIND.read(batch, ids).values() if _lacks_one(one)]
    revision = batch.new_id()
    written = [_with_receipt(batch, context.keys, one, revision) for one in payments]
    if written:
        PAYMENT_KIND.update(batch, written)
        context.door.followed(batch)
        feeds.write(batch, [], "receipts of the office")
    return len(written)


def _lacks_one(payment: Mapping[str, Any]) -> bool:
    confirmed = payment["confirmation"] == Confirmation.CONFIRMED and payment["state"] in PAID
    return bool(confirmed and payment["receipt_id"] is None)


def _with_receipt(batch: Batch, keys: Keys, payment: Body, revision: str) -> Body:
    place: dict[str, Any] = {"o": batch.organisation_id, "id": payment["id"]}
    shares = [(" ".join(filter(None, row[:2])), int(row[2])) for row in batch.db.rows(_SHARES, **place)]
    paid_for = [(str(what), int(amount)) for what, amount in batch.db.rows(_PAID_FOR, **place)]
    payer = str(payment["payer_name"] or (shares[0][0] if len(shares) == 1 else ""))
    age = parse_instant(batch.now) - parse_instant(payment["taken_at"])
    items = _items(payment, shares, paid_for)
    number = write_receipt(batch, keys, payment, payer, items, revision, OFFICE, tell=age < _NEWS)
    return {**payment, "receipt_id": receipt_id(payment["id"]), "receipt_number": number, "revision": revision}


def _items(
    payment: Body, shares: Sequence[tuple[str, int]], paid_for: Sequence[tuple[str, int]]
) -> list[tuple[str, int]]:
    """Return the receipt's lines: what one student pays, or each of several with the share."""
    if len(shares) > 1:
        return list(shares)
    left = payment["amount"] - sum(amount for _, amount in paid_for)
    if left < 0:
        return [(methods_words(",".join(one["method"] for one in payment["tenders"])), payment["amount"])]
    return [*paid_for, *([(text("Credit"), left)] if left else [])]


def waiting(context: Context) -> bool:
    """Tell whether any payment lacks its receipt."""
    return any(_is_waiting(context, one) for one in each_organisation(context.database))


FOLLOWERS = {PAYMENT: follow}
JOB = Job("receipts of the office", EVERY_SECONDS, issue_receipts, waiting)
