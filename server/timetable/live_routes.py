"""The REST face of live sessions and office hours: who joined and left, which times are free and who has them."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query, Request
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db
from server.core.entities import Body as Row
from server.core.resource_routes import IdempotencyKey, IfMatch, base_of
from server.core.resources import ListQuery, Resource, list_rows, read_row
from server.core.responses import Answer, PageAnswer, answer, pagination
from server.core.routing import Router
from server.core.submission import Submission, Wish
from server.timetable.kinds import BOOKING_KIND, VISIT_KIND
from server.timetable.messages import BookingAsk
from server.timetable.planning_routes import change_session
from shared.core.command import Id
from shared.core.errors import CampusError
from shared.core.text import text
from shared.timetable.office_hours import slots_of
from shared.timetable.permissions import may_plan
from shared.timetable.vocabulary import SessionKind

_LIVE = {"session_kind": str(SessionKind.LIVE)}
_VISITS = (
    f"SELECT {VISIT_KIND.selected()} FROM live_visit t"  # noqa: S608 - our own column names
    " WHERE t.organisation_id = :o AND t.session_id = :session_id ORDER BY t.joined_at, t.id"
)
_BOOKINGS = (
    f"SELECT {BOOKING_KIND.selected()} FROM office_booking t"  # noqa: S608 - our own column names
    " WHERE t.organisation_id = :o AND t.session_id = :session_id ORDER BY t.starts_at, t.id"
)
_EXAMPLE = {
    "cohort_id": "01a1f7f8-3000-7672-874a-d4aa4c9175c7",
    "starts_at": "2026-11-20T18:00:00.000Z",
    "ends_at": "2026-11-20T19:00:00.000Z",
    "link": "https://meet.example/photo-1",
    "credentials": "Room 48 21 07",
}


def routers(context: Context, sessions: Resource, submission: Submission) -> list[APIRouter]:
    """Return the routes of live sessions and of office hours."""
    router = Router(prefix="/api/v1/live-sessions", tags=["live-sessions"])
    _add_reads(router, context, sessions)
    _add_writes(router, context, sessions, submission)
    _add_visits(router, context, sessions, submission)
    return [router, _office_hours(context, sessions, submission)]


def _live(db: Db, known: CurrentSignIn, sessions: Resource, row_id: str) -> Row:
    """Return a live session that the caller may see. Raises CampusError `not_found`."""
    body = read_row(db, sessions, known.actor, row_id)
    if body["session_kind"] != SessionKind.LIVE and not body["link"]:
        raise CampusError("not_found", text("This live session isn't there, or isn't yours to see."))
    return body


def _add_reads(router: APIRouter, context: Context, sessions: Resource) -> None:
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.get("", response_model=PageAnswer[dict[str, Any]], summary="List live sessions")
    def listed(
        request: Request,
        known: signed_in,
        page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
        limit: Annotated[int, Query(ge=1, le=500)] = 10,
        cohort_id: Annotated[str, Query(max_length=36)] = "",
    ) -> Response:
        """Show live sessions with link and credentials to their classes and their staff."""
        filters = _LIVE | ({"cohort_id": cohort_id} if cohort_id else {})
        with context.database.read() as db:
            rows, total, _ = list_rows(db, sessions, known.actor, ListQuery(page, limit, filters=filters))
        return answer(request, rows, page=pagination(page, limit, total))

    @router.get("/{row_id}", response_model=Answer[dict[str, Any]], summary="Read one live session")
    def read(request: Request, row_id: str, known: signed_in) -> Response:
        with context.database.read() as db:
            body = _live(db, known, sessions, row_id)
        return answer(request, body, etag=body["revision"])


def _add_writes(router: APIRouter, context: Context, sessions: Resource, submission: Submission) -> None:
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.post("", status_code=201, response_model=Answer[dict[str, Any]], summary="Plan a live session")
    def add(
        known: signed_in, payload: Annotated[dict[str, Any], Body(examples=[_EXAMPLE])], key: IdempotencyKey = None
    ) -> Response:
        given = submission.command_id(known, key)
        target_id = str(payload.pop("id", "") or (given if key else submission.new_id()))
        outcome = submission.put(known, key, Wish("PlanClassSession", target_id, {**payload, **_LIVE}))[0]
        with context.database.read() as db:
            body = read_row(db, sessions, known.actor, outcome.details.get("existing_id", target_id))
        return answer(None, body, created=True, etag=body["revision"])

    @router.patch("/{row_id}", response_model=Answer[dict[str, Any]], summary="Change a live session")
    def change(
        row_id: str,
        known: signed_in,
        payload: Annotated[dict[str, Any], Body(examples=[{"link": "https://meet.example/photo-2"}])],
        key: IdempotencyKey = None,
        if_match: IfMatch = None,
    ) -> Response:
        base = base_of(if_match)
        with context.database.read() as db:
            _live(db, known, sessions, row_id)
        return change_session(context, sessions, submission, known, row_id, payload, key, base)


def _add_visits(router: APIRouter, context: Context, sessions: Resource, submission: Submission) -> None:
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.get("/{row_id}/visits", response_model=Answer[list[dict[str, Any]]], summary="Who joined and left")
    def visits(row_id: str, known: signed_in) -> Response:
        """Show the staff of a class everybody's visits, and others their own."""
        with context.database.read() as db:
            body = _live(db, known, sessions, row_id)
            rows = map(VISIT_KIND.body_of, db.rows(_VISITS, o=known.actor.organisation_id, session_id=row_id))
            return answer(None, [row for row in rows if _is_shown(known, body, row)])

    @router.post(
        "/{row_id}/visits", status_code=201, response_model=Answer[dict[str, Any]], summary="Say that one has joined"
    )
    def join(row_id: Id, known: signed_in, key: IdempotencyKey = None) -> Response:
        visit_id = submission.command_id(known, key)
        submission.put(known, key, Wish("JoinLiveSession", visit_id, {"session_id": row_id}))
        return answer(None, {"id": visit_id, "session_id": row_id}, created=True)

    @router.post(
        "/{row_id}/visits/{visit_id}/leave", response_model=Answer[dict[str, Any]], summary="Say that one has left"
    )
    def leave(row_id: Id, visit_id: Id, known: signed_in, key: IdempotencyKey = None) -> Response:
        submission.put(known, key, Wish("LeaveLiveSession", visit_id, {"session_id": row_id}))
        return answer(None, {"id": visit_id, "session_id": row_id})


def _is_shown(known: CurrentSignIn, session: Row, row: Row) -> bool:
    actor = known.actor
    is_staff = session["cohort_id"] in actor.teaches or f"cohort:{session['cohort_id']}" in actor.scopes
    return is_staff or may_plan(actor) or row["person_id"] == actor.person_id


def _office_hours(context: Context, sessions: Resource, submission: Submission) -> APIRouter:
    router = Router(prefix="/api/v1/class-sessions", tags=["class-sessions"])
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.get("/{row_id}/slots", response_model=Answer[list[dict[str, Any]]], summary="Times of office hours")
    def slots(row_id: str, known: signed_in) -> Response:
        """Show which times are free; who has a time is shown to the staff, and to oneself."""
        with context.database.read() as db:
            session = read_row(db, sessions, known.actor, row_id)
            found = db.rows(_BOOKINGS, o=known.actor.organisation_id, session_id=row_id)
            rows = {row["id"]: row for row in map(BOOKING_KIND.body_of, found)}
        told = []
        for slot in slots_of(session, rows.values()) if session["session_kind"] == SessionKind.OFFICE_HOURS else ():
            booking = rows.get(slot.booking_id or "")
            shown = booking if booking is not None and _is_shown(known, session, booking) else None
            free = slot.booking_id is None
            told.append({"starts_at": slot.starts_at, "ends_at": slot.ends_at, "free": free, "booking": shown})
        return answer(None, told)

    @router.post(
        "/{row_id}/bookings", status_code=201, response_model=Answer[dict[str, Any]], summary="Book office hours"
    )
    def book(row_id: Id, known: signed_in, ask: BookingAsk, key: IdempotencyKey = None) -> Response:
        booking_id = submission.command_id(known, key)
        payload = {"session_id": row_id, "starts_at": ask.starts_at, "topic": ask.topic}
        submission.put(known, key, Wish("BookOfficeHours", booking_id, payload))
        return answer(None, {"id": booking_id, **payload}, created=True)

    @router.post(
        "/{row_id}/bookings/{booking_id}/cancel", response_model=Answer[dict[str, Any]], summary="Give a time back"
    )
    def cancel(row_id: Id, booking_id: Id, known: signed_in, key: IdempotencyKey = None) -> Response:
        submission.put(known, key, Wish("CancelOfficeBooking", booking_id, {"session_id": row_id}))
        return answer(None, {"id": booking_id, "session_id": row_id})

    return router
