"""What people may ask of a gateway: begin a payment for charges, for oneself or for a student at the desk."""

from typing import Literal

from pydantic import ConfigDict, Field

from shared.core.command import Id
from shared.core.ids import derived_id
from shared.core.money import money_text
from shared.core.strict import StrictModel
from shared.core.text import text
from shared.finance.commands import MOST_LINES, Amount, Currency, GoesTo
from shared.finance.mobile_rules import CALLING_CODES
from shared.finance.online_rules import CURRENCIES_OF, LEAST_OF
from shared.finance.payment_rules import Refusal
from shared.finance.vocabulary import Method


class BeginOnlinePayment(StrictModel):
    """Begin a payment through a gateway (target: the new payment's id); what `goes_to` leaves stays as credit.

    `channel` is "mobile_money" for a prompt on a phone, whose number goes to the gateway and isn't kept here.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    person_id: Id
    gateway: Literal[Method.PAYSTACK, Method.RAZORPAY]
    amount: Amount
    currency: Currency
    goes_to: tuple[GoesTo, ...] = Field(default=(), max_length=MOST_LINES)
    channel: Literal["", "mobile_money"] = ""


PAYLOADS: dict[str, type[StrictModel]] = {"BeginOnlinePayment": BeginOnlinePayment}


def server_till_id(word: str, organisation_id: str, epoch: str = "") -> str:
    """Return the id of a series from which the server itself gives receipts; `word` tells which of them.

    `epoch` is that of a server whose backup was restored: it goes on with no series.
    """
    return derived_id(word, organisation_id, *filter(None, (epoch,)))


def begin_fault(wanted: BeginOnlinePayment) -> Refusal | None:
    """Return why no such payment can be begun, or None."""
    gateway = Method(wanted.gateway)
    if wanted.currency not in CURRENCIES_OF[gateway]:
        words = text("{gateway} takes no {currency}.", gateway=gateway.title(), currency=wanted.currency)
        return "gateway_currency", words
    if wanted.channel and (gateway is not Method.PAYSTACK or wanted.currency not in CALLING_CODES):
        words = text("{gateway} asks for no {currency} on a phone.", gateway=gateway.title(), currency=wanted.currency)
        return "gateway_currency", words
    if wanted.amount < LEAST_OF[gateway]:
        least = money_text(LEAST_OF[gateway], wanted.currency)
        return "amount_too_small", text("{gateway} takes {least} or more.", gateway=gateway.title(), least=least)
    ids = [one.entry_id for one in wanted.goes_to]
    if len(set(ids)) != len(ids):
        return "charge_twice", text("A charge stands in this payment twice. Put the amounts together.")
    if sum(one.amount for one in wanted.goes_to) > wanted.amount:
        return "shares_differ", text("The charges come to more than the payment. Check the amounts.")
    return None
