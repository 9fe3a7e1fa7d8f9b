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
from server.finance.kinds import PAYMENT_KIND
from server.finance.online_begin import speaking
from server.people.organisations import system_actor
from shared.core.clock import instant_text, parse_instant
from shared.core.errors import CampusError
from shared.finance.online_rules import GATEWAYS, Problem
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
    done = 0
    for organisation_id in each_organisation(context.database):
        now = instant_text(context.clock.now())
        with context.database.read() as db:
            due = db.rows(_DUE, o=organisation_id, now=now, rows=_AT_ONCE)
        for row in due:
            done += _look_after(context, organisation_id, _Refund(row[0], row[1], Method(row[2]), *row[3:]))
    return done


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
        raise GatewayError("refused", "the payment came another way", known=True)
    paid = PaymentTold(row[0], row[1], Stands.PAID, row[4], row[5], bool(row[3]), row[2])
    there = gateway.refunds(paid)
    found = next((one for one in there if refund.request_id == one.own_id or one.gateway_id == refund.gateway_id), None)
    if found is not None:
        return found
    now = context.clock.now()
    if refund.state != "waiting" and now < parse_instant(refund.begun_at) + LOST_FOR:
        # It was sent and the list doesn't know it yet.
        return None
    if sum(one.amount for one in there if one.stands is not Stands.FAILED) + refund.amount > paid.amount:
        raise GatewayError("refused", "more would go back than was paid", known=True)
    at = instant_text(now)
    context.database.write(lambda db: db.run(_SENDING, o=organisation_id, id=refund.request_id, now=at))
    return gateway.refund(paid, refund.amount, refund.currency, refund.request_id, "Campusdesk")


def _write(context: Context, organisation_id: str, refund: _Refund, told: RefundTold | None) -> None:
    now = context.clock.now()
    if told is None:
        state, gateway_id, next_at = "unknown", "", instant_text(now + _PAUSE)
    elif told.stands is Stands.PENDING:
        state, gateway_id, next_at = "sent", told.gateway_id, instant_text(now + _UNDER_WAY)
    else:
        state = "done" if told.stands is Stands.PAID else "failed"
        gateway_id, next_at = told.gateway_id, None
    _put(context, organisation_id, refund, state, gateway_id, next_at, told.word if told else "")


def _later(context: Context, organisation_id: str, refund: _Refund, failure: GatewayError | CampusError) -> None:
    """A refusal is the end of it and shown; anything else is looked at again, in the gateway's list first of all."""
    refused = isinstance(failure, GatewayError) and failure.code == "refused" and failure.known
    with context.database.read() as db:
        row: Any = db.one(
            "SELECT state FROM gateway_refund WHERE organisation_id = :o AND request_id = :id",
            o=organisation_id,
            id=refund.request_id,
        )
    known = isinstance(failure, GatewayError) and failure.known
    state = (
        "failed"
        if refused
        else ("waiting" if row[0] == "waiting" or (known and refund.state == "waiting") else "unknown")
    )
    next_at = None if refused else instant_text(context.clock.now() + _PAUSE)
    why = getattr(failure, "reason", "") or failure.code
    _put(context, organisation_id, refund, state, refund.gateway_id, next_at, why)


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
    """Show at the payment how its refund stands."""
    batch = context.door.batch(db, system_actor(organisation_id, context.new_id()), Origin(""))
    payment = PAYMENT_KIND.read(batch, [refund.payment_id])[refund.payment_id]
    refunds = {**(payment["metadata"].get("refunds") or {}), refund.request_id: state}
    metadata = {**payment["metadata"], "refunds": refunds}
    if state == "failed":
        metadata["problem"] = str(Problem.REFUND_FAILED)
    PAYMENT_KIND.update(batch, [{**payment, "metadata": metadata, "revision": batch.new_id()}])
    context.door.followed(batch)
    note = {"what": "gateway_refund", "payment": payment["reference"], "state": state, "amount": refund.amount}
    feeds.write(batch, [], orjson.dumps(note).decode())


JOB = Job("gateway_refunds", EVERY_SECONDS, send_back, waiting)
