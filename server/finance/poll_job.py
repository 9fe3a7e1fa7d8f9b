"""The job that asks gateways: complete without any event, and about what was given up or never told.

Payments that wait are asked for one by one. Beside that a gateway lists what was begun there in the last days, so that
money which came under a reference of ours is found, whatever we thought of it.
"""

import logging
from datetime import timedelta

from server.core.area import Job
from server.core.context import Context
from server.core.isolation import each_organisation
from server.finance.gateway import Gateway, GatewayError, PaymentTold, Stands
from server.finance.gateway_account import Account, accounts_of, told
from server.finance.gateway_claims import take_up
from server.finance.gateway_lines import keep_stray
from server.finance.online_begin import ask_for, speaking
from server.finance.online_settling import settle
from shared.core.clock import instant_text, parse_instant
from shared.core.errors import CampusError

_log = logging.getLogger(__name__)
EVERY_SECONDS = 15.0
LIST_EVERY = timedelta(minutes=30)
OVERLAP = timedelta(days=3)
_AT_ONCE = 100
_PUT_OFF = timedelta(minutes=2)
_DUE = """
SELECT payment_id, gateway FROM online_payment WHERE organisation_id = :o AND next_at <= :now
ORDER BY next_at, payment_id LIMIT :rows
"""
_LATER = (
    "UPDATE online_payment SET next_at = :at WHERE organisation_id = :o AND payment_id = :id AND next_at IS NOT NULL"
)
_OURS = """
SELECT n.payment_id, p.state FROM online_payment n JOIN payment p ON p.organisation_id = n.organisation_id
AND p.id = n.payment_id WHERE n.organisation_id = :o AND n.gateway = :gateway AND n.reference = :reference
"""
_UNPAID = frozenset({"pending", "unknown", "processing", "failed"})


def poll(context: Context) -> int:
    """Ask about what waits, and list what was begun; returns how many payments were asked for or settled."""
    return sum(poll_for(context, one) for one in each_organisation(context.database))


def poll_for(context: Context, organisation_id: str) -> int:
    """Ask about what waits in one institute."""
    with context.database.read() as db:
        accounts = accounts_of(db, organisation_id)
    away: set[str] = set()
    done = _ask_waiting(context, organisation_id, away)
    for account in accounts:
        if account.gateway not in away and _has_turn(context, account):
            done += list_all(context, organisation_id, account)
    return done


def _ask_waiting(context: Context, organisation_id: str, away: set[str]) -> int:
    """Ask one by one; a gateway that can't be reached puts all of its payments off."""
    now = context.clock.now()
    with context.database.read() as db:
        due = db.rows(_DUE, o=organisation_id, now=instant_text(now), rows=_AT_ONCE)
    done = 0
    for payment_id, gateway in due:
        if gateway not in away:
            try:
                ask_for(context, organisation_id, payment_id)
                done += 1
                continue
            except (GatewayError, CampusError) as failure:
                _log.info("payment %s can't be asked for at %s: %s", payment_id, gateway, failure.code)
                away.add(gateway)
        at = instant_text(now + _PUT_OFF)
        places = {"o": organisation_id, "id": payment_id, "at": at}
        context.database.write(lambda db, places=places: db.run(_LATER, **places))  # type: ignore[misc]  # bound now
    return done


def _has_turn(context: Context, account: Account) -> bool:
    return account.listed_at is None or parse_instant(account.listed_at) + LIST_EVERY <= context.clock.now()


def list_all(context: Context, organisation_id: str, account: Account) -> int:
    """Look through what was begun at a gateway since the last look, days before it too; returns how many it settled."""
    began = context.clock.now()
    since = (parse_instant(account.listed_at) if account.listed_at else began) - OVERLAP
    done = 0
    try:
        with speaking(context, organisation_id, account.gateway) as gateway:
            for one in gateway.listed(instant_text(since)):
                done += _settled(context, organisation_id, account, one, gateway)
    except (GatewayError, CampusError) as failure:
        _log.info("%s of institute %s can't be listed: %s", account.gateway, organisation_id, failure.code)
        return done
    now = instant_text(began)
    context.database.write(lambda db: told(db, organisation_id, account.gateway, now, "listed"))
    return done


def _settled(context: Context, organisation_id: str, account: Account, one: PaymentTold, gateway: Gateway) -> bool:
    """Settle a payment of ours that was paid and isn't known to be; True where there was one.

    One that was begun after the backup that this server was restored from is taken up by its signed words.
    """
    if one.stands is not Stands.PAID:
        return False
    with context.database.read() as db:
        found = db.one(_OURS, o=organisation_id, gateway=str(account.gateway), reference=one.reference)
    if found is None and one.claim and not gateway.refunds(one):
        # Money that went back since isn't taken up: a person looks at both.
        payment_id = take_up(context, organisation_id, account, one)
        found = (payment_id, "pending") if payment_id is not None else None
    if found is None:
        keep_stray(context, organisation_id, account.gateway, one, live=account.live)
    if found is None or found[1] not in _UNPAID:
        return False
    settle(context, organisation_id, str(found[0]), one)
    return True


JOB = Job("gateway_polling", EVERY_SECONDS, poll)
