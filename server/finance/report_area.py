"""What reports of money add to the server's area of fees and payments."""

from fastapi import APIRouter

from server.core.context import Context
from server.core.personal_data import PersonalTable, impersonal
from server.finance import invoice_routes, invoice_service, journal_routes, report_routes, report_service
from server.finance.report_kinds import GUARDED

COMMANDS = (*report_service.COMMANDS, *invoice_service.COMMANDS)
PERSONAL = (
    PersonalTable("gap_explanation", by={"author_id": ""}, ids=("till_id",), kept=("words",)),
    PersonalTable("journal_export", by={"author_id": ""}, kept=("digest",)),
    PersonalTable("invoice", own=("person_id",), ids=("entry_id",), blank=("words", "signature"), kept=("number",)),
    *impersonal("book_account"),
)


def routers(context: Context) -> list[APIRouter]:
    """Return the routes of reports, the journal and invoices."""
    return [*report_routes.routers(context), *journal_routes.routers(context), *invoice_routes.routers(context)]


__all__ = ["COMMANDS", "GUARDED", "PERSONAL", "routers"]
"""Rows, commands and routes beside reports."""
