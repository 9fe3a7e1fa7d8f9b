"""Sends receipts to students by mail or SMS: what a cashier asked for goes out once the payment is here, once only."""

import json

from server.core.area import Job
from server.core.context import Context
from server.core.database import Db
from server.core.isolation import each_organisation
from server.core.letters import Channel, Letter
from server.finance.till_kinds import BY_MAIL, BY_SMS
from shared.core.money import money_text
from shared.finance.receipt_code import short_code

EVERY_SECONDS = 20.0
_DUE = """
SELECT t.id, t.person_id, t.printed, r.number, r.amount, r.currency, r.digest, t.mail_due FROM receipt_text t
JOIN receipt r ON r.organisation_id = t.organisation_id AND r.id = t.id
WHERE t.organisation_id = :organisation_id AND t.mail_due > 0 ORDER BY t.id LIMIT 200
"""
_ANY = "SELECT 1 FROM receipt_text WHERE organisation_id = :organisation_id AND mail_due > 0 LIMIT 1"
_DONE = "UPDATE receipt_text SET mail_due = 0 WHERE organisation_id = :organisation_id AND id = :id"


def post_receipts(context: Context) -> int:
    """Hand over every receipt that waits for its letters; returns how many."""
    return sum(_post_in(context, organisation_id) for organisation_id in each_organisation(context.database))


def _post_in(context: Context, organisation_id: str) -> int:
    with context.database.read() as db:
        if db.one(_ANY, organisation_id=organisation_id) is None:
            return 0
    return context.database.write(lambda db: _post(context, db, organisation_id))


def _post(context: Context, db: Db, organisation_id: str) -> int:
    rows = db.rows(_DUE, organisation_id=organisation_id)
    for receipt_id, person_id, printed, number, amount, currency, digest, ways in rows:
        values = {
            "number": str(number),
            "amount": money_text(int(amount), currency),
            "paid_by": str(json.loads(printed or "{}").get("paid_by") or ""),
            "receipt_code": short_code(digest),
        }
        for way, channel in ((BY_MAIL, Channel.MAIL), (BY_SMS, Channel.SMS)):
            if ways & way:
                key = f"receipt:{receipt_id}" if way == BY_MAIL else f"receipt-sms:{receipt_id}"
                context.post(db, Letter(organisation_id, channel, "receipt", key, person_id, values=values))
        db.run(_DONE, organisation_id=organisation_id, id=receipt_id)
    return len(rows)


JOB = Job("receipt letters", EVERY_SECONDS, post_receipts)
