"""What a cashier may ask of a till and its drawer: shifts, cash moved, money counted, receipts voided."""

from typing import Annotated

from pydantic import ConfigDict, Field

from shared.core.command import Id, InstantText
from shared.core.ids import derived_id
from shared.core.money import MOST_MINOR
from shared.core.strict import StrictModel
from shared.finance.commands import Amount, Currency, Reason, Words
from shared.finance.vocabulary import Method, Movement

Counted = Annotated[int, Field(ge=0, le=MOST_MINOR)]


class _Payload(StrictModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class AskTill(_Payload):
    """Ask that an install be a till (target: the new till's id); the server gives it a series of its own."""

    name: Words
    device_id: Id
    install_epoch: int = Field(ge=1)
    public_key: str = Field(pattern=r"^[A-Za-z0-9+/]{43}=$")
    """The till's Ed25519 key: 32 bytes in base64."""


class CertifyTill(_Payload):
    """Let a till print receipts (target), with the certificate that the institute's key signed."""

    certificate: str = Field(min_length=1, max_length=400)


class CloseTill(_Payload):
    """Close a till (target) for good: nothing continues its series."""


class PutReceiptKey(_Payload):
    """Publish a receipt key of the institute that the server made (target); the one before certifies no more."""

    public_key: str = Field(pattern=r"^[A-Za-z0-9+/]{43}=$")


class Denomination(_Payload):
    """How many notes or coins of one worth were counted; `worth` in minor units."""

    worth: Amount
    count: int = Field(ge=0, le=1_000_000)


class OpenShift(_Payload):
    """Open a drawer with a float (target: the new shift's id); a till has one open shift at most."""

    till_id: Id
    currency: Currency
    opening_float: Counted
    opened_at: InstantText


class MoveCash(_Payload):
    """Drop, bank, pay in or pay out cash, or open the drawer (target: the movement's id); `amount` 0 for the last."""

    shift_id: Id
    movement: Movement
    amount: Counted
    reason: str = Field(default="", max_length=300)
    moved_at: InstantText


class CountedMethod(_Payload):
    """What was counted of one method other than cash, from slips and phones."""

    method: Method
    amount: Counted


class CloseShift(_Payload):
    """Count and close (target: the shift). `counted` is cash; a difference from what is expected is explained."""

    denominations: tuple[Denomination, ...] = Field(default=(), max_length=40)
    counted: Counted
    others: tuple[CountedMethod, ...] = Field(default=(), max_length=10)
    explanation: str = Field(default="", max_length=500)
    closed_at: InstantText
    expected: int | None = None
    """The cash that the till itself expects; None where nobody told."""
    z_number: int | None = Field(default=None, ge=1)
    """The number of the Z report, counted by the till."""


class AskVoid(_Payload):
    """Ask that a receipt be voided (target: the request's id); someone else decides."""

    receipt_id: Id
    reason: Reason
    shift_id: Id | None = None
    """Out of whose drawer cash goes back."""


class AskRefund(_Payload):
    """Ask that money of a payment go back (target: the request's id); someone else decides."""

    payment_id: Id
    person_id: Id
    amount: Amount
    method: Method
    reason: Reason
    shift_id: Id | None = None
    """Out of whose drawer cash goes back."""


class DecideRequest(_Payload):
    """Approve or refuse what someone else asked for (target: the request)."""

    approved: bool
    reason: str = Field(default="", max_length=500)


class WithdrawRequest(_Payload):
    """Take one's own request back (target)."""


class PrintReceipt(_Payload):
    """Count that a receipt that the server gave (target) was printed or saved: the next one is a duplicate."""


PAYLOADS: dict[str, type[StrictModel]] = {
    "AskTill": AskTill,
    "CertifyTill": CertifyTill,
    "CloseTill": CloseTill,
    "PutReceiptKey": PutReceiptKey,
    "OpenShift": OpenShift,
    "MoveCash": MoveCash,
    "CloseShift": CloseShift,
    "AskVoid": AskVoid,
    "AskRefund": AskRefund,
    "DecideRequest": DecideRequest,
    "WithdrawRequest": WithdrawRequest,
    "PrintReceipt": PrintReceipt,
}


def receipt_key_id(public_key: str) -> str:
    """Return the id of the row of a receipt key."""
    return derived_id("receipt_key", public_key)
