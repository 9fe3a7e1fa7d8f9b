"""The REST face of profiles: one's own and other people's, each field only for those whom its rule names."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi import Body as Given
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db
from server.core.resource_routes import IdempotencyKey, IfMatch, base_of
from server.core.resources import read_row
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.core.submission import Submission, Wish, raise_for
from server.people.profile_service import KINDS
from server.people.routes import USERS
from shared.core.actor import Actor
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.text import text
from shared.people.profile_commands import ROW_OF, empty_row
from shared.people.profile_fields import PROFILE_FIELDS, may_read_field, names_of, row_id
from shared.people.profile_rules import LearningStyle, SkillLevel, StudyTime

_ONE = "SELECT {columns} FROM {table} t WHERE t.organisation_id = :o AND t.id = :id"
_NEW = "0"
"""Stands in a version for a row that isn't there yet."""
_EXAMPLE = {
    "person_id": "01a1f7f8-3000-7672-874a-d4a8ff8edb2f",
    "preferred_name": "Ama",
    "bio": "Photographer in her second year.",
    "specialisation": "Portraits",
    "qualifications": ["City & Guilds level 2, 2025"],
    "links": ["https://ama.example.org/pictures"],
    "interests": ["film", "light"],
    "goals": "A first exhibition",
    "skill_level": "intermediate",
    "learning_style": "doing",
    "study_time": "evening",
    "weekly_goal": 240,
    "branch_id": "01a1f7f8-3000-7672-874a-d4a8ff8edb44",
    "address": "12 High Street, Accra",
    "guardians": [
        {"name": "Yaw Mensah", "relation": "father", "phone": "024 555 0199", "email": "", "told": True},
    ],
}


class Guardian(StrictModel):
    """Who answers for a student, and whether he or she is told of what happens."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=100)
    relation: str = Field(default="", max_length=60)
    phone: str = Field(default="", max_length=40)
    email: str = Field(default="", max_length=254)
    told: bool = False


class ProfileChange(StrictModel):
    """The fields to change; those left out stay, null and an empty list empty one."""

    model_config = ConfigDict(extra="forbid")

    preferred_name: str | None = Field(default=None, max_length=100)
    bio: str | None = Field(default=None, max_length=2_000)
    specialisation: str | None = Field(default=None, max_length=200)
    qualifications: list[str] | None = Field(default=None, max_length=20)
    links: list[str] | None = Field(default=None, max_length=10)
    interests: list[str] | None = Field(default=None, max_length=20)
    goals: str | None = Field(default=None, max_length=1_000)
    skill_level: SkillLevel | None = None
    learning_style: LearningStyle | None = None
    study_time: StudyTime | None = None
    weekly_goal: int | None = Field(default=None, ge=1)
    branch_id: str | None = Field(default=None, max_length=36)
    address: str | None = Field(default=None, max_length=500)
    guardians: list[Guardian] | None = Field(default=None, max_length=4)


def _rows(db: Db, organisation_id: str, person_id: str) -> dict[str, dict[str, Any]]:
    """Return a person's rows by kind; one that isn't there yet has no revision."""
    found = {}
    for name, kind in KINDS.items():
        sql = _ONE.format(columns=kind.selected(), table=kind.table.name)
        own_id = row_id(name, person_id)
        row = db.one(sql, o=organisation_id, id=own_id)
        found[name] = kind.body_of(row) if row else empty_row(name, own_id, person_id)
    return found


def _version(rows: Mapping[str, Mapping[str, Any]]) -> str:
    return ".".join(str(rows[name]["revision"] or _NEW) for name in sorted(rows))


def _shown(actor: Actor, person_id: str, rows: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    readable = [one for one in PROFILE_FIELDS if may_read_field(actor, person_id, one.name, sees=True)]
    return {"person_id": person_id} | {one.name: rows[one.row][one.name] for one in readable}


def profile_router(context: Context) -> APIRouter:
    """Return the routes."""
    router = Router(prefix="/api/v1", tags=["profile"])
    submission = Submission(context.door, context.clock, context.new_id)
    _add_reading(router, context)
    _add_changing(router, context, submission)
    return router


def _read(context: Context, request: Request, known: CurrentSignIn, person_id: str) -> Response:
    with context.database.read() as db:
        if person_id != known.actor.person_id:
            read_row(db, USERS, known.actor, person_id)
        rows = _rows(db, known.actor.organisation_id, person_id)
    return answer(request, _shown(known.actor, person_id, rows), etag=_version(rows))


def _add_reading(router: APIRouter, context: Context) -> None:
    described: dict[int | str, dict[str, Any]] = {
        200: {"content": {"application/json": {"example": {"data": _EXAMPLE}}}}
    }

    @router.get(
        "/profile", response_model=Answer[dict[str, Any]], responses=described, summary="Read one's own profile"
    )
    def own(request: Request, known: Annotated[CurrentSignIn, Depends(context.auth.current)]) -> Response:
        return _read(context, request, known, known.actor.person_id)

    @router.get(
        "/users/{person_id}/profile",
        response_model=Answer[dict[str, Any]],
        responses=described,
        summary="Read what of someone's profile is yours to see",
    )
    def read(
        request: Request, person_id: str, known: Annotated[CurrentSignIn, Depends(context.auth.current)]
    ) -> Response:
        return _read(context, request, known, person_id)


def _wishes(rows: Mapping[str, Mapping[str, Any]], person_id: str, given: Mapping[str, Any], base: str) -> list[Wish]:
    seen = dict(zip(sorted(rows), base.split("."), strict=False))
    if len(seen) != len(rows):
        raise CampusError("base_missing", text("Say which version you saw: send its ETag as If-Match."))
    wishes = []
    for command, kind in ROW_OF.items():
        changes = {name: {"old": None, "new": given[name]} for name in names_of(kind) if name in given}
        if changes:
            known_base = None if seen[kind] == _NEW else seen[kind]
            wishes.append(
                Wish(command, row_id(kind, person_id), {"person_id": person_id, "changes": changes}, known_base)
            )
    return wishes


def _add_changing(router: APIRouter, context: Context, submission: Submission) -> None:
    def change(known: CurrentSignIn, person_id: str, given: ProfileChange, base: str, key: str | None) -> Response:
        wanted = given.model_dump(mode="json", exclude_unset=True)
        with context.database.read() as db:
            if person_id != known.actor.person_id:
                read_row(db, USERS, known.actor, person_id)
            rows = _rows(db, known.actor.organisation_id, person_id)
        wishes = _wishes(rows, person_id, wanted, base)
        for outcome in submission.put_all(known, key, wishes) if wishes else ():
            raise_for(outcome)
        with context.database.read() as db:
            rows = _rows(db, known.actor.organisation_id, person_id)
        return answer(None, _shown(known.actor, person_id, rows), etag=_version(rows))

    example = Given(examples=[{"bio": "Photographer in her second year.", "weekly_goal": 240}])

    @router.patch("/profile", response_model=Answer[dict[str, Any]], summary="Change one's own profile")
    def own(
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        given: Annotated[ProfileChange, example],
        if_match: IfMatch = None,
        key: IdempotencyKey = None,
    ) -> Response:
        return change(known, known.actor.person_id, given, base_of(if_match), key)

    @router.patch(
        "/users/{person_id}/profile", response_model=Answer[dict[str, Any]], summary="Change someone's profile"
    )
    def others(
        person_id: str,
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        given: Annotated[ProfileChange, example],
        if_match: IfMatch = None,
        key: IdempotencyKey = None,
    ) -> Response:
        return change(known, person_id, given, base_of(if_match), key)
