"""Health: whether the server lives, whether it is ready for work, and what it is."""

import asyncio
import contextlib
from collections.abc import Callable

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from server.core.database import Database
from server.core.errors import database_away
from server.core.openapi import PUBLIC, described
from server.core.responses import answer
from server.core.routing import Router
from server.core.server_epoch import ServerEpoch
from shared.core.clock import Clock, instant_text
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.sync import PROTOCOL


class Health(StrictModel):
    """What a server says of itself; `server_epoch` is empty until the database was reached once."""

    status: str
    version: str
    server_epoch: str
    protocol: int
    server_time: str


_EXAMPLE = {
    "status": "ok",
    "version": "0.1.0",
    "server_epoch": "019a9f3e-7c00-7000-8000-000000000006",
    "protocol": PROTOCOL,
    "server_time": "2026-11-20T08:30:00.000Z",
}


def health_router(
    version: str,
    clock: Clock,
    database: Database,
    epoch: ServerEpoch,
    schema_fault: Callable[[], CampusError | None],
    lacks: Callable[[], list[str]] = list,
) -> APIRouter:
    """Return the routes of health; `schema_fault` says why the tables aren't the ones that this program needs.

    `lacks` names programs that are missed beside the server and that it works without.
    """
    router = Router(tags=["health"])

    @router.get("/api/health", openapi_extra=PUBLIC, **described(Health, _EXAMPLE))
    async def health() -> Response:
        """Tell what this server is; needs no database, but for learning the epoch now and then."""
        if epoch.known is None and epoch.is_old:
            await run_in_threadpool(_learn, epoch)
        elif epoch.is_old:
            # What is known will do for this answer; a database that hangs must not hold health up.
            asyncio.get_running_loop().run_in_executor(None, _learn, epoch)
        now = instant_text(clock.now())
        told = {"status": "ok", "version": version, "server_epoch": epoch.known or "", "protocol": PROTOCOL}
        return answer(None, {**told, "server_time": now})

    @router.get("/health/live", openapi_extra=PUBLIC, **described(None, {"status": "live"}))
    async def live() -> Response:
        """Tell that the process answers."""
        return answer(None, {"status": "live"})

    @router.get("/health/ready", openapi_extra=PUBLIC, **described(None, {"status": "ready"}))
    def ready() -> Response:
        """Tell whether the server can work; 503 with a sentence while it can't reach its database.

        `missing` names programs that it was told to use for films and doesn't find; all else works without them.
        """
        _reach(database)
        return answer(None, _ready(schema_fault(), lacks()))

    return router


def _ready(fault: CampusError | None, missing: list[str]) -> dict[str, object]:
    if fault is not None:
        raise fault
    return {"status": "ready", **({"missing": missing} if missing else {})}


def _reach(database: Database) -> None:
    try:
        with database.read() as db:
            db.one("SELECT 1")
    except Exception as failure:
        raise database_away() from failure


def _learn(epoch: ServerEpoch) -> None:
    with contextlib.suppress(Exception):  # health says what it knows; readiness says what is wrong
        epoch.read()
