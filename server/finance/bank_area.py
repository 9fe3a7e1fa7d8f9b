"""What reconciliation adds to the server's area of fees and payments."""

from fastapi import APIRouter

from server.core.context import Context
from server.core.person_moves import Owned, moved_rows
from server.core.personal_data import PersonalTable
from server.finance import bank_routes, bank_service, match_service, placing_service, proof_routes, proof_service
from server.finance.bank_kinds import GUARDED
from shared.core.text import plural
from shared.finance.bank_words import BANK_LAYOUT


def _changed(n: int) -> str:
    return plural(
        "{n} proof of a transfer is gone or someone else's by now. Undo is no longer possible.",
        "{n} proofs of transfers are gone or someone else's by now. Undo is no longer possible.",
        n,
    )


MOVES = (moved_rows("transfer_proofs", _changed, Owned("transfer_proof")),)
COMMANDS = (*bank_service.COMMANDS, *match_service.COMMANDS, *placing_service.COMMANDS, *proof_service.COMMANDS)
SETTLERS = {BANK_LAYOUT: bank_service.settle}
# Statements are vouchers that the law lets nobody change: what a bank wrote of a payer stays as long as they do.
PERSONAL = (
    PersonalTable("bank_layout", kept=("name", "rules")),
    PersonalTable(
        "bank_statement",
        by={"imported_by": "imported_by_name"},
        kept=("file_name", "digest", "layout_name", "reason"),
    ),
    PersonalTable(
        "statement_line", ids=("statement_id",), kept=("words", "reference", "problem", "fingerprint", "reason")
    ),
    PersonalTable(
        "money_match",
        by={"made_by": "made_by_name", "ended_by": "ended_by_name"},
        ids=("line_id", "goal_id"),
        kept=("reason", "ended_reason"),
    ),
    PersonalTable(
        "transfer_proof",
        own=("person_id",),
        by={"sent_by": "sent_by_name", "decided_by": "decided_by_name"},
        ids=("payment_id",),
        blank=("reference", "bank", "note", "file_name", "sha256", "decided_reason"),
    ),
)
FILE_READERS = (proof_service.may_read,)


def routers(context: Context) -> list[APIRouter]:
    """Return the routes."""
    return [*bank_routes.routers(context), *proof_routes.routers(context)]


__all__ = ["COMMANDS", "FILE_READERS", "GUARDED", "MOVES", "PERSONAL", "SETTLERS", "routers"]
