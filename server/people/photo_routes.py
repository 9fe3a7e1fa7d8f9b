"""The REST face of photos and of the rule for student numbers."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Request
from fastapi import Body as Given
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db
from server.core.resource_routes import IdempotencyKey
from server.core.resources import read_row
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.core.sql import SetSql
from server.core.submission import Submission, Wish
from server.people.numbering_service import RULE_KIND
from server.people.photo_service import PHOTO_KIND
from server.people.routes import USERS
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.text import text
from shared.people.numbering import FIELDS, YearStyle, numbering_id
from shared.people.photos import photo_digest, photo_id

_ONE = "SELECT {columns} FROM {table} t WHERE t.organisation_id = :o AND t.id = :id"
_PHOTO = _ONE.format(columns=PHOTO_KIND.selected(), table="person_photo")
_RULE = _ONE.format(columns=RULE_KIND.selected(), table="numbering_rule")
_REVISIONS = SetSql("SELECT p.id, p.revision FROM {ids} i {by} person p ON p.id = i.id WHERE p.organisation_id = :o")
_EXAMPLE = {"jpeg_base64": "/9j/4AAQSkZJRg..."}
_RULE_EXAMPLE = {"prefix": "S-", "year": "long", "digits": 4, "start": 1}


class Photo(StrictModel):
    """A JPEG of 240 x 300 pixels and 40 KB at most as base64, or null to remove the photo."""

    model_config = ConfigDict(extra="forbid")

    jpeg_base64: str | None = Field(max_length=60_000)


class Numbering(StrictModel):
    """The whole rule: "S-" with the year long and 4 digits gives S-2026-0001."""

    model_config = ConfigDict(extra="forbid")

    prefix: str = Field(max_length=12)
    year: YearStyle
    digits: int = Field(ge=1, le=8)
    start: int = Field(default=1, ge=1)


class PeopleNamed(StrictModel):
    """Ids of people."""

    model_config = ConfigDict(extra="forbid")

    ids: list[str] = Field(min_length=1, max_length=500)


def _photo(db: Db, organisation_id: str, person_id: str) -> dict[str, Any] | None:
    row = db.one(_PHOTO, o=organisation_id, id=photo_id(person_id))
    return PHOTO_KIND.body_of(row) if row else None


def _rule(db: Db, organisation_id: str) -> dict[str, Any] | None:
    row = db.one(_RULE, o=organisation_id, id=numbering_id(organisation_id))
    return RULE_KIND.body_of(row) if row else None


def photo_router(context: Context) -> APIRouter:
    """Return the routes."""
    router = Router(prefix="/api/v1", tags=["users"])
    submission = Submission(context.door, context.clock, context.new_id)
    _add_photo(router, context, submission)
    _add_numbering(router, context, submission)
    return router


def _add_photo(router: APIRouter, context: Context, submission: Submission) -> None:
    @router.get(
        "/users/{person_id}/photo",
        response_model=Answer[dict[str, Any]],
        responses={200: {"content": {"application/json": {"example": {"data": _EXAMPLE}}}}},
        summary="Read someone's photo",
    )
    def read(
        request: Request, person_id: str, known: Annotated[CurrentSignIn, Depends(context.auth.current)]
    ) -> Response:
        with context.database.read() as db:
            read_row(db, USERS, known.actor, person_id)
            body = _photo(db, known.actor.organisation_id, person_id)
        if body is None or body["jpeg_base64"] is None:
            raise CampusError("not_found", text("This person has no photo yet."))
        return answer(request, body, etag=body["revision"])

    @router.put(
        "/users/{person_id}/photo", response_model=Answer[dict[str, Any]], summary="Set or remove someone's photo"
    )
    def put(
        person_id: str,
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        given: Annotated[Photo, Given(examples=[_EXAMPLE])],
        key: IdempotencyKey = None,
    ) -> Response:
        with context.database.read() as db:
            read_row(db, USERS, known.actor, person_id)
            seen = _photo(db, known.actor.organisation_id, person_id) or {}
        payload = {
            "person_id": person_id,
            "jpeg_base64": given.jpeg_base64,
            "old_digest": photo_digest(seen.get("jpeg_base64")),
        }
        submission.put(known, key, Wish("SetPersonPhoto", photo_id(person_id), payload, seen.get("revision")))
        with context.database.read() as db:
            body = _photo(db, known.actor.organisation_id, person_id) or {}
        return answer(None, body, etag=body.get("revision"))


def _add_numbering(router: APIRouter, context: Context, submission: Submission) -> None:
    @router.put("/numbering", response_model=Answer[dict[str, Any]], summary="Set the rule for student numbers")
    def put(
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        given: Annotated[Numbering, Given(examples=[_RULE_EXAMPLE])],
        key: IdempotencyKey = None,
    ) -> Response:
        organisation_id = known.actor.organisation_id
        with context.database.read() as db:
            seen = _rule(db, organisation_id) or {}
        wanted = given.model_dump(mode="json")
        changes = {name: {"old": seen.get(name), "new": wanted[name]} for name in FIELDS}
        wish = Wish("SetNumbering", numbering_id(organisation_id), {"changes": changes}, seen.get("revision"))
        submission.put(known, key, wish)
        with context.database.read() as db:
            body = _rule(db, organisation_id) or {}
        return answer(None, body, etag=body.get("revision"))

    @router.post(
        "/users/numbers", response_model=Answer[list[dict[str, Any]]], summary="Give the next numbers to people"
    )
    def give(
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        wanted: PeopleNamed,
        key: IdempotencyKey = None,
    ) -> Response:
        with context.database.read() as db:
            ids = orjson.dumps(wanted.ids).decode()
            seen = {row[0]: row[1] for row in db.rows(_REVISIONS, o=known.actor.organisation_id, ids=ids)}
        pairs = [(one, seen.get(one)) for one in dict.fromkeys(wanted.ids)]
        wish = Wish("GiveNumbers", pairs[0][0], {}, pairs[0][1], pairs[1:])
        outcomes = submission.put_all(known, key, [wish])
        return answer(None, [outcome.model_dump(mode="json") for outcome in outcomes])
