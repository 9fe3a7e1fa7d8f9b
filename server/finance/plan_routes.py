"""The REST face of instalment plans and discounts: read, set and grant them."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.resource_routes import IdempotencyKey, IfMatch, base_of
from server.core.resources import Resource
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.core.submission import Submission, Wish
from server.finance import account_resources as resources
from server.finance.plan_kinds import DISCOUNT_KIND, PLAN_KIND
from server.finance.row_routes import Kept, add_reads, add_saves, row_of
from shared.core.command import Id
from shared.core.days import Day
from shared.core.strict import StrictModel
from shared.finance.commands import Amount, Currency, Words
from shared.finance.discount_rules import FIRST
from shared.finance.plan_commands import MOST_PARTS, MOST_PLANNED, PlanPart
from shared.finance.vocabulary import EntryKind

_CHARGE = "01a1f7f8-3000-7672-874a-d4a8ff8edb60"
_ROW = {"id": "01a1f7f8-3000-7672-874a-d4a8ff8edb65", "revision": "01a1f7f8-3000-7672-874a-d4a9f55daf8f"}
_PLAN: dict[str, Any] = {
    "person_id": resources.PERSON,
    "currency": "GHS",
    "charge_ids": [_CHARGE],
    "parts": [{"due_on": "2026-12-01", "amount": 4_410_000}, {"due_on": "2027-01-01", "amount": 4_410_000}],
}
_DISCOUNT: dict[str, Any] = {
    **FIRST,
    "name": "Sibling 10 %",
    "rate": 1_000,
    "course_id": resources.COURSE,
    "valid_to": "2026-12-31",
    "code": "SIBLING-10",
    "most_each": 1,
}
PLANS = Resource(
    family="instalment-plans",
    kind=PLAN_KIND,
    add="",
    edit="",
    filters={"person_id": "person_id", "state": "state"},
    sorts=("id",),
    default_sort="id",
    name="instalment plan",
    example={**_ROW, **_PLAN, "state": "active"},
)
DISCOUNTS = Resource(
    family="discounts",
    kind=DISCOUNT_KIND,
    add="",
    edit="",
    filters={"state": "state", "kind": "kind", "code": "code", "course_id": "course_id", "cohort_id": "cohort_id"},
    sorts=("name",),
    default_sort="name",
    name="discount",
    example={**_ROW, **_DISCOUNT},
)


class Plan(StrictModel):
    """Charges of one student and the parts in which they are paid, whose sum is theirs after discounts."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _PLAN})

    person_id: Id
    currency: Currency
    charge_ids: tuple[Id, ...] = Field(min_length=1, max_length=MOST_PLANNED)
    parts: tuple[PlanPart, ...] = Field(min_length=1, max_length=MOST_PARTS)
    ended: bool = False


class Discount(StrictModel):
    """A discount: `rate` in hundredths of a percent or `amount` in minor units; 0 uses are as many as wanted."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _DISCOUNT})

    name: Words
    kind: EntryKind = EntryKind.DISCOUNT
    rate: int = 0
    amount: int = 0
    currency: Currency
    course_id: Id | None = None
    cohort_id: Id | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None
    code: str = Field(default="", max_length=40)
    most: int = 0
    most_each: int = 0
    needs_approval: bool = False
    periods: int = 1
    state: str = "active"


class Granting(StrictModel):
    """Against which charge a discount is given; by its id, or by a coupon's code."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"charge_id": _CHARGE, "code": "SIBLING-10"}}
    )

    charge_id: Id
    discount_id: Id | None = None
    code: str = Field(default="", max_length=40)
    amount: Amount | None = None


def routers(context: Context) -> list[APIRouter]:
    """Return the routes of plans and discounts."""
    submission = Submission(context.door, context.clock, context.new_id)
    plans = Router(prefix="/api/v1/instalment-plans", tags=["instalment-plans"])
    discounts = Router(prefix="/api/v1/discounts", tags=["discounts"])
    add_reads(plans, PLANS, context)
    add_reads(discounts, DISCOUNTS, context)
    _add_plans(plans, context, submission)
    saved = Kept(DISCOUNTS, Discount, "SaveDiscount", "Add a discount", "Change a discount")
    add_saves(discounts, saved, context, submission)
    _add_grants(discounts, context, submission)
    return [plans, discounts]


def _add_plans(router: APIRouter, context: Context, submission: Submission) -> None:
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.post(
        "",
        status_code=201,
        response_model=Answer[dict[str, Any]],
        responses=resources.shown(PLANS, 201),
        summary="Let a student pay charges in parts",
    )
    def add(known: signed_in, given: Plan, key: IdempotencyKey = None) -> Response:
        target = submission.command_id(known, key) if key else submission.new_id()
        submission.put(known, key, Wish("SavePlan", target, given.model_dump(mode="json")))
        body = row_of(context, PLANS, known, target)
        return answer(None, body, created=True, etag=body["revision"])

    @router.put(
        "/{row_id}",
        response_model=Answer[dict[str, Any]],
        responses=resources.shown(PLANS),
        summary="Change an instalment plan; what is paid of it stays",
    )
    def put(
        row_id: Id, known: signed_in, given: Plan, key: IdempotencyKey = None, if_match: IfMatch = None
    ) -> Response:
        seen = row_of(context, PLANS, known, row_id)
        base = base_of(if_match) if if_match else seen["revision"]
        submission.put(known, key, Wish("SavePlan", row_id, given.model_dump(mode="json"), base))
        body = row_of(context, PLANS, known, row_id)
        return answer(None, body, etag=body["revision"])


def _add_grants(router: APIRouter, context: Context, submission: Submission) -> None:
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.post(
        "/grants",
        status_code=201,
        response_model=Answer[dict[str, Any]],
        responses=resources.shown(resources.ENTRIES, 201),
        summary="Give a discount against a charge, by its id or a coupon's code",
    )
    def grant(known: signed_in, given: Granting, key: IdempotencyKey = None) -> Response:
        target = submission.command_id(known, key) if key else submission.new_id()
        submission.put(known, key, Wish("GrantDiscount", target, given.model_dump(mode="json")))
        body = row_of(context, resources.ENTRIES, known, target)
        return answer(None, body, created=True, etag=body["revision"])
