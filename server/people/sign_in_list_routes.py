"""The REST face of sign-ins: one's own and a person's, listed and ended."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.openapi import described
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.people.sign_in_list_service import SignInList
from shared.core.command import Id
from shared.core.strict import StrictModel

_ID = "01a1f7f8-3000-7672-874a-d4a8ff8edb2f"


class SignInShown(StrictModel):
    """A sign-in that is open; `country` is two letters where the institute has a file of address ranges."""

    id: str
    device_id: str
    device_name: str
    device_state: str
    started_at: str
    last_used_at: str
    address: str | None
    last_address: str | None
    country: str | None
    user_agent: str | None
    kept: bool
    here: bool


EXAMPLE: dict[str, Any] = {
    "id": _ID,
    "device_id": "01a1f7f8-3000-7672-874a-d4a9f55daf8f",
    "device_name": "LAB-07",
    "device_state": "active",
    "started_at": "2026-11-20T08:30:00.000Z",
    "last_used_at": "2026-11-20T16:05:00.000Z",
    "address": "192.168.1.31",
    "last_address": "192.168.1.31",
    "country": None,
    "user_agent": "Campusdesk/1.0",
    "kept": True,
    "here": True,
}
_LISTED: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/json": {"example": {"data": [EXAMPLE]}}}, "description": "Done"}
}


def sign_in_list_router(context: Context) -> APIRouter:
    """Return the routes."""
    router = Router(prefix="/api/v1", tags=["auth"])
    sign_ins = SignInList(context)
    ready = Annotated[CurrentSignIn, Depends(context.auth.current)]
    sign_in_id = Annotated[Id, Path(examples=[_ID])]

    @router.get("/auth/sign-ins", response_model=Answer[list[SignInShown]], responses=_LISTED)
    def own(known: ready) -> Response:
        """List one's own sign-ins."""
        return answer(None, sign_ins.own(known))

    @router.delete("/auth/sign-ins", **described(None, {"ended": 2}))
    def end_others(known: ready) -> Response:
        """End all of one's own sign-ins but this one."""
        return answer(None, {"ended": sign_ins.end_others(known)})

    @router.delete("/auth/sign-ins/{sign_in_id}", **described(None, {"ended": True}))
    def end(known: ready, sign_in_id: sign_in_id) -> Response:
        """End a sign-in of one's own, or as an administrator anybody's."""
        return answer(None, {"ended": sign_ins.end(known, sign_in_id)})

    @router.get("/users/{person_id}/sign-ins", response_model=Answer[list[SignInShown]], responses=_LISTED)
    def of_person(known: ready, person_id: sign_in_id) -> Response:
        """List a person's sign-ins."""
        return answer(None, sign_ins.of_person(known, person_id))

    @router.delete("/users/{person_id}/sign-ins", **described(None, {"ended": 2}))
    def end_all(known: ready, person_id: sign_in_id) -> Response:
        """End all sign-ins of a person."""
        return answer(None, {"ended": sign_ins.end_of(known, [person_id])})

    return router
