"""How the rows of reconciliation are listed, and the lines of the sync page for its commands."""

from desktop.core.area import KindSpec, Line
from shared.core.command import Command
from shared.core.money import money_text
from shared.core.projection import ReadRow
from shared.core.text import text
from shared.finance.bank_commands import PAYLOADS
from shared.finance.bank_words import BANK_LAYOUT, BANK_STATEMENT, MONEY_MATCH, STATEMENT_LINE, TRANSFER_PROOF
from shared.finance.proof_commands import PAYLOADS as PROOF_PAYLOADS
from shared.people.rules import fold

KINDS = {
    BANK_LAYOUT: KindSpec(
        sort_text=lambda body: fold(str(body.get("name") or "")), keys={"state": lambda body: body.get("state")}
    ),
    BANK_STATEMENT: KindSpec(sort_text=lambda body: str(body.get("imported_at") or "")),
    STATEMENT_LINE: KindSpec(
        sort_text=lambda body: f"{body.get('day') or ''} {body.get('line') or 0:06}",
        keys={
            "statement_id": lambda body: body.get("statement_id"),
            "state": lambda body: body.get("state"),
            "origin": lambda body: body.get("origin"),
        },
    ),
    MONEY_MATCH: KindSpec(
        keys={
            "line_id": lambda body: body.get("line_id"),
            "goal_id": lambda body: body.get("goal_id"),
            "state": lambda body: body.get("state"),
        }
    ),
    TRANSFER_PROOF: KindSpec(
        sort_text=lambda body: str(body.get("sent_at") or ""),
        keys={"person_id": lambda body: body.get("person_id"), "state": lambda body: body.get("state")},
    ),
}
TYPE_VERSIONS = dict.fromkeys((*PAYLOADS, *PROOF_PAYLOADS), 1)


def _amount(line_id: str, read: ReadRow) -> str:
    line = read(STATEMENT_LINE, line_id)
    return money_text(int(line["amount"]), str(line["currency"])) if line else text("a line")


def _of_match(match_id: str, read: ReadRow) -> str:
    match = read(MONEY_MATCH, match_id) or {}
    return _amount(str(match.get("line_id") or ""), read)


def _layout(command: Command, read: ReadRow) -> str:
    named = command.payload["changes"].get("name", {}).get("new")
    name = named or (read(BANK_LAYOUT, command.target_id) or {}).get("name") or ""
    return text("Set the layout {name}", name=name)


def _aside(command: Command, read: ReadRow) -> str:
    amount = _amount(command.target_id, read)
    if command.payload.get("aside", True):
        return text("Set {amount} aside", amount=amount)
    return text("Opened {amount} again", amount=amount)


LINES: dict[str, Line] = {
    "SendProof": lambda command, _read: text(
        "Showed a transfer of {amount}", amount=money_text(command.payload["amount"], command.payload["currency"])
    ),
    "DecideProof": lambda command, _read: (
        text("Approved a transfer") if command.payload["approved"] else text("Declined a transfer")
    ),
    "WithdrawProof": lambda _command, _read: text("Took a shown transfer back"),
    "SaveBankLayout": _layout,
    "ImportStatement": lambda command, _read: text("Imported {file}", file=command.payload["file_name"]),
    "MatchMoney": lambda command, read: text("Matched {amount}", amount=_amount(command.target_id, read)),
    "UndoMatch": lambda command, read: text("Ended the match of {amount}", amount=_of_match(command.target_id, read)),
    "SetLineAside": _aside,
    "PlaceMoney": lambda command, read: text(
        "Placed money of {amount}", amount=_amount(command.payload["line_id"], read)
    ),
    "AskReturn": lambda command, read: text(
        "Asked to give money of {amount} back", amount=_amount(command.payload["line_id"], read)
    ),
    "DecideReturn": lambda command, read: text(
        "Decided whether money of {amount} goes back", amount=_of_match(command.target_id, read)
    ),
}
