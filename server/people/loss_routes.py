"""The REST face of lost computers: marking and undoing for the office, orders and their receipt for devices."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path
from pydantic import ConfigDict, Field, StringConstraints
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.openapi import PUBLIC, described
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.people.loss_service import Losses
from shared.core.command import Id
from shared.core.strict import StrictModel

_ID = "01a1f7f8-3000-7672-874a-d4a8ff8edb2f"
_REASON = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=300)]


class LostAsk(StrictModel):
    """Why a computer is marked as lost."""

    model_config = ConfigDict(extra="forbid")

    reason: _REASON


class OrdersAsk(StrictModel):
    """A device asks what it must do; it signs `orders`, its id and the time, each on a line."""

    model_config = ConfigDict(extra="forbid")

    device_id: Id
    timestamp: str = Field(min_length=1, max_length=40)
    signature: str = Field(min_length=1, max_length=200)


class WipedAsk(StrictModel):
    """A device has obeyed; `delivered` tells whether unsent work was sent before."""

    model_config = ConfigDict(extra="forbid")

    order: str = Field(min_length=1, max_length=2_000)
    delivered: bool


class LossShown(StrictModel):
    """When a device was marked as lost and what became of it."""

    marked_at: str
    reason: str
    met_at: str | None
    delivered_at: str | None
    wiped_at: str | None


class DeviceListed(StrictModel):
    """A device of a person: one install of the desktop on one computer."""

    id: str
    name: str
    state: str
    registered_at: str
    last_seen_at: str | None
    computer_id: str | None
    computer_name: str | None
    loss: LossShown | None


_DEVICE: dict[str, Any] = {
    "id": _ID,
    "name": "LAB-07",
    "state": "lost",
    "registered_at": "2026-09-01T08:00:00.000Z",
    "last_seen_at": "2026-11-20T16:05:00.000Z",
    "computer_id": "01a1f7f8-3000-7672-874a-d4a9f55daf8f",
    "computer_name": "LAB-07",
    "loss": {
        "marked_at": "2026-11-21T08:30:00.000Z",
        "reason": "Left in a taxi",
        "met_at": None,
        "delivered_at": None,
        "wiped_at": None,
    },
}
_DEVICES: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/json": {"example": {"data": [_DEVICE]}}}, "description": "Done"}
}
_MARKED = {"devices": [_ID]}
_ORDER = {"orders": [{"device_id": _ID, "order": "eyJhbGciOiJFZERTQSJ9..."}]}
_SIGNED = {"device_id": _ID, "timestamp": "2026-11-20T08:30:00.000Z", "signature": "q83v..."}


def loss_router(context: Context) -> APIRouter:
    """Return the routes."""
    router = Router(prefix="/api/v1", tags=["admin"])
    losses = Losses(context)
    _add_marks(router, context, losses)
    _add_orders(router, losses)
    return router


def _add_marks(router: APIRouter, context: Context, losses: Losses) -> None:
    ready = Annotated[CurrentSignIn, Depends(context.auth.current)]
    named = Annotated[Id, Path(examples=[_ID])]
    lost = Annotated[LostAsk, Body(examples=[{"reason": "Left in a taxi"}])]

    @router.get("/users/{person_id}/devices", response_model=Answer[list[DeviceListed]], responses=_DEVICES)
    def listed(known: ready, person_id: named) -> Response:
        """List a person's devices."""
        return answer(None, losses.devices_of(known, person_id))

    @router.post("/devices/{device_id}/lost", **described(None, _MARKED))
    def mark(known: ready, device_id: named, ask: lost) -> Response:
        """Mark one device as lost; it wipes itself at its next contact, after its unsent work was sent."""
        return answer(None, {"devices": losses.mark(known, ask.reason, device_id=device_id)})

    @router.delete("/devices/{device_id}/lost", **described(None, _MARKED))
    def withdraw(known: ready, device_id: named) -> Response:
        """Undo the mark of a device that hasn't been heard of since."""
        return answer(None, {"devices": losses.withdraw(known, device_id=device_id)})

    @router.post("/computers/{computer_id}/lost", **described(None, _MARKED))
    def mark_computer(known: ready, computer_id: named, ask: lost) -> Response:
        """Mark everything on a computer as lost."""
        return answer(None, {"devices": losses.mark(known, ask.reason, computer_id=computer_id)})

    @router.delete("/computers/{computer_id}/lost", **described(None, _MARKED))
    def withdraw_computer(known: ready, computer_id: named) -> Response:
        """Undo the mark of a computer that hasn't been heard of since."""
        return answer(None, {"devices": losses.withdraw(known, computer_id=computer_id)})


def _add_orders(router: APIRouter, losses: Losses) -> None:
    @router.post("/devices/orders", openapi_extra=PUBLIC, **described(None, _ORDER))
    def orders(ask: Annotated[OrdersAsk, Body(examples=[_SIGNED])]) -> Response:
        """Tell a device whether it must wipe itself; it needs no sign-in, its key proves it."""
        return answer(None, {"orders": losses.orders(ask.device_id, ask.timestamp, ask.signature)})

    @router.post("/devices/wiped", openapi_extra=PUBLIC, **described(None, {"kept": True}))
    def wiped(
        ask: Annotated[WipedAsk, Body(examples=[{"order": "eyJhbGciOiJFZERTQSJ9...", "delivered": True}])],
    ) -> Response:
        """Take the receipt of a device that has wiped itself; the order proves it."""
        losses.wiped(ask.order, delivered=ask.delivered)
        return answer(None, {"kept": True})
