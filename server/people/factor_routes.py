"""The REST face of the second factor: the second step of signing in, confirming, and one's own factors."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.openapi import PUBLIC, described
from server.core.responses import answer
from server.core.routing import Router
from server.core.turns import Turns
from server.people import factor_messages as messages
from server.people.confirm_service import ConfirmService
from server.people.factor_service import FactorService
from server.people.factor_steps import FactorSteps
from server.people.fresh_sign_in import need_fresh
from server.people.sign_in_messages import PERSON_EXAMPLE, SIGNED_IN_EXAMPLE, SignedIn
from server.people.sign_in_service import Caller, SignIns
from shared.people.factors import FactorKind, plain_recovery_code

_PERSON = Body(examples=[{"person_id": PERSON_EXAMPLE["id"]}])
_SENT = Body(examples=[{"kind": "mail"}])


def factor_routers(context: Context, sign_ins: SignIns) -> Sequence[APIRouter]:
    """Return the routes of the second factor."""
    service = FactorService(context, sign_ins.failures)
    made = (_second_step(context, FactorSteps(context, sign_ins)), _confirming(context, sign_ins))
    return [*made, _own(context, service), _adding(context, service), _office(context, service)]


async def recovery_hash(context: Context, kind: str | None, code: str | None, salt: str | None) -> str | None:
    """Return the hash of a recovery code, computed elsewhere; None for other kinds."""
    if kind != FactorKind.RECOVERY or code is None or salt is None:
        return None
    return await asyncio.wrap_future(context.passwords.hash_with(plain_recovery_code(code), salt))


def _second_step(context: Context, steps: FactorSteps) -> APIRouter:
    router = Router(prefix="/api/v1/auth/sign-in", tags=["auth"])
    turns = Turns()
    given = Body(examples=[messages.FACTOR_EXAMPLE])
    wanted = Body(examples=[messages.SEND_EXAMPLE])

    @router.post("/factor", openapi_extra=PUBLIC, **described(SignedIn, SIGNED_IN_EXAMPLE))
    async def factor(request: Request, ask: Annotated[messages.FactorAsk, given]) -> Response:
        """End a sign-in for which the password was right, with a second factor."""
        caller = _caller(request)
        async with turns.of(ask.attempt):
            begun = await run_in_threadpool(steps.begin, ask, caller)
            hashed = await recovery_hash(context, ask.kind, ask.code, begun.salt)
            return answer(None, await run_in_threadpool(steps.finish, begun, ask, hashed, caller))

    @router.post("/factor/send", openapi_extra=PUBLIC, **described(messages.SentShown, messages.SENT_EXAMPLE))
    def send(request: Request, ask: Annotated[messages.SendAsk, wanted]) -> Response:
        """Send a code by mail or SMS for a sign-in for which the password was right."""
        return answer(None, steps.send(ask, _caller(request)))

    return router


def _confirming(context: Context, sign_ins: SignIns) -> APIRouter:
    router = Router(prefix="/api/v1/auth/confirm", tags=["auth"])
    service = ConfirmService(context, sign_ins.failures)
    anyone = Annotated[CurrentSignIn, Depends(context.auth.current_with_old_password)]
    given = Body(examples=[messages.CONFIRM_EXAMPLE])

    @router.get("", **described(messages.Ways, messages.WAYS_EXAMPLE))
    def ways(sign_in: anyone) -> Response:
        """Tell by which ways one can confirm that it is still oneself."""
        with context.database.read() as db:
            return answer(None, {"ways": service.ways(db, sign_in)})

    @router.post("", **described(messages.Confirmed, messages.CONFIRMED_EXAMPLE))
    async def confirm(sign_in: anyone, ask: Annotated[messages.ConfirmAsk, given]) -> Response:
        """Confirm that it is still oneself, by the password or a second factor; sensitive acts ask for it."""
        begun = await run_in_threadpool(service.begin, sign_in, ask)
        right = False
        if ask.password is not None:
            right = await asyncio.wrap_future(context.passwords.check(ask.password, begun.stored))
        hashed = await recovery_hash(context, ask.kind, ask.code, begun.salt)
        return answer(None, await run_in_threadpool(service.finish, sign_in, ask, right=right, hashed=hashed))

    @router.get("/fresh", **described(None, {}))
    def fresh(sign_in: anyone) -> Response:
        """Tell whether one confirmed within ten minutes; asked before an act that is sent as a command."""
        with context.database.read() as db:
            need_fresh(db, sign_in, context.clock.now())
        return answer(None, {})

    @router.post("/send", **described(messages.SentShown, messages.SENT_EXAMPLE))
    def send(sign_in: anyone, ask: Annotated[messages.SentAsk, _SENT]) -> Response:
        """Send a code by mail or SMS to confirm with."""
        return answer(None, service.send(sign_in, ask.kind))

    return router


def _own(context: Context, service: FactorService) -> APIRouter:
    router = Router(prefix="/api/v1/auth", tags=["auth"])
    anyone = Annotated[CurrentSignIn, Depends(context.auth.current_with_old_password)]
    ready = Annotated[CurrentSignIn, Depends(context.auth.current)]
    given = Body(examples=[{"kind": "sms", "end_others": True}])

    @router.get("/factors", **described(messages.Factors, messages.FACTORS_EXAMPLE))
    def factors(sign_in: anyone) -> Response:
        """Show one's own second factors; nothing of their secrets is in it."""
        with context.database.read() as db:
            return answer(None, service.shown(db, sign_in))

    @router.post("/factors/remove", **described(None, {}))
    def remove(sign_in: ready, ask: Annotated[messages.RemoveAsk, given]) -> Response:
        """Remove one of one's own second factors; asks for a fresh sign-in."""
        service.remove(sign_in, ask)
        return answer(None, {})

    @router.post("/recovery-codes", **described(messages.Added, messages.ADDED_EXAMPLE))
    async def recovery_codes(sign_in: ready) -> Response:
        """Make ten recovery codes, shown this once; the old ones die. Asks for a fresh sign-in."""
        codes = await run_in_threadpool(service.new_codes, sign_in, fresh=True)
        return answer(None, {"recovery_codes": await _stored(context, service, sign_in, codes, first=False)})

    return router


def _adding(context: Context, service: FactorService) -> APIRouter:
    router = Router(prefix="/api/v1/auth/factors", tags=["auth"])
    anyone = Annotated[CurrentSignIn, Depends(context.auth.current_with_old_password)]
    app_given, address_given = Body(examples=[messages.APP_EXAMPLE]), Body(examples=[messages.ADDRESS_EXAMPLE])

    @router.post("/app", **described(messages.Enrolment, messages.ENROLMENT_EXAMPLE))
    def begin_app(sign_in: anyone) -> Response:
        """Begin to add an authenticator app: its secret, shown this once. Asks for a fresh sign-in."""
        return answer(None, service.begin_app(sign_in))

    @router.post("/app/confirm", **described(messages.Added, messages.ADDED_EXAMPLE))
    async def add_app(sign_in: anyone, ask: Annotated[messages.AppAsk, app_given]) -> Response:
        """Add an app with a code that it shows; the first factor brings ten recovery codes."""
        first = await run_in_threadpool(service.add_app, sign_in, ask)
        return answer(None, {"recovery_codes": await _first_codes(context, service, sign_in, first=first)})

    @router.post("/send", **described(messages.SentShown, messages.SENT_EXAMPLE))
    def send(sign_in: anyone, ask: Annotated[messages.SentAsk, _SENT]) -> Response:
        """Send a code to one's own mail address or number, to add it. Asks for a fresh sign-in."""
        return answer(None, service.send(sign_in, ask.kind))

    @router.post("/send/confirm", **described(messages.Added, messages.ADDED_EXAMPLE))
    async def add_address(sign_in: anyone, ask: Annotated[messages.AddressAsk, address_given]) -> Response:
        """Add one's mail address or number with the code that came; the first factor brings ten recovery codes."""
        first = await run_in_threadpool(service.add_address, sign_in, ask)
        return answer(None, {"recovery_codes": await _first_codes(context, service, sign_in, first=first)})

    return router


def _office(context: Context, service: FactorService) -> APIRouter:
    router = Router(prefix="/api/v1/auth/factors", tags=["auth"])
    ready = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.post("/reset", **described(None, {"reset": True}))
    def reset(sign_in: ready, ask: Annotated[messages.PersonOnly, _PERSON]) -> Response:
        """Take a person's second factors away, who lost them; the person is told. Asks for a fresh sign-in."""
        return answer(None, {"reset": service.reset(sign_in, ask.person_id)})

    return router


async def _first_codes(context: Context, service: FactorService, sign_in: CurrentSignIn, *, first: bool) -> list[str]:
    if not first:
        return []
    codes = await run_in_threadpool(service.new_codes, sign_in, fresh=False)
    return await _stored(context, service, sign_in, codes, first=True)


async def _stored(
    context: Context, service: FactorService, sign_in: CurrentSignIn, codes: list[str], *, first: bool
) -> list[str]:
    salt = context.passwords.new_salt()
    # One after the other: ten at once would keep others' sign-ins waiting.
    hashes = [await asyncio.wrap_future(context.passwords.hash_with(code, salt)) for code in codes]
    return await run_in_threadpool(service.store_codes, sign_in, codes, hashes, first=first)


def _caller(request: Request) -> Caller:
    return Caller(request.client.host if request.client else "", request.headers.get("user-agent", ""))
