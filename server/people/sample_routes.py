"""The people whom a sample institute's sign-in page offers; on any other server there is nothing here."""

import json

from fastapi import APIRouter, Request
from starlette.responses import Response

from server.core.database import Database, Db
from server.core.openapi import PUBLIC
from server.core.responses import Answer, answer
from server.core.routing import Router
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.text import text

_KEY = "sample_people"
_PUT = "INSERT INTO server_state (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = :value"


class SampleSignIn(StrictModel):
    """Someone of the sample, and the password that lets anyone try the role."""

    organisation: str
    name: str
    role: str
    username: str
    password: str


def offer(db: Db, people: list[SampleSignIn]) -> None:
    """Make this the server of a sample institute that offers `people`."""
    db.run(_PUT, name=_KEY, value=json.dumps([one.model_dump() for one in people]))


def sample_router(database: Database) -> APIRouter:
    """Return `/api/v1/demo/people`."""
    router = Router(prefix="/api/v1/demo", tags=["auth"])

    @router.get(
        "/people",
        openapi_extra=PUBLIC,
        response_model=Answer[list[SampleSignIn]],
        summary="The sample's people by role",
    )
    def people(request: Request) -> Response:
        with database.read() as db:
            row = db.one("SELECT value FROM server_state WHERE name = :name", name=_KEY)
        if row is None:
            raise CampusError("not_found", text("This server has no sample institute."))
        return answer(request, json.loads(row[0]))

    return router
