"""What reports of money add to the server's area of fees and payments."""

from server.core.personal_data import PersonalTable, impersonal
from server.finance import report_routes, report_service
from server.finance.report_kinds import GUARDED

COMMANDS = report_service.COMMANDS
PERSONAL = (
    PersonalTable("gap_explanation", by={"author_id": ""}, ids=("till_id",), kept=("words",)),
    PersonalTable("journal_export", by={"author_id": ""}, kept=("digest",)),
    PersonalTable("invoice", own=("person_id",), ids=("entry_id",), blank=("words", "signature"), kept=("number",)),
    *impersonal("book_account"),
)
routers = report_routes.routers

__all__ = ["COMMANDS", "GUARDED", "PERSONAL", "routers"]
"""Rows, commands and routes beside reports."""
