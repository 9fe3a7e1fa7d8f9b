"""The REST face of the security log."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.responses import PageAnswer, answer, pagination
from server.core.routing import Router
from server.people.security_list import SecurityList, SecurityQuery
from shared.core.strict import StrictModel
from shared.people.security import SecurityKind

_INSTANT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"
_ID = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
_LARGEST_PAGE = 200
_EXAMPLE: dict[str, Any] = {
    "id": "01a1f7f8-3000-7672-874a-d4a8ff8edb2f",
    "kind": "signed_in",
    "at": "2026-11-20T08:30:00.000Z",
    "person_id": "01a1f7f8-3000-7672-874a-d4a9f55daf8f",
    "person_name": "Ama Mensah",
    "actor_id": None,
    "actor_name": "",
    "sign_in_id": "01a1f7f8-3000-7672-874a-d4aa00000001",
    "device_id": "01a1f7f8-3000-7672-874a-d4aa00000002",
    "device_name": "LAB-07",
    "address": "192.168.1.31",
    "user_agent": "Campusdesk/1.0",
    "details": {"device": "LAB-07", "new_device": 1},
}
_PAGE: dict[str, Any] = {"page": 1, "limit": 50, "totalCount": 1, "totalPages": 1, "hasNext": False, "hasPrev": False}
_LISTED: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"application/json": {"example": {"data": [_EXAMPLE], "pagination": _PAGE}}},
        "description": "Done",
    }
}
_FILE: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}, "description": "The log as CSV"}}


class SecurityEventShown(StrictModel):
    """One line of the security log; `details` are short words and numbers that depend on the kind."""

    id: str
    kind: str
    at: str
    person_id: str | None
    person_name: str
    actor_id: str | None
    actor_name: str
    sign_in_id: str | None
    device_id: str | None
    device_name: str | None
    address: str | None
    user_agent: str | None
    details: dict[str, Any]


def _query(
    kind: Annotated[SecurityKind | None, Query(examples=["sign_in_failed"])] = None,
    person_id: Annotated[str, Query(pattern=_ID)] = "",
    since: Annotated[str, Query(pattern=_INSTANT, examples=["2026-11-01T00:00:00.000Z"])] = "",
    until: Annotated[str, Query(pattern=_INSTANT)] = "",
) -> SecurityQuery:
    return SecurityQuery(str(kind) if kind else "", person_id, since, until)


def security_router(context: Context) -> APIRouter:
    """Return the routes."""
    router = Router(prefix="/api/v1/security", tags=["admin"])
    events = SecurityList(context)
    ready = Annotated[CurrentSignIn, Depends(context.auth.current)]
    wanted = Annotated[SecurityQuery, Depends(_query)]
    numbered = Annotated[int, Query(ge=1, le=100_000)]

    @router.get("/events", response_model=PageAnswer[SecurityEventShown], responses=_LISTED)
    def listed(
        known: ready, query: wanted, page: numbered = 1, limit: Annotated[int, Query(ge=1, le=_LARGEST_PAGE)] = 50
    ) -> Response:
        """List the security log, the newest line first."""
        shown, total = events.page(known, query, page, limit)
        return answer(None, shown, page=pagination(page, limit, total))

    @router.get("/events/export", response_class=Response, responses=_FILE)
    def exported(known: ready, query: wanted) -> Response:
        """Give the security log as CSV."""
        headers = {"Content-Disposition": 'attachment; filename="security-log.csv"', "Cache-Control": "no-store"}
        return Response(events.export(known, query), headers=headers, media_type="text/csv; charset=utf-8")

    return router
