"""The REST face of computers: a signed contact without a sign-in, and the attendant's list."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi import Body as Given
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.openapi import PUBLIC
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.people.computer_service import Computers
from shared.core.command import Id
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.text import text
from shared.people.permissions import may_see_computers

_ID = "01a1f7f8-3000-7672-874a-d4a8ff8edb2f"
_REPORT = (
    '{"computer_id":"01a1f7f8-3000-7672-874a-d4a9f55daf8f","name":"LAB-07","version":"0.1.0",'
    '"disk_free":41200000000,"disk_size":256000000000,"people":[]}'
)
_SHOWN: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "application/json": {
                "example": {
                    "data": [
                        {
                            "id": "01a1f7f8-3000-7672-874a-d4a9f55daf8f",
                            "name": "LAB-07",
                            "version": "0.1.0",
                            "disk_free": 41_200_000_000,
                            "disk_size": 256_000_000_000,
                            "clock_off": -1_200,
                            "unsent": 3,
                            "people": [
                                {
                                    "person_id": _ID,
                                    "name": "Ama Mensah",
                                    "unsent": 3,
                                    "last_at": "2026-11-20T08:30:00.000Z",
                                    "here": False,
                                }
                            ],
                            "last_contact_at": "2026-11-20T16:05:00.000Z",
                            "lost_at": None,
                            "met_at": None,
                            "wiped_at": None,
                        }
                    ]
                }
            }
        }
    }
}


class ContactAsk(StrictModel):
    """What a computer tells (JSON as text), signed by one of its devices over `contact`, id, time and the text."""

    model_config = ConfigDict(extra="forbid")

    device_id: Id
    timestamp: str = Field(min_length=1, max_length=40)
    report: str = Field(min_length=1, max_length=60_000)
    signature: str = Field(min_length=1, max_length=200)


_ASK = {"device_id": _ID, "timestamp": "2026-11-20T08:30:00.000Z", "report": _REPORT, "signature": "q83v..."}


def computer_router(context: Context) -> APIRouter:
    """Return the routes."""
    router = Router(prefix="/api/v1/computers", tags=["computers"])
    computers = Computers(context)

    def attendant(request: Request) -> CurrentSignIn:
        known = context.auth.current(request)
        if not may_see_computers(known.actor):
            raise CampusError("not_allowed", text("Your role doesn't see the computers. Ask the office."))
        return known

    @router.post(
        "/contact",
        response_model=Answer[dict[str, Any]],
        openapi_extra=PUBLIC,
        summary="Tell how a computer is, without a sign-in",
    )
    def contact(ask: Annotated[ContactAsk, Given(examples=[_ASK])]) -> Response:
        orders = computers.take(ask.device_id, ask.timestamp, ask.report, ask.signature)
        return answer(None, {"kept": True, "orders": orders})

    @router.get("", response_model=Answer[list[dict[str, Any]]], responses=_SHOWN, summary="List computers")
    def listed(request: Request, known: Annotated[CurrentSignIn, Depends(attendant)]) -> Response:
        return answer(request, computers.listed(known))

    @router.delete("/{computer_id}", response_model=Answer[dict[str, bool]], summary="Take a computer off the list")
    def forget(computer_id: str, known: Annotated[CurrentSignIn, Depends(attendant)]) -> Response:
        computers.forget(known, computer_id)
        return answer(None, {"forgotten": True})

    return router
