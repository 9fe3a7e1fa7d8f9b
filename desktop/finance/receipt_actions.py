"""What a cashier does with receipts: takes money, checks a receipt, prints it again, asks for a void or a refund.

A payment, its number and its signed receipt are one save: on disk when the act returns, sent when there is a network.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.core.queries import Where
from desktop.finance.account_store import currency_of, today_of
from desktop.finance.receipt_copies import receipt_rows
from desktop.finance.till_lines import receipt_series
from desktop.finance.till_store import (
    TILL_KEY,
    account_of,
    install_of,
    institute_keys,
    institute_of,
    open_shift,
    own_till,
    verify,
)
from desktop.timetable.times import local_now, zone_of
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.money import MOST_MINOR
from shared.core.text import text
from shared.finance import receipt_code as code
from shared.finance.commands import TakePayment
from shared.finance.invoice_code import InvoiceFacts
from shared.finance.payment_rules import payment_fault, receipt_id, send_to_fault
from shared.finance.permissions import may_take_payment
from shared.finance.receipt_content import Content, Item, content_of, kept
from shared.finance.request_rules import ask_fault, left_to_refund
from shared.finance.shift_rules import check_open, method_words
from shared.finance.till_rules import check_till, receipt_number
from shared.finance.vocabulary import (
    LEDGER_ENTRY,
    PAYMENT,
    RECEIPT,
    REQUEST,
    Confirmation,
    Method,
    PaymentState,
    RequestKind,
)

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Share:
    """One student's part of a payment; `goes_to` are (charge id, what it is called, amount)."""

    person_id: str
    name: str
    amount: int
    goes_to: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True)
class Part:
    """One means of paying; `given` is the cash handed over."""

    method: Method
    amount: int
    given: int = 0
    reference: str = ""


@dataclass(frozen=True)
class Taking:
    """A payment as it was entered."""

    shares: tuple[Share, ...]
    parts: tuple[Part, ...]
    payer_name: str = ""
    sponsor_id: str | None = None
    note: str = ""
    received_for: str = ""
    mail: bool = False
    sms: bool = False
    send_to: str = ""

    @property
    def amount(self) -> int:
        """What is received in all."""
        return sum(part.amount for part in self.parts)


@dataclass(frozen=True)
class Taken:
    """A payment that was saved, with its receipt's id and number."""

    payment_id: str
    receipt_id: str
    number: str


def check_amount(amount: int) -> None:
    """Refuse what is no amount. Raises CampusError `bad_amount`, `amount_too_large`."""
    if amount < 1:
        raise CampusError("bad_amount", text("Enter an amount above zero."))
    if amount > MOST_MINOR:
        raise CampusError("amount_too_large", text("The amount is larger than Campusdesk keeps. Check the digits."))


def ready_till(desk: Desk) -> tuple[Body, Body]:
    """Return this install's till and its open drawer.

    Raises CampusError `not_allowed`, `no_till`, `till_closed`, `till_of_another_install`, `till_expired`, `no_shift`.
    """
    if not may_take_payment(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't take payments. Ask the bursar."))
    till = check_till(own_till(desk), install_of(desk), today_of(desk))
    if (desk.store.recall(TILL_KEY) or {}).get("till_id") != till["id"]:
        raise CampusError("no_till", text("This computer isn't a till yet. Make it one while there is a network."))
    shift = open_shift(desk, till["id"])
    check_open(shift)
    return till, shift or {}


def content_for(desk: Desk, taking: Taking, till_name: str) -> Content:
    """Return what the receipt of a payment will say, without number and code."""
    institute = institute_of(desk)
    moment = local_now(desk, zone_of(desk))
    issued = text("{day}, {time}", day=_long_day(moment), time=f"{moment:%H:%M}")
    names = [share.name for share in taking.shares]
    account = account_of(desk, taking.shares[0].person_id) if len(taking.shares) == 1 else None
    parts = [replace(part) for part in taking.parts if part.amount]
    unconfirmed = any(part.method is not Method.CASH for part in parts)
    return Content(
        institute=str(institute.get("name") or ""),
        address=", ".join(part for part in (institute.get("address"), institute.get("phone")) if part),
        issued=" · ".join(part for part in (issued, till_name, desk.actor.name) if part),
        received_from=taking.payer_name.strip() or (names[0] if len(names) == 1 else ""),
        received_for=taking.received_for,
        paid_by=", ".join(dict.fromkeys(method_words(part.method) for part in parts)),
        reference=", ".join(part.reference.strip() for part in parts if part.reference.strip()),
        items=_items(taking),
        total=taking.amount,
        currency=currency_of(desk),
        given=sum(part.given for part in parts),
        change=sum(max(0, part.given - part.amount) for part in parts),
        balance_after=account.balance - taking.amount if account is not None else None,
        note=taking.note.strip(),
        unconfirmed=unconfirmed,
    )


def _items(taking: Taking) -> tuple[Item, ...]:
    found: list[Item] = []
    many = len(taking.shares) > 1
    for share in taking.shares:
        if many:
            found.append(Item(what=share.name, amount=share.amount))
            continue
        found += [Item(what=what, amount=amount) for _id, what, amount in share.goes_to if amount]
        left = share.amount - sum(amount for _id, _what, amount in share.goes_to)
        if left:
            found.append(Item(what=text("On account"), amount=left))
    return tuple(found)


def _long_day(moment: Any) -> str:
    months = text("January February March April May June July August September October November December").split()
    return text("{day} {month} {year}", day=moment.day, month=months[moment.month - 1], year=moment.year)


def take_payment(desk: Desk, taking: Taking) -> Taken:
    """Take money: payment, number and signed receipt in one save.

    Raises CampusError with the codes of `ready_till`, `check_amount` and, of `payment_rules`, `payment_fault` and
    `send_to_fault`.
    """
    till, shift = ready_till(desk)
    check_amount(taking.amount)
    fault = send_to_fault(taking.send_to, len(taking.shares))
    if fault is not None:
        raise CampusError(*fault)
    payment_id, issued_at = desk.ids(), instant_text(desk.clock.now())
    content = content_for(desk, taking, str(till["name"]))
    payload = _payload(taking, shift["id"], content)
    secret = desk.store.recall(TILL_KEY)["key"]
    key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(secret))

    def fill(sequence: int) -> Mapping[str, Any]:
        receipt = _receipt(till, sequence, issued_at, content, payload, key)
        printed = {**receipt["printed"], "mail": taking.mail, "sms": taking.sms}
        return {**payload, "receipt": {**receipt, "printed": printed}}

    draft = fill(1)
    fault = payment_fault(TakePayment.model_validate(draft))
    if fault is not None:
        raise CampusError(*fault)
    ask = Ask("TakePayment", payment_id, series=receipt_series(till["id"]), fill=fill)
    (command,) = desk.commit([ask])
    return Taken(payment_id, receipt_id(payment_id), command.payload["receipt"]["number"])


def _payload(taking: Taking, shift_id: str, content: Content) -> dict[str, Any]:
    return {
        "amount": taking.amount,
        "currency": content.currency,
        "paid_for": [
            {
                "person_id": share.person_id,
                "amount": share.amount,
                "goes_to": [{"entry_id": entry, "amount": amount} for entry, _what, amount in share.goes_to if amount],
            }
            for share in taking.shares
        ],
        "tenders": [
            {
                "method": str(part.method),
                "amount": part.amount,
                "given": part.given,
                "reference": part.reference.strip(),
            }
            for part in taking.parts
            if part.amount
        ],
        "payer_name": taking.payer_name.strip(),
        "send_to": taking.send_to,
        "sponsor_id": taking.sponsor_id,
        "note": taking.note.strip(),
        "shift_id": shift_id,
    }


def _receipt(
    till: Body, sequence: int, issued_at: str, content: Content, payload: Body, key: Ed25519PrivateKey
) -> dict[str, Any]:
    number = receipt_number(till["code"], sequence)
    said = code.Facts(
        till["code"],
        sequence,
        payload["amount"],
        payload["currency"],
        content.received_from,
        issued_at,
        frozenset(Method(one["method"]) for one in payload["tenders"]),
        content.unconfirmed,
    )
    words = code.receipt_words(said, till["certificate"])
    return {
        "number": number,
        "till_id": till["id"],
        "series": till["series"],
        "sequence": sequence,
        "issued_at": issued_at,
        "words": words,
        "signature": code.signed(words, key.sign),
        "printed": kept(content),
    }


def receipt_content(desk: Desk, receipt: str, *, duplicate: bool = True) -> Content:
    """Return what a receipt says, to be printed (again). Raises CampusError `receipt_unknown`."""
    body, words = receipt_rows(desk, receipt)
    payment = desk.store.get(PAYMENT, body["payment_id"]) or {}
    moment = local_now(desk, zone_of(desk))
    again = text("{day}, {time} by {name}", day=_long_day(moment), time=f"{moment:%H:%M}", name=desk.actor.name)
    return content_of(
        words["printed"],
        number=body["number"],
        total=body["amount"],
        currency=body["currency"],
        code=code.short_code(body["digest"]),
        qr=code.qr_text(words["words"], body["signature"]) if words["words"] else "",
        duplicate=again if duplicate else "",
        voided=payment.get("state") == PaymentState.VOIDED,
        unconfirmed=payment.get("confirmation") == Confirmation.UNCONFIRMED,
    )


@dataclass(frozen=True)
class Checked:
    """What a check came to: verdict, sentence, what the paper says, and what this computer knows beside it."""

    standing: code.Standing
    words: str
    facts: code.Facts | None = None
    code: str = ""
    known: str = ""
    voided: bool = False
    invoice: InvoiceFacts | None = None


def check_receipt(desk: Desk, scanned: str) -> Checked:
    """Check a scanned or pasted code without any network."""
    found = code.check(scanned, desk.actor.organisation_id, institute_keys(desk), verify)
    words = code.sentence(found.standing, str(institute_of(desk).get("name") or text("The institute")))
    if found.facts is None:
        return Checked(found.standing, words)
    rows = desk.store.page(RECEIPT, [Where("number", "=", found.facts.number)], limit=1)
    short = code.short_code(found.digest)
    if not rows:
        known = text("This computer has no copy of it, so it can't tell whether it was voided since.")
        return Checked(found.standing, words, found.facts, short, known)
    payment = desk.store.get(PAYMENT, rows[0]["payment_id"]) or {}
    if rows[0]["digest"] != found.digest:
        known = text("Another receipt with this number is known here. Ask the office.")
        return Checked(found.standing, words, found.facts, short, known)
    voided = payment.get("state") == PaymentState.VOIDED
    known = text("It was voided.") if voided else text("As far as this computer knows it wasn't voided.")
    return Checked(found.standing, words, found.facts, short, known, voided)


def ask_void(desk: Desk, receipt: str, reason: str) -> str:
    """Ask that a receipt be voided; returns the request's id.

    Raises CampusError `not_allowed`, `reason_missing`, `receipt_unknown` and the codes of `request_rules`.
    """
    body = desk.store.get(RECEIPT, receipt)
    payment = desk.store.get(PAYMENT, body["payment_id"]) if body else None
    if body is None or payment is None:
        raise CampusError("receipt_unknown", text("This receipt isn't on this computer yet."))
    _check_ask(desk, RequestKind.VOID, payment, reason)
    payload = {"receipt_id": receipt, "reason": reason.strip(), "shift_id": _shift_id(desk), **_author(desk)}
    return _asked(desk, "AskVoid", payload)


def ask_refund(desk: Desk, payment_id: str, person_id: str, amount: int, method: Method, reason: str) -> str:
    """Ask that money goes back to a student; returns the request's id. Raises what `ask_void` does."""
    payment = desk.store.get(PAYMENT, payment_id)
    if payment is None:
        raise CampusError("receipt_unknown", text("This receipt isn't on this computer yet."))
    _check_ask(desk, RequestKind.REFUND, payment, reason, person_id, amount)
    payload = {
        "payment_id": payment_id,
        "person_id": person_id,
        "amount": amount,
        "method": str(method),
        "reason": reason.strip(),
        "shift_id": _shift_id(desk),
        **_author(desk),
    }
    return _asked(desk, "AskRefund", payload)


def _author(desk: Desk) -> dict[str, str]:
    return {"author_id": desk.actor.person_id, "author_name": desk.actor.name}


def _asked(desk: Desk, kind: str, payload: Mapping[str, Any]) -> str:
    request_id = desk.ids()
    desk.commit([Ask(kind, request_id, payload)])
    return request_id


def _shift_id(desk: Desk) -> str | None:
    till = own_till(desk)
    shift = open_shift(desk, till["id"]) if till else None
    return str(shift["id"]) if shift else None


def _check_ask(
    desk: Desk, kind: RequestKind, payment: Body, reason: str, person_id: str | None = None, amount: int = 0
) -> None:
    if not may_take_payment(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't take payments. Ask the bursar."))
    if len(reason.strip()) < 3:
        raise CampusError("reason_missing", text("Say in a few words why."))
    requests = desk.store.page(REQUEST, [Where("payment_id", "=", payment["id"])], limit=-1)
    entries: Sequence[Body] = desk.store.page(LEDGER_ENTRY, [Where("payment_id", "=", payment["id"])], limit=-1)
    fault = ask_fault(kind, payment, requests, left_to_refund(entries, requests, person_id), amount)
    if fault is not None:
        raise CampusError(*fault)


def change_back(parts: Sequence[Part]) -> int:
    """Return the change that goes back."""
    return sum(max(0, part.given - part.amount) for part in parts)
