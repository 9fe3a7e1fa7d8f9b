"""The REST face of subscriptions: what courses cost for a period, who subscribed, and what becomes of that."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.resource_routes import IdempotencyKey
from server.core.resources import Resource
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.core.submission import Submission, Wish
from server.finance import account_resources as resources
from server.finance.row_routes import Kept, add_reads, add_saves, everybody, row_of
from server.finance.subscription_kinds import PRICE_KIND, SUBSCRIPTION_KIND
from shared.core.command import Id
from shared.core.days import Day
from shared.core.strict import StrictModel
from shared.finance.commands import Amount, Currency, Words
from shared.finance.fee_commands import TaxRate
from shared.finance.subscription_prices import ACTIVE, FIRST
from shared.finance.subscription_vocabulary import Period, SubscriptionAct

_ID = "01a1f7f8-3000-7672-874a-d4a8ff8edb61"
_ROW = {"id": _ID, "revision": "01a1f7f8-3000-7672-874a-d4a9f55daf81"}
_PRICE: dict[str, Any] = {
    **FIRST,
    "name": "Photography, monthly",
    "course_id": resources.COURSE,
    "amount": 25_000,
    "taxes": [{"name": "VAT", "rate": 1_500}],
}
_COHORT = "01a1f7f8-3000-7672-874a-d4a8ff8edb62"
_SUBSCRIPTION: dict[str, Any] = {"person_id": resources.PERSON, "price_id": _ID, "cohort_id": _COHORT}
_STANDING: dict[str, Any] = {
    "course_id": resources.COURSE,
    "enrolment_id": "01a1f7f8-3000-7672-874a-d4a8ff8edb63",
    "state": "active",
    "began_on": "2026-11-20",
    "anchor": "2026-11-20",
    "anchor_number": 0,
    "number": 0,
    "period_from": "2026-11-20",
    "period_to": "2026-12-20",
    "cancel_at_end": False,
    "withheld": False,
    "paused_on": None,
    "days_left": 0,
    "warned_for": "",
    "ended_on": None,
    "look_on": "2026-12-15",
}
PRICES = Resource(
    family="subscription-prices",
    kind=PRICE_KIND,
    add="",
    edit="",
    filters={"state": "state", "course_id": "course_id", "cohort_id": "cohort_id"},
    sorts=("name",),
    default_sort="name",
    name="subscription price",
    example={**_ROW, **_PRICE},
)
SUBSCRIPTIONS = Resource(
    family="subscriptions",
    kind=SUBSCRIPTION_KIND,
    add="",
    edit="",
    filters={"person_id": "person_id", "state": "state", "price_id": "price_id", "cohort_id": "cohort_id"},
    sorts=("began_on", "period_to"),
    default_sort="began_on",
    name="subscription",
    example={**_ROW, **_SUBSCRIPTION, **_STANDING},
)


class Price(StrictModel):
    """What a course costs for a period, in minor units without taxes; `first_amount` is for the first period."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _PRICE})

    name: Words
    course_id: Id | None = None
    cohort_id: Id | None = None
    currency: Currency
    period: Period = Period.MONTH
    days: int = 0
    amount: Amount
    first_amount: Amount | None = None
    taxes: tuple[TaxRate, ...] = Field(default=(), max_length=10)
    trial_days: int = 0
    grace_days: int = 7
    warn_days: int = 5
    charge_missed: bool = True
    self_service: bool = False
    state: str = ACTIVE


class Subscribing(StrictModel):
    """Who subscribes to which class, and from which day on (today for students themselves)."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _SUBSCRIPTION})

    person_id: Id
    price_id: Id
    cohort_id: Id
    on: Day | None = None


class Change(StrictModel):
    """What is done with a subscription."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"act": "cancel_at_end"}})

    act: SubscriptionAct
    reason: str = Field(default="", max_length=500)


def routers(context: Context) -> list[APIRouter]:
    """Return the routes of prices and subscriptions."""
    submission = Submission(context.door, context.clock, context.new_id)
    prices = Router(prefix="/api/v1/subscription-prices", tags=["subscriptions"])
    subscriptions = Router(prefix="/api/v1/subscriptions", tags=["subscriptions"])
    add_reads(prices, PRICES, context, everybody)
    add_reads(subscriptions, SUBSCRIPTIONS, context)
    named = ("Say what a course costs for a period", "Change what a period costs, from the next one on")
    add_saves(prices, Kept(PRICES, Price, "SaveSubscriptionPrice", *named, everybody), context, submission)
    _add_subscriptions(subscriptions, context, submission)
    return [prices, subscriptions]


def _add_subscriptions(router: APIRouter, context: Context, submission: Submission) -> None:
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.post(
        "",
        status_code=201,
        response_model=Answer[dict[str, Any]],
        responses=resources.shown(SUBSCRIPTIONS, 201),
        summary="Subscribe someone, or oneself where the price says so",
    )
    def add(known: signed_in, given: Subscribing, key: IdempotencyKey = None) -> Response:
        target = submission.command_id(known, key) if key else submission.new_id()
        submission.put(known, key, Wish("Subscribe", target, given.model_dump(mode="json")))
        body = row_of(context, SUBSCRIPTIONS, known, target)
        return answer(None, body, created=True, etag=body["revision"])

    @router.post(
        "/{row_id}/changes",
        response_model=Answer[dict[str, Any]],
        responses=resources.shown(SUBSCRIPTIONS),
        summary="Cancel, keep, pause or resume a subscription",
    )
    def change(row_id: Id, known: signed_in, given: Change, key: IdempotencyKey = None) -> Response:
        row_of(context, SUBSCRIPTIONS, known, row_id)
        submission.put(known, key, Wish("ChangeSubscription", row_id, given.model_dump(mode="json")))
        body = row_of(context, SUBSCRIPTIONS, known, row_id)
        return answer(None, body, etag=body["revision"])
