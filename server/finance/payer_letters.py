"""Sends the receipt of several students to whoever paid, where the desk was told an address, and drops the address."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from server.core.batch import Batch
from server.core.context import Context
from server.core.entities import Body
from server.core.letters import Channel, Letter
from server.finance.receipt_papers import RECEIPT
from server.finance.till_kinds import TEXT_KIND
from shared.core.text import text
from shared.finance.receipt_code import short_code


@dataclass(frozen=True)
class Whole:
    """A receipt of several as its payer is told of it; `money` is what was paid for all, in words."""

    receipt_id: str
    number: str
    digest: str
    money: str


def tell_payers(
    context: Context, batch: Batch, texts: Mapping[str, Body], found: Sequence[Whole], living: Container[str]
) -> bool:
    """Hand over the letters of those receipts that have an address; tells whether a row changed.

    Of a payment that was taken back since (not among `living`) nobody is told. The address goes with the letter, whose
    delivery keeps it for as long as deliveries are kept: on the receipt it has done its work.
    """
    changed = []
    for one in found:
        body = texts[one.receipt_id]
        printed = dict(body["printed"])
        send_to = str(printed.pop("send_to", ""))
        if not send_to:
            continue
        if one.receipt_id in living:
            context.post(batch.db, _letter(batch.organisation_id, one, send_to, body))
        changed.append({**body, "printed": printed, "revision": batch.new_id()})
    if changed:
        TEXT_KIND.update(batch, changed)
    return bool(changed)


def _letter(organisation_id: str, one: Whole, send_to: str, body: Body) -> Letter:
    channel, payer, printed = Channel.MAIL if "@" in send_to else Channel.SMS, str(body["payer"]), body["printed"]
    values = {
        "number": one.number,
        "amount": one.money,
        "paid_by": str(printed.get("paid_by") or ""),
        "receipt_code": short_code(one.digest),
        "given_name": payer or text("there"),
        "person": payer,
    }
    paper = f"{RECEIPT}:{one.receipt_id}" if channel is Channel.MAIL else ""
    key = f"receipt-payer:{one.receipt_id}"
    return Letter(organisation_id, channel, "receipt", key, None, send_to, values=values, attached=paper)
