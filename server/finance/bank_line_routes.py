"""What is done with lines of money over REST: match, end a match, set aside, place on students, and give back."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.resource_routes import IdempotencyKey
from server.core.resources import Resource
from server.core.responses import Answer, answer
from server.core.submission import Submission, Wish
from server.finance import account_resources
from server.finance import bank_resources as bank
from server.finance.account_resources import shown
from server.finance.row_routes import row_of
from shared.core.command import Id
from shared.core.strict import StrictModel
from shared.finance.bank_commands import MOST_GOALS, MatchGoal
from shared.finance.commands import MOST_LINES, Amount, PaidFor, Reason


def _given(example: dict[str, Any]) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"example": example})


class Matching(StrictModel):
    """What a line's money is; with a reason what is missing or too much is a difference."""

    model_config = _given({"goals": [{"goal": "payment", "id": bank.PAYMENT}], "reason": ""})

    goals: tuple[MatchGoal, ...] = Field(min_length=1, max_length=MOST_GOALS)
    reason: str = Field(default="", max_length=500)


class Aside(StrictModel):
    """That a line is none of the students' money, and what it is."""

    model_config = _given({"aside": True, "reason": "Bank charges"})

    aside: bool = True
    reason: str = Field(default="", max_length=500)


class Placing(StrictModel):
    """Whose money it is; what `goes_to` leaves stays as credit."""

    model_config = _given(
        {"amount": 250_000, "paid_for": [{"person_id": account_resources.PERSON, "amount": 250_000, "goes_to": []}]}
    )

    amount: Amount
    paid_for: tuple[PaidFor, ...] = Field(min_length=1, max_length=MOST_LINES)
    payer_name: str = Field(default="", max_length=200)
    note: str = Field(default="", max_length=300)


class Returning(StrictModel):
    """How much goes back to whoever sent it, and why."""

    model_config = _given({"amount": 250_000, "reason": "Sent to the wrong school"})

    amount: Amount
    reason: Reason


class Ending(StrictModel):
    """Why a match is taken apart."""

    model_config = _given({"reason": "Another student's transfer"})

    reason: Reason


class Deciding(StrictModel):
    """Whether money goes back."""

    model_config = _given({"approved": True, "reason": ""})

    approved: bool
    reason: str = Field(default="", max_length=500)


Read = Callable[[CurrentSignIn, str], dict[str, Any]]


def _reader(context: Context, resource: Resource) -> Read:
    def read(known: CurrentSignIn, row_id: str) -> dict[str, Any]:
        return row_of(context, resource, known, row_id, bank.reconciling)

    return read


def add_line_acts(router: APIRouter, context: Context, submission: Submission) -> None:
    """Add what is done with a line."""
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]
    read = _reader(context, bank.LINES)

    @router.post(
        "/{row_id}/matches",
        response_model=Answer[dict[str, Any]],
        responses=shown(bank.LINES),
        summary="Say what a line's money is; a match confirms payments that nobody vouched for",
    )
    def match(row_id: Id, known: signed_in, given: Matching, key: IdempotencyKey = None) -> Response:
        seen = read(known, row_id)
        submission.put(known, key, Wish("MatchMoney", row_id, given.model_dump(mode="json"), seen["revision"]))
        return answer(None, read(known, row_id))

    @router.put(
        "/{row_id}/aside",
        response_model=Answer[dict[str, Any]],
        responses=shown(bank.LINES),
        summary="Set a line aside that is none of the students' money, or open it again",
    )
    def aside(row_id: Id, known: signed_in, given: Aside, key: IdempotencyKey = None) -> Response:
        seen = read(known, row_id)
        submission.put(known, key, Wish("SetLineAside", row_id, given.model_dump(), seen["revision"]))
        return answer(None, read(known, row_id))

    _add_placing(router, context, submission, read)


def _add_placing(router: APIRouter, context: Context, submission: Submission, read: Read) -> None:
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]
    read_payment, read_match = _reader(context, account_resources.PAYMENTS), _reader(context, bank.MATCHES)

    @router.post(
        "/{row_id}/placements",
        status_code=201,
        response_model=Answer[dict[str, Any]],
        responses=shown(account_resources.PAYMENTS, 201),
        summary="Put money of a line on one or several students; the answer is the payment",
    )
    def place(row_id: Id, known: signed_in, given: Placing, key: IdempotencyKey = None) -> Response:
        read(known, row_id)
        target = submission.command_id(known, key) if key else submission.new_id()
        payload = {**given.model_dump(mode="json"), "line_id": row_id}
        submission.put(known, key, Wish("PlaceMoney", target, payload))
        body = read_payment(known, target)
        return answer(None, body, created=True, etag=body["revision"])

    @router.post(
        "/{row_id}/returns",
        status_code=201,
        response_model=Answer[dict[str, Any]],
        responses=shown(bank.MATCHES, 201),
        summary="Ask that money of a line goes back; someone else decides",
    )
    def give_back(row_id: Id, known: signed_in, given: Returning, key: IdempotencyKey = None) -> Response:
        read(known, row_id)
        target = submission.command_id(known, key) if key else submission.new_id()
        submission.put(known, key, Wish("AskReturn", target, {**given.model_dump(), "line_id": row_id}))
        body = read_match(known, target)
        return answer(None, body, created=True, etag=body["revision"])


def add_match_acts(router: APIRouter, context: Context, submission: Submission) -> None:
    """Add what is done with a match."""
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]
    read = _reader(context, bank.MATCHES)

    @router.post(
        "/{row_id}/end",
        response_model=Answer[dict[str, Any]],
        responses=shown(bank.MATCHES),
        summary="End a match; what it confirmed is unconfirmed again, what it placed is taken back",
    )
    def end(row_id: Id, known: signed_in, given: Ending, key: IdempotencyKey = None) -> Response:
        seen = read(known, row_id)
        submission.put(known, key, Wish("UndoMatch", row_id, given.model_dump(), seen["revision"]))
        return answer(None, read(known, row_id))

    @router.post(
        "/{row_id}/decision",
        response_model=Answer[dict[str, Any]],
        responses=shown(bank.MATCHES),
        summary="Approve or refuse a return that someone else asked for",
    )
    def decide(row_id: Id, known: signed_in, given: Deciding, key: IdempotencyKey = None) -> Response:
        seen = read(known, row_id)
        submission.put(known, key, Wish("DecideReturn", row_id, given.model_dump(), seen["revision"]))
        return answer(None, read(known, row_id))
