"""Tells students of their receipts, once each: as a cashier asked, or because money came that nobody took at a desk."""

import json
from typing import Any

from server.core import feeds
from server.core.area import Job
from server.core.batch import Batch, Origin
from server.core.context import Context
from server.core.database import Db
from server.core.isolation import each_organisation
from server.core.letters import Channel, Letter
from server.core.sql import SetSql
from server.finance.ground import packed
from server.finance.receipt_papers import RECEIPT
from server.finance.till_kinds import BY_MAIL, BY_SMS, CONFIRMED, TELL, TEXT_KIND
from server.messaging.service import NewNotice, notify
from server.people.organisations import system_actor
from shared.core.ids import derived_id
from shared.core.money import money_text
from shared.core.text import text
from shared.finance.payment_rules import receipt_id as receipt_id_of
from shared.finance.receipt_code import short_code
from shared.messaging.vocabulary import NoticeCategory, NoticePriority

EVERY_SECONDS = 20.0
_DUE = """
SELECT t.id, t.person_id, t.printed, r.number, r.amount, r.currency, r.digest, t.mail_due, n.email FROM receipt_text t
JOIN receipt r ON r.organisation_id = t.organisation_id AND r.id = t.id
JOIN person n ON n.organisation_id = t.organisation_id AND n.id = t.person_id
WHERE t.organisation_id = :organisation_id AND t.mail_due > 0 ORDER BY t.id LIMIT 200
"""
_ANY = "SELECT 1 FROM receipt_text WHERE organisation_id = :organisation_id AND mail_due > 0 LIMIT 1"
_DONE = "UPDATE receipt_text SET mail_due = 0 WHERE organisation_id = :organisation_id AND id = :id"
_CONFIRMED = SetSql(
    f"UPDATE receipt_text SET mail_due = {CONFIRMED} WHERE organisation_id = :o AND person_id IS NOT NULL"  # noqa: S608 - our own number
    " AND id IN (SELECT i.id FROM {ids} i)"
)


def tell_confirmed(batch: Batch, payment_ids: list[str]) -> None:
    """Let those be told whose payments somebody vouches for now."""
    if payment_ids:
        ids = packed(receipt_id_of(one) for one in payment_ids)
        batch.db.run(_CONFIRMED.text(batch.db.dialect), o=batch.organisation_id, ids=ids)


def post_receipts(context: Context) -> int:
    """Hand over every receipt that waits for its letters; returns how many."""
    return sum(_post_in(context, organisation_id) for organisation_id in each_organisation(context.database))


def _post_in(context: Context, organisation_id: str) -> int:
    with context.database.read() as db:
        if db.one(_ANY, organisation_id=organisation_id) is None:
            return 0
    return context.database.write(lambda db: _post(context, db, organisation_id))


def _post(context: Context, db: Db, organisation_id: str) -> int:
    db.enter(organisation_id)
    actor = system_actor(organisation_id, derived_id("campusdesk-server", organisation_id))
    batch = context.door.batch(db, actor, Origin(""))
    rows = db.rows(_DUE, organisation_id=organisation_id)
    notices: list[NewNotice] = []
    counted = False
    for row in rows:
        letters = _letters(organisation_id, row)
        for letter in letters:
            context.post(db, letter)
        notices += _notices(row)
        if any(one.channel is Channel.MAIL for one in letters):
            counted = _count_copy(batch, str(row[0])) or counted
        db.run(_DONE, organisation_id=organisation_id, id=row[0])
    if notify(batch, notices) or counted:
        feeds.write(batch, [], "receipts told")
    return len(rows)


def _letters(organisation_id: str, row: Any) -> list[Letter]:
    receipt_id, person_id, printed, number, amount, currency, digest, ways, email = row
    values = {
        "number": str(number),
        "amount": money_text(int(amount), currency),
        "paid_by": str(json.loads(printed or "{}").get("paid_by") or ""),
        "receipt_code": short_code(digest),
    }
    paper = f"{RECEIPT}:{receipt_id}"

    def letter(channel: Channel, key: str) -> Letter:
        attached = paper if channel is Channel.MAIL else ""
        return Letter(organisation_id, channel, "receipt", key, person_id, values=values, attached=attached)

    found = []
    # An SMS costs money: it stands in only where there is no mail address.
    way = Channel.MAIL if email else Channel.SMS
    if ways & BY_MAIL or (ways & TELL and way is Channel.MAIL):
        found.append(letter(Channel.MAIL, f"receipt:{receipt_id}"))
    if ways & BY_SMS or (ways & TELL and way is Channel.SMS):
        found.append(letter(Channel.SMS, f"receipt-sms:{receipt_id}"))
    if ways & CONFIRMED:
        found.append(letter(way, f"receipt-confirmed:{receipt_id}"))
    return found


def _notices(row: Any) -> list[NewNotice]:
    receipt_id, person_id, printed, number, amount, currency, _, ways, _ = row
    if json.loads(printed or "{}").get("told"):  # whoever sent a proof was told with its approval
        ways &= ~TELL
    places = {"amount": money_text(int(amount), currency), "number": str(number)}
    told = (
        (TELL, "booked", text("Your payment of {amount} is booked", **places)),
        (CONFIRMED, "confirmed", text("Your payment of {amount} is confirmed", **places)),
    )
    words = text("Receipt {number} stands under My fees.", **places)
    about, priority = NoticeCategory.PAYMENT, NoticePriority.MEDIUM
    return [
        NewNotice(person_id, ("receipt", receipt_id, word), title, words, about, priority)
        for way, word, title in told
        if ways & way
    ]


def _count_copy(batch: Batch, receipt_id: str) -> bool:
    """Count what was mailed as a print of a receipt that the server gave; tells whether it is such a one."""
    body = TEXT_KIND.read(batch, [receipt_id])[receipt_id]
    printed = dict(body["printed"])
    if "copies" not in printed:
        return False
    printed |= {"copies": int(printed["copies"]) + 1, "tell": False}
    TEXT_KIND.update(batch, [{**body, "printed": printed, "revision": batch.new_id()}])
    return True


JOB = Job("receipt letters", EVERY_SECONDS, post_receipts)
