"""The REST face of ways: an institute's mail and SMS accounts, a test to oneself, and the path for reports."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from fastapi import Body as Given
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.kept_answers import KeptAnswers
from server.core.letters import Channel
from server.core.openapi import described
from server.core.resource_routes import IdempotencyKey
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.messaging.way_service import WayBook
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.text import text

_SETS_UP = "organisation.edit"
_ID = "01a1f7f8-3000-7672-874a-d4a8ff8edb2f"
_MAIL: dict[str, Any] = {
    "host": "smtp.example.com",
    "port": 587,
    "username": "letters@km-media.example",
    "sender": "letters@km-media.example",
    "sender_name": "KM Media",
    "per_day": 500,
}
_EXAMPLE: dict[str, Any] = {
    "channel": "mail",
    "uses": "own",
    "settings": _MAIL,
    "has_secret": True,
    "problem": "",
    "revision": _ID,
    "changed_at": "2026-11-20T08:30:00.000Z",
    "has_report_path": False,
}
_PATHS = {
    "deliveries": f"/api/v1/letters/reports/{_ID}/pT0c.../delivery",
    "opt_outs": f"/api/v1/letters/reports/{_ID}/pT0c.../opt-out",
}
Way = Literal["mail", "sms"]
Administrator = Callable[[Request], CurrentSignIn]


class WayGiven(StrictModel):
    """An account of the institute's own; without `settings` the server's is used. Without `secret` the kept one stays.

    Mail: host, port (587 or 465), username, sender, sender_name, per_day; the secret is the password. SMS: username,
    sender, interface (legacy or bulk), per_day, cost_per_day; the secret is the key.
    """

    model_config = ConfigDict(extra="forbid")

    settings: dict[str, Any] | None = None
    secret: str | None = Field(default=None, min_length=1, max_length=500)


def way_router(context: Context) -> APIRouter:
    """Return the routes."""
    router = Router(prefix="/api/v1/letter-ways", tags=["letters"])

    def administrator(request: Request) -> CurrentSignIn:
        known = context.auth.current(request)
        if not known.actor.may(_SETS_UP):
            raise CampusError("not_allowed", text("Only an administrator sets up mail and SMS."))
        return known

    _add_accounts(router, context, administrator)
    _add_tests(router, context, administrator)
    return router


def _add_accounts(router: APIRouter, context: Context, administrator: Administrator) -> None:
    ways, kept = WayBook(context), KeptAnswers(context.database, context.clock)

    @router.get(
        "",
        response_model=Answer[list[dict[str, Any]]],
        responses={200: {"content": {"application/json": {"example": {"data": [_EXAMPLE]}}}}},
        summary="Read how mail and SMS go",
    )
    def listed(request: Request, known: Annotated[CurrentSignIn, Depends(administrator)]) -> Response:
        with context.database.read() as db:
            place = known.actor.organisation_id
            return answer(request, [ways.shown(db, place, one) for one in (Channel.MAIL, Channel.SMS)])

    @router.put("/{channel}", summary="Set up mail or SMS", **described(None, _EXAMPLE))
    def put(
        channel: Way,
        known: Annotated[CurrentSignIn, Depends(administrator)],
        given: Annotated[WayGiven, Given(examples=[{"settings": _MAIL, "secret": "orange-Tuesday-41"}])],
    ) -> Response:
        return answer(None, ways.put(known, Channel(channel), given.settings or {}, given.secret))

    @router.post("/sms/report-path", summary="Make a new path for the provider's reports", **described(None, _PATHS))
    def report_path(known: Annotated[CurrentSignIn, Depends(administrator)], key: IdempotencyKey = None) -> Response:
        """A repeat by the same key leaves the path that was made good."""
        told = kept.once(known, key, ("report-path", None), lambda: ways.new_report_path(known), secret=True)
        return answer(None, told)


def _add_tests(router: APIRouter, context: Context, administrator: Administrator) -> None:
    ways, kept = WayBook(context), KeptAnswers(context.database, context.clock)

    @router.post("/{channel}/test", summary="Send a test to oneself", **described(None, {"delivery_id": _ID}))
    def test(
        channel: Way, known: Annotated[CurrentSignIn, Depends(administrator)], key: IdempotencyKey = None
    ) -> Response:
        def work() -> Any:
            return {"delivery_id": ways.send_test(known, Channel(channel), "test", {})}

        return answer(None, kept.once(known, key, ("way-test", channel), work))

    @router.get("/tests/{delivery_id}", summary="Read what became of a test", **described(None, {"state": "sent"}))
    def tested(request: Request, delivery_id: str, known: Annotated[CurrentSignIn, Depends(administrator)]) -> Response:
        with context.database.read() as db:
            return answer(request, ways.tested(db, known, delivery_id))
