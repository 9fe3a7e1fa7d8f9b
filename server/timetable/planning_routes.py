"""The REST face of planning: previews that name every clash, changes of single sessions, and series."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.openapi import described
from server.core.resource_routes import IdempotencyKey, IfMatch, base_of, resource_router
from server.core.resources import Resource, read_row
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.core.submission import Submission, Wish
from server.timetable.kinds import SERIES_KIND
from server.timetable.messages import PREVIEW_EXAMPLE, Preview, SeriesAsk, SeriesChange, SessionPreviewAsk
from server.timetable.previews import preview_series, preview_session

SERIES = Resource(
    family="class-sessions/series",
    kind=SERIES_KIND,
    add="PlanSessionSeries",
    edit="",  # the area's own: a change has a day from which it counts
    filters={"cohort_id": "cohort_id", "instructor_id": "instructor_id", "state": "state"},
    sorts=("starts_at_local",),
    default_sort="starts_at_local",
    name="series",
    example={
        "id": "01a1f7f8-3000-7672-874a-d4a8ff8edb42",
        "revision": "01a1f7f8-3000-7672-874a-d4a9f55daf8f",
        "cohort_id": "01a1f7f8-3000-7672-874a-d4aa4c9175c7",
        "rule": "FREQ=WEEKLY;BYDAY=MO,WE",
        "starts_at_local": "2026-09-01T08:00",
        "minutes": 90,
        "time_zone": "Africa/Accra",
        "until": "2026-12-18",
        "room": "Studio 2",
    },
)


def routers(context: Context, sessions: Resource, submission: Submission) -> list[APIRouter]:
    """Return the routes of planning."""
    return [
        _previews(context),
        _series(context, submission),
        resource_router(SERIES, context, submission),
        _changes(context, sessions, submission),
    ]


def _previews(context: Context) -> APIRouter:
    router = Router(prefix="/api/v1/class-sessions", tags=["class-sessions"])
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.post("/preview", **described(Preview, PREVIEW_EXAMPLE, summary="What planning a class would meet"))
    def session(known: signed_in, ask: SessionPreviewAsk) -> Response:
        """Name every clash of a class with another, without saving anything."""
        with context.database.read() as db:
            return answer(None, preview_session(db, known.actor, ask.model_dump()))

    @router.post("/series/preview", **described(Preview, PREVIEW_EXAMPLE, summary="What planning a series would do"))
    def series(known: signed_in, ask: SeriesAsk) -> Response:
        """Give a series' classes, the holidays that it leaves out and every clash, without saving anything."""
        with context.database.read() as db:
            return answer(None, preview_series(db, known.actor, ask.model_dump(mode="json")))

    return router


def _series(context: Context, submission: Submission) -> APIRouter:
    router = Router(prefix="/api/v1/class-sessions/series", tags=["class-sessions"])

    @router.patch("/{row_id}", response_model=Answer[dict[str, Any]], summary="Change a series from a day on")
    def change(
        row_id: str,
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        ask: SeriesChange,
        key: IdempotencyKey = None,
        if_match: IfMatch = None,
    ) -> Response:
        base = base_of(if_match)
        with context.database.read() as db:
            read_row(db, SERIES, known.actor, row_id)
        payload = {
            "changes": _changed(ask.changes),
            "from_day": ask.from_day,
            "despite_clash": ask.despite_clash,
            "cancel_reason": ask.cancel_reason,
        }
        submission.put(known, key, Wish("EditSessionSeries", row_id, payload, base))
        with context.database.read() as db:
            body = read_row(db, SERIES, known.actor, row_id)
        return answer(None, body, etag=body["revision"])

    return router


def _changed(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: {"old": None, "new": value} for name, value in fields.items()}


def change_session(
    context: Context,
    sessions: Resource,
    submission: Submission,
    known: CurrentSignIn,
    row_id: str,
    payload: Mapping[str, Any],
    key: str | None,
    base: str,
) -> Response:
    """Change a class session and answer with it; `despite_clash` in `payload` makes it although something clashes."""
    fields = dict(payload)
    despite_clash = fields.pop("despite_clash", False) is True
    with context.database.read() as db:
        read_row(db, sessions, known.actor, row_id)
    wish = Wish("EditClassSession", row_id, {"changes": _changed(fields), "despite_clash": despite_clash}, base)
    submission.put(known, key, wish)
    with context.database.read() as db:
        body = read_row(db, sessions, known.actor, row_id)
    return answer(None, body, etag=body["revision"])


_CHANGE_EXAMPLE = {"stand_in_id": "01a1f7f8-3000-7672-874a-d4aa4c9175d0", "room": "Lab 1", "despite_clash": False}


def _changes(context: Context, sessions: Resource, submission: Submission) -> APIRouter:
    router = Router(prefix="/api/v1/class-sessions", tags=["class-sessions"])

    @router.patch("/{row_id}", response_model=Answer[dict[str, Any]], summary="Change a class")
    def change(
        row_id: str,
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        payload: Annotated[dict[str, Any], Body(examples=[_CHANGE_EXAMPLE])],
        key: IdempotencyKey = None,
        if_match: IfMatch = None,
    ) -> Response:
        """Move, cancel or rename a class, or give it a stand-in; a clash answers 409 with what clashes."""
        return change_session(context, sessions, submission, known, row_id, payload, key, base_of(if_match))

    return router
