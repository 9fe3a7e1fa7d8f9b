"""What a person may ask of the ledger: charge, take a payment, allocate, reverse."""

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from shared.core.command import Id, InstantText
from shared.core.currencies import CURRENCIES
from shared.core.days import Day
from shared.core.ids import derived_id
from shared.core.lines import Lines, OneLine
from shared.core.money import MOST_MINOR
from shared.core.strict import StrictModel
from shared.finance.vocabulary import ChargeKind, Method

Currency = Annotated[str, StringConstraints(pattern=f"^({'|'.join(CURRENCIES)})$")]
Amount = Annotated[int, Field(ge=1, le=MOST_MINOR)]
"""Minor units, more than nothing."""
Words = Annotated[OneLine, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Reason = Annotated[Lines, StringConstraints(min_length=3, max_length=500, strip_whitespace=True)]
MOST_LINES = 200
MOST_TENDERS = 8


class _Part(StrictModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class TaxLine(_Part):
    """A tax inside a charge: its name, its rate in hundredths of a percent, and what it comes to in minor units."""

    name: Words
    rate: int = Field(ge=0, le=10_000)
    amount: int = Field(ge=0, le=MOST_MINOR)


class ChargeStudent(_Part):
    """Charge a student (target: the new entry's id). `amount` has the taxes in it."""

    person_id: Id
    kind: ChargeKind = ChargeKind.OTHER
    what: Words
    amount: Amount
    currency: Currency
    due_on: Day | None = None
    enrolment_id: Id | None = None
    cohort_id: Id | None = None
    course_id: Id | None = None
    taxes: tuple[TaxLine, ...] = Field(default=(), max_length=10)


class ReverseEntry(_Part):
    """Reverse a charge, discount or scholarship as a whole (target: the entry); what was paid on it becomes credit."""

    reason: Reason


class GoesTo(_Part):
    """What of a payment pays which charge."""

    entry_id: Id
    amount: Amount


class PaidFor(_Part):
    """One student's share of a payment; what `goes_to` leaves stays as credit."""

    person_id: Id
    amount: Amount
    goes_to: tuple[GoesTo, ...] = Field(default=(), max_length=MOST_LINES)


class Tender(_Part):
    """One means by which a payment is made; `given` is the cash handed over, `reference` what a card or phone told."""

    method: Method
    amount: Amount
    given: Annotated[int, Field(ge=0, le=MOST_MINOR)] = 0
    reference: str = Field(default="", max_length=100)
    bank: str = Field(default="", max_length=100)
    dated: Day | None = None
    proof: str = Field(default="", pattern=r"^([0-9a-f]{64})?$")
    """The hash of the picture or document that shows a transfer."""


class IssuedReceipt(_Part):
    """The receipt as it was printed: number of the till's own series, and the till's signature over its words."""

    number: str = Field(min_length=1, max_length=40)
    till_id: Id
    series: int = Field(ge=1)
    sequence: int = Field(ge=1)
    issued_at: InstantText
    words: str = Field(min_length=1, max_length=2000)
    """What the QR code carries and the signature covers."""
    signature: str = Field(min_length=1, max_length=200)


class TakePayment(_Part):
    """Take money at the desk (target: the new payment's id) for one student or, from a sponsor, for many.

    The sums of `paid_for` and of `tenders` are both `amount`. It is carried out whatever happened meanwhile: what
    exceeds a debt stays as credit.
    """

    amount: Amount
    currency: Currency
    paid_for: tuple[PaidFor, ...] = Field(min_length=1, max_length=MOST_LINES)
    tenders: tuple[Tender, ...] = Field(min_length=1, max_length=MOST_TENDERS)
    payer_name: str = Field(default="", max_length=200)
    send_to: str = Field(default="", max_length=254)
    """A mail address or phone number of whoever pays for several students: the receipt goes there, once."""
    sponsor_id: Id | None = None
    note: str = Field(default="", max_length=300)
    shift_id: Id
    receipt: IssuedReceipt


class AllocateCredit(_Part):
    """Let what a student paid too much pay a charge (target: the payment's entry whose credit is used)."""

    goes_to: tuple[GoesTo, ...] = Field(min_length=1, max_length=MOST_LINES)


class MovePayment(_Part):
    """Move money that was put on the wrong student (target: the payment's entry) by a linked reversal."""

    to_person_id: Id
    goes_to: tuple[GoesTo, ...] = Field(default=(), max_length=MOST_LINES)
    reason: Reason


class ConfirmPayment(_Part):
    """Say that the money of an unconfirmed payment (target) is there, or that it never came."""

    came: bool
    reason: str = Field(default="", max_length=500)


PAYLOADS: dict[str, type[StrictModel]] = {
    "ChargeStudent": ChargeStudent,
    "ReverseEntry": ReverseEntry,
    "TakePayment": TakePayment,
    "AllocateCredit": AllocateCredit,
    "MovePayment": MovePayment,
    "ConfirmPayment": ConfirmPayment,
}


def payment_entry_id(payment_id: str, person_id: str) -> str:
    """Return the id of the entry that a payment makes on one student's ledger."""
    return derived_id("payment_entry", payment_id, person_id)


def reversal_id(entry_id: str) -> str:
    """Return the id of an entry's reversal: there is one at most."""
    return derived_id("reversal", entry_id)


def allocation_id(command_id: str, entry_id: str, charge_id: str) -> str:
    """Return the id of the allocation that a command makes from a payment's entry to a charge."""
    return derived_id("allocation", command_id, entry_id, charge_id)


def moved_entry_id(command_id: str, entry_id: str) -> str:
    """Return the id of the entry by which a command puts an entry's money on another ledger."""
    return derived_id("moved_entry", command_id, entry_id)


def note_id(entry_id: str) -> str:
    """Return the id of the words that say why an entry was reversed or moved."""
    return derived_id("account_note", entry_id)


def refund_entry_id(request_id: str) -> str:
    """Return the id of the entry by which an approved refund goes back."""
    return derived_id("refund_entry", request_id)
