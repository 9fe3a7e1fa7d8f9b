"""The REST face of leave requests: list, read, ask, answer, withdraw."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from fastapi import Body as Given
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.attendance.leave_service import LEAVE_KIND
from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.resource_routes import IdempotencyKey, IfMatch, base_of, resource_router
from server.core.resources import Resource, read_row
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.core.submission import Submission, Wish
from shared.attendance.vocabulary import LeaveState
from shared.core.strict import StrictModel

_ID = "01a1f7f8-3000-7672-874a-d4a8ff8edb2f"
_EXAMPLE = {
    "id": _ID,
    "revision": "01a1f7f8-3000-7672-874a-d4a9f55daf8f",
    "person_id": "01a1f7f8-3000-7672-874a-d4aa4c9175c7",
    "kind": "leave",
    "cohort_id": None,
    "starts_at": "2026-11-23T00:00:00.000Z",
    "ends_at": "2026-11-26T00:00:00.000Z",
    "reason": "A funeral in Tamale.",
}
LEAVE_REQUESTS = Resource(
    family="leave-requests",
    kind=LEAVE_KIND,
    add="RequestLeave",
    edit="",
    filters={"person_id": "person_id", "cohort_id": "cohort_id", "state": "state", "kind": "kind"},
    sorts=("starts_at", "ends_at", "asked_at"),
    default_sort="starts_at",
    name="leave request",
    example=_EXAMPLE,
)
_SHOWN: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "application/json": {
                "example": {
                    "data": {
                        **_EXAMPLE,
                        "state": "approved",
                        "asked_by": _EXAMPLE["person_id"],
                        "asked_by_name": "Ama Owusu",
                        "asked_at": "2026-11-20T08:30:00.000Z",
                        "decided_by": _ID,
                        "decided_by_name": "Grace Kimani",
                        "decided_at": "2026-11-20T09:12:00.000Z",
                        "answer": "Bring the letter on Monday.",
                    }
                }
            }
        }
    }
}


class LeaveAnswer(StrictModel):
    """What is answered: `approved`, `declined`, or `asked` to take an answer back."""

    model_config = ConfigDict(extra="forbid")

    state: Literal["approved", "declined", "asked"]
    answer: str = Field(default="", max_length=1000)


class LeaveWithdrawal(StrictModel):
    """`withdrawn`, or `asked` to ask again."""

    model_config = ConfigDict(extra="forbid")

    state: Literal["withdrawn", "asked"] = "withdrawn"


def routers(context: Context) -> list[APIRouter]:
    """Return the routes of leave requests."""
    submission = Submission(context.door, context.clock, context.new_id)
    changes = Router(prefix=f"/api/v1/{LEAVE_REQUESTS.family}", tags=[LEAVE_REQUESTS.family])
    _add_changes(changes, context, _writer(context, submission))
    return [changes, resource_router(LEAVE_REQUESTS, context, submission)]


_Put = Callable[[CurrentSignIn, str, str | None, str | None, str, StrictModel], Response]


def _writer(context: Context, submission: Submission) -> _Put:
    def put(
        known: CurrentSignIn, row_id: str, key: str | None, if_match: str | None, kind: str, given: StrictModel
    ) -> Response:
        base = base_of(if_match)
        with context.database.read() as db:
            seen = read_row(db, LEAVE_REQUESTS, known.actor, row_id)
        # Whoever names the present version saw the present values; with another one both versions are kept.
        fresh = seen["revision"] == base
        payload = {"old_state": str(seen["state"] if fresh else LeaveState.ASKED), **given.model_dump()}
        if kind == "AnswerLeave":
            payload["old_answer"] = seen["answer"] if fresh else ""
        submission.put(known, key, Wish(kind, row_id, payload, base))
        with context.database.read() as db:
            body = read_row(db, LEAVE_REQUESTS, known.actor, row_id)
        return answer(None, body, etag=body["revision"])

    return put


def _add_changes(router: APIRouter, context: Context, put: _Put) -> None:
    @router.post(
        "/{row_id}/answer", response_model=Answer[dict[str, Any]], responses=_SHOWN, summary="Answer a leave request"
    )
    def reply(
        row_id: str,
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        given: Annotated[LeaveAnswer, Given(examples=[{"state": "approved", "answer": "Bring the letter on Monday."}])],
        key: IdempotencyKey = None,
        if_match: IfMatch = None,
    ) -> Response:
        return put(known, row_id, key, if_match, "AnswerLeave", given)

    @router.post(
        "/{row_id}/withdrawal",
        response_model=Answer[dict[str, Any]],
        responses=_SHOWN,
        summary="Withdraw a leave request",
    )
    def withdraw(
        row_id: str,
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        given: Annotated[LeaveWithdrawal, Given(examples=[{"state": "withdrawn"}])],
        key: IdempotencyKey = None,
        if_match: IfMatch = None,
    ) -> Response:
        return put(known, row_id, key, if_match, "WithdrawLeave", given)
