"""Money at a gateway that isn't as asked, or that nobody asked for, as lines of the list of reconciliation."""

import hashlib

import orjson

from server.core import feeds
from server.core.batch import Batch, Origin
from server.core.context import Context
from server.core.database import Db
from server.core.entities import Body
from server.core.sql import SetSql
from server.finance.bank_kinds import LINE_KIND
from server.finance.gateway import PaymentTold
from server.finance.ground import day_of, packed
from server.people.organisations import system_actor
from shared.core.ids import derived_id
from shared.core.text import text
from shared.finance.bank_words import LineProblem, LineState
from shared.finance.vocabulary import Method

_KNOWN = SetSql("SELECT t.id FROM {ids} i {by} statement_line t ON t.id = i.id WHERE t.organisation_id = :o")


def line_of_told(batch: Batch, gateway: Method, told: PaymentTold, problem: LineProblem, revision: str) -> Body:
    """Return the line of a payment that a gateway tells of; the same payment has the same id, whoever finds it."""
    key = (str(gateway), told.payment_id or told.gateway_id or told.reference)
    try:
        day = day_of(batch, told.paid_at or batch.now)
    except ValueError:
        day = day_of(batch, batch.now)
    words = text("Paid through {gateway}", gateway=gateway.title())
    return {
        "id": derived_id("gateway_line", batch.organisation_id, *key),
        "revision": revision,
        "origin": str(gateway),
        "statement_id": None,
        "line": 0,
        "day": day,
        "words": f"{words}, {told.channel}"[:500] if told.channel else words,
        "reference": told.reference[:120],
        "amount": told.amount,
        "currency": told.currency[:3],
        "live": told.live,
        "problem": str(problem),
        "fingerprint": hashlib.sha256("\x1f".join(key).encode()).hexdigest(),
        "state": str(LineState.OPEN),
        "reason": "",
    }


def is_listed(batch: Batch, gateway: Method, told: PaymentTold) -> bool:
    """Tell whether what a gateway tells of stands in the list already, whatever became of it."""
    line = line_of_told(batch, gateway, told, LineProblem.UNKNOWN_REFERENCE, "")
    return batch.db.one(_KNOWN, o=batch.organisation_id, ids=packed([line["id"]])) is not None


def keep_line(batch: Batch, gateway: Method, told: PaymentTold, problem: LineProblem, revision: str) -> bool:
    """Put what a gateway tells of into the list, once; False where it stands there already, whatever became of it."""
    return bool(LINE_KIND.insert(batch, [line_of_told(batch, gateway, told, problem, revision)]))


def keep_stray(context: Context, organisation_id: str, gateway: Method, told: PaymentTold, *, live: bool) -> bool:
    """Keep a paid payment whose reference isn't ours; money of the other mode says so. True where it is new."""
    problem = LineProblem.UNKNOWN_REFERENCE
    if told.live != live:
        problem = LineProblem.LIVE_MONEY if told.live else LineProblem.TEST_MONEY

    def work(db: Db) -> bool:
        db.enter(organisation_id)
        batch = context.door.batch(db, system_actor(organisation_id, context.new_id()), Origin(""))
        line = line_of_told(batch, gateway, told, problem, batch.new_id())
        if db.one(_KNOWN, o=organisation_id, ids=packed([line["id"]])) is not None:
            return False
        if not LINE_KIND.insert(batch, [line]):
            return False
        note = {"what": "gateway_line_found", "gateway": str(gateway), "reference": told.reference}
        feeds.write(batch, [], orjson.dumps(note).decode())
        return True

    return context.database.write(work)
