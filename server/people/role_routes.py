"""The REST face of roles and of the catalogue of permissions."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi import Body as Given
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.entities import Body
from server.core.openapi import failures
from server.core.resource_routes import IdempotencyKey, IfMatch, base_of
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.core.submission import Submission, Wish
from server.people.role_kind import read_roles
from shared.core.actor import Actor
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.text import text
from shared.people.permission_catalogue import catalogue, why_not
from shared.people.role_rules import role_id, role_key, same_name
from shared.people.vocabulary import Permission

_ERRORS = failures(400, 401, 403, 404, 409, 422, 429, 500, 503)
_EXAMPLE = {
    "id": "01a1f7f8-3000-7672-874a-d4a8ff8edb2f",
    "revision": "01a1f7f8-3000-7672-874a-d4a9f55daf8f",
    "key": "lab_technician",
    "name": "Lab technician",
    "own": ["kit.manage"],
    "permissions": ["kit.lend", "kit.manage", "people.see"],
    "inherits": ["attendance_officer"],
    "built_in": False,
    "needs_factor": False,
    "retired": False,
}
_WANTED = {"name": "Lab technician", "own": ["kit.manage"], "inherits": ["attendance_officer"], "needs_factor": False}
_LINE = {"word": "kit.manage", "area": "timetable", "lets": "Keep the list of kit", "sensitive": False, "held": True}
_HOLDER = {"id": "01a1f7f8-3000-7672-874a-d4a8ff8edb30", "name": "Ama Mensah", "state": "active"}
_HOLDERS = """
SELECT p.id, p.given_name, p.other_names, p.family_name, p.state FROM person_role pr
JOIN person p ON p.organisation_id = pr.organisation_id AND p.id = pr.person_id
WHERE pr.organisation_id = :o AND pr.role_key = :key ORDER BY p.sort_name, p.id LIMIT 500
"""


class NewRole(StrictModel):
    """A role: `own` are words of the catalogue, `inherits` keys of roles that it takes over."""

    model_config = ConfigDict(extra="forbid")

    key: str = Field(default="", max_length=60)
    name: str = Field(min_length=1, max_length=100)
    own: list[str] = Field(default_factory=list, max_length=500)
    inherits: list[str] = Field(default_factory=list, max_length=100)
    needs_factor: bool = False


class RoleChange(StrictModel):
    """What changes of a role; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(default=None, max_length=100)
    own: list[str] | None = Field(default=None, max_length=500)
    inherits: list[str] | None = Field(default=None, max_length=100)
    needs_factor: bool | None = None


def role_router(context: Context) -> APIRouter:
    """Return the routes."""
    router = Router(prefix="/api/v1", tags=["roles"])
    _add_reads(router, context)
    _add_holders(router, context)
    submission = Submission(context.door, context.clock, context.new_id)
    _add_making(router, context, submission)
    _add_changes(router, context, submission)
    return router


def _rows(context: Context, actor: Actor) -> dict[str, Body]:
    with context.database.read() as db:
        rows = read_roles(db, actor.organisation_id)
    return {key: row for key, row in rows.items() if not row["retired"]}


def _row(context: Context, actor: Actor, key: str) -> Body:
    row = _rows(context, actor).get(key)
    if row is None:
        raise CampusError("not_found", text("There is no role {key}.", key=key))
    return row


def _told(example: Any) -> dict[int | str, dict[str, Any]]:
    return _ERRORS | {200: {"content": {"application/json": {"example": {"data": example}}}}}


def _add_reads(router: APIRouter, context: Context) -> None:
    many, one = Answer[list[dict[str, Any]]], Answer[dict[str, Any]]

    @router.get("/permissions", response_model=many, responses=_told([_LINE]), summary="List the permissions")
    def permissions(request: Request, known: Annotated[CurrentSignIn, Depends(context.auth.current)]) -> Response:
        lines = [
            {
                "word": str(line.word),
                "area": line.area,
                "lets": line.lets,
                "sensitive": line.sensitive,
                "held": line.word in known.actor.permissions,
            }
            for line in catalogue()
        ]
        return answer(request, lines)

    @router.get("/roles", response_model=many, responses=_told([_EXAMPLE]), summary="List the roles")
    def roles(request: Request, known: Annotated[CurrentSignIn, Depends(context.auth.current)]) -> Response:
        return answer(request, list(_rows(context, known.actor).values()))

    @router.get("/roles/{key}", response_model=one, responses=_told(_EXAMPLE), summary="Read one role")
    def role(request: Request, key: str, known: Annotated[CurrentSignIn, Depends(context.auth.current)]) -> Response:
        row = _row(context, known.actor, key)
        return answer(request, row, etag=row["revision"])


def _add_holders(router: APIRouter, context: Context) -> None:
    @router.get(
        "/roles/{key}/people",
        response_model=Answer[list[dict[str, Any]]],
        responses=_told([_HOLDER]),
        summary="List who holds a role, at most 500 people",
    )
    def holders(request: Request, key: str, known: Annotated[CurrentSignIn, Depends(context.auth.current)]) -> Response:
        reason = why_not(known.actor, Permission.ROLES_ASSIGN, Permission.ROLES_EDIT)
        if reason is not None:
            raise CampusError("not_allowed", reason)
        row = _row(context, known.actor, key)
        with context.database.read() as db:
            rows = db.rows(_HOLDERS, o=known.actor.organisation_id, key=row["key"])
        people = [
            {"id": found[0], "name": " ".join(part for part in found[1:4] if part), "state": found[4]} for found in rows
        ]
        return answer(request, people)


def _add_making(router: APIRouter, context: Context, submission: Submission) -> None:
    @router.post(
        "/roles", status_code=201, response_model=Answer[dict[str, Any]], responses=_ERRORS, summary="Make a role"
    )
    def make(
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        wanted: Annotated[NewRole, Given(examples=[_WANTED])],
        idempotency_key: IdempotencyKey = None,
    ) -> Response:
        rows = _rows(context, known.actor)
        # A repeat gets the key that it got: the role that it made has this very name.
        others = [key for key, row in rows.items() if same_name(str(row["name"])) != same_name(wanted.name)]
        key = wanted.key or role_key(wanted.name, others)
        if key in rows and not submission.is_repeat(known, idempotency_key):
            raise CampusError("role_exists", text("There is a role {key} already. Choose another name.", key=key))
        changes = {name: {"old": None, "new": value} for name, value in wanted.model_dump(exclude={"key"}).items()}
        target = role_id(known.actor.organisation_id, key)
        submission.put(known, idempotency_key, Wish("SaveRole", target, {"key": key, "changes": changes}))
        row = _row(context, known.actor, key)
        return answer(None, row, created=True, etag=row["revision"])


def _add_changes(router: APIRouter, context: Context, submission: Submission) -> None:
    @router.patch("/roles/{key}", response_model=Answer[dict[str, Any]], responses=_ERRORS, summary="Change a role")
    def change(
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        key: str,
        wanted: Annotated[RoleChange, Given(examples=[{"name": "Trainer"}])],
        idempotency_key: IdempotencyKey = None,
        if_match: IfMatch = None,
    ) -> Response:
        base, row = base_of(if_match), _row(context, known.actor, key)
        given = wanted.model_dump(exclude_unset=True, exclude_none=True)
        if not given:
            raise CampusError("nothing_given", text("Say what changes."))
        changes = {name: {"old": None, "new": value} for name, value in given.items()}
        submission.put(known, idempotency_key, Wish("SaveRole", row["id"], {"key": key, "changes": changes}, base))
        row = _row(context, known.actor, key)
        return answer(None, row, etag=row["revision"])

    @router.delete("/roles/{key}", response_model=Answer[dict[str, Any]], responses=_ERRORS, summary="Take a role away")
    def remove(
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        key: str,
        idempotency_key: IdempotencyKey = None,
    ) -> Response:
        row = _row(context, known.actor, key)
        submission.put(known, idempotency_key, Wish("RemoveRole", row["id"], {}, row["revision"]))
        return answer(None, {**row, "retired": True})
