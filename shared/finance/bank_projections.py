"""What pending commands of reconciliation make of the rows on screen."""

from collections.abc import Sequence
from typing import Any

from shared.core.command import Command
from shared.core.projection import Draft, Projection, ReadRow
from shared.finance.bank_commands import ImportStatement, MatchMoney, PlaceMoney
from shared.finance.bank_models import (
    Body,
    aside_body,
    ended_match,
    match_body,
    placed_rows,
    return_body,
    statement_body,
)
from shared.finance.bank_words import (
    BANK_LAYOUT,
    BANK_STATEMENT,
    MONEY_MATCH,
    STATEMENT_LINE,
    Effect,
    Goal,
    MatchState,
)
from shared.finance.match_rules import worth
from shared.finance.models import allocation_body
from shared.finance.proof_commands import PROJECTIONS as PROOF_PROJECTIONS
from shared.finance.statement_layouts import FIRST
from shared.finance.statement_reading import Statement, StatementRow
from shared.finance.vocabulary import ALLOCATION, CASH_MOVEMENT, LEDGER_ENTRY, PAYMENT, REQUEST, Confirmation
from shared.finance.vocabulary import PaymentState as State

_KIND_OF = {Goal.PAYMENT: PAYMENT, Goal.CASH_MOVEMENT: CASH_MOVEMENT, Goal.REQUEST: REQUEST}


def _by(command: Command) -> tuple[str, str]:
    return str(command.payload.get("author_id", "")), str(command.payload.get("author_name", ""))


def _save_layout(command: Command, read: ReadRow) -> Sequence[Draft]:
    first: dict[str, Any] = {"name": "", "rules": dict(FIRST), "state": "active"}
    present = read(BANK_LAYOUT, command.target_id) or first
    wanted = {name: change.get("new") for name, change in command.payload["changes"].items()}
    body = {**present, **wanted, "id": command.target_id, "revision": command.id}
    return [Draft(BANK_LAYOUT, command.target_id, body)]


def _import(command: Command, _read: ReadRow) -> Sequence[Draft]:
    # The lines come back from the server: it alone knows which of them it has already.
    asked = ImportStatement.model_validate(command.payload)
    day = command.observed_at[:10]
    body = statement_body(command, asked, Statement([StatementRow(0, day, "", "", 0)]), "", _by(command))
    return [Draft(BANK_STATEMENT, body["id"], body)]


def _match(command: Command, read: ReadRow) -> Sequence[Draft]:
    line = read(STATEMENT_LINE, command.target_id)
    if line is None:
        return []
    asked = MatchMoney.model_validate(command.payload)
    drafts: list[Draft] = []
    bodies: list[Body] = []
    for one in asked.goals:
        goal = read(_KIND_OF[one.goal], one.id) if one.goal in _KIND_OF else None
        if goal is None:
            continue
        body = match_body(command, line, one.goal, one.id, worth(one.goal, goal), _by(command))
        if one.goal is Goal.PAYMENT and goal["confirmation"] == Confirmation.UNCONFIRMED:
            body["effect"] = str(Effect.CONFIRMED)
            drafts.append(_confirmed(command, goal))
        bodies.append({**body, "reason": asked.reason.strip()})
    if bodies and asked.reason.strip():
        bodies[-1]["difference"] = line["amount"] - sum(int(one["amount"]) for one in bodies)
    return [*drafts, *(Draft(MONEY_MATCH, one["id"], one, line["id"]) for one in bodies)]


def _confirmed(command: Command, payment: Any) -> Draft:
    state = {"state": str(State.COMPLETED)} if payment["state"] == State.PROCESSING else {}
    body = {**payment, **state, "confirmation": str(Confirmation.CONFIRMED), "revision": command.id}
    return Draft(PAYMENT, payment["id"], body, payment["person_id"])


def _undo(command: Command, read: ReadRow) -> Sequence[Draft]:
    return _ended(command, read, MatchState.ENDED)


def _decide(command: Command, read: ReadRow) -> Sequence[Draft]:
    return _ended(command, read, MatchState.MADE if command.payload["approved"] else MatchState.REFUSED)


def _ended(command: Command, read: ReadRow, state: MatchState) -> Sequence[Draft]:
    match = read(MONEY_MATCH, command.target_id)
    if match is None:
        return []
    body = ended_match(command, match, state, str(command.payload.get("reason", "")), _by(command))
    return [Draft(MONEY_MATCH, command.target_id, body, match["line_id"])]


def _aside(command: Command, read: ReadRow) -> Sequence[Draft]:
    line = read(STATEMENT_LINE, command.target_id)
    if line is None:
        return []
    aside = bool(command.payload.get("aside", True))
    body = aside_body(command, line, str(command.payload.get("reason", "")), aside=aside)
    return [Draft(STATEMENT_LINE, line["id"], body, line["statement_id"])]


def _place(command: Command, read: ReadRow) -> Sequence[Draft]:
    asked = PlaceMoney.model_validate(command.payload)
    line = read(STATEMENT_LINE, asked.line_id)
    if line is None:
        return []
    rows = placed_rows(command, asked, line, _by(command))
    match = match_body(command, line, Goal.PAYMENT, rows.payment["id"], asked.amount, _by(command))
    match["effect"] = str(Effect.PLACED)
    drafts = [
        Draft(PAYMENT, rows.payment["id"], rows.payment, rows.payment["person_id"]),
        Draft(MONEY_MATCH, match["id"], match, line["id"]),
    ]
    for entry in rows.entries:
        drafts.append(Draft(LEDGER_ENTRY, entry["id"], entry, entry["person_id"]))
        for charge_id, amount in rows.wanted[entry["id"]]:
            paid = allocation_body(command, entry["person_id"], entry["id"], charge_id, amount)
            drafts.append(Draft(ALLOCATION, paid["id"], paid, paid["person_id"]))
    return drafts


def _return(command: Command, read: ReadRow) -> Sequence[Draft]:
    line = read(STATEMENT_LINE, command.payload["line_id"])
    if line is None:
        return []
    payload = command.payload
    body = return_body(command, line, payload["amount"], str(payload["reason"]), _by(command))
    return [Draft(MONEY_MATCH, body["id"], body, line["id"])]


PROJECTIONS: dict[str, Projection] = {
    **PROOF_PROJECTIONS,
    "SaveBankLayout": _save_layout,
    "ImportStatement": _import,
    "MatchMoney": _match,
    "UndoMatch": _undo,
    "SetLineAside": _aside,
    "PlaceMoney": _place,
    "AskReturn": _return,
    "DecideReturn": _decide,
}
