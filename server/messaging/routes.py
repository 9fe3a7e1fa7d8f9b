"""The REST face of notices: one's own list, how many are unread, and marking them read."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db
from server.core.openapi import described
from server.core.resource_routes import IdempotencyKey
from server.core.resources import DEFAULT_LIMIT, LARGEST_PAGE
from server.core.responses import PageAnswer, answer, pagination
from server.core.routing import Router
from server.core.submission import Submission, Wish
from server.messaging.service import NOTICE_KIND
from shared.core.actor import Actor
from shared.core.command import MAX_TARGETS, Id
from shared.core.outcome import Verdict
from shared.core.strict import StrictModel
from shared.messaging.vocabulary import NoticeCategory

_MINE = (
    "FROM notice t WHERE t.organisation_id = :o AND t.person_id = :p AND (:category = '' OR t.category = :category)"
    " AND (:unread = 0 OR t.read_at IS NULL)"
)
_COUNT = f"SELECT count(*), count(*) - count(t.read_at) {_MINE}"
_PAGE = f"SELECT {NOTICE_KIND.selected()} {_MINE} ORDER BY t.at DESC, t.id DESC LIMIT :rows OFFSET :skip"
_UNREAD = "SELECT id FROM notice WHERE organisation_id = :o AND person_id = :p AND read_at IS NULL ORDER BY at, id"
_ID = "01a1f7f8-3000-7672-874a-d4a8ff8edb2f"
_EXAMPLE = {
    "id": _ID,
    "revision": _ID,
    "person_id": "01a1f7f8-3000-7672-874a-d4aa4c9175c7",
    "category": "course",
    "priority": "medium",
    "title": "The marks of Portraits are out",
    "body": "Open it to see your mark and what was said of your work.",
    "action": "Open the work",
    "link_kind": "work",
    "link_id": "01a1f7f8-3000-7672-874a-d4a9f55daf8f",
    "at": "2026-11-20T08:30:00.000Z",
    "read_at": None,
}
_LISTED = {"data": [_EXAMPLE], "pagination": pagination(1, DEFAULT_LIMIT, 1).model_dump()}


class NoticesRead(StrictModel):
    """The notices to mark read; without any, all that are unread."""

    model_config = ConfigDict(extra="forbid")

    ids: list[Id] | None = Field(default=None, min_length=1, max_length=MAX_TARGETS)


def routers(context: Context) -> list[APIRouter]:
    """Return the routes of notices."""
    router = Router(prefix="/api/v1/notices", tags=["notices"])
    _add_reads(router, context)
    _add_writes(router, context, Submission(context.door, context.clock, context.new_id))
    return [router]


def _add_reads(router: APIRouter, context: Context) -> None:
    @router.get(
        "",
        response_model=PageAnswer[dict[str, Any]],
        responses={200: {"content": {"application/json": {"example": _LISTED}}}},
        summary="List one's own notices, the newest first",
    )
    def listed(
        request: Request,
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
        limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = DEFAULT_LIMIT,
        category: NoticeCategory | None = None,
        unread: bool = False,
    ) -> Response:
        with context.database.read() as db:
            places = _places(known.actor, category, unread=unread)
            total = _counts(db, places)[0]
            rows = db.rows(_PAGE, rows=limit, skip=(page - 1) * limit, **places)
        return answer(request, [NOTICE_KIND.body_of(row) for row in rows], page=pagination(page, limit, total))

    @router.get("/count", summary="Count one's own notices", **described(None, {"total": 12, "unread": 3}))
    def counted(request: Request, known: Annotated[CurrentSignIn, Depends(context.auth.current)]) -> Response:
        with context.database.read() as db:
            total, unread = _counts(db, _places(known.actor, None, unread=False))
        return answer(request, {"total": total, "unread": unread})


def _places(actor: Actor, category: NoticeCategory | None, *, unread: bool) -> dict[str, Any]:
    return {
        "o": actor.organisation_id,
        "p": actor.person_id,
        "category": str(category or ""),
        "unread": int(unread),
    }


def _counts(db: Db, places: dict[str, Any]) -> tuple[int, int]:
    total, unread = db.one(_COUNT, **places) or (0, 0)
    return int(total), int(unread)


def _add_writes(router: APIRouter, context: Context, submission: Submission) -> None:
    @router.post("/read", summary="Mark notices read", **described(None, {"read": 3}))
    def read(
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        given: NoticesRead,
        key: IdempotencyKey = None,
    ) -> Response:
        # All that are unread are others at every asking: a key couldn't stand for them, and reading twice does no harm.
        own_key = key if given.ids is not None else None
        done = 0
        for first, *more in _pages(context, known.actor, given.ids):
            wish = Wish("MarkNoticesRead", first, {}, more_targets=[(one, None) for one in more])
            outcomes = submission.put_all(known, own_key, [wish])
            done += sum(one.verdict in (Verdict.APPLIED, Verdict.AGREED) for one in outcomes)
        return answer(None, {"read": done})


def _pages(context: Context, actor: Actor, wanted: list[str] | None) -> list[list[str]]:
    """Return the notices to mark in lists that one command takes each."""
    if wanted is None:
        with context.database.read() as db:
            wanted = [row[0] for row in db.rows(_UNREAD, o=actor.organisation_id, p=actor.person_id)]
    ids = list(dict.fromkeys(wanted))
    return [ids[start : start + MAX_TARGETS] for start in range(0, len(ids), MAX_TARGETS)]
