"""The REST face of mobile money: the networks to choose from, and the code that a network gave its customer."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi import Body as Given
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.openapi import described
from server.core.responses import Answer, answer
from server.finance.mobile_begin import MobileDesk
from shared.core.command import Id
from shared.core.strict import StrictModel
from shared.finance.commands import Currency

_NETWORK = {"gateway": "paystack", "code": "mtn", "name": "MTN"}
_SHOWN: dict[str, Any] = {
    "id": "01a1f7f8-3000-7672-874a-d4a8ff8edb70",
    "state": "pending",
    "amount": 250_000,
    "currency": "GHS",
    "reference": "PAY-20261120140400-D4A8FF8EDB70",
    "gateway": "paystack",
    "live": True,
    "url": "",
    "receipt_number": "",
    "problem": "",
    "gateway_problem": "",
    "channel": "mobile_money",
    "step": "phone",
    "phone_end": "987",
    "said": "Enter your PIN on the phone.",
}
_CODE = {"code": "123456"}


class CodeGiven(StrictModel):
    """The code that a network of mobile money gave its customer; it is handed on and never kept."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(min_length=3, max_length=12, pattern=r"^[0-9A-Za-z]+$", repr=False)


def add_mobile(
    router: APIRouter,
    context: Context,
    mobile: MobileDesk,
    shown: Callable[[Request, dict[str, Any]], Response],
) -> None:
    """Add the routes; they stand before the one that reads a payment by its id."""
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.get(
        "/networks",
        response_model=Answer[list[dict[str, Any]]],
        responses={200: {"content": {"application/json": {"example": {"data": [_NETWORK]}}}}},
        summary="Networks of mobile money through which the institute takes a currency",
    )
    def networks(
        request: Request, known: signed_in, currency: Annotated[Currency, Query(description="e.g. GHS")] = "GHS"
    ) -> Response:
        return answer(request, mobile.networks(known, currency))

    @router.post("/{row_id}/code", summary="Give the code that the network asks for", **described(None, _SHOWN))
    def code(
        request: Request, row_id: Id, known: signed_in, given: Annotated[CodeGiven, Given(examples=[_CODE])]
    ) -> Response:
        return shown(request, mobile.give_code(known, row_id, given.code))
