"""The REST face of enquirers' data: found by mail or phone, handed out, and emptied with a fresh sign-in."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends
from fastapi import Body as Given
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.admissions.kinds import ENQUIRY_KIND
from server.admissions.personal import enquiries_of
from server.admissions.route_samples import ENQUIRY
from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.openapi import described
from server.core.resource_routes import IdempotencyKey
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.core.sql import SetSql
from server.core.submission import Submission, Wish
from server.people.fresh_sign_in import need_fresh
from shared.admissions.forgetting import may_forget
from shared.core.command import Id
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.text import text

_GONE = {"id": ENQUIRY["id"], "state": "closed"}
_ROWS = SetSql(
    f"SELECT {ENQUIRY_KIND.selected()} FROM {{ids}} i {{by}} enquiry t ON t.id = i.id"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :o ORDER BY t.recorded_at, t.id"
)


class Contact(StrictModel):
    """By what somebody is known: a mail address, a phone number, or both."""

    model_config = ConfigDict(extra="forbid")

    email: str = Field(default="", max_length=254)
    phone: str = Field(default="", max_length=40)


class Forgetting(StrictModel):
    """Why; it is kept with what was done."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=3, max_length=500)


def forgetting_router(context: Context, submission: Submission) -> APIRouter:
    """Return the routes."""
    router = Router(prefix="/api/v1/enquirers", tags=["enquiries"])

    def officer(known: Annotated[CurrentSignIn, Depends(context.auth.current)]) -> CurrentSignIn:
        if not may_forget(known.actor):
            raise CampusError("not_allowed", text("Only a data officer looks for what was noted of somebody."))
        return known

    @router.post(
        "/search",
        response_model=Answer[list[dict[str, Any]]],
        responses={200: {"content": {"application/json": {"example": {"data": [ENQUIRY]}}}}},
        summary="Find all that was noted of somebody who asked, by mail or phone",
    )
    def search(
        known: Annotated[CurrentSignIn, Depends(officer)],
        given: Annotated[Contact, Given(examples=[{"phone": "024 555 0121"}])],
    ) -> Response:
        organisation_id = known.actor.organisation_id
        with context.database.read() as db:
            ids = orjson.dumps(sorted(enquiries_of(db, organisation_id, given.email, given.phone))).decode()
            found = [ENQUIRY_KIND.body_of(row) for row in db.rows(_ROWS, o=organisation_id, ids=ids)]
        return answer(None, found)

    @router.post("/{row_id}/erase", summary="Empty an enquiry for good", **described(None, _GONE))
    def erase(
        row_id: Id,
        known: Annotated[CurrentSignIn, Depends(officer)],
        given: Annotated[Forgetting, Given(examples=[{"reason": "Asked for it in writing"}])],
        key: IdempotencyKey = None,
    ) -> Response:
        with context.database.read() as db:
            need_fresh(db, known, context.clock.now())
        submission.put(known, key, Wish("ForgetEnquiry", row_id, given.model_dump()))
        return answer(None, {"id": row_id, "state": "closed"})

    return router
