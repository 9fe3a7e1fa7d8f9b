"""The REST face of conflicts: what needs a decision, and settling it."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from server.core.auth import Auth, CurrentSignIn
from server.core.database import Database
from server.core.resource_routes import IdempotencyKey
from server.core.responses import Answer, PageAnswer, answer, pagination
from server.core.routing import Router
from server.core.sql import SetSql, id_source
from server.core.submission import Submission, Wish
from shared.core.actor import Actor
from shared.core.command import Id
from shared.core.conflict import SettleConflict
from shared.core.errors import CampusError
from shared.core.sync import ALL_SCOPE
from shared.core.text import text

_SEEN = """
FROM conflict c WHERE c.organisation_id = :o AND c.state = :state
AND (:every = 1 OR c.scope IN (SELECT id FROM {ids} s) OR c.also IN (SELECT id FROM {ids} s))
AND c.kind NOT IN (SELECT id FROM {hidden} h)
"""
_SEEN_IN = {dialect: _SEEN.replace("{hidden}", id_source(dialect, "hidden")) for dialect in ("sqlite", "postgresql")}
_COUNT = {dialect: SetSql("SELECT count(*) " + seen) for dialect, seen in _SEEN_IN.items()}
_PAGE = {
    dialect: SetSql(f"SELECT c.body {seen} ORDER BY c.id LIMIT :rows OFFSET :skip")
    for dialect, seen in _SEEN_IN.items()
}
_ONE = {
    dialect: SetSql("SELECT c.body " + seen.replace("c.state = :state", "c.id = :id"))
    for dialect, seen in _SEEN_IN.items()
}


def _places(actor: Actor, hidden: Sequence[str]) -> dict[str, Any]:
    """Return what the statements ask of an actor who doesn't see the kinds `hidden`."""
    ids, kinds = (orjson.dumps(list(one)).decode() for one in (actor.scopes, hidden))
    return {"o": actor.organisation_id, "every": int(ALL_SCOPE in actor.scopes), "ids": ids, "hidden": kinds}


def conflict_router(
    auth: Auth, database: Database, submission: Submission, hidden: Callable[[Actor], list[str]]
) -> APIRouter:
    """Return the routes under `/api/v1/sync/conflicts`; `hidden` gives the kinds that someone doesn't see."""
    router = Router(prefix="/api/v1/sync/conflicts", tags=["sync"])

    def places(known: CurrentSignIn) -> dict[str, Any]:
        return _places(known.actor, hidden(known.actor))

    @router.get("", response_model=PageAnswer[dict[str, Any]], summary="List what needs a decision")
    def listed(
        request: Request,
        known: Annotated[CurrentSignIn, Depends(auth.current)],
        state: Annotated[str, Query(pattern="^(open|settled)$")] = "open",
        page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
        limit: Annotated[int, Query(ge=1, le=500)] = 10,
    ) -> Response:
        with database.read() as db:
            counted = db.one(_COUNT[db.dialect], state=state, **places(known))
            rows = db.rows(_PAGE[db.dialect], state=state, rows=limit, skip=(page - 1) * limit, **places(known))
        total = int(counted[0]) if counted else 0
        return answer(request, [orjson.loads(row[0]) for row in rows], page=pagination(page, limit, total))

    @router.post("/{conflict_id}/settle", response_model=Answer[dict[str, Any]], summary="Choose between the versions")
    def settle(
        conflict_id: Id,
        known: Annotated[CurrentSignIn, Depends(auth.current)],
        wanted: SettleConflict,
        key: IdempotencyKey = None,
    ) -> Response:
        with database.read() as db:
            if db.one(_ONE[db.dialect], id=conflict_id, **places(known)) is None:
                raise CampusError("not_found", text("This disagreement isn't there, or isn't yours to see."))
        submission.put(known, key, Wish("SettleConflict", conflict_id, {"choices": wanted.choices}))
        with database.read() as db:
            row = db.one(_ONE[db.dialect], id=conflict_id, **places(known))
        return answer(None, orjson.loads(row[0]) if row else {})

    return router
