"""Sends approved refunds back through the gateway that took the money: once, whatever gets lost on the way.

A refund waits from the moment it is approved. Before one is sent the gateway's own list is looked at; one whose answer
got lost is unknown until that list tells.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson

from server.core import feeds
from server.core.area import Job
from server.core.batch import Batch, ChangedRow, Origin
from server.core.context import Context
from server.core.database import Db
from server.core.isolation import each_organisation
from server.finance.gateway import Gateway, GatewayError, PaymentTold, RefundTold, Stands
from server.finance.gateway_refunds_back import take_refund_back
from server.finance.kinds import PAYMENT_KIND
from server.finance.online_begin import speaking
from server.people.organisations import system_actor
from shared.core.clock import instant_text, parse_instant
from shared.core.errors import CampusError
from shared.finance.online_rules import GATEWAYS
from shared.finance.vocabulary import Method, RequestKind, RequestState

_log = logging.getLogger(__name__)
EVERY_SECONDS = 60.0
_AT_ONCE = 20
_PAUSE, _LEASE, LOST_FOR = timedelta(minutes=2), timedelta(minutes=3), timedelta(minutes=10)
_UNDER_WAY = timedelta(hours=1)
_PUT = """
INSERT INTO gateway_refund (organisation_id, request_id, payment_id, gateway, amount, currency, state, gateway_id,
tries, begun_at, next_at, problem)
VALUES (:o, :id, :payment_id, :gateway, :amount, :currency, 'waiting', '', 0, :now, :now, '')
ON CONFLICT DO NOTHING
"""
_DUE = """
SELECT request_id, payment_id, gateway, amount, currency, state, gateway_id, begun_at FROM gateway_refund
WHERE organisation_id = :o AND next_at <= :now ORDER BY begun_at, request_id LIMIT :rows
"""
_CLAIM = """
UPDATE gateway_refund SET tries = tries + 1, next_at = :until WHERE organisation_id = :o AND request_id = :id
AND next_at <= :now
"""
_SENDING = """
UPDATE gateway_refund SET state = 'sending', begun_at = :now WHERE organisation_id = :o AND request_id = :id
AND state IN ('waiting', 'unknown', 'sending')
"""
_WRITE = """
UPDATE gateway_refund SET state = :state, gateway_id = :gateway_id, next_at = :next_at, problem = :problem
WHERE organisation_id = :o AND request_id = :id
"""
_PAID = """
SELECT n.reference, n.gateway_id, n.paid_id, n.live, p.amount, p.currency FROM online_payment n
JOIN payment p ON p.organisation_id = n.organisation_id AND p.id = n.payment_id
WHERE n.organisation_id = :o AND n.payment_id = :id
"""
_STATE = "SELECT state FROM gateway_refund WHERE organisation_id = :o AND request_id = :id"
_CANNOT = "cannot"
_LOOK = """
UPDATE gateway_refund SET next_at = :now WHERE organisation_id = :o AND payment_id = :id AND next_at IS NOT NULL
"""


@dataclass(frozen=True)
class _Refund:
    request_id: str
    payment_id: str
    gateway: Method
    amount: int
    currency: str
    state: str
    gateway_id: str
    begun_at: str


def follow(batch: Batch, rows: Sequence[ChangedRow]) -> None:
    """Let approved refunds of money that came through a gateway wait for their turn, in the approval's transaction."""
    for row in rows:
        body = row.body or {}
        approved = body.get("state") == RequestState.APPROVED and body.get("kind") == RequestKind.REFUND
        if approved and body["method"] in GATEWAYS:
            batch.db.run(
                _PUT,
                o=batch.organisation_id,
                id=row.id,
                payment_id=body["payment_id"],
                gateway=body["method"],
                amount=body["amount"],
                currency=body["currency"],
                now=batch.now,
            )


def look_again(context: Context, organisation_id: str, payment_id: str) -> None:
    """Let the refunds of a payment have their turn now."""
    now = instant_text(context.clock.now())
    context.database.write(lambda db: db.run(_LOOK, o=organisation_id, id=payment_id, now=now))


def send_back(context: Context) -> int:
    """Send or look after refunds; returns how many had their turn."""
    return sum(send_back_for(context, one) for one in each_organisation(context.database))


def send_back_for(context: Context, organisation_id: str) -> int:
    """Send or look after the refunds of one institute."""
    now = instant_text(context.clock.now())
    with context.database.read() as db:
        due = db.rows(_DUE, o=organisation_id, now=now, rows=_AT_ONCE)
    found = (_Refund(row[0], row[1], Method(row[2]), *row[3:]) for row in due)
    return sum(_look_after(context, organisation_id, one) for one in found)


def waiting(context: Context) -> bool:
    """Tell whether any refund has its turn."""
    now = instant_text(context.clock.now())
    for organisation_id in each_organisation(context.database):
        with context.database.read() as db:
            if db.one(_DUE, o=organisation_id, now=now, rows=1):
                return True
    return False


def _look_after(context: Context, organisation_id: str, refund: _Refund) -> bool:
    now = context.clock.now()
    times = {"now": instant_text(now), "until": instant_text(now + _LEASE)}
    if not context.database.write(lambda db: db.run(_CLAIM, o=organisation_id, id=refund.request_id, **times)):
        return False
    try:
        with speaking(context, organisation_id, refund.gateway) as gateway:
            _write(context, organisation_id, refund, _told(context, organisation_id, refund, gateway))
    except (GatewayError, CampusError) as failure:
        _log.info("refund %s waits: %s", refund.request_id, failure.code)
        _later(context, organisation_id, refund, failure)
    return True


def _told(context: Context, organisation_id: str, refund: _Refund, gateway: Gateway) -> RefundTold | None:
    """Return the refund as the gateway has it: found in its list, or sent now. None: not known yet."""
    with context.database.read() as db:
        row: Any = db.one(_PAID, o=organisation_id, id=refund.payment_id)
    if row is None:
        raise GatewayError(_CANNOT, "the payment came another way", known=True)
    paid = PaymentTold(row[0], row[1], Stands.PAID, row[4], row[5], bool(row[3]), row[2])
    there = gateway.refunds(paid)
    ours = (one for one in there if one.own_id == refund.request_id or (one.gateway_id == refund.gateway_id != ""))
    found = next(ours, None)
    if found is not None:
        return found
    now = context.clock.now()
    if refund.state != "waiting" and now < parse_instant(refund.begun_at) + LOST_FOR:
        # It was sent and the list doesn't know it yet.
        return None
    if sum(one.amount for one in there if one.stands is not Stands.FAILED) + refund.amount > paid.amount:
        raise GatewayError(_CANNOT, "more would go back than was paid", known=True)
    at = instant_text(now)
    context.database.write(lambda db: db.run(_SENDING, o=organisation_id, id=refund.request_id, now=at))
    return gateway.refund(paid, refund.amount, refund.currency, refund.request_id, "Campusdesk")


def _write(context: Context, organisation_id: str, refund: _Refund, told: RefundTold | None) -> None:
    now = context.clock.now()
    if told is None:
        state, gateway_id, next_at = "unknown", "", _soon(context)
    elif told.stands is Stands.PENDING:
        state, gateway_id, next_at = "sent", told.gateway_id, instant_text(now + _UNDER_WAY)
    else:
        state = "done" if told.stands is Stands.PAID else "failed"
        gateway_id, next_at = told.gateway_id, None
    _put(context, organisation_id, refund, state, gateway_id, next_at, told.word if told else "")


def _later(context: Context, organisation_id: str, refund: _Refund, failure: GatewayError | CampusError) -> None:
    """A refusal is the end of it and shown; anything else is looked at again, in the gateway's list first of all."""
    with context.database.read() as db:
        row: Any = db.one(_STATE, o=organisation_id, id=refund.request_id)
    state, known = str(row[0]), isinstance(failure, GatewayError) and failure.known
    if failure.code == _CANNOT or (state == "sending" and known and failure.code == "refused"):
        _put(context, organisation_id, refund, "failed", "", None, getattr(failure, "reason", failure.code))
        return
    if state == "sending":
        state = "waiting" if known else "unknown"
    _put(context, organisation_id, refund, state, refund.gateway_id, _soon(context), failure.code)


def _soon(context: Context) -> str:
    return instant_text(context.clock.now() + _PAUSE)


def _put(
    context: Context,
    organisation_id: str,
    refund: _Refund,
    state: str,
    gateway_id: str,
    next_at: str | None,
    problem: str,
) -> None:
    def work(db: Db) -> None:
        places = {"o": organisation_id, "id": refund.request_id}
        db.run(_WRITE, state=state, gateway_id=gateway_id, next_at=next_at, problem=problem[:300], **places)
        if state != refund.state and state in {"done", "failed", "sent"}:
            _show(context, db, organisation_id, refund, state)

    context.database.write(work)


def _show(context: Context, db: Db, organisation_id: str, refund: _Refund, state: str) -> None:
    """Show at the payment how its refund stands; one that the gateway refused is taken back in the books."""
    batch = context.door.batch(db, system_actor(organisation_id, context.new_id()), Origin(""))
    payment = PAYMENT_KIND.read(batch, [refund.payment_id])[refund.payment_id]
    refunds = {**(payment["metadata"].get("refunds") or {}), refund.request_id: state}
    payment = {**payment, "metadata": {**payment["metadata"], "refunds": refunds}, "revision": batch.new_id()}
    if state == "failed":
        payment = take_refund_back(batch, payment, refund.request_id)
    PAYMENT_KIND.update(batch, [payment])
    context.door.followed(batch)
    note = {"what": "gateway_refund", "payment": payment["reference"], "state": state, "amount": refund.amount}
    feeds.write(batch, [], orjson.dumps(note).decode())


JOB = Job("gateway_refunds", EVERY_SECONDS, send_back, waiting)
