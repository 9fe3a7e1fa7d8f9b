"""The REST face of an ordinary entity family: list, read, add, change, in bulk and in batches."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Header, Query, Request
from starlette.responses import Response

from server.core.access import scope_revision
from server.core.answer_cache import AnswerCache
from server.core.auth import Auth, CurrentSignIn
from server.core.context import Context
from server.core.database import Database, Db
from server.core.openapi import failures
from server.core.resources import DEFAULT_LIMIT, LARGEST_PAGE, ListQuery, Resource, list_rows, read_row
from server.core.responses import Answer, PageAnswer, answer, packed, pagination, ready, version_of
from server.core.routing import Router
from server.core.submission import Submission, Wish
from shared.core.actor import Actor
from shared.core.errors import CampusError
from shared.core.text import text

_RESERVED = frozenset({"page", "limit", "sort", "search", "cursor", "fields"})
_ERRORS = failures(400, 401, 403, 404, 409, 422, 429, 500, 503)
IdempotencyKey = Annotated[str | None, Header(alias="Idempotency-Key", max_length=200)]
IfMatch = Annotated[str | None, Header(alias="If-Match", max_length=100)]


def base_of(if_match: str | None) -> str:
    """Return the revision that an `If-Match` names. Raises CampusError `base_missing` (422)."""
    base = (if_match or "").strip().removeprefix("W/").strip('"').lower()
    if not base:
        message = text("Say which version you saw: send its ETag as If-Match.")
        raise CampusError("base_missing", message)
    return base


def sparse(body: Mapping[str, Any], fields: str) -> Mapping[str, Any]:
    """Return only the fields asked for, the id always among them."""
    wanted = {name.strip() for name in fields.split(",") if name.strip()}
    return {name: value for name, value in body.items() if name in wanted | {"id"}} if wanted else body


def list_query(request: Request, page: int, limit: int, sort: str, search: str, cursor: str) -> ListQuery:
    """Return the query of a list request; every other parameter is a filter, each at most once."""
    names = [name for name, _ in request.query_params.multi_items()]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise CampusError("parameter_repeated", text("{names}: give it once.", names=", ".join(repeated)))
    filters = {name: value for name, value in request.query_params.items() if name not in _RESERVED}
    return ListQuery(page, limit, sort, search, cursor, filters)


def resource_router(resource: Resource, context: Context, submission: Submission) -> APIRouter:
    """Return the routes of one family under `/api/v1`."""
    router = Router(prefix=f"/api/v1/{resource.family}", tags=[resource.family])
    _add_list(router, resource, context.auth, context.database, context.answers)
    _add_read(router, resource, context.auth, context.database)
    _add_addition(router, resource, context.auth, context.database, submission)
    if resource.edit:
        _add_change(router, resource, context.auth, context.database, submission)
    return router


def _page_of(
    db: Db, answers: AnswerCache, resource: Resource, actor: Actor, query: ListQuery, fields: str
) -> tuple[bytes, str]:
    """Return (body, next cursor) of a page of a list, from the kept answers where nothing of its kind changed."""
    key = (actor.organisation_id, scope_revision(actor), resource.family, query.key(), fields)
    version = answers.version(db, actor.organisation_id, resource.kind.kind)
    kept = answers.get(key, version) if version is not None else None
    if kept is None:
        bodies, total, next_cursor = list_rows(db, resource, actor, query)
        shown = [sparse(body, fields) for body in bodies]
        kept = (next_cursor or "").encode() + b"\n" + packed(shown, page=pagination(query.page, query.limit, total))
        if version is not None:
            answers.put(key, version, kept)
    head, _, body = kept.partition(b"\n")
    return body, head.decode()


def _add_list(router: APIRouter, resource: Resource, auth: Auth, database: Database, answers: AnswerCache) -> None:
    example = {"data": [resource.example], "pagination": pagination(1, DEFAULT_LIMIT, 1).model_dump()}

    @router.get(
        "",
        response_model=PageAnswer[dict[str, Any]],
        responses=_ERRORS | {200: {"content": {"application/json": {"example": example}}}},
        summary=f"List {resource.family}",
        description="Every other parameter filters: " + ", ".join(sorted(resource.filters)),
    )
    def listed(
        request: Request,
        known: Annotated[CurrentSignIn, Depends(auth.current)],
        page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
        limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = DEFAULT_LIMIT,
        sort: Annotated[str, Query(max_length=60)] = "",
        search: Annotated[str, Query(max_length=200)] = "",
        cursor: Annotated[str, Query(max_length=2_000)] = "",
        fields: Annotated[str, Query(max_length=500)] = "",
    ) -> Response:
        query = list_query(request, page, limit, sort, search, cursor)
        with database.read() as db:
            body, next_cursor = _page_of(db, answers, resource, known.actor, query, fields)
        made = ready(request, body, etag=version_of(body))
        if next_cursor:
            made.headers["X-Next-Cursor"] = next_cursor
        return made


def _add_read(router: APIRouter, resource: Resource, auth: Auth, database: Database) -> None:
    @router.get(
        "/{row_id}",
        response_model=Answer[dict[str, Any]],
        responses=_ERRORS | {200: {"content": {"application/json": {"example": {"data": resource.example}}}}},
        summary=f"Read one {resource.name}",
    )
    def read(
        request: Request,
        row_id: str,
        known: Annotated[CurrentSignIn, Depends(auth.current)],
        fields: Annotated[str, Query(max_length=500)] = "",
    ) -> Response:
        with database.read() as db:
            body = read_row(db, resource, known.actor, row_id)
        return answer(request, sparse(body, fields), etag=body["revision"])


def _given(resource: Resource) -> dict[str, Any]:
    return {name: value for name, value in resource.example.items() if name not in ("id", "revision")}


def _add_addition(
    router: APIRouter, resource: Resource, auth: Auth, database: Database, submission: Submission
) -> None:
    @router.post(
        "",
        status_code=201,
        response_model=Answer[dict[str, Any]],
        responses=_ERRORS,
        summary=f"Add a {resource.name}",
    )
    def add(
        known: Annotated[CurrentSignIn, Depends(auth.current)],
        payload: Annotated[dict[str, Any], Body(examples=[_given(resource)])],
        key: IdempotencyKey = None,
    ) -> Response:
        target_id = str(payload.pop("id", "") or _new_target(submission, known, key))
        if resource.add_check is not None and not submission.is_repeat(known, key):
            with database.read() as db:
                resource.add_check(db, known.actor, payload)
        outcome = submission.put(known, key, Wish(resource.add, target_id, payload))[0]
        with database.read() as db:
            body = read_row(db, resource, known.actor, outcome.details.get("existing_id", target_id))
        return answer(None, body, created=True, etag=body["revision"])


def _add_change(router: APIRouter, resource: Resource, auth: Auth, database: Database, submission: Submission) -> None:
    @router.patch(
        "/{row_id}",
        response_model=Answer[dict[str, Any]],
        responses=_ERRORS,
        summary=f"Change a {resource.name}",
    )
    def change(
        row_id: str,
        known: Annotated[CurrentSignIn, Depends(auth.current)],
        payload: Annotated[dict[str, Any], Body(examples=[_given(resource)])],
        key: IdempotencyKey = None,
        if_match: IfMatch = None,
    ) -> Response:
        base = base_of(if_match)
        with database.read() as db:
            read_row(db, resource, known.actor, row_id)
        changes = {name: {"old": None, "new": value} for name, value in payload.items()}
        submission.put(known, key, Wish(resource.edit, row_id, {"changes": changes}, base))
        with database.read() as db:
            body = read_row(db, resource, known.actor, row_id)
        return answer(None, body, etag=body["revision"])


def _new_target(submission: Submission, known: CurrentSignIn, key: str | None) -> str:
    """A repeat with the same key must name the same row, so the row's id follows from the key."""
    from_key = submission.command_id(known, key)
    return from_key if key else submission.new_id()
