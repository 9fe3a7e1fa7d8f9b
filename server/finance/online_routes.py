"""The REST face of payments through gateways: begin, look, ask, and an institute's accounts."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from fastapi import Body as Given
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.openapi import described
from server.core.resource_routes import IdempotencyKey
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.finance.gateway_account import AccountBook, accounts_of
from server.finance.mobile_begin import MobileDesk
from server.finance.mobile_routes import add_mobile
from server.finance.online_begin import OnlineDesk
from shared.core.command import Id
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.text import text
from shared.finance.commands import MOST_LINES, Amount, Currency
from shared.finance.mobile_rules import MOBILE
from shared.finance.online_commands import BeginOnlinePayment
from shared.finance.online_rules import CURRENCIES_OF, GATEWAYS, LONGEST_KEY_ID, LONGEST_SECRET, problem_text
from shared.finance.permissions import may_see_ledgers
from shared.finance.vocabulary import Method
from shared.people.vocabulary import Permission

_ID = "01a1f7f8-3000-7672-874a-d4a8ff8edb70"
_GOES_TO = {"entry_id": "01a1f7f8-3000-7672-874a-d4a8ff8edb71", "amount": 250_000}
_BEGIN = {"person_id": _ID, "gateway": "paystack", "amount": 250_000, "currency": "GHS", "goes_to": [_GOES_TO]}
_SHOWN: dict[str, Any] = {
    "id": _ID,
    "state": "pending",
    "amount": 250_000,
    "currency": "GHS",
    "reference": "PAY-20261120140400-D4A8FF8EDB70",
    "gateway": "paystack",
    "live": True,
    "url": "https://checkout.paystack.com/3ni8kdavz62431k",
    "receipt_number": "",
    "problem": "",
    "gateway_problem": "",
    "channel": "",
    "step": "",
    "phone_end": "",
    "said": "",
}
_WAY = {"gateway": "paystack", "live": True, "currencies": ["GHS", "USD"]}
_ACCOUNT: dict[str, Any] = {
    "gateway": "razorpay",
    "is_set_up": True,
    "key_id": "rzp_live_EXAMPLE",
    "live": True,
    "currencies": ["INR"],
    "open": True,
    "has_webhook_path": True,
    "problem": "",
    "event_at": "2026-11-20T14:04:00.000Z",
    "asked_at": "2026-11-20T14:04:10.000Z",
    "refused": 0,
    "revision": _ID,
    "changed_at": "2026-11-20T08:30:00.000Z",
}
_PATH = {"path": f"/api/v1/payments/webhooks/{_ID}/pT0c.../razorpay", "address": "https://campus.example.org/api/..."}
_KEYS = {"key_id": "rzp_live_EXAMPLE", "secret": "the-secret-of-the-key", "webhook_secret": "orange-Tuesday-41"}
_QUEUE = """
SELECT p.id, p.reference, p.state, p.amount, p.currency, p.payer_name, n.gateway, n.problem, n.begun_at
FROM online_payment n JOIN payment p ON p.organisation_id = n.organisation_id AND p.id = n.payment_id
WHERE n.organisation_id = :o AND n.problem <> '' ORDER BY n.begun_at DESC, p.id LIMIT 200
"""
_QUEUE_NAMES = ("id", "reference", "state", "amount", "currency", "payer_name", "gateway", "problem", "begun_at")
_IN_QUEUE = {
    "id": _ID,
    "reference": "PAY-20261120140400-D4A8FF8EDB70",
    "state": "processing",
    "amount": 250_000,
    "currency": "GHS",
    "payer_name": "Ama Mensah",
    "gateway": "paystack",
    "problem": "other_amount",
    "begun_at": "2026-11-20T14:04:00.000Z",
    "words": "Another amount came than was asked for. Nothing was credited.",
}
GatewayName = Literal["paystack", "razorpay"]
Administrator = Callable[[Request], CurrentSignIn]


class ChargeShare(StrictModel):
    """What of a payment pays which charge."""

    model_config = ConfigDict(extra="forbid")

    entry_id: Id
    amount: Amount


class PhoneGiven(StrictModel):
    """The phone that is asked for mobile money, with its network's code from `/networks`; it isn't kept."""

    model_config = ConfigDict(extra="forbid")

    number: str = Field(min_length=6, max_length=40)
    network: str = Field(min_length=1, max_length=20)


class PaymentWanted(StrictModel):
    """A payment to be begun; `amount` in minor units, what `goes_to` leaves stays as credit.

    With `phone` a prompt goes there; without it there is an address to pay at.
    """

    model_config = ConfigDict(extra="forbid")

    person_id: Id
    gateway: GatewayName
    amount: Amount
    currency: Currency
    goes_to: list[ChargeShare] = Field(default_factory=list, max_length=MOST_LINES)
    phone: PhoneGiven | None = None


class KeysGiven(StrictModel):
    """An account's keys; what is left out stays. Paystack has a secret key alone, which signs its events too."""

    model_config = ConfigDict(extra="forbid")

    key_id: str = Field(default="", max_length=LONGEST_KEY_ID)
    secret: str = Field(default="", max_length=LONGEST_SECRET)
    webhook_secret: str = Field(default="", max_length=LONGEST_SECRET)


def online_routers(context: Context) -> list[APIRouter]:
    """Return the routes."""
    payments = Router(prefix="/api/v1/online-payments", tags=["online-payments"])
    desk = OnlineDesk(context)
    mobile = MobileDesk(context, desk)
    _add_payments(payments, context, desk, mobile)
    add_mobile(payments, context, mobile, lambda request, told: answer(None, _reachable(request, told, "url")))
    _add_lists(payments, context)
    accounts = Router(prefix="/api/v1/gateway-accounts", tags=["online-payments"])
    _add_accounts(accounts, context)
    return [payments, accounts]


def _reachable(request: Request, told: dict[str, Any], name: str) -> dict[str, Any]:
    """Return an answer whose address begins with where the caller reached this server, unless it is whole already."""
    address = str(told[name])
    return {**told, name: f"{str(request.base_url).rstrip('/')}{address}" if address.startswith("/") else address}


def _add_lists(router: APIRouter, context: Context) -> None:
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.get(
        "",
        response_model=Answer[list[dict[str, Any]]],
        responses={200: {"content": {"application/json": {"example": {"data": [_IN_QUEUE]}}}}},
        summary="Payments that a person has to look at",
    )
    def queue(request: Request, known: signed_in) -> Response:
        if not may_see_ledgers(known.actor):
            raise CampusError("not_allowed", text("Your role doesn't see money."))
        with context.database.read() as db:
            rows = db.rows(_QUEUE, o=known.actor.organisation_id)
        found = [dict(zip(_QUEUE_NAMES, row, strict=True)) for row in rows]
        return answer(request, [{**one, "words": problem_text(one["problem"])} for one in found])

    @router.get(
        "/{row_id}",
        summary="Read where a payment through a gateway stands",
        **described(None, _SHOWN),
    )
    def read(request: Request, row_id: Id, known: signed_in) -> Response:
        return answer(request, _reachable(request, OnlineDesk(context).shown(known, row_id), "url"))


def _add_payments(router: APIRouter, context: Context, desk: OnlineDesk, mobile: MobileDesk) -> None:
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.get(
        "/ways",
        response_model=Answer[list[dict[str, Any]]],
        responses={200: {"content": {"application/json": {"example": {"data": [_WAY]}}}}},
        summary="Through which gateways the institute takes payments",
    )
    def ways(request: Request, known: signed_in) -> Response:
        with context.database.read() as db:
            found = accounts_of(db, known.actor.organisation_id)
        return answer(
            request,
            [
                {"gateway": str(one.gateway), "live": one.live, "currencies": CURRENCIES_OF[one.gateway]}
                for one in found
            ],
        )

    @router.post("", status_code=201, summary="Begin a payment through a gateway", **described(None, _SHOWN))
    def begin(
        request: Request,
        known: signed_in,
        given: Annotated[PaymentWanted, Given(examples=[_BEGIN])],
        key: IdempotencyKey = None,
    ) -> Response:
        channel, phone = (MOBILE if given.phone else ""), given.phone
        wanted = BeginOnlinePayment.model_validate({**given.model_dump(exclude={"phone"}), "channel": channel})
        if phone is not None:
            told = mobile.begin(known, key, wanted, phone.number, phone.network)
        else:
            told = desk.begin(known, key, wanted)
        return answer(None, _reachable(request, told, "url"), created=True)

    @router.post("/{row_id}/ask", summary="Ask the gateway how a payment stands", **described(None, _SHOWN))
    def ask(request: Request, row_id: Id, known: signed_in) -> Response:
        return answer(None, _reachable(request, desk.ask(known, row_id), "url"))


def _add_accounts(router: APIRouter, context: Context) -> None:
    accounts = AccountBook(context)

    def administrator(request: Request) -> CurrentSignIn:
        known = context.auth.current(request)
        if not known.actor.may(Permission.ORGANISATION_EDIT):
            raise CampusError("not_allowed", text("Only an administrator sets up payment gateways."))
        return known

    @router.get(
        "",
        response_model=Answer[list[dict[str, Any]]],
        responses={200: {"content": {"application/json": {"example": {"data": [_ACCOUNT]}}}}},
        summary="Read the institute's accounts at payment gateways",
    )
    def listed(request: Request, known: Annotated[CurrentSignIn, Depends(administrator)]) -> Response:
        with context.database.read() as db:
            return answer(request, [accounts.shown(db, known.actor.organisation_id, one) for one in GATEWAYS])

    @router.put("/{gateway}", summary="Enter the keys of an account", **described(None, _ACCOUNT))
    def put(
        gateway: GatewayName,
        known: Annotated[CurrentSignIn, Depends(administrator)],
        given: Annotated[KeysGiven, Given(examples=[_KEYS])],
    ) -> Response:
        name = Method(gateway)
        return answer(None, accounts.put(known, name, given.key_id, given.secret, given.webhook_secret))

    @router.delete("/{gateway}", summary="Forget the keys of an account", **described(None, _ACCOUNT))
    def remove(gateway: GatewayName, known: Annotated[CurrentSignIn, Depends(administrator)]) -> Response:
        return answer(None, accounts.remove(known, Method(gateway)))

    @router.post(
        "/{gateway}/webhook-path", summary="Make a new address for the gateway's events", **described(None, _PATH)
    )
    def webhook_path(
        request: Request, gateway: GatewayName, known: Annotated[CurrentSignIn, Depends(administrator)]
    ) -> Response:
        return answer(None, _reachable(request, accounts.new_path(known, Method(gateway)), "address"))
