"""Reads about drawers and series: what a shift came to, numbers of Z reports, and why numbers are missing."""

import json
from collections.abc import Mapping
from typing import Any

from server.core.database import Db
from server.core.entities import Body
from shared.core.text import text
from shared.finance.shift_rules import Drawer, Taken, drawer
from shared.finance.till_rules import Gap, gaps, receipt_number
from shared.finance.vocabulary import Confirmation, Method, Movement, PaymentState

_PAYMENTS = """
SELECT r.sequence, r.number, p.tenders, p.state, p.confirmation, (SELECT count(*) FROM finance_request q
WHERE q.organisation_id = p.organisation_id AND q.payment_id = p.id AND q.kind = 'void' AND q.state = 'approved'
AND q.shift_id <> p.shift_id) FROM payment p
JOIN receipt r ON r.organisation_id = p.organisation_id AND r.payment_id = p.id
WHERE p.organisation_id = :o AND p.shift_id = :shift_id
"""
_MOVEMENTS = "SELECT movement, amount FROM cash_movement WHERE organisation_id = :o AND shift_id = :shift_id"
_REFUNDED = """
SELECT q.kind, q.amount, p.tenders, p.shift_id FROM finance_request q
JOIN payment p ON p.organisation_id = q.organisation_id AND p.id = q.payment_id
WHERE q.organisation_id = :o AND q.shift_id = :shift_id AND q.state = 'approved'
AND (q.kind = 'void' OR q.method = 'cash')
"""
_NEXT_Z = "SELECT coalesce(max(z_number), 0) FROM shift WHERE organisation_id = :o AND till_id = :till_id"
_SEQUENCES = "SELECT sequence FROM receipt WHERE organisation_id = :o AND till_id = :till_id"
_LOGGED = """
SELECT l.verdict, l.detail FROM command_log l
WHERE l.organisation_id = :o AND l.type = 'TakePayment' AND l.verdict IN ('held', 'rejected') AND l.detail IS NOT NULL
"""
_LAST_SEEN = "SELECT last_seen_at FROM device WHERE organisation_id = :o AND id = :id"


def drawer_of(db: Db, organisation_id: str, shift: Body) -> Drawer:
    """Return what a shift came to, as far as the server knows."""
    places = {"o": organisation_id, "shift_id": shift["id"]}
    payments = [
        Taken(
            int(sequence),
            number,
            tuple((Method(one["method"]), int(one["amount"])) for one in json.loads(tenders or "[]")),
            state in (PaymentState.VOIDED, PaymentState.FAILED),
            confirmation == Confirmation.UNCONFIRMED,
            bool(elsewhere),
        )
        for sequence, number, tenders, state, confirmation, elsewhere in db.rows(_PAYMENTS, **places)
    ]
    movements = [(Movement(row[0]), int(row[1])) for row in db.rows(_MOVEMENTS, **places)]
    refunded = sum(_given_back(row, shift["id"]) for row in db.rows(_REFUNDED, **places))
    return drawer(int(shift["opening_float"]), payments, movements, refunded)


def _given_back(row: Any, shift_id: str) -> int:
    kind, amount, tenders, paid_in = row
    if kind != "void":
        return int(amount)
    if paid_in == shift_id:  # it isn't counted among what was taken
        return 0
    return sum(int(one["amount"]) for one in json.loads(tenders or "[]") if one["method"] == Method.CASH)


def next_z(db: Db, organisation_id: str, till_id: str) -> int:
    """Return the number of a till's next Z report."""
    row = db.one(_NEXT_Z, o=organisation_id, till_id=till_id)
    return int(row[0] if row else 0) + 1


def gaps_of(db: Db, organisation_id: str, till: Body) -> list[dict[str, Any]]:
    """Return the missing numbers of a till, each with why it is missing, as far as the server can know."""
    rows = db.rows(_SEQUENCES, o=organisation_id, till_id=till["id"])
    known = {int(row[0]) for row in rows}
    told: dict[int, str] = {}
    for verdict, detail in db.rows(_LOGGED, o=organisation_id):
        receipt = json.loads(detail)["payload"].get("receipt") or {}
        if receipt.get("till_id") == till["id"] and receipt.get("sequence") not in known:
            told[int(receipt["sequence"])] = verdict
    seen = db.one(_LAST_SEEN, o=organisation_id, id=till["device_id"])
    last_seen = str(seen[0]) if seen else ""
    return [
        _explained(till, Gap(first, last), told.get(first), last_seen)
        for gap in gaps(known, max(told, default=0))
        for first, last in _parts(gap, told)
    ]


def _parts(gap: Gap, told: Mapping[int, str]) -> list[Gap]:
    """Cut a gap so that each part has one reason."""
    parts: list[Gap] = []
    begin = gap.first
    for sequence in sorted(one for one in told if gap.first <= one <= gap.last):
        if begin < sequence:
            parts.append(Gap(begin, sequence - 1))
        parts.append(Gap(sequence, sequence))
        begin = sequence + 1
    if begin <= gap.last:
        parts.append(Gap(begin, gap.last))
    return parts


def _explained(till: Body, gap: Gap, verdict: str | None, seen: str) -> dict[str, Any]:
    first, last = (receipt_number(till["code"], sequence) for sequence in gap)
    words = {
        "held": text("The payment is kept for the office to decide."),
        "rejected": text("The payment was refused. It is kept with the reason."),
    }.get(verdict or "")
    if words is None:
        at = f"{seen[:10]} {seen[11:16]}"
        words = text("Not here yet. The till was last in touch on {at}.", at=at)
    return {
        "first": first,
        "last": last,
        "count": gap.last - gap.first + 1,
        "reason": verdict or "not_arrived",
        "words": words,
    }
