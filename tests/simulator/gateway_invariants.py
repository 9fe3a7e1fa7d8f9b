"""What must hold of money that came through a gateway, once it was asked about everything that waits."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from server.core.database import Db
from server.core.isolation import acting_for
from server.finance import gateway_refunds
from server.finance.gateway import GatewayError
from server.finance.gateway_account import accounts_of
from server.finance.online_begin import ask_for
from server.finance.poll_job import list_all
from shared.finance.vocabulary import PAID, PaymentState
from tests.simulator.gateway import SimulatedGateway
from tests.simulator.invariants import require

_ONLINE = """
SELECT n.reference, p.state, p.amount, n.problem, p.id FROM online_payment n
JOIN payment p ON p.organisation_id = n.organisation_id AND p.id = n.payment_id
"""
_WAITING = "SELECT id FROM payment WHERE gateway <> '' AND state IN ('pending', 'unknown', 'processing') ORDER BY id"
_REFUNDS = """
SELECT n.reference, r.amount, r.state, r.request_id FROM gateway_refund r
JOIN online_payment n ON n.organisation_id = r.organisation_id AND n.payment_id = r.payment_id
"""
_ON_THEIR_WAY = "SELECT request_id FROM gateway_refund WHERE state IN ('waiting', 'sending', 'unknown', 'sent')"
_TURNS = 4
_LATER = 3_700.0
_ENDS = {"processed": "done", "failed": "failed"}


def ask_about_everything(context: Any, organisation_id: str, gateway: SimulatedGateway, pass_time: Any) -> None:
    """Ask about each payment that waits and list the rest, as the jobs do in their time; refunds have their turns."""
    gateway.rate = 0.0
    with acting_for(organisation_id):
        with context.database.read() as db:
            waiting = [row[0] for row in db.rows(_WAITING)]
            accounts = accounts_of(db, organisation_id)
        for payment_id in waiting:
            with suppress(GatewayError):
                ask_for(context, organisation_id, payment_id)
        for account in accounts:
            list_all(context, organisation_id, account)
        for _ in range(_TURNS):
            with context.database.read() as db:
                if not db.rows(_ON_THEIR_WAY):
                    break
            gateway.side.settle_refunds()
            pass_time(_LATER)
            gateway_refunds.send_back_for(context, organisation_id)


def gateway_is_true(db: Db, gateway: SimulatedGateway, given: Mapping[str, set[str]]) -> None:
    """What was paid there is paid here and nothing else; nothing goes back twice; no receipt's number is another's."""
    rows = {row[0]: row[1:] for row in db.rows(_ONLINE)}
    for reference, came in gateway.side.came():
        if reference not in rows:
            continue  # begun since the backup that was restored: nothing here knows of it
        state, amount, problem, _ = rows[reference]
        here = state in PAID or state == PaymentState.VOIDED
        require(here == (came == amount), "A gateway's payment isn't what the gateway says:", reference, state, came)
        require(came in {0, amount} or problem, "Money of another amount isn't shown to anybody:", reference)
    _nothing_goes_back_twice(db, gateway)
    twice = {number: ids for number, ids in given.items() if len(ids) > 1}
    require(not twice, "A receipt's number was given to two payments:", twice)


def _nothing_goes_back_twice(db: Db, gateway: SimulatedGateway) -> None:
    wanted: dict[str, int] = {}
    states: dict[str, str] = {}
    for reference, amount, state, request_id in db.rows(_REFUNDS):
        wanted[reference] = wanted.get(reference, 0) + (amount if state != "failed" else 0)
        states[request_id] = state
    for request_id, said in gateway.side.refunds():
        there = _ENDS.get(said, "sent")
        here = states.get(request_id, there)
        require(here == there, "A refund isn't what the gateway says:", request_id, here, said)
    sent: dict[str, int] = {}
    for reference, amount in gateway.side.went_back():
        sent[reference] = sent.get(reference, 0) + amount
    for reference, amount in sent.items():
        # What was approved since a backup that was restored is approved again by the computers that kept it.
        require(amount <= wanted.get(reference, 0), "More went back than was approved:", reference, amount, wanted)
