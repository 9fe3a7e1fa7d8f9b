"""The REST face of handing temporary passwords over."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends
from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.people.entry_messages import StrictAsk
from server.people.handover_service import MOST_AT_ONCE, HandOver, HandoverService
from shared.core.command import Id
from shared.core.strict import StrictModel

_ID = "019a9f3e-7c00-7000-8000-000000000004"


class HandOverAsk(StrictAsk):
    """For whom to make passwords, and how they reach them: by letter, or on slips that the office prints."""

    person_ids: list[Id] = Field(min_length=1, max_length=MOST_AT_ONCE)
    by: HandOver


class HandedOver(StrictModel):
    """One person's password: sent by mail or SMS, or given back for a slip."""

    person_id: str
    person: str
    name: str
    sent_by: str | None
    password: str | None
    expires_at: str


def handover_router(context: Context) -> APIRouter:
    """Return the route."""
    router = Router(prefix="/api/v1/auth", tags=["auth"])
    service = HandoverService(context)
    ready = Annotated[CurrentSignIn, Depends(context.auth.current)]
    given: Any = Body(examples=[{"person_ids": [_ID], "by": "slip"}])

    @router.post("/temporary-passwords", response_model=Answer[list[HandedOver]], summary="Hand over passwords")
    async def hand_over(sign_in: ready, ask: Annotated[HandOverAsk, given]) -> Response:
        """Give people temporary passwords; all their sign-ins end. What goes by letter is told to nobody else."""
        wanted = list(dict.fromkeys(ask.person_ids))
        people = await run_in_threadpool(service.check, sign_in, wanted, ask.by)
        made = []
        for person in people:
            password = service.made()
            made.append((person, password, await asyncio.wrap_future(context.passwords.hash(password))))
        return answer(None, await run_in_threadpool(service.hand_over, sign_in, ask.by, made))

    return router
