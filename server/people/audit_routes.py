"""The REST face of the audit log: entries, files, the check of the chain, and what a desktop needs to follow it."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.openapi import described
from server.core.responses import Answer, PageAnswer, answer, pagination
from server.core.routing import Router
from server.people.audit_list import AuditList, AuditQuery
from shared.core.strict import StrictModel
from shared.core.sync import RestoredLog

_INSTANT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"
_ID = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
_LARGEST_PAGE, _MOST_LINKS = 200, 5_000
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
_EXAMPLE: dict[str, Any] = {
    "audit_seq": 812,
    "at": "2026-11-20T08:30:00.000Z",
    "actor_id": "01a1f7f8-3000-7672-874a-d4a9f55daf8f",
    "actor_name": "Grace Kimani",
    "type": "EditPerson",
    "kind": "person",
    "entity_id": "01a1f7f8-3000-7672-874a-d4a8ff8edb2f",
    "entity_name": "Ama Mensah",
    "changes": [{"field": "phone", "before": "+233201111111", "after": "+233202222222"}],
    "verdict": "applied",
    "device_id": "01a1f7f8-3000-7672-874a-d4aa00000002",
    "device_name": "FRONT-DESK",
    "address": "192.168.1.31",
    "user_agent": "Campusdesk/1.0",
    "note": "",
}
_PAGE: dict[str, Any] = {"page": 1, "limit": 50, "totalCount": 1, "totalPages": 1, "hasNext": False, "hasPrev": False}
_LISTED: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"application/json": {"example": {"data": [_EXAMPLE], "pagination": _PAGE}}},
        "description": "Done",
    }
}
_CHECKED: dict[str, Any] = {
    "whole": True,
    "links": 812,
    "chain": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "sentence": "The log is whole: 812 entries follow one another from the first to the last.",
    "at": None,
    "reason": None,
    "server_epoch": "01a1f7f8-3000-7672-874a-d4a8ff8edb30",
    "restored": None,
}
_FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": {kind.partition(";")[0]: {} for kind in _TYPES.values()}, "description": "The log as a file"}
}


class ChangeShown(StrictModel):
    """One field of an entry; `before` is null where the person saw none."""

    field: str
    before: Any
    after: Any


class AuditEntryShown(StrictModel):
    """One entry: who did what to which row. `changes` is empty once what it held was erased."""

    audit_seq: int
    at: str
    actor_id: str | None
    actor_name: str
    type: str
    kind: str
    entity_id: str | None
    entity_name: str
    changes: list[ChangeShown]
    verdict: str
    device_id: str | None
    device_name: str
    address: str
    user_agent: str
    note: str


class ChainChecked(StrictModel):
    """Whether the chain is whole; `at` and `reason` tell where it isn't, `chain` is its present end as hex.

    `restored` is the signed entry of the restore that began the server's epoch.
    """

    whole: bool
    links: int
    chain: str
    sentence: str
    at: int | None
    reason: str | None
    server_epoch: str = ""
    restored: RestoredLog | None = None


class LinkShown(StrictModel):
    """What a link adds: `chain_n = SHA256(chain_(n-1) || digest)`, the digest as hex."""

    audit_seq: int
    digest: str


def _query(
    actor_id: Annotated[str, Query(pattern=_ID)] = "",
    entity_id: Annotated[str, Query(pattern=_ID)] = "",
    kind: Annotated[str, Query(pattern=r"^[a-z_]{1,40}$", examples=["person"])] = "",
    device_id: Annotated[str, Query(pattern=_ID)] = "",
    since: Annotated[str, Query(pattern=_INSTANT, examples=["2026-11-01T00:00:00.000Z"])] = "",
    until: Annotated[str, Query(pattern=_INSTANT)] = "",
    person_id: Annotated[str, Query(pattern=_ID, description="What somebody did and what was done to the row")] = "",
) -> AuditQuery:
    return AuditQuery(actor_id, entity_id, kind, device_id, since, until, person_id)


def audit_router(context: Context) -> APIRouter:
    """Return the routes; all of them need `audit.read`."""
    router = Router(prefix="/api/v1/audit", tags=["admin"])
    entries = AuditList(context, sorted(context.exchange.kinds))
    ready = Annotated[CurrentSignIn, Depends(context.auth.current)]
    wanted = Annotated[AuditQuery, Depends(_query)]

    @router.get("", response_model=PageAnswer[AuditEntryShown], responses=_LISTED)
    def listed(
        known: ready,
        query: wanted,
        page: Annotated[int, Query(ge=1, le=100_000)] = 1,
        limit: Annotated[int, Query(ge=1, le=_LARGEST_PAGE)] = 50,
    ) -> Response:
        """List the log of all changes, the newest first."""
        shown, total = entries.page(known, query, page, limit)
        return answer(None, shown, page=pagination(page, limit, total))

    @router.get("/export", response_class=Response, responses=_FILES)
    def exported(known: ready, query: wanted, format: Literal["csv", "xlsx", "json"] = "csv") -> Response:
        """Give the log as a file; that this was done is written to the security log."""
        content = entries.export(known, query, format)
        headers = {"Content-Disposition": f'attachment; filename="audit-log.{format}"', "Cache-Control": "no-store"}
        return Response(content, headers=headers, media_type=_TYPES[format])

    @router.post("/check", **described(ChainChecked, _CHECKED))
    def check(known: ready) -> Response:
        """Compute the chain anew, with its signed checkpoints, and tell whether it is whole or where it breaks."""
        return answer(None, entries.check(known))

    @router.get("/links", response_model=Answer[list[LinkShown]])
    def links(
        known: ready,
        after: Annotated[int, Query(ge=0, le=1 << 53)] = 0,
        limit: Annotated[int, Query(ge=1, le=_MOST_LINKS)] = 1_000,
    ) -> Response:
        """List what each link adds to the chain, so that whoever remembers where it stood can go on by himself."""
        return answer(None, entries.links(known, after, limit))

    return router
