"""The REST face of letters: their deliveries for those who see to them, and everybody's own wishes."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi import Body as Given
from pydantic import ConfigDict
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.kept_answers import KeptAnswers
from server.core.openapi import described
from server.core.resource_routes import IdempotencyKey
from server.core.resources import DEFAULT_LIMIT, LARGEST_PAGE
from server.core.responses import PageAnswer, answer, pagination
from server.core.routing import Router
from server.messaging.delivery_service import Deliveries, counts, one_of, page_of
from server.messaging.wishes import Wishes, put_wishes, wishes_of
from shared.core.clock import instant_text
from shared.core.command import Id
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.text import text
from shared.messaging.letter_words import MANAGE, DeliveryState, LetterChannel

_ID = "01a1f7f8-3000-7672-874a-d4a8ff8edb2f"
_EXAMPLE: dict[str, Any] = {
    "id": _ID,
    "channel": "mail",
    "template": "temporary_password",
    "title": "Temporary password",
    "person_id": "01a1f7f8-3000-7672-874a-d4aa4c9175c7",
    "person_name": "Ama Mensah",
    "address": "ama@example.com",
    "urgent": False,
    "state": "queued",
    "attempts": 2,
    "code": "smtp_451",
    "reason": "The mail server answered: 4.2.2 try later",
    "provider": "smtp",
    "parts": 0,
    "cost": 0,
    "currency": "",
    "made_at": "2026-11-20T08:30:00.000Z",
    "due_at": "2026-11-20T08:32:10.000Z",
    "sent_at": None,
    "changed_at": "2026-11-20T08:31:05.000Z",
    "attached": "",
    "has_secret": True,
}
_TRY = {
    "number": 1,
    "began_at": "2026-11-20T08:30:02.000Z",
    "ended_at": "2026-11-20T08:30:03.000Z",
    "outcome": "retry",
    "code": "smtp_451",
    "reason": "The mail server answered: 4.2.2 try later",
}
_WHOLE = {**_EXAMPLE, "tries": [_TRY]}
_LISTED = {"data": [_EXAMPLE], "pagination": pagination(1, DEFAULT_LIMIT, 1).model_dump()}
_COUNTS = {**dict.fromkeys(map(str, DeliveryState), 0), "sent": 12, "queued": 1}
_WISHES: dict[str, Any] = {**Wishes().model_dump(), "quiet_from": "21:00", "quiet_until": "06:30"}
Keeper = CurrentSignIn


class SendAgain(StrictModel):
    """Send a letter again; one that may have gone out only with `although_unknown`."""

    model_config = ConfigDict(extra="forbid")

    although_unknown: bool = False


def keeper_of(context: Context) -> Any:
    """Return the dependency of routes for those who see to letters."""

    def keeper(request: Request) -> CurrentSignIn:
        known = context.auth.current(request)
        if not known.actor.may(MANAGE):
            raise CampusError("not_allowed", text("Your role doesn't see to letters. Ask an administrator."))
        return known

    return keeper


def letter_router(context: Context) -> APIRouter:
    """Return the routes."""
    router = Router(prefix="/api/v1/letters", tags=["letters"])
    _add_lists(router, context)
    _add_acts(router, context)
    return router


def _add_lists(router: APIRouter, context: Context) -> None:
    keeper = keeper_of(context)

    @router.get(
        "",
        response_model=PageAnswer[dict[str, Any]],
        responses={200: {"content": {"application/json": {"example": _LISTED}}}},
        summary="List letters, the newest first",
    )
    def listed(
        request: Request,
        known: Annotated[Keeper, Depends(keeper)],
        page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
        limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = DEFAULT_LIMIT,
        state: DeliveryState | None = None,
        channel: LetterChannel | None = None,
        template: Annotated[str, Query(max_length=40)] = "",
        person_id: Id | None = None,
        since: Annotated[str, Query(max_length=40)] = "",
    ) -> Response:
        chosen = {
            "state": str(state or ""),
            "channel": str(channel or ""),
            "template": template,
            "person": person_id or "",
            "since": since,
        }
        with context.database.read() as db:
            found, total = page_of(db, known.actor.organisation_id, chosen, limit, (page - 1) * limit)
        return answer(request, found, page=pagination(page, limit, total))

    @router.get("/counts", summary="Count letters by their state", **described(None, _COUNTS))
    def counted(request: Request, known: Annotated[Keeper, Depends(keeper)]) -> Response:
        with context.database.read() as db:
            return answer(request, counts(db, known.actor.organisation_id))

    @router.get("/{delivery_id}", summary="Read one letter's delivery with its tries", **described(None, _WHOLE))
    def one(request: Request, delivery_id: str, known: Annotated[Keeper, Depends(keeper)]) -> Response:
        with context.database.read() as db:
            return answer(request, one_of(db, known.actor.organisation_id, delivery_id))


def _add_acts(router: APIRouter, context: Context) -> None:
    keeper, deliveries = keeper_of(context), Deliveries(context)
    kept = KeptAnswers(context.database, context.clock)

    @router.post("/{delivery_id}/again", summary="Send a letter again", **described(None, _WHOLE))
    def again(
        delivery_id: str,
        known: Annotated[Keeper, Depends(keeper)],
        given: Annotated[SendAgain, Given(examples=[{"although_unknown": False}])],
        key: IdempotencyKey = None,
    ) -> Response:
        def work() -> Any:
            return deliveries.send_again(known, delivery_id, although_unknown=given.although_unknown)

        return answer(None, kept.once(known, key, ("letter-again", [delivery_id, given.model_dump()]), work))

    @router.post("/{delivery_id}/cancel", summary="Take a letter back before it goes", **described(None, _WHOLE))
    def cancel(delivery_id: str, known: Annotated[Keeper, Depends(keeper)]) -> Response:
        return answer(None, deliveries.cancel(known, delivery_id))


def wish_router(context: Context) -> APIRouter:
    """Return the routes of everybody's own wishes."""
    router = Router(prefix="/api/v1/letter-wishes", tags=["letters"])
    current = context.auth.current

    @router.get("", summary="Read which letters one wants", **described(None, _WISHES))
    def read(request: Request, known: Annotated[CurrentSignIn, Depends(current)]) -> Response:
        with context.database.read() as db:
            found = wishes_of(db, known.actor.organisation_id, known.actor.person_id)
        return answer(request, found.model_dump())

    @router.put("", summary="Say which letters one wants", **described(None, _WISHES))
    def put(
        known: Annotated[CurrentSignIn, Depends(current)], given: Annotated[Wishes, Given(examples=[_WISHES])]
    ) -> Response:
        now, revision = instant_text(context.clock.now()), context.new_id()
        place = known.actor.organisation_id, known.actor.person_id
        context.database.write(lambda db: put_wishes(db, *place, given, revision, now))
        return answer(None, given.model_dump())

    return router
