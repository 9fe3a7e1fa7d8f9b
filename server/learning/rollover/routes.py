"""The REST face of roll-overs: preview, carrying out, the list of those that were, and taking back."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.openapi import described
from server.core.resource_routes import IdempotencyKey
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.core.submission import Submission
from server.learning.rollover import messages
from server.learning.rollover.messages import RollOverAsk
from server.learning.rollover.service import RollOver
from shared.core.command import Id

_ID = "01a1f7f8-3000-7672-874a-d4a8ff8edb2f"
_ASK = {"old_term_id": _ID, "new_term": {"name": "Term 2", "starts_on": "2027-01-11", "ends_on": "2027-04-02"}}
_CHOICE = {"cohort_id": _ID, "students": "promote", "promote_to": _ID, "by_grades": True, "pass_mark": "50"}
_PREVIEW: dict[str, Any] = {**_ASK, "cohorts": [_CHOICE]}


def rollover_router(context: Context) -> APIRouter:
    """Return the routes."""
    router = Router(prefix="/api/v1/term-rollovers", tags=["academic-terms"])
    service = RollOver(context)
    submission = Submission(context.door, context.clock, context.new_id)
    ready = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.get("", response_model=Answer[list[messages.EntryShown]], summary="List roll-overs, the newest first")
    def entries(known: ready) -> Response:
        return answer(None, service.entries(known.actor))

    @router.post(
        "/preview",
        summary="See what rolling a term over would do",
        **described(messages.PlanShown, messages.PLAN_EXAMPLE),
    )
    def preview(known: ready, ask: Annotated[RollOverAsk, Body(examples=[_PREVIEW])]) -> Response:
        """Nothing is changed. What isn't done is told cohort by cohort in `notes`."""
        return answer(None, service.preview(known.actor, ask))

    @router.post("", summary="Roll a term over", **described(messages.EntryShown, messages.ENTRY_EXAMPLE))
    def carry_out(
        known: ready,
        ask: Annotated[RollOverAsk, Body(examples=[{**_PREVIEW, "token": "5c3f0b"}])],
        key: IdempotencyKey = None,
    ) -> Response:
        """Do exactly what the preview of `token` showed, as one step; the same again finds nothing left to do."""
        return answer(None, service.carry_out(known, ask, submission.command_id(known, key)))

    @router.post(
        "/{row_id}/undo",
        summary="Take a roll-over back",
        **described(messages.EntryShown, {**messages.ENTRY_EXAMPLE, "state": "undone"}),
    )
    def take_back(row_id: Id, known: ready) -> Response:
        """Possible while nothing was built on what it made; once more does nothing."""
        return answer(None, service.take_back(known, row_id))

    return router
