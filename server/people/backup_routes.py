"""The REST face of the server's backups: what there is, how often and where, one now, and trying one out."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Request
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.core import backup_book
from server.core.auth import CurrentSignIn
from server.core.backup_book import Plan
from server.core.context import Context
from server.core.database import Db
from server.core.isolation import DirectorySql
from server.core.kept_answers import KeptAnswers
from server.core.resource_routes import IdempotencyKey
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.core.settings import Settings
from server.people.organisation_state import PLATFORM_SLUG, is_platform
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.text import text
from shared.people.vocabulary import Permission

_SHOWN = 50
_INSTITUTES = DirectorySql("SELECT count(*) FROM {directory} d WHERE d.slug <> :platform")
_ONE = {
    "id": "01a1f7f8-3000-7672-874a-d4a8ff8edb2f",
    "state": "done",
    "asked_by": "Akua Boahen",
    "asked_at": "2026-11-20T01:00:00.000Z",
    "began_at": "2026-11-20T01:00:02.000Z",
    "ended_at": "2026-11-20T01:00:31.000Z",
    "done": 80,
    "total": 80,
    "place": "/var/lib/campusdesk/backups",
    "file": "campusdesk-20261120-010002-8edb2f.backup",
    "bytes": 48_120_400,
    "row_count": 204_112,
    "file_count": 812,
    "tested": "sound",
    "tested_at": "2026-11-20T01:00:52.000Z",
    "problem": "",
}
_PLAN = {"every_hours": 24, "place": "/var/lib/campusdesk/backups", "keep": 7, "test": True}
_STATE_EXAMPLE = {"backups": [_ONE], "plan": _PLAN, "places": [_PLAN["place"]], "has_passphrase": True}


class PlanAsk(StrictModel):
    """How backups are made: `every_hours` 0 is only on request; `test` tries each out by restoring it."""

    model_config = ConfigDict(extra="forbid")

    every_hours: int
    place: str = Field(max_length=400)
    keep: int
    test: bool = True


def _shows(example: Any, status: int = 200) -> dict[str, Any]:
    return {
        "status_code": status,
        "response_model": Answer[Any],
        "responses": {status: {"content": {"application/json": {"example": {"data": example}}}}},
    }


def backup_router(context: Context) -> APIRouter:
    """Return the routes. A backup holds the whole server: with several institutes it is the operators' to make."""

    def allowed(known: Annotated[CurrentSignIn, Depends(context.auth.current)]) -> CurrentSignIn:
        with context.database.read() as db:
            if not _may(db, known):
                raise CampusError("not_allowed", text("Backups hold the whole server. Ask whoever runs it."))
        return known

    router = Router(prefix="/api/v1/backups", tags=["admin"], dependencies=[Depends(allowed)])
    maker = Annotated[CurrentSignIn, Depends(allowed)]
    kept = KeptAnswers(context.database, context.clock)

    @router.get("", **_shows(_STATE_EXAMPLE), summary="Show the server's backups and how they are made")
    def shown(request: Request) -> Response:
        with context.database.read() as db:
            return answer(request, _state(db, context.settings))

    @router.post("", **_shows(_ONE, 201), summary="Ask for a backup now")
    def ask(known: maker, key: IdempotencyKey = None) -> Response:
        def work(db: Db) -> dict[str, Any]:
            plan = backup_book.read_plan(db, context.settings)
            return backup_book.ask(db, context.new_id, context.clock.now(), known.actor.name, plan)

        told = kept.once(known, key, ("backup", None), lambda: context.database.write(work))
        return answer(None, told, created=True)

    @router.put("/plan", **_shows(_PLAN), summary="Say how often backups are made, where, and how many are kept")
    def put(wanted: Annotated[PlanAsk, Body(examples=[_PLAN])]) -> Response:
        plan = Plan(**wanted.model_dump())
        context.database.write(lambda db: backup_book.write_plan(db, context.settings, plan))
        return answer(None, asdict(plan))

    @router.post("/{backup_id}/test", **_shows(_ONE), summary="Ask that a backup is tried out by restoring it")
    def test(known: maker, backup_id: str, key: IdempotencyKey = None) -> Response:
        def work() -> dict[str, Any]:
            return context.database.write(lambda db: backup_book.ask_test(db, backup_id))

        return answer(None, kept.once(known, key, ("backup-test", backup_id), work))

    return router


def _state(db: Db, settings: Settings) -> dict[str, Any]:
    return {
        "backups": backup_book.latest(db, _SHOWN),
        "plan": asdict(backup_book.read_plan(db, settings)),
        "places": [str(place) for place in settings.backup_folders],
        "has_passphrase": settings.backup_passphrase_file is not None,
    }


def _may(db: Db, known: CurrentSignIn) -> bool:
    if not known.actor.may(Permission.BACKUPS_MAKE):
        return False
    row = db.one(_INSTITUTES, platform=PLATFORM_SLUG)
    alone = row is not None and int(row[0]) <= 1
    return alone or is_platform(db, known.actor.organisation_id)
