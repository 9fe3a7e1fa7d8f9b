"""The REST face of invitations: sending, withdrawing, looking at one's own, and accepting it."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Request
from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.openapi import PUBLIC, described
from server.core.resource_routes import IdempotencyKey
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.people.entry_messages import EXAMPLE_CODE, Code, InstituteAsk, Line, Name, StrictAsk
from server.people.invitation_service import InvitationService, Invited
from server.people.sign_in_messages import Password
from server.people.sign_in_routes import caller_of
from shared.core.command import Id
from shared.core.ids import derived_id
from shared.core.strict import StrictModel


class InviteAsk(StrictAsk):
    """Whom to invite, with which roles."""

    email: Line
    given_name: Name
    family_name: Name
    roles: list[Annotated[str, Field(min_length=1, max_length=60)]] = Field(min_length=1, max_length=10)


class CodeAsk(InstituteAsk):
    """A code that came with an invitation."""

    code: Code


class AcceptAsk(CodeAsk):
    """A code with the username and the password that its holder wants."""

    username: Name
    new: Password


class InvitationShown(StrictModel):
    """An invitation as the office sees it; the code isn't part of it."""

    id: str
    email: str
    given_name: str
    family_name: str
    roles: list[str]
    state: str
    sends: int
    invited_by: str
    person_id: str | None
    made_at: str
    expires_at: str
    settled_at: str | None


class InvitedShown(StrictModel):
    """What its holder sees of an invitation."""

    email: str
    given_name: str
    family_name: str


_ID = "019a9f3e-7c00-7000-8000-00000000000"
_EXAMPLE: dict[str, Any] = {
    "id": f"{_ID}1", "email": "esi@example.org", "given_name": "Esi", "family_name": "Owusu", "roles": ["instructor"],
    "state": "open", "sends": 1, "invited_by": f"{_ID}2", "person_id": None, "made_at": "2026-11-20T08:30:00.000Z",
    "expires_at": "2026-11-27T08:30:00.000Z", "settled_at": None,
}  # fmt: skip
_INVITE = {name: _EXAMPLE[name] for name in ("email", "given_name", "family_name", "roles")}
_OWN = {name: _EXAMPLE[name] for name in ("email", "given_name", "family_name")}
_CODE = {"organisation": "km-media", "code": EXAMPLE_CODE}


def routers(context: Context) -> list[APIRouter]:
    """Return the routes."""
    service = InvitationService(context)
    return [_office(context, service), _invited(context, service)]


def _office(context: Context, service: InvitationService) -> APIRouter:
    router = Router(prefix="/api/v1/users/invitations", tags=["users"])
    ready = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.get("", response_model=Answer[list[InvitationShown]], summary="List invitations")
    def list_all(sign_in: ready) -> Response:
        return answer(None, service.list_all(sign_in))

    @router.post("", **described(InvitationShown, _EXAMPLE))
    def invite(
        sign_in: ready, ask: Annotated[InviteAsk, Body(examples=[_INVITE])], key: IdempotencyKey = None
    ) -> Response:
        """Invite somebody by mail; the code in it is good for seven days."""
        invitation_id = derived_id("invitation", sign_in.actor.organisation_id, key) if key else context.new_id()
        wanted = Invited(ask.email, ask.given_name, ask.family_name, tuple(ask.roles))
        return answer(None, service.invite(sign_in, wanted, invitation_id))

    @router.post("/{invitation_id}/resend", **described(InvitationShown, _EXAMPLE))
    def resend(sign_in: ready, invitation_id: Id) -> Response:
        """Send a new code; the older one is good no longer."""
        return answer(None, service.resend(sign_in, invitation_id))

    @router.post("/{invitation_id}/withdraw", **described(InvitationShown, {**_EXAMPLE, "state": "withdrawn"}))
    def withdraw(sign_in: ready, invitation_id: Id) -> Response:
        """Take an invitation back."""
        return answer(None, service.withdraw(sign_in, invitation_id))

    return router


def _invited(context: Context, service: InvitationService) -> APIRouter:
    router = Router(prefix="/api/v1/auth", tags=["auth"])

    @router.post("/look-at-invitation", openapi_extra=PUBLIC, **described(InvitedShown, _OWN))
    def look(request: Request, ask: Annotated[CodeAsk, Body(examples=[_CODE])]) -> Response:
        """Show whoever holds a code whom it invites."""
        shown = service.look(ask.organisation, ask.code, caller_of(request))[1]
        return answer(None, {name: shown[name] for name in _OWN})

    @router.post("/accept-invitation", openapi_extra=PUBLIC, **described(None, {}))
    async def accept(
        request: Request,
        ask: Annotated[
            AcceptAsk, Body(examples=[{**_CODE, "username": "esi.owusu", "new": "three boats on the Volta"}])
        ],
    ) -> Response:
        """Become a person of the institute; signing in is as always."""
        institute, shown = await run_in_threadpool(
            service.check, ask.organisation, ask.code, ask.username, ask.new, caller_of(request)
        )
        hashed = await asyncio.wrap_future(context.passwords.hash(ask.new))
        await run_in_threadpool(service.accept, institute, shown, ask.username, hashed)
        return answer(None, {})

    return router
