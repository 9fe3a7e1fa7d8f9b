"""The REST face of class codes: check in by the code that the room's screen shows."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.resource_routes import IdempotencyKey
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.core.submission import Submission, Wish
from shared.attendance.class_code import clean
from shared.attendance.rules import mark_id
from shared.core.command import Id
from shared.core.strict import StrictModel


class CodeGiven(StrictModel):
    """The code as it was typed, and one's own enrolment in the class's cohort."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"enrolment_id": "01a1f7f8-3000-7672-874a-d4aa4c9175c7", "code": "K7Q4-9XWM"},
        },
    )

    enrolment_id: Id
    code: str = Field(min_length=1, max_length=40)


def routers(context: Context) -> list[APIRouter]:
    """Return the routes of class codes."""
    router = Router(prefix="/api/v1/registers", tags=["registers"])
    submission = Submission(context.door, context.clock, context.new_id)

    @router.post(
        "/{session_id}/check-in", response_model=Answer[dict[str, Any]], summary="Check in by the code shown in class"
    )
    def check_in(
        session_id: Id,
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        given: CodeGiven,
        key: IdempotencyKey = None,
    ) -> Response:
        payload = {"session_id": session_id, "enrolment_id": given.enrolment_id, "code": clean(given.code)}
        wish = Wish("CheckInByCode", mark_id(session_id, given.enrolment_id), payload)
        outcome = submission.put(known, key, wish)[0]
        return answer(None, outcome.model_dump(mode="json"))

    return [router]
