"""The REST face of setting an institute up with the code that the server showed once."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Body, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from server.core.context import Context
from server.core.openapi import PUBLIC
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.people import set_up_messages as messages
from server.people.set_up_messages import CodeAsk, FinishAsk
from server.people.set_up_service import SetUpService


def set_up_router(context: Context) -> APIRouter:
    """Return the routes; they serve nobody any more once an institute has its administrator."""
    router = Router(prefix="/api/v1/set-up", tags=["organisations"])
    service = SetUpService(context)

    @router.get(
        "",
        openapi_extra=PUBLIC,
        response_model=Answer[messages.Waiting],
        responses={200: {"content": {"application/json": {"example": {"data": messages.WAITING_EXAMPLE}}}}},
        summary="Tell whether an institute waits for being set up",
    )
    def look(organisation: Annotated[str, Query(min_length=1, max_length=60, examples=["km-media"])]) -> Response:
        return answer(None, service.look(organisation))

    @router.post("/code", openapi_extra=PUBLIC, response_model=Answer[messages.Waiting], summary="Try a set-up code")
    def try_code(request: Request, ask: Annotated[CodeAsk, Body(examples=[messages.CODE_EXAMPLE])]) -> Response:
        institute = service.try_code(ask.organisation, ask.code, _address(request))
        return answer(None, {"organisation": institute.slug, "name": institute.name, "waiting": True})

    @router.post(
        "",
        openapi_extra=PUBLIC,
        status_code=201,
        response_model=Answer[messages.Done],
        responses={201: {"content": {"application/json": {"example": {"data": messages.DONE_EXAMPLE}}}}},
        summary="Set an institute up",
    )
    async def finish(request: Request, ask: Annotated[FinishAsk, Body(examples=[messages.FINISH_EXAMPLE])]) -> Response:
        institute = await run_in_threadpool(service.check, ask, _address(request))
        password = ask.administrator.password.get_secret_value()
        hashed = await asyncio.wrap_future(context.passwords.hash(password))
        return answer(None, await run_in_threadpool(service.finish, ask, institute, hashed), created=True)

    return router


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
