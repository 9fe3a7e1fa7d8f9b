"""What the families of money share over REST: lists and rows to read, and what is kept by a name to add and change."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.resource_routes import IdempotencyKey, IfMatch, base_of, list_query
from server.core.resources import DEFAULT_LIMIT, LARGEST_PAGE, Resource, list_rows, read_row
from server.core.responses import Answer, PageAnswer, answer, pagination
from server.core.submission import Submission, Wish
from server.finance.account_resources import seen_by, shown
from shared.core.actor import Actor
from shared.core.command import Id
from shared.core.strict import StrictModel

View = Callable[[Actor], Actor]
"""Gives somebody as the lists of a family know him or her."""


def everybody(actor: Actor) -> Actor:
    """Return the same: what courses cost is everybody's to know."""
    return actor


def row_of(
    context: Context, resource: Resource, known: CurrentSignIn, row_id: str, view: View = seen_by
) -> dict[str, Any]:
    """Return one row as somebody may see it; one that he or she may not see is `not_found`."""
    with context.database.read() as db:
        return read_row(db, resource, view(known.actor), row_id)


def add_reads(router: APIRouter, resource: Resource, context: Context, view: View = seen_by) -> None:
    """Add the list of a family, with its filters, and the reading of one row."""
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.get(
        "",
        response_model=PageAnswer[dict[str, Any]],
        responses=shown(resource, several=True),
        summary=f"List {resource.family}",
        description="Every other parameter filters: " + ", ".join(sorted({*resource.filters, *resource.choices})),
    )
    def listed(
        request: Request,
        known: signed_in,
        page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
        limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = DEFAULT_LIMIT,
        sort: Annotated[str, Query(max_length=60)] = "",
        search: Annotated[str, Query(max_length=100)] = "",
        cursor: Annotated[str, Query(max_length=2_000)] = "",
    ) -> Response:
        query = list_query(request, page, limit, sort, search, cursor)
        with context.database.read() as db:
            bodies, total, following = list_rows(db, resource, view(known.actor), query)
        made = answer(request, bodies, page=pagination(page, limit, total))
        if following:
            made.headers["X-Next-Cursor"] = following
        return made

    @router.get(
        "/{row_id}",
        response_model=Answer[dict[str, Any]],
        responses=shown(resource),
        summary=f"Read one {resource.name}",
    )
    def read(request: Request, row_id: Id, known: signed_in) -> Response:
        body = row_of(context, resource, known, row_id, view)
        return answer(request, body, etag=body["revision"])


@dataclass(frozen=True)
class Kept:
    """A family whose rows are saved whole by one command, as `{"changes": {field: {"old", "new"}}}`.

    `given` is the model of what is sent; `adds` and `changes` are the summaries of the two routes.
    """

    resource: Resource
    given: type[StrictModel]
    command: str
    adds: str
    changes: str
    view: View = seen_by


def add_saves(router: APIRouter, kept: Kept, context: Context, submission: Submission) -> None:
    """Add `POST` for a new row and `PUT` for one that is there."""
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]
    resource = kept.resource

    def save(
        known: CurrentSignIn, key: str | None, target: str, given: StrictModel, base: str | None
    ) -> dict[str, Any]:
        changes = {name: {"old": None, "new": value} for name, value in given.model_dump(mode="json").items()}
        submission.put(known, key, Wish(kept.command, target, {"changes": changes}, base))
        return row_of(context, resource, known, target, kept.view)

    def add(known: signed_in, given: StrictModel, key: IdempotencyKey = None) -> Response:
        target = submission.command_id(known, key) if key else submission.new_id()
        body = save(known, key, target, given, None)
        return answer(None, body, created=True, etag=body["revision"])

    def put(
        row_id: Id, known: signed_in, given: StrictModel, key: IdempotencyKey = None, if_match: IfMatch = None
    ) -> Response:
        seen = row_of(context, resource, known, row_id, kept.view)
        body = save(known, key, row_id, given, base_of(if_match) if if_match else seen["revision"])
        return answer(None, body, etag=body["revision"])

    for function in (add, put):
        function.__annotations__["given"] = kept.given
    model = Answer[dict[str, Any]]
    router.post("", status_code=201, response_model=model, responses=shown(resource, 201), summary=kept.adds)(add)
    router.put("/{row_id}", response_model=model, responses=shown(resource), summary=kept.changes)(put)
