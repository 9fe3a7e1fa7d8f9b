"""The REST face of institutes that register by themselves."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Body, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from server.core.context import Context
from server.core.openapi import PUBLIC, described
from server.core.responses import answer
from server.core.routing import Router
from server.people.entry_messages import Line, Name, StrictAsk
from server.people.founding_service import Founding, FoundingService
from server.people.registration_service import Registering, RegistrationService
from server.people.sign_in_messages import Password
from server.people.sign_in_routes import caller_of
from shared.core.strict import StrictModel

_ID = "019a9f3e-7c00-7000-8000-000000000001"


class FoundAsk(StrictAsk):
    """An institute with its first administrator; `slug` is its short name."""

    institute: Line
    slug: Name
    email: Line
    username: Name
    given_name: Name
    family_name: Name
    password: Password


class Founded(StrictModel):
    """What proves the administrator's mail address, with the code that was sent there."""

    organisation: str
    registration_id: str


_ASKED = {
    "institute": "Volta College of Media", "slug": "volta-media", "email": "akua@volta.example",
    "username": "akua.boahen", "given_name": "Akua", "family_name": "Boahen", "password": "three boats on the Volta",
}  # fmt: skip


def founding_router(context: Context) -> APIRouter:
    """Return the route."""
    router = Router(prefix="/api/v1/organisations", tags=["organisations"])
    service = FoundingService(context, RegistrationService(context))
    example = {"organisation": "volta-media", "registration_id": _ID}

    @router.post("/registrations", openapi_extra=PUBLIC, **described(Founded, example))
    async def found(request: Request, ask: Annotated[FoundAsk, Body(examples=[_ASKED])]) -> Response:
        """Register an institute, where the server's operator lets institutes do so."""
        who = ask.model_dump(exclude={"institute", "slug", "password"})
        wanted = Founding(ask.institute, ask.slug.strip().lower(), Registering(**who))
        await run_in_threadpool(service.check, wanted, ask.password)
        hashed = await asyncio.wrap_future(context.passwords.hash(ask.password))
        return answer(None, await run_in_threadpool(service.found, wanted, hashed, caller_of(request)))

    return router
