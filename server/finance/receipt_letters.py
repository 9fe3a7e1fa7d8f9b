"""Tells students of their receipts, once each: as a cashier asked, or because money came that nobody took at a desk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.core import feeds
from server.core.area import Job
from server.core.batch import Batch
from server.core.context import Context
from server.core.entities import Body
from server.core.letters import Channel, Letter
from server.core.sql import SetSql
from server.finance.ground import packed
from server.finance.payer_letters import Whole, tell_payers
from server.finance.receipt_papers import RECEIPT
from server.finance.till_kinds import BY_MAIL, BY_SMS, CONFIRMED, NOTED, TELL, TEXT_KIND
from server.messaging.service import NewNotice, notify
from server.people.own_work import work_where_some
from shared.core.money import money_text
from shared.core.text import text
from shared.finance.payment_rules import receipt_id as receipt_id_of
from shared.finance.receipt_code import short_code
from shared.messaging.vocabulary import NoticeCategory, NoticePriority

EVERY_SECONDS = 20.0
_ANY = "SELECT 1 FROM receipt_text WHERE organisation_id = :o AND mail_due > 0 LIMIT 1"
_WAITING = "SELECT id FROM receipt_text WHERE organisation_id = :o AND mail_due > 0 ORDER BY id LIMIT 200"
_DUE = SetSql(
    "SELECT t.id, t.mail_due, r.number, r.digest, r.currency, r.amount, t.person_id, n.email, n.phone"
    " FROM {ids} i {by} receipt_text t ON t.id = i.id"
    " JOIN receipt r ON r.organisation_id = t.organisation_id AND r.id = t.id"
    " LEFT JOIN person n ON n.organisation_id = t.organisation_id AND n.id = t.person_id"
    " WHERE t.organisation_id = :o AND t.mail_due > 0 ORDER BY t.id"
)
_PARTS = SetSql(
    "SELECT r.id, e.person_id, n.email, n.phone, sum(-e.amount) FROM {ids} i {by} receipt r ON r.id = i.id"
    " JOIN ledger_entry e ON e.organisation_id = r.organisation_id AND e.payment_id = r.payment_id"
    " JOIN person n ON n.organisation_id = e.organisation_id AND n.id = e.person_id"
    " LEFT JOIN ledger_entry b ON b.organisation_id = e.organisation_id AND b.reverses_id = e.id"
    " WHERE r.organisation_id = :o AND e.kind = 'payment' AND b.id IS NULL"
    " GROUP BY r.id, e.person_id, n.email, n.phone ORDER BY r.id, e.person_id"
)
_DONE = "UPDATE receipt_text SET mail_due = 0 WHERE organisation_id = :organisation_id AND id = :id"
_CONFIRMED = SetSql(
    f"UPDATE receipt_text SET mail_due = {CONFIRMED} WHERE organisation_id = :o"  # noqa: S608 - our own number
    " AND id IN (SELECT i.id FROM {ids} i)"
)


@dataclass(frozen=True)
class _Told:
    """One whom a receipt is told of, with what of it is his or hers. `ways` adds up what `mail_due` does."""

    receipt_id: str
    person_id: str
    email: str | None
    phone: str | None
    number: str
    digest: str
    money: str
    ways: int
    printed: Body
    part: bool
    """Others stand on the paper, too: it stays at the office, and the letter tells of this part alone."""

    @property
    def key(self) -> str:
        """What makes a letter about it the same one."""
        return f"{self.receipt_id}:{self.person_id}" if self.part else self.receipt_id


def tell_confirmed(batch: Batch, payment_ids: list[str]) -> None:
    """Let those be told whose payments somebody vouches for now."""
    if payment_ids:
        ids = packed(receipt_id_of(one) for one in payment_ids)
        batch.db.run(_CONFIRMED.text(batch.db.dialect), o=batch.organisation_id, ids=ids)


def post_receipts(context: Context) -> int:
    """Hand over every receipt that waits for its letters; returns how many."""
    return work_where_some(context, _ANY, _post)


def _post(context: Context, batch: Batch) -> int:
    db, organisation_id = batch.db, batch.organisation_id
    # The texts stay locked: whoever waited for them finds that there is nothing left to tell.
    texts = TEXT_KIND.read(batch, [str(row[0]) for row in db.rows(_WAITING, o=organisation_id)])
    due = db.rows(_DUE, o=organisation_id, ids=packed(texts))
    notices: list[NewNotice] = []
    counted = False
    told = _told(batch, texts, due)
    for one in told:
        letters = _letters(organisation_id, one)
        for letter in letters:
            context.post(db, letter)
        notices += _notices(one)
        mailed = any(letter.channel is Channel.MAIL for letter in letters)
        if one.part or mailed:
            counted = _keep_told(batch, one.receipt_id, copies=0 if one.part else 1) or counted
    living = {one.receipt_id for one in told if one.part}
    counted = tell_payers(context, batch, texts, [_whole(row) for row in due if row[6] is None], living) or counted
    for row in due:
        db.run(_DONE, organisation_id=organisation_id, id=row[0])
    if notify(batch, notices) or counted:
        feeds.write(batch, [], "receipts told")
    return len(due)


def _told(batch: Batch, texts: Mapping[str, Body], due: Sequence[Any]) -> list[_Told]:
    """Return whom to tell: who paid, or each of several with the part that is left of the payment on the ledger."""
    shared = [str(row[0]) for row in due if row[6] is None]
    parts: dict[str, list[tuple[str, str | None, str | None, int]]] = {}
    rows = batch.db.rows(_PARTS, o=batch.organisation_id, ids=packed(shared)) if shared else []
    for receipt_id, person_id, email, phone, amount in rows:
        parts.setdefault(receipt_id, []).append((person_id, email, phone, int(amount)))
    found: list[_Told] = []
    for receipt_id, ways, number, digest, currency, amount, person_id, email, phone in due:
        part, printed = person_id is None, texts[receipt_id]["printed"]
        whose = parts.get(receipt_id, []) if part else [(person_id, email, phone, int(amount))]
        found += [
            _Told(receipt_id, one, mail, sms, number, digest, money_text(money, currency), ways, printed, part)
            for one, mail, sms, money in whose
        ]
    return found


def _whole(row: Sequence[Any]) -> Whole:
    """Return the receipt of several, as a row of `_DUE` tells of it."""
    return Whole(str(row[0]), str(row[2]), str(row[3]), money_text(int(row[5]), row[4]))


def _letters(organisation_id: str, told: _Told) -> list[Letter]:
    values = {
        "number": told.number,
        "amount": told.money,
        "paid_by": str(told.printed.get("paid_by") or ""),
        "receipt_code": short_code(told.digest),
    }
    paper = "" if told.part else f"{RECEIPT}:{told.receipt_id}"

    def letter(channel: Channel, word: str) -> Letter:
        attached = paper if channel is Channel.MAIL else ""
        key, places = f"{word}:{told.key}", values
        if told.part and told.printed.get("unconfirmed") and word != "receipt-confirmed":  # no paper says it
            places = {**values, "paid_by": text("{way}, not confirmed yet", way=values["paid_by"])}
        return Letter(organisation_id, channel, "receipt", key, told.person_id, values=places, attached=attached)

    found = []
    # A way that was ticked for several is for those of them whom it reaches.
    by_mail, by_sms = (not told.part or bool(one) for one in (told.email, told.phone))
    # An SMS costs money: it stands in only where there is no mail address.
    way, ways = Channel.MAIL if told.email else Channel.SMS, told.ways
    if (ways & BY_MAIL and by_mail) or (ways & TELL and way is Channel.MAIL):
        found.append(letter(Channel.MAIL, "receipt"))
    if (ways & BY_SMS and by_sms) or (ways & TELL and way is Channel.SMS):
        found.append(letter(Channel.SMS, "receipt-sms"))
    if ways & CONFIRMED:
        found.append(letter(way, "receipt-confirmed"))
    return found


def _notices(told: _Told) -> list[NewNotice]:
    ways = told.ways & ~TELL if told.printed.get("told") else told.ways  # a proof's sender was told with its approval
    places = {"amount": told.money, "number": told.number}
    both = (
        (TELL | NOTED, "booked", text("Your payment of {amount} is booked", **places)),
        (CONFIRMED, "confirmed", text("Your payment of {amount} is confirmed", **places)),
    )
    words = text("Receipt {number} stands under My fees.", **places)
    if told.part:
        words = text("It is your part of receipt {number}, and stands under My fees.", **places)
    about, priority = NoticeCategory.PAYMENT, NoticePriority.MEDIUM
    return [
        NewNotice(told.person_id, ("receipt", told.receipt_id, word), title, words, about, priority)
        for way, word, title in both
        if ways & way
    ]


def _keep_told(batch: Batch, receipt_id: str, copies: int) -> bool:
    """Keep of a receipt that the server gave that it was told, and mailed so often; tells whether it is such a one."""
    body = TEXT_KIND.read(batch, [receipt_id])[receipt_id]
    printed = dict(body["printed"])
    if "copies" not in printed or (not copies and not printed["tell"]):
        return False
    printed |= {"copies": int(printed["copies"]) + copies, "tell": False}
    TEXT_KIND.update(batch, [{**body, "printed": printed, "revision": batch.new_id()}])
    return True


JOB = Job("receipt letters", EVERY_SECONDS, post_receipts)
