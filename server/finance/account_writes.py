"""Writes of ledgers over REST: charging, reversing, using credit, moving and confirming money, setting fees."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.resource_routes import IdempotencyKey
from server.core.resources import Resource, read_row
from server.core.responses import Answer, answer
from server.core.submission import Submission, Wish
from server.finance import account_resources as resources
from shared.core.actor import Actor
from shared.core.command import Id
from shared.core.strict import StrictModel
from shared.finance.commands import (
    MOST_LINES,
    ChargeStudent,
    Currency,
    GoesTo,
    Reason,
    Words,
    moved_entry_id,
    reversal_id,
)
from shared.finance.fee_commands import MOST_FEE_LINES, FeeLine, fee_structure_id
from shared.finance.fee_periods import FIRST as PERIOD_FIRST
from shared.finance.fee_rules import ACTIVE
from shared.finance.subscription_prices import MOST_DAYS
from shared.finance.subscription_vocabulary import Period

_PART = {"entry_id": "01a1f7f8-3000-7672-874a-d4a8ff8edb60", "amount": 2_450_000}


def _given(example: dict[str, Any]) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"example": example})


class NewCharge(ChargeStudent):
    """What a student is charged; `amount` in minor units, with the taxes in it."""

    model_config = _given(
        {
            "person_id": resources.PERSON,
            "kind": "tuition",
            "what": "Tuition, term 3",
            "amount": 8_820_000,
            "currency": "GHS",
            "due_on": "2026-12-01",
        }
    )


class Reversing(StrictModel):
    """Why an entry is taken back."""

    model_config = _given({"reason": "Charged twice"})

    reason: Reason


class Using(StrictModel):
    """Which charges what is left of a payment pays."""

    model_config = _given({"goes_to": [_PART]})

    goes_to: tuple[GoesTo, ...] = Field(min_length=1, max_length=MOST_LINES)


class Moving(StrictModel):
    """To whom money is moved, what it pays there, and why."""

    model_config = _given({"to_person_id": resources.PERSON, "goes_to": [_PART], "reason": "Wrong name"})

    to_person_id: Id
    goes_to: tuple[GoesTo, ...] = Field(default=(), max_length=MOST_LINES)
    reason: Reason


class Confirming(StrictModel):
    """Whether the money of a payment came."""

    model_config = _given({"came": True})

    came: bool
    reason: str = Field(default="", max_length=500)


class ByPeriod(StrictModel):
    """That fees are charged with each period, how long one is, and the days to try, of grace and of warning."""

    model_config = _given(dict(PERIOD_FIRST))

    period: Period
    days: int = Field(default=0, ge=0, le=MOST_DAYS)
    trial_days: int = Field(default=0, ge=0, le=MOST_DAYS)
    grace_days: int = Field(default=7, ge=0, le=MOST_DAYS)
    warn_days: int = Field(default=5, ge=0, le=MOST_DAYS)
    charge_missed: bool = True


class Fees(StrictModel):
    """What a course, or one cohort of it, costs; amounts in minor units, taxes come on top."""

    model_config = _given(
        {name: resources.FEES.example[name] for name in ("name", "course_id", "currency", "lines", "state")}
    )

    course_id: Id | None = None
    cohort_id: Id | None = None
    name: Words
    currency: Currency
    lines: tuple[FeeLine, ...] = Field(default=(), max_length=MOST_FEE_LINES)
    by_period: ByPeriod | None = None
    state: str = Field(default=ACTIVE, max_length=10)


def _reader(context: Context, resource: Resource) -> Callable[[Actor, str], dict[str, Any]]:
    def read(actor: Actor, row_id: str) -> dict[str, Any]:
        with context.database.read() as db:
            return read_row(db, resource, actor, row_id)

    return read


def add_charging(router: APIRouter, context: Context, submission: Submission) -> None:
    """Add what charges and takes charges back."""
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]
    read = _reader(context, resources.ENTRIES)

    @router.post(
        "",
        status_code=201,
        response_model=Answer[dict[str, Any]],
        responses=resources.shown(resources.ENTRIES, 201),
        summary="Charge a student",
    )
    def charge(known: signed_in, given: NewCharge, key: IdempotencyKey = None) -> Response:
        target = submission.command_id(known, key) if key else submission.new_id()
        submission.put(known, key, Wish("ChargeStudent", target, given.model_dump(mode="json")))
        body = read(known.actor, target)
        return answer(None, body, created=True, etag=body["revision"])

    @router.post(
        "/{row_id}/reversal",
        status_code=201,
        response_model=Answer[dict[str, Any]],
        responses=resources.shown(resources.ENTRIES, 201),
        summary="Reverse a charge, a discount or a scholarship",
    )
    def reverse(row_id: Id, known: signed_in, given: Reversing, key: IdempotencyKey = None) -> Response:
        seen = read(resources.seen_by(known.actor), row_id)
        submission.put(known, key, Wish("ReverseEntry", row_id, given.model_dump(), seen["revision"]))
        body = read(known.actor, reversal_id(row_id))
        return answer(None, body, created=True, etag=body["revision"])


def add_moving(router: APIRouter, context: Context, submission: Submission) -> None:
    """Add what uses credit and moves money."""
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]
    read = _reader(context, resources.ENTRIES)

    @router.post(
        "/{row_id}/allocations",
        response_model=Answer[dict[str, Any]],
        responses=resources.shown(resources.ENTRIES),
        summary="Let what is left of a payment pay charges",
    )
    def use(row_id: Id, known: signed_in, given: Using, key: IdempotencyKey = None) -> Response:
        seen = read(resources.seen_by(known.actor), row_id)
        submission.put(known, key, Wish("AllocateCredit", row_id, given.model_dump(), seen["revision"]))
        return answer(None, seen)

    @router.post(
        "/{row_id}/move",
        status_code=201,
        response_model=Answer[dict[str, Any]],
        responses=resources.shown(resources.ENTRIES, 201),
        summary="Move money to another student",
    )
    def move(row_id: Id, known: signed_in, given: Moving, key: IdempotencyKey = None) -> Response:
        seen = read(resources.seen_by(known.actor), row_id)
        outcome = submission.put(known, key, Wish("MovePayment", row_id, given.model_dump(), seen["revision"]))[0]
        moved = outcome.details.get("moved_id") or moved_entry_id(outcome.command_id, row_id)
        same = given.to_person_id == seen["person_id"]
        body = seen if same else read(known.actor, moved)
        return answer(None, body, created=True, etag=body["revision"])


def add_payments(router: APIRouter, context: Context, submission: Submission) -> None:
    """Add what says whether a payment's money came."""
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]
    read = _reader(context, resources.PAYMENTS)

    @router.post(
        "/{row_id}/confirmation",
        response_model=Answer[dict[str, Any]],
        responses=resources.shown(resources.PAYMENTS),
        summary="Say that an unconfirmed payment's money came, or that it never did",
    )
    def confirm(row_id: Id, known: signed_in, given: Confirming, key: IdempotencyKey = None) -> Response:
        seen = read(resources.seen_by(known.actor), row_id)
        submission.put(known, key, Wish("ConfirmPayment", row_id, given.model_dump(), seen["revision"]))
        body = read(known.actor, row_id)
        return answer(None, body, etag=body["revision"])


def add_fees(router: APIRouter, context: Context, submission: Submission) -> None:
    """Add what sets fees."""
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]
    read = _reader(context, resources.FEES)

    @router.put(
        "",
        response_model=Answer[dict[str, Any]],
        responses=resources.shown(resources.FEES),
        summary="Set what a course, or one cohort of it, costs",
    )
    def put(known: signed_in, given: Fees, key: IdempotencyKey = None) -> Response:
        of_id = given.cohort_id or given.course_id or ""
        target = fee_structure_id(of_id)
        with context.database.read() as db:
            row = db.one(
                "SELECT revision FROM fee_structure WHERE organisation_id = :o AND id = :id",
                o=known.actor.organisation_id,
                id=target,
            )
        wanted = given.model_dump(mode="json")
        wanted["by_period"] = wanted["by_period"] or {}
        place = {"course_id": wanted.pop("course_id"), "cohort_id": wanted.pop("cohort_id")}
        changes = {name: {"old": None, "new": value} for name, value in wanted.items()}
        submission.put(
            known, key, Wish("SaveFeeStructure", target, {**place, "changes": changes}, row[0] if row else None)
        )
        body = read(known.actor, target)
        return answer(None, body, etag=body["revision"])
