"""The REST face of forgotten passwords: asking for a code, and using it."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Request
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.openapi import PUBLIC, described
from server.core.responses import answer
from server.core.routing import Router
from server.people.entry_messages import EXAMPLE_CODE, Code, InstituteAsk, Line
from server.people.password_service import PasswordService
from server.people.reset_service import ResetService
from server.people.sign_in_failures import Failures
from server.people.sign_in_messages import PERSON_EXAMPLE, Password, PersonAsk
from server.people.sign_in_routes import caller_of
from shared.core.errors import CampusError
from shared.core.text import text


class ForgottenAsk(InstituteAsk):
    """Who forgot a password where; `name` is a username, mail address or number."""

    name: Line


class ResetAsk(ForgottenAsk):
    """A new password with the code that was sent."""

    code: Code
    new: Password


def reset_routers(context: Context) -> list[APIRouter]:
    """Return the routes."""
    service = ResetService(context)
    return [_forgotten(context, service), _started(context, service)]


def _forgotten(context: Context, service: ResetService) -> APIRouter:
    router = Router(prefix="/api/v1/auth", tags=["auth"])
    forgotten = Body(examples=[{"organisation": "km-media", "name": "ama.mensah"}])
    with_code: dict[str, Any] = {"organisation": "km-media", "name": "ama.mensah", "code": EXAMPLE_CODE}
    reset_body = Body(examples=[{**with_code, "new": "three boats on the Volta"}])

    @router.post("/forgot-password", openapi_extra=PUBLIC, **described(None, {}))
    def forgot(request: Request, ask: Annotated[ForgottenAsk, forgotten]) -> Response:
        """Ask for a code by mail; the answer is the same whether anybody has this name or not."""
        organisation_id = service.ask(ask.organisation, ask.name, caller_of(request))
        told = answer(None, {})
        told.background = BackgroundTask(service.send_asked, organisation_id)
        return told

    @router.post("/reset-password", openapi_extra=PUBLIC, **described(None, {}))
    async def reset(request: Request, ask: Annotated[ResetAsk, reset_body]) -> Response:
        """Set a new password with a code; all sign-ins of that person end, and signing in is as always."""
        caller = caller_of(request)
        organisation_id, person_id = await run_in_threadpool(
            service.check_code, ask.organisation, ask.name, ask.code, ask.new, caller
        )
        hashed = await asyncio.wrap_future(context.passwords.hash(ask.new))
        await run_in_threadpool(service.finish, organisation_id, person_id, ask.code, hashed, caller)
        return answer(None, {})

    return router


def _started(context: Context, service: ResetService) -> APIRouter:
    router = Router(prefix="/api/v1/auth", tags=["auth"])
    passwords = PasswordService(context, Failures(context.settings))
    ready = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.post("/start-reset", **described(None, {"sent_by": "mail"}))
    def start(
        sign_in: ready, ask: Annotated[PersonAsk, Body(examples=[{"person_id": PERSON_EXAMPLE["id"]}])]
    ) -> Response:
        """Send somebody a code for a new password, which the one who asks never learns."""
        passwords.check_may_reset(sign_in, ask.person_id)
        organisation_id = sign_in.actor.organisation_id
        way = context.database.write(lambda db: service.post_code(db, organisation_id, ask.person_id, context.new_id()))
        if way is None:
            raise CampusError("no_address", text("Nothing can be sent: there is neither a mail address nor a phone."))
        return answer(None, {"sent_by": way})

    return router
