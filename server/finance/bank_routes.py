"""The REST face of reconciliation: layouts, statements to import, lines to match, place and give back."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.resource_routes import IdempotencyKey
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.core.submission import Submission, Wish
from server.finance import bank_resources as bank
from server.finance.account_resources import shown
from server.finance.bank_line_routes import add_line_acts, add_match_acts
from server.finance.line_parts import add_parts
from server.finance.row_routes import Kept, add_reads, add_saves, row_of
from shared.core.strict import StrictModel
from shared.finance.bank_commands import Balance
from shared.finance.commands import Currency, Words
from shared.finance.statement_reading import MOST_LETTERS


class Layout(StrictModel):
    """How a bank writes its statements; `rules` as in the example, all of them."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"name": "Our bank", "rules": bank.RULES, "state": "active"}}
    )

    name: Words
    rules: dict[str, Any] = Field(max_length=40)
    state: str = Field(default="active", max_length=10)


class StatementFile(StrictModel):
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
        if resource is bank.LINES:
            add_parts(router, context)  # before the reading of one row, which would take `parts` for its id
        add_reads(router, resource, context, bank.reconciling)
    named = ("Add a layout of bank statements", "Change a layout of bank statements")
    layouts = Kept(bank.LAYOUTS, Layout, "SaveBankLayout", *named, bank.reconciling)
    add_saves(found["bank-layouts"], layouts, context, submission)
    _add_import(found["bank-statements"], context, submission)
    add_line_acts(found["statement-lines"], context, submission)
    add_match_acts(found["money-matches"], context, submission)
    return [*found.values()]


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
        body = row_of(context, bank.STATEMENTS, known, target, bank.reconciling)
        return answer(None, body, created=True, etag=body["revision"])
