"""The REST face of ledgers: entries, allocations, payments and fees to read; accounts, books and their sums."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.core.submission import Submission
from server.finance import account_resources as resources
from server.finance.account_queries import account_of, trial_balances
from server.finance.account_writes import add_charging, add_fees, add_moving, add_payments
from server.finance.desk_payment_routes import add_desk_payments
from server.finance.row_routes import add_reads, everybody
from shared.core.clock import instant_text
from shared.core.command import Id
from shared.core.days import Day
from shared.core.errors import CampusError
from shared.core.text import text
from shared.finance.permissions import may_manage_finance, may_see_account

_ACCOUNT = {
    "person_id": resources.PERSON,
    "day": "2026-11-20",
    "accounts": [
        {
            "currency": "GHS",
            "charged": 14_700_000,
            "reduced": 0,
            "paid": 12_250_000,
            "pending": 0,
            "refunded": 0,
            "due": 2_450_000,
            "overdue": 2_450_000,
            "credit": 0,
            "balance": 2_450_000,
        }
    ],
}
_BALANCE = {"GHS": {"cash": 12_250_000, "income": -14_700_000, "receivable": 2_450_000}}


def routers(context: Context) -> list[APIRouter]:
    """Return the routes of ledgers and fees."""
    submission = Submission(context.door, context.clock, context.new_id)
    found: dict[str, APIRouter] = {}
    for resource in (resources.ENTRIES, resources.ALLOCATIONS, resources.PAYMENTS, resources.FEES):
        router = found[resource.family] = Router(prefix=f"/api/v1/{resource.family}", tags=[resource.family])
        add_reads(router, resource, context, everybody if resource is resources.FEES else resources.seen_by)
    add_charging(found["ledger-entries"], context, submission)
    add_moving(found["ledger-entries"], context, submission)
    add_payments(found["payments"], context, submission)
    add_desk_payments(found["payments"], context, submission)
    add_fees(found["fee-structures"], context, submission)
    accounts = Router(prefix="/api/v1/accounts", tags=["accounts"])
    _add_accounts(accounts, context)
    return [*found.values(), accounts]


def _add_accounts(router: APIRouter, context: Context) -> None:
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.get(
        "/trial-balance",
        response_model=Answer[dict[str, dict[str, int]]],
        responses={200: {"content": {"application/json": {"example": {"data": _BALANCE}}}}},
        summary="What moved on each account between two days, by currency; each sums up to zero",
    )
    def balance(request: Request, known: signed_in, first: Day = "0001-01-01", last: Day = "9999-12-31") -> Response:
        if not may_manage_finance(known.actor):
            raise CampusError("not_allowed", text("Your role doesn't read reports of money. Ask the bursar."))
        home = known.actor.organisation_id
        return answer(request, context.reports.read(home, lambda db: trial_balances(db, home, first, last)))

    @router.get(
        "/{person_id}",
        response_model=Answer[dict[str, Any]],
        responses={200: {"content": {"application/json": {"example": {"data": _ACCOUNT}}}}},
        summary="What a person owes, paid and has left, by currency in minor units",
    )
    def account(request: Request, person_id: Id, known: signed_in) -> Response:
        with context.database.read() as db:
            here = db.one(
                "SELECT 1 FROM person WHERE organisation_id = :o AND id = :id",
                o=known.actor.organisation_id,
                id=person_id,
            )
            if here is None or not may_see_account(known.actor, person_id):
                raise CampusError("not_found", text("This account isn't there, or isn't yours to see."))
            now = instant_text(context.clock.now())
            found = account_of(db, known.actor.organisation_id, person_id, now)
        return answer(request, found)
