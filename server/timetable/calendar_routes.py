"""The REST face of calendars: iCalendar files, secret links to them, and the import of holidays."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.errors import NOT_MODIFIED, OK
from server.core.openapi import PUBLIC, described
from server.core.responses import Answer, answer, has_version, nothing, version_of
from server.core.routing import Router
from server.timetable.calendar_export import MEDIA_TYPE, calendar_of
from server.timetable.calendar_links import CalendarLinks
from server.timetable.calendar_subjects import one_subject
from server.timetable.holiday_import import import_holidays
from server.timetable.holiday_undo import undo_import
from server.timetable.messages import (
    IMPORT_EXAMPLE,
    LINK_EXAMPLE,
    UNDO_EXAMPLE,
    HolidaysImported,
    ImportUndo,
    ImportUndone,
    LinkAsk,
    LinkShown,
)
from shared.timetable.rules import LARGEST_CALENDAR

_FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "An iCalendar file", "content": {"text/calendar": {"example": "BEGIN:VCALENDAR"}}}
}
_UPLOAD = {
    "requestBody": {"required": True, "content": {"text/calendar": {"schema": {"type": "string", "format": "binary"}}}}
}


def routers(context: Context) -> list[APIRouter]:
    """Return the routes of calendars."""
    links = CalendarLinks(context.database, context.book, context.clock, context.new_id)
    return [_files(context, links), _links(context, links), _holidays(context)]


def _file(request: Request, content: bytes, *, public: bool) -> Response:
    version = version_of(content)
    headers = {"ETag": f'"{version}"', "Cache-Control": "private, no-cache"}
    if public:
        headers["X-Robots-Tag"] = "noindex"
    if has_version(request, version):
        return Response(status_code=NOT_MODIFIED, headers=headers)
    headers["Content-Disposition"] = 'attachment; filename="timetable.ics"'
    return Response(content, OK, headers, media_type=MEDIA_TYPE)


def _files(context: Context, links: CalendarLinks) -> APIRouter:
    router = Router(tags=["class-sessions"])

    @router.get(
        "/api/v1/class-sessions/calendar",
        response_class=Response,
        responses=_FILE,
        summary="Class sessions as an iCalendar file",
    )
    def calendar(
        request: Request,
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        cohort_id: Annotated[str | None, Query(max_length=36)] = None,
        person_id: Annotated[str | None, Query(max_length=36)] = None,
        room: Annotated[str | None, Query(max_length=100)] = None,
    ) -> Response:
        """Give the calendar of one cohort, one person or one room, as far as it is the caller's to see."""
        subject = one_subject(cohort_id, person_id, room)
        with context.database.read() as db:
            content = calendar_of(db, known.actor, subject, context.clock.now())
        return _file(request, content, public=False)

    @router.get(
        "/api/v1/calendars/{secret}.ics",
        response_class=Response,
        responses=_FILE,
        openapi_extra=PUBLIC,
        summary="A calendar under its secret link",
    )
    def subscribed(request: Request, secret: str) -> Response:
        """Give a calendar to a program that knows its secret link; it shows what its maker may see now."""
        with context.database.read() as db:
            opened = links.open(db, secret)
            content = calendar_of(db, opened.actor, opened.subject, context.clock.now())
        return _file(request, content, public=True)

    return router


def _links(context: Context, links: CalendarLinks) -> APIRouter:
    router = Router(prefix="/api/v1/calendar-links", tags=["class-sessions"])
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.get("", response_model=Answer[list[LinkShown]], summary="List one's own secret links to calendars")
    def listed(known: signed_in) -> Response:
        with context.database.read() as db:
            return answer(None, links.of(db, known.actor))

    @router.post("", status_code=201, **described(LinkShown, LINK_EXAMPLE, summary="Make a secret link to a calendar"))
    def make(known: signed_in, ask: LinkAsk) -> Response:
        """Make an address that a calendar program reads without signing in; it is shown this once."""
        made = links.make(known.actor, one_subject(ask.cohort_id, ask.person_id, ask.room))
        return answer(None, made, created=True)

    @router.delete("/{link_id}", status_code=204, response_class=Response, summary="End a secret link")
    def revoke(link_id: str, known: signed_in) -> Response:
        links.revoke(known.actor, link_id)
        return nothing()

    return router


def _holidays(context: Context) -> APIRouter:
    router = Router(prefix="/api/v1/holidays", tags=["holidays"])

    @router.post(
        "/import",
        openapi_extra=_UPLOAD,
        **described(HolidaysImported, IMPORT_EXAMPLE, summary="Import holidays from an iCalendar file"),
    )
    def bring(
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        content: Annotated[bytes, Depends(_body)],
        dry_run: Annotated[bool, Query()] = False,
    ) -> Response:
        """Add and change holidays as the file has them; with `dry_run` say what that would be and change nothing."""
        return answer(None, import_holidays(context, known.actor, content, dry_run=dry_run).shown())

    @router.post("/import/undo", **described(ImportUndone, UNDO_EXAMPLE, summary="Take an import of holidays back"))
    def undo(known: Annotated[CurrentSignIn, Depends(context.auth.current)], ask: ImportUndo) -> Response:
        """Remove the holidays that an import made; those that were changed since stay."""
        return answer(None, undo_import(context, known.actor, ask.model_dump()["holidays"]))

    return router


async def _body(request: Request) -> bytes:
    """Return what was sent, and no more of it than a file may hold and one byte, by which it is seen to be larger."""
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > LARGEST_CALENDAR:
            break
    return bytes(content[: LARGEST_CALENDAR + 1])
