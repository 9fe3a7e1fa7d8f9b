"""The job that works events off: it asks the gateway about what they name, and lets its answer decide."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from server.core.area import Job
from server.core.context import Context
from server.core.isolation import each_organisation
from server.finance.gateway import GatewayError
from server.finance.gateway_refunds import look_again
from server.finance.online_begin import ask_for
from shared.core.clock import instant_text
from shared.core.errors import CampusError

_log = logging.getLogger(__name__)
EVERY_SECONDS = 60.0
_AT_ONCE = 50
_FIRST_PAUSE, _LONGEST_PAUSE = 30.0, 3_600.0
_DUE = """
SELECT gateway, key, name, reference, gateway_id, paid_id, tries FROM webhook_inbox
WHERE organisation_id = :o AND next_at <= :now ORDER BY received_at, key LIMIT :rows
"""
_DONE = """
UPDATE webhook_inbox SET next_at = :next_at, tries = tries + 1, outcome = :outcome
WHERE organisation_id = :o AND gateway = :gateway AND key = :key
"""
_WHOSE = """
SELECT payment_id FROM online_payment WHERE organisation_id = :o AND gateway = :gateway
AND ((reference = :reference AND :reference <> '') OR (gateway_id = :gateway_id AND :gateway_id <> '')
OR (paid_id = :paid_id AND :paid_id <> '')) ORDER BY payment_id LIMIT 1
"""


def work_off(context: Context) -> int:
    """Work off the events of all institutes; returns how many had their turn."""
    return sum(work_off_for(context, one) for one in each_organisation(context.database))


def work_off_for(context: Context, organisation_id: str) -> int:
    """Work off the events of one institute."""
    now = instant_text(context.clock.now())
    with context.database.read() as db:
        due = db.rows(_DUE, o=organisation_id, now=now, rows=_AT_ONCE)
    for row in due:
        _work_on(context, organisation_id, row)
    return len(due)


def waiting(context: Context) -> bool:
    """Tell whether any event waits."""
    now = instant_text(context.clock.now())
    for organisation_id in each_organisation(context.database):
        with context.database.read() as db:
            if db.one(_DUE, o=organisation_id, now=now, rows=1):
                return True
    return False


def _work_on(context: Context, organisation_id: str, row: Sequence[Any]) -> None:
    gateway, key, name, reference, gateway_id, paid_id, tries = row
    ids = {"gateway": gateway, "reference": reference, "gateway_id": gateway_id, "paid_id": paid_id}
    with context.database.read() as db:
        found = db.one(_WHOSE, o=organisation_id, **ids)
    next_at, outcome = None, "not_ours"
    if found is not None:
        try:
            outcome = _asked(context, organisation_id, str(found[0]), str(name))
        except (GatewayError, CampusError) as failure:
            pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** min(int(tries), 10))
            next_at = instant_text(context.clock.now() + timedelta(seconds=pause))
            outcome = failure.code[:40]
            _log.info("event %s of %s waits: %s", key, gateway, failure.code)
    places = {"o": organisation_id, "gateway": gateway, "key": key}
    context.database.write(lambda db: db.run(_DONE, next_at=next_at, outcome=outcome, **places))


def _asked(context: Context, organisation_id: str, payment_id: str, name: str) -> str:
    state = ask_for(context, organisation_id, payment_id)
    if name.startswith("refund"):
        look_again(context, organisation_id, payment_id)
    return str(state)


JOB = Job("gateway_events", EVERY_SECONDS, work_off, waiting)
