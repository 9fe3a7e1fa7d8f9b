"""The REST face of kit: pieces, loans with lending and taking back, bookings and limits."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.resource_routes import IdempotencyKey, IfMatch, base_of, resource_router
from server.core.resources import ListQuery, Resource, list_rows, read_row
from server.core.responses import Answer, PageAnswer, answer, pagination
from server.core.routing import Router
from server.core.submission import Submission, Wish
from server.timetable.kit_kinds import BOOKING_KIND, ITEM_KIND, LOAN_KIND, POLICY_KIND
from shared.core.command import Id, InstantText
from shared.core.strict import StrictModel
from shared.timetable.kit_commands import kit_policy_id, loan_id_of
from shared.timetable.kit_rules import DEFAULT_POLICY

_ID = "01a1f7f8-3000-7672-874a-d4a8ff8edb50"
_PERSON = "01a1f7f8-3000-7672-874a-d4aa4c9175c7"
_REVISION = "01a1f7f8-3000-7672-874a-d4a9f55daf8f"
ITEMS = Resource(
    family="kit-items",
    kind=ITEM_KIND,
    add="AddKitItem",
    edit="EditKitItem",
    filters={"state": "state", "category": "category", "kit_kind": "kit_kind", "number": "number"},
    sorts=("name", "number", "category", "due_at"),
    default_sort="name",
    name="piece of kit",
    example={
        "id": _ID,
        "revision": _REVISION,
        "name": "Camera 3",
        "number": "CAM-3",
        "category": "Cameras",
        "kit_kind": "item",
        "condition": "Scratch on the lens hood",
        "course_ids": [],
    },
)
_LOAN = {
    "id": "01a1f7f8-3000-7672-874a-d4a8ff8edb51",
    "revision": _REVISION,
    "item_id": _ID,
    "person_id": _PERSON,
    "person_name": "Esi Appiah",
    "out_at": "2026-11-20T08:30:00.000Z",
    "due_at": "2026-11-23T16:00:00.000Z",
    "back_at": None,
    "state": "out",
}
LOANS = Resource(
    family="kit-loans",
    kind=LOAN_KIND,
    add="",  # the area's own: a piece is lent, a loan isn't added
    edit="",
    filters={"item_id": "item_id", "person_id": "person_id", "state": "state"},
    sorts=("out_at", "due_at", "back_at"),
    default_sort="out_at",
    name="loan",
    example=_LOAN,
)
BOOKINGS = Resource(
    family="kit-bookings",
    kind=BOOKING_KIND,
    add="BookKit",
    edit="",
    filters={"item_id": "item_id", "person_id": "person_id", "state": "state"},
    sorts=("starts_at", "ends_at"),
    default_sort="starts_at",
    name="booking",
    example={
        "id": "01a1f7f8-3000-7672-874a-d4a8ff8edb52",
        "revision": _REVISION,
        "item_id": _ID,
        "person_id": _PERSON,
        "starts_at": "2026-11-23T13:00:00.000Z",
        "ends_at": "2026-11-23T15:00:00.000Z",
        "purpose": "Portraits",
    },
)
_LOAN_SHOWN: dict[int | str, dict[str, Any]] = {200: {"content": {"application/json": {"example": {"data": _LOAN}}}}}
_LOANS_SHOWN: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"application/json": {"example": {"data": [_LOAN], "pagination": pagination(1, 10, 1).model_dump()}}}
    }
}


class Lending(StrictModel):
    """Who gets a piece, until when, and its condition with a small JPEG as base64."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"person_id": _PERSON, "due_at": "2026-11-23T16:00:00.000Z", "condition": "No scratches"}
        },
    )

    person_id: Id
    due_at: InstantText
    condition: str = Field(default="", max_length=500)
    photo: str | None = Field(default=None, max_length=60_000)


class TakingBack(StrictModel):
    """In which condition a piece came back."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"condition": "Lens cap lost"}})

    condition: str = Field(default="", max_length=500)
    photo: str | None = Field(default=None, max_length=60_000)


class Lifting(StrictModel):
    """Why a late return blocks no longer."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "The bus broke down."}})

    reason: str = Field(min_length=1, max_length=300)


class Limits(StrictModel):
    """How long a loan may last, and how long a late return blocks, in days."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"block_days": 7, "longest_days": 14}})

    block_days: int = Field(ge=0, le=365)
    longest_days: int = Field(ge=1, le=365)


def routers(context: Context) -> list[APIRouter]:
    """Return the routes of kit."""
    submission = Submission(context.door, context.clock, context.new_id)
    loans = Router(prefix=f"/api/v1/{LOANS.family}", tags=[LOANS.family])
    items = Router(prefix=f"/api/v1/{ITEMS.family}", tags=[ITEMS.family])
    bookings = Router(prefix=f"/api/v1/{BOOKINGS.family}", tags=[BOOKINGS.family])
    _add_limits(items, context, submission)
    _add_lending(items, context, submission)
    _add_loan_reads(loans, context)
    _add_loan_writes(loans, context, submission)
    _add_cancelling(bookings, context, submission)
    return [
        items,
        loans,
        bookings,
        resource_router(ITEMS, context, submission),
        resource_router(BOOKINGS, context, submission),
    ]


def _add_limits(router: APIRouter, context: Context, submission: Submission) -> None:
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    def present(known: CurrentSignIn) -> dict[str, Any]:
        sql = (
            f"SELECT {POLICY_KIND.selected()} FROM kit_policy t"  # noqa: S608 - our own names
            " WHERE t.organisation_id = :o AND t.id = :id"
        )
        with context.database.read() as db:
            row = db.one(sql, o=known.actor.organisation_id, id=kit_policy_id(known.actor.organisation_id))
        return POLICY_KIND.body_of(row) if row else dict(DEFAULT_POLICY)

    @router.get("/limits", response_model=Answer[dict[str, Any]], summary="How long loans last and returns block")
    def read(known: signed_in) -> Response:
        return answer(None, present(known))

    @router.put("/limits", response_model=Answer[dict[str, Any]], summary="Set the limits of loans")
    def put(known: signed_in, given: Limits, key: IdempotencyKey = None) -> Response:
        seen = present(known)
        changes = {name: {"old": seen.get(name), "new": value} for name, value in given.model_dump().items()}
        target = kit_policy_id(known.actor.organisation_id)
        submission.put(known, key, Wish("SetKitPolicy", target, {"changes": changes}, seen.get("revision")))
        return answer(None, present(known))


def _add_lending(router: APIRouter, context: Context, submission: Submission) -> None:
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.post(
        "/{row_id}/loans",
        status_code=201,
        response_model=Answer[dict[str, Any]],
        responses={201: _LOAN_SHOWN[200]},
        summary="Lend a piece",
    )
    def lend(
        row_id: Id, known: signed_in, given: Lending, key: IdempotencyKey = None, if_match: IfMatch = None
    ) -> Response:
        with context.database.read() as db:
            seen = read_row(db, ITEMS, known.actor, row_id)
        base = base_of(if_match) if if_match else seen["revision"]
        outcome = submission.put(known, key, Wish("LendKit", row_id, given.model_dump(), base))[0]
        loan_id = outcome.details.get("existing_id") or loan_id_of(outcome.command_id)
        with context.database.read() as db:
            body = read_row(db, LOANS, known.actor, loan_id)
        return answer(None, body, created=True, etag=body["revision"])


def _add_loan_reads(router: APIRouter, context: Context) -> None:
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.get("", response_model=PageAnswer[dict[str, Any]], responses=_LOANS_SHOWN, summary="List loans")
    def listed(
        request: Request,
        known: signed_in,
        page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
        limit: Annotated[int, Query(ge=1, le=500)] = 10,
        item_id: Annotated[str, Query(max_length=36)] = "",
        person_id: Annotated[str, Query(max_length=36)] = "",
        state: Annotated[str, Query(max_length=12)] = "",
    ) -> Response:
        """Show the desk every loan, and others their own."""
        given = {"item_id": item_id, "person_id": person_id, "state": state}
        query = ListQuery(page, limit, filters={name: value for name, value in given.items() if value})
        with context.database.read() as db:
            rows, total, _ = list_rows(db, LOANS, known.actor, query)
        return answer(request, rows, page=pagination(page, limit, total))

    @router.get("/{row_id}", response_model=Answer[dict[str, Any]], responses=_LOAN_SHOWN, summary="Read one loan")
    def read(request: Request, row_id: str, known: signed_in) -> Response:
        with context.database.read() as db:
            body = read_row(db, LOANS, known.actor, row_id)
        return answer(request, body, etag=body["revision"])


def _add_loan_writes(router: APIRouter, context: Context, submission: Submission) -> None:
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.post(
        "/{row_id}/return", response_model=Answer[dict[str, Any]], responses=_LOAN_SHOWN, summary="Take a piece back"
    )
    def take_back(row_id: Id, known: signed_in, given: TakingBack, key: IdempotencyKey = None) -> Response:
        with context.database.read() as db:
            loan = read_row(db, LOANS, known.actor, row_id)
            item = read_row(db, ITEMS, known.actor, loan["item_id"])
        payload = {"loan_id": row_id, **given.model_dump()}
        submission.put(known, key, Wish("ReturnKit", item["id"], payload, item["revision"]))
        with context.database.read() as db:
            body = read_row(db, LOANS, known.actor, row_id)
        return answer(None, body, etag=body["revision"])

    @router.post(
        "/{row_id}/lift-block",
        response_model=Answer[dict[str, Any]],
        responses=_LOAN_SHOWN,
        summary="Let a late return block no longer",
    )
    def lift(row_id: Id, known: signed_in, given: Lifting, key: IdempotencyKey = None) -> Response:
        with context.database.read() as db:
            seen = read_row(db, LOANS, known.actor, row_id)
        submission.put(known, key, Wish("LiftKitBlock", row_id, given.model_dump(), seen["revision"]))
        with context.database.read() as db:
            body = read_row(db, LOANS, known.actor, row_id)
        return answer(None, body, etag=body["revision"])


def _add_cancelling(router: APIRouter, context: Context, submission: Submission) -> None:
    @router.post(
        "/{row_id}/cancel",
        response_model=Answer[dict[str, Any]],
        responses={200: {"content": {"application/json": {"example": {"data": BOOKINGS.example}}}}},
        summary="Give a booked time back",
    )
    def cancel(
        row_id: Id, known: Annotated[CurrentSignIn, Depends(context.auth.current)], key: IdempotencyKey = None
    ) -> Response:
        with context.database.read() as db:
            seen = read_row(db, BOOKINGS, known.actor, row_id)
        submission.put(known, key, Wish("CancelKitBooking", row_id, {}, seen["revision"]))
        with context.database.read() as db:
            body = read_row(db, BOOKINGS, known.actor, row_id)
        return answer(None, body, etag=body["revision"])
