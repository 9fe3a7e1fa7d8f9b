"""The REST face of reconciliation: layouts, statements to import, lines to match, place and give back."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.resource_routes import IdempotencyKey, IfMatch, base_of, list_query
from server.core.resources import DEFAULT_LIMIT, LARGEST_PAGE, Resource, list_rows, read_row
from server.core.responses import Answer, PageAnswer, answer, pagination
from server.core.routing import Router
from server.core.submission import Submission, Wish
from server.finance import bank_resources as bank
from server.finance.account_resources import shown
from server.finance.bank_line_routes import add_line_acts, add_match_acts
from shared.core.command import Id
from shared.finance.bank_commands import Balance
from shared.finance.commands import Currency, Words
from shared.finance.statement_reading import MOST_LETTERS


class Layout(BaseModel):
    """How a bank writes its statements; `rules` as in the example, all of them."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"name": "Our bank", "rules": bank.RULES, "state": "active"}}
    )

    name: Words
    rules: dict[str, Any] = Field(max_length=40)
    state: str = Field(default="active", max_length=10)


class StatementFile(BaseModel):
    """A statement as text, the rules by which it is read, and why its totals don't agree where they don't."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "file_name": "november.csv",
                "layout_name": "Our bank",
                "rules": bank.RULES,
                "currency": "GHS",
                "content": "Date,Description,Reference,Amount\n20/11/2026,TRANSFER AMA MENSAH,FT26325A1,2500.00\n",
            }
        },
    )

    file_name: Words
    layout_name: str = Field(default="", max_length=200)
    rules: dict[str, Any] = Field(max_length=40)
    currency: Currency
    content: str = Field(max_length=MOST_LETTERS)
    opening: Balance | None = None
    closing: Balance | None = None
    reason: str = Field(default="", max_length=500)


def routers(context: Context) -> list[APIRouter]:
    """Return the routes of reconciliation."""
    submission = Submission(context.door, context.clock, context.new_id)
    found: dict[str, APIRouter] = {}
    for resource in (bank.LAYOUTS, bank.STATEMENTS, bank.LINES, bank.MATCHES):
        router = found[resource.family] = Router(prefix=f"/api/v1/{resource.family}", tags=[resource.family])
        _add_reads(router, resource, context)
    _add_layouts(found["bank-layouts"], context, submission)
    _add_import(found["bank-statements"], context, submission)
    add_line_acts(found["statement-lines"], context, submission)
    add_match_acts(found["money-matches"], context, submission)
    return [*found.values()]


def _row(context: Context, resource: Resource, known: CurrentSignIn, row_id: str) -> dict[str, Any]:
    with context.database.read() as db:
        return read_row(db, resource, bank.reconciling(known.actor), row_id)


def _add_reads(router: APIRouter, resource: Resource, context: Context) -> None:
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.get(
        "",
        response_model=PageAnswer[dict[str, Any]],
        responses=shown(resource, several=True),
        summary=f"List {resource.family}",
    )
    def listed(
        request: Request,
        known: signed_in,
        page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
        limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = DEFAULT_LIMIT,
        sort: Annotated[str, Query(max_length=40)] = "",
        search: Annotated[str, Query(max_length=100)] = "",
    ) -> Response:
        query = list_query(request, page, limit, sort, search, "")
        with context.database.read() as db:
            bodies, total, _ = list_rows(db, resource, bank.reconciling(known.actor), query)
        return answer(request, bodies, page=pagination(page, limit, total))

    @router.get(
        "/{row_id}",
        response_model=Answer[dict[str, Any]],
        responses=shown(resource),
        summary=f"Read one {resource.name}",
    )
    def read(request: Request, row_id: Id, known: signed_in) -> Response:
        body = _row(context, resource, known, row_id)
        return answer(request, body, etag=body["revision"])


def _add_layouts(router: APIRouter, context: Context, submission: Submission) -> None:
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    def save(known: CurrentSignIn, key: str | None, target: str, given: Layout, base: str | None) -> dict[str, Any]:
        changes = {name: {"old": None, "new": value} for name, value in given.model_dump(mode="json").items()}
        submission.put(known, key, Wish("SaveBankLayout", target, {"changes": changes}, base))
        return _row(context, bank.LAYOUTS, known, target)

    @router.post(
        "",
        status_code=201,
        response_model=Answer[dict[str, Any]],
        responses=shown(bank.LAYOUTS, 201),
        summary="Add a layout of bank statements",
    )
    def add(known: signed_in, given: Layout, key: IdempotencyKey = None) -> Response:
        target = submission.command_id(known, key) if key else submission.new_id()
        body = save(known, key, target, given, None)
        return answer(None, body, created=True, etag=body["revision"])

    @router.put(
        "/{row_id}",
        response_model=Answer[dict[str, Any]],
        responses=shown(bank.LAYOUTS),
        summary="Change a layout of bank statements",
    )
    def put(
        row_id: Id, known: signed_in, given: Layout, key: IdempotencyKey = None, if_match: IfMatch = None
    ) -> Response:
        seen = _row(context, bank.LAYOUTS, known, row_id)
        body = save(known, key, row_id, given, base_of(if_match) if if_match else seen["revision"])
        return answer(None, body, etag=body["revision"])


def _add_import(router: APIRouter, context: Context, submission: Submission) -> None:
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.post(
        "",
        status_code=201,
        response_model=Answer[dict[str, Any]],
        responses=shown(bank.STATEMENTS, 201),
        summary="Import a bank statement; its lines become rows, nothing is booked",
    )
    def bring_in(known: signed_in, given: StatementFile, key: IdempotencyKey = None) -> Response:
        target = submission.command_id(known, key) if key else submission.new_id()
        submission.put(known, key, Wish("ImportStatement", target, given.model_dump(mode="json")))
        body = _row(context, bank.STATEMENTS, known, target)
        return answer(None, body, created=True, etag=body["revision"])
