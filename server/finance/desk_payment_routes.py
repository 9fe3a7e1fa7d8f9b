"""Taking money at the desk over REST: a till's program sends the receipt that it signed, as its sync would."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi import Body as Given
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.resource_routes import IdempotencyKey
from server.core.resources import read_row
from server.core.responses import Answer, answer
from server.core.submission import Submission, Wish
from server.finance import account_resources as resources
from shared.core.command import Id
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.text import text
from shared.finance.commands import MOST_LINES, MOST_TENDERS, Amount, Currency, IssuedReceipt, PaidFor, Tender
from shared.finance.payment_rules import send_to_fault
from shared.finance.permissions import may_take_payment

_RECEIPT = {
    "number": "R-K3-000123",
    "till_id": "01a1f7f8-3000-7672-874a-d4a8ff8edb72",
    "series": 93,
    "sequence": 123,
    "issued_at": "2026-11-20T14:04:00.000Z",
    "words": "what the code of the receipt carries",
    "signature": "the till's signature over these words",
    "printed": {"received_from": "Ama Mensah", "paid_by": "Cash"},
}
_TAKEN: dict[str, Any] = {
    "amount": 250_000,
    "currency": "GHS",
    "paid_for": [{"person_id": resources.PERSON, "amount": 250_000}],
    "tenders": [{"method": "cash", "amount": 250_000, "given": 300_000}],
    "shift_id": "01a1f7f8-3000-7672-874a-d4a8ff8edb73",
    "receipt": _RECEIPT,
}


class DeskPayment(StrictModel):
    """Money taken at a till. `receipt` is the one that the till printed: numbered in its series and signed by its key.

    The sums of `paid_for` and of `tenders` are both `amount`, in minor units.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _TAKEN})

    amount: Amount
    currency: Currency
    paid_for: list[PaidFor] = Field(min_length=1, max_length=MOST_LINES)
    tenders: list[Tender] = Field(min_length=1, max_length=MOST_TENDERS)
    payer_name: str = Field(default="", max_length=200)
    send_to: str = Field(default="", max_length=254)
    """Of several students: the mail address or phone number of whoever pays, to which the receipt goes once."""
    sponsor_id: Id | None = None
    note: str = Field(default="", max_length=300)
    shift_id: Id
    receipt: IssuedReceipt | None = None


def add_desk_payments(router: APIRouter, context: Context, submission: Submission) -> None:
    """Add what takes money."""
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.post(
        "",
        status_code=201,
        response_model=Answer[dict[str, Any]],
        responses=resources.shown(resources.PAYMENTS, 201),
        summary="Take money at a till, with the receipt that it signed",
        description=(
            "The sign-in must be of the till's own computer. The receipt's number is the next of its series; the same"
            " `Idempotency-Key` with the same content is the same payment. Without a receipt money is asked for"
            " through a gateway: `POST /api/v1/online-payments`."
        ),
    )
    def take(
        known: signed_in, given: Annotated[DeskPayment, Given(examples=[_TAKEN])], key: IdempotencyKey = None
    ) -> Response:
        if not may_take_payment(known.actor):
            raise CampusError("not_allowed", text("Your role doesn't take payments. Ask the bursar."))
        if given.receipt is None:
            words = text("This needs a receipt that a till signed. Take the money on a till, or through a gateway.")
            raise CampusError("receipt_needed", words, {"fields": ["receipt"]})
        fault = send_to_fault(given.send_to, len(given.paid_for))
        if fault is not None:
            raise CampusError(*fault, {"fields": ["send_to"]})
        target = submission.command_id(known, key)
        submission.put(known, key, Wish("TakePayment", target, given.model_dump(mode="json")))
        with context.database.read() as db:
            body = read_row(db, resources.PAYMENTS, known.actor, target)
        return answer(None, body, created=True, etag=body["revision"])
