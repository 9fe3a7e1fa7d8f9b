"""The REST face of sign-in: in, out, who am I, refresh, passwords, unlocking, and the public face of an institute."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.isolation import DirectorySql
from server.core.openapi import PUBLIC, described
from server.core.responses import answer
from server.core.routing import Router
from server.core.turns import Turns
from server.people import sign_in_answers
from server.people import sign_in_messages as messages
from server.people.factor_messages import SignInTold
from server.people.factor_routes import factor_routers
from server.people.password_service import PasswordService
from server.people.refresh_service import Refreshing
from server.people.sign_in_messages import ChangePasswordAsk, PersonAsk, RefreshAsk, SignInAsk
from server.people.sign_in_service import Caller, SignIns
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.rules import fold

_PUBLIC = DirectorySql("SELECT id, slug, name, time_zone FROM {directory} d WHERE slug = :slug")


def routers(context: Context) -> Sequence[APIRouter]:
    """Return the routes of sign-in."""
    sign_ins = SignIns(context)
    made = [make(context, sign_ins) for make in (_going_in, _signed_in, _passwords, _public)]
    return [*made, *factor_routers(context, sign_ins)]


def caller_of(request: Request) -> Caller:
    """Return where a request came from."""
    return Caller(request.client.host if request.client else "", request.headers.get("user-agent", ""))


def _going_in(context: Context, sign_ins: SignIns) -> APIRouter:
    router = Router(prefix="/api/v1/auth", tags=["auth"])
    refreshing, turns = Refreshing(context), Turns()
    given = Body(examples=[messages.SIGN_IN_EXAMPLE])

    @router.post("/sign-in", openapi_extra=PUBLIC, **described(SignInTold, messages.SIGNED_IN_EXAMPLE))
    async def sign_in(request: Request, ask: Annotated[SignInAsk, given]) -> Response:
        """Sign in on a device and register it. The only path that waits: for the process that checks passwords."""
        caller = caller_of(request)
        # A try is counted before its password is looked at. Tries at one account take turns, so that somebody who
        # signs in on several devices at once isn't taken for somebody who guesses.
        async with turns.of((ask.organisation.strip().lower(), fold(ask.name))):
            attempt = await run_in_threadpool(sign_ins.begin_attempt, ask, caller)
            right = await asyncio.wrap_future(context.passwords.check(ask.password, attempt.stored))
            if not right:
                raise await run_in_threadpool(sign_ins.fail, attempt, caller)
            return answer(None, await run_in_threadpool(sign_ins.finish, attempt, ask, caller))

    @router.post("/refresh", openapi_extra=PUBLIC, **described(messages.SignedIn, messages.SIGNED_IN_EXAMPLE))
    def refresh(request: Request, ask: Annotated[RefreshAsk, Body(examples=[messages.REFRESH_EXAMPLE])]) -> Response:
        """Renew a sign-in; the token given is used up."""
        return answer(None, refreshing.refresh(ask, caller_of(request)))

    return router


def _signed_in(context: Context, sign_ins: SignIns) -> APIRouter:
    router = Router(prefix="/api/v1/auth", tags=["auth"])
    anyone = Annotated[CurrentSignIn, Depends(context.auth.current_with_old_password)]

    @router.post("/sign-out", **described(None, {}))
    def sign_out(sign_in: anyone) -> Response:
        """End this sign-in."""
        sign_ins.sign_out(sign_in.actor.organisation_id, sign_in.sign_in_id)
        return answer(None, {})

    @router.get("/me", **described(messages.Me, messages.ME_EXAMPLE))
    def me(sign_in: anyone) -> Response:
        """Tell who is signed in."""
        with context.database.read() as db:
            return answer(None, sign_in_answers.me(db, sign_in.actor, sign_in.sign_in_id, sign_in.device_id))

    return router


def _passwords(context: Context, sign_ins: SignIns) -> APIRouter:
    router = Router(prefix="/api/v1/auth", tags=["auth"])
    service = PasswordService(context, sign_ins.failures)
    anyone = Annotated[CurrentSignIn, Depends(context.auth.current_with_old_password)]
    ready = Annotated[CurrentSignIn, Depends(context.auth.current)]
    person = Body(examples=[{"person_id": messages.PERSON_EXAMPLE["id"]}])
    change = Body(examples=[{"current": "a kettle, two birds", "new": "three boats on the Volta"}])

    @router.post("/change-password", **described(None, {}))
    async def change_password(sign_in: anyone, ask: Annotated[ChangePasswordAsk, change]) -> Response:
        """Change one's own password with the present one; all other sign-ins end, unless they are to stay."""
        stored = await run_in_threadpool(service.begin_change, sign_in, ask.new)
        if not await asyncio.wrap_future(context.passwords.check(ask.current, stored)):
            raise CampusError("current_password_wrong", text("The present password is not right."))
        hashed = await asyncio.wrap_future(context.passwords.hash(ask.new))
        await run_in_threadpool(service.finish_change, sign_in, hashed, ask.end_others)
        return answer(None, {})

    @router.post(
        "/temporary-password",
        **described(
            messages.TemporaryPassword,
            {"password": "k7mq-2rvx-h9tc-4wnd", "expires_at": "2026-12-04T08:30:00.000Z"},
        ),
    )
    async def temporary(sign_in: ready, ask: Annotated[PersonAsk, person]) -> Response:
        """Give a person a temporary password, shown once; all sign-ins of that person end."""
        await run_in_threadpool(service.check_may_reset, sign_in, ask.person_id)
        password = service.new_temporary()
        hashed = await asyncio.wrap_future(context.passwords.hash(password))
        await run_in_threadpool(service.reset, sign_in, ask.person_id, hashed)
        expires = context.clock.now() + timedelta(days=context.settings.temporary_password_days)
        return answer(None, {"password": password, "expires_at": instant_text(expires)})

    @router.post("/unlock", **described(None, {"unlocked": True}))
    def unlock(sign_in: ready, ask: Annotated[PersonAsk, person]) -> Response:
        """Let a locked-out person try again."""
        return answer(None, {"unlocked": service.unlock(sign_in, ask.person_id)})

    return router


def _public(context: Context, _sign_ins: SignIns) -> APIRouter:
    router = Router(prefix="/api/v1/organisations", tags=["organisations"])

    @router.get(
        "/public",
        openapi_extra=PUBLIC,
        **described(messages.OrganisationShown, messages.ORGANISATION_EXAMPLE),
    )
    def public(slug: Annotated[str, Query(min_length=1, max_length=60, examples=["km-media"])]) -> Response:
        """Show an institute by its short name, for the sign-in page."""
        with context.database.read() as db:
            row: Any = db.one(_PUBLIC, slug=slug.strip().lower())
        if row is None:
            raise CampusError("organisation_unknown", text("This institute isn't on the server. Check the address."))
        return answer(None, dict(zip(("id", "slug", "name", "time_zone"), row, strict=True)))

    return router
