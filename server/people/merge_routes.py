"""The REST face of merging: likely pairs, what a merge would do field by field, merging, and taking it apart."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi import Body as Given
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db
from server.core.entities import Body
from server.core.openapi import described
from server.core.resource_routes import IdempotencyKey
from server.core.resources import read_row
from server.core.responses import answer
from server.core.routing import Router
from server.core.submission import Submission, Wish
from server.people import merge_pairs, merge_record
from server.people.merging import Merging
from server.people.role_kind import grants_in
from server.people.routes import USERS
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.text import text
from shared.people.merge_rules import PHOTO, Side, field_lines, may_merge, merge_refusal, merged_body, name_of
from shared.people.photos import photo_digest, photo_id

_PHOTO = "SELECT jpeg_base64 FROM person_photo WHERE organisation_id = :o AND id = :id"
_CREDENTIAL = "SELECT 1 FROM credential WHERE organisation_id = :o AND person_id = :p"
_EXAMPLE_ID = "01a1f7f8-3000-7672-874a-d4a8ff8edb2f"
_PREVIEW: dict[str, Any] = {
    "stays": {"id": _EXAMPLE_ID, "name": "Ama Mensah S-0042", "rows": {"enrolment": 2}, "signs_in": True},
    "goes": {"id": "01a1f7f8-3000-7672-874a-d4a9f55daf8f", "name": "Ama Mensa", "rows": {"mark": 3}, "signs_in": False},
    "fields": [{"name": "phone", "stays": "024 555 0101", "goes": "020 555 0199", "side": "stays", "differs": True}],
    "roles": ["student"],
    "state": "active",
    "obstacles": [],
}


class Wanted(StrictModel):
    """Which entry goes, and for fields that differ whose value stays."""

    model_config = ConfigDict(extra="forbid")

    from_id: str = Field(max_length=36)
    from_revision: str | None = Field(default=None, max_length=36)
    choices: dict[str, Side] = Field(default_factory=dict, max_length=20)


def merge_router(context: Context) -> APIRouter:
    """Return the routes."""
    router = Router(prefix="/api/v1/users", tags=["users"])
    merging = Merging(context.moves_person)
    submission = Submission(context.door, context.clock, context.new_id)
    _add_pairs(router, context)
    _add_preview(router, context, merging)
    _add_merge(router, context, submission)
    _add_records(router, context, merging)
    _add_undo(router, context, submission)
    return router


def _check(known: CurrentSignIn) -> None:
    if not may_merge(known.actor):
        raise CampusError("not_allowed", text("Your role doesn't merge people. Ask the office."))


def _add_pairs(router: APIRouter, context: Context) -> None:
    example = [{"one": {"id": _EXAMPLE_ID}, "other": {}, "score": 90, "reasons": ["name", "date_of_birth"]}]

    @router.get("/likely-pairs", summary="Name entries that are likely the same person", **described(None, example))
    def pairs(request: Request, known: Annotated[CurrentSignIn, Depends(context.auth.current)]) -> Response:
        """The likeliest first: the same mail address or phone, or the same name with the date of birth."""
        _check(known)
        with context.database.read() as db:
            return answer(request, merge_pairs.likely_pairs(db, known.actor))


def _side(db: Db, merging: Merging, organisation_id: str, body: Body) -> dict[str, Any]:
    return {
        "id": body["id"],
        "revision": body["revision"],
        "name": name_of(body),
        "state": body["state"],
        "roles": body["roles"],
        "rows": merging.counts(db, organisation_id, body["id"]),
        "signs_in": db.one(_CREDENTIAL, o=organisation_id, p=body["id"]) is not None,
    }


def _with_photo(db: Db, organisation_id: str, body: Body) -> dict[str, Any]:
    row = db.one(_PHOTO, o=organisation_id, id=photo_id(body["id"]))
    return {**body, PHOTO: photo_digest(row[0]) if row and row[0] else None}


def _preview(
    db: Db, merging: Merging, known: CurrentSignIn, ids: tuple[str, str], choices: Mapping[str, str]
) -> dict[str, Any]:
    organisation_id = known.actor.organisation_id
    stays, goes = (read_row(db, USERS, known.actor, one) for one in ids)
    refusal = merge_refusal(known.actor, stays, goes, grants_in(db, organisation_id))
    seen = [_with_photo(db, organisation_id, one) for one in (stays, goes)]
    lines = field_lines(seen[0], seen[1], choices)
    merged = merged_body(stays, goes, choices)
    obstacles = [str(refusal)] if refusal else merging.obstacles(db, organisation_id, goes["id"], stays["id"])
    return {
        "stays": _side(db, merging, organisation_id, stays),
        "goes": _side(db, merging, organisation_id, goes),
        "fields": [
            {"name": one.name, "stays": one.stays, "goes": one.goes, "side": str(one.side), "differs": one.differs}
            for one in lines
        ],
        "roles": merged["roles"],
        "state": merged["state"],
        "obstacles": obstacles,
    }


def _add_preview(router: APIRouter, context: Context, merging: Merging) -> None:
    example = Given(examples=[{"from_id": _EXAMPLE_ID, "choices": {"phone": "goes"}}])

    @router.post("/{person_id}/merge/preview", summary="See what merging would do", **described(None, _PREVIEW))
    def preview(
        request: Request,
        person_id: str,
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        given: Annotated[Wanted, example],
    ) -> Response:
        """Field by field whose value stays, how many rows follow, and what stands against it; nothing is changed."""
        _check(known)
        with context.database.read() as db:
            return answer(request, _preview(db, merging, known, (person_id, given.from_id), given.choices))


def _add_merge(router: APIRouter, context: Context, submission: Submission) -> None:
    example = Given(examples=[{"from_id": _EXAMPLE_ID, "choices": {"phone": "goes"}}])

    @router.post(
        "/{person_id}/merge",
        summary="Merge another entry into this one",
        **described(None, {"merge_id": _EXAMPLE_ID, "reviews": []}),
    )
    def merge(
        person_id: str,
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        given: Annotated[Wanted, example],
        key: IdempotencyKey = None,
    ) -> Response:
        """Everything of the other entry follows; the answer names the merge, by which it can be undone."""
        _check(known)
        with context.database.read() as db:
            stays, goes = (read_row(db, USERS, known.actor, one) for one in (person_id, given.from_id))
        payload = {
            "from_id": goes["id"],
            "from_revision": given.from_revision,
            "from_name": name_of(goes),
            "to_name": name_of(stays),
            "choices": {name: str(side) for name, side in given.choices.items()},
        }
        if submission.is_repeat(known, key):
            payload |= _as_sent(context, known, submission.command_id(known, key))
        outcome = submission.put(known, key, Wish("MergePeople", person_id, payload))[0]
        return answer(None, {name: outcome.details.get(name) for name in ("merge_id", "reviews")})


def _as_sent(context: Context, known: CurrentSignIn, merge_id: str) -> dict[str, str]:
    """Return the names that a request showed at its first time: a repeat must be the same, whatever they are now."""
    with context.database.read() as db:
        record = merge_record.read(db, known.actor.organisation_id, merge_id)
    return merge_record.names_sent(record) if record else {}


def _add_records(router: APIRouter, context: Context, merging: Merging) -> None:
    example = [
        {
            "id": _EXAMPLE_ID,
            "from_id": _EXAMPLE_ID,
            "to_id": _EXAMPLE_ID,
            "from_name": "Ama Mensa",
            "to_name": "Ama Mensah S-0042",
            "state": "merged",
            "merged_at": "2026-11-20T08:30:00.000Z",
            "merged_by_name": "Efua Owusu",
            "reviews": [],
            "obstacles": [],
        }
    ]

    @router.get("/{person_id}/merges", summary="See what was merged into someone", **described(None, example))
    def merges(
        request: Request, person_id: str, known: Annotated[CurrentSignIn, Depends(context.auth.current)]
    ) -> Response:
        """The newest first, with what a person should look at, and what stands against undoing each."""
        _check(known)
        organisation_id = known.actor.organisation_id
        with context.database.read() as db:
            read_row(db, USERS, known.actor, person_id)
            found = [
                {
                    **{name: getattr(one, name) for name in merge_record.TOLD},
                    "obstacles": merging.undo_obstacles(db, organisation_id, one),
                }
                for one in merge_record.records_of(db, organisation_id, person_id)
            ]
        return answer(request, found)


def _add_undo(router: APIRouter, context: Context, submission: Submission) -> None:
    @router.post("/{person_id}/merges/{merge_id}/undo", summary="Take a merge apart", **described(None, {}))
    def undo(
        person_id: str,
        merge_id: str,
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        key: IdempotencyKey = None,
    ) -> Response:
        """Exactly what the merge moved goes back; what was changed since stays changed."""
        _check(known)
        with context.database.read() as db:
            read_row(db, USERS, known.actor, person_id)
            record = merge_record.read(db, known.actor.organisation_id, merge_id)
        names = merge_record.names_sent(record) if record else {}
        payload = {"merge_id": merge_id, "from_id": record.from_id if record else "", **names}
        submission.put(known, key, Wish("UndoMerge", person_id, payload))
        return answer(None, {})
