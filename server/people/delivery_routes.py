"""The REST face of quarantine: delivering sealed work without a sign-in, and the office's look at it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.openapi import PUBLIC
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.people.delivery_service import Deliveries, Delivery
from shared.core.command import Id
from shared.core.conflict import SETTLE
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.text import text

_LARGEST = 20_000_000


class DeliveryAsk(StrictModel):
    """Sealed work (base64), signed by the device over `deliver`, its id, the time and the work, each on a line."""

    model_config = ConfigDict(extra="forbid")

    device_id: Id
    timestamp: str = Field(min_length=1, max_length=40)
    sealed: str = Field(min_length=1, max_length=_LARGEST)
    signature: str = Field(min_length=1, max_length=200)


class Delivered(StrictModel):
    """What became of a delivery: `done`, `known` (all of it was here before) or `quarantined`, and its size."""

    id: str
    state: str
    commands: int


class UploadAsk(StrictModel):
    """Sealed work (base64) that the office took off a disk."""

    model_config = ConfigDict(extra="forbid")

    sealed: str = Field(min_length=1, max_length=_LARGEST)


def delivery_router(context: Context) -> APIRouter:
    """Return the routes."""
    router = Router(prefix="/api/v1/sync", tags=["sync"])
    deliveries = Deliveries(context)

    def office(request: Request) -> CurrentSignIn:
        known = context.auth.current(request)
        if not known.actor.may(SETTLE):
            raise CampusError("not_allowed", text("Quarantine is for the office."))
        return known

    @router.post(
        "/deliver",
        status_code=201,
        response_model=Answer[Delivered],
        openapi_extra=PUBLIC,
        summary="Hand sealed work over without a sign-in",
    )
    def deliver(ask: DeliveryAsk) -> Response:
        return answer(None, deliveries.take(Delivery(**ask.model_dump())), created=True)

    @router.get("/quarantine", response_model=Answer[list[dict[str, Any]]], summary="List what waits in quarantine")
    def listed(request: Request, known: Annotated[CurrentSignIn, Depends(office)]) -> Response:
        return answer(request, deliveries.listed(known))

    @router.post("/quarantine", status_code=201, response_model=Answer[dict[str, str]], summary="Bring sealed work in")
    def upload(known: Annotated[CurrentSignIn, Depends(office)], ask: UploadAsk) -> Response:
        return answer(None, {"id": deliveries.upload(known, ask.sealed)}, created=True)

    @router.post(
        "/quarantine/{quarantine_id}/release",
        response_model=Answer[dict[str, int]],
        summary="Open sealed work and put it before the office as held",
    )
    def release(quarantine_id: str, known: Annotated[CurrentSignIn, Depends(office)]) -> Response:
        return answer(None, deliveries.let_through(known, quarantine_id))

    return router
