"""The lines of the sync page for missing numbers and codes of accounts, and how their rows are listed."""

from desktop.core.area import KindSpec, Line
from shared.core.text import text
from shared.finance import invoice_rules, report_projections
from shared.finance.report_commands import PAYLOADS
from shared.finance.report_vocabulary import BOOK_ACCOUNT, GAP_EXPLANATION, INVOICE, JOURNAL_EXPORT

KINDS = {
    GAP_EXPLANATION: KindSpec(keys={"till_id": lambda body: body.get("till_id")}),
    BOOK_ACCOUNT: KindSpec(sort_text=lambda body: str(body.get("code") or "")),
    JOURNAL_EXPORT: KindSpec(sort_text=lambda body: str(body.get("first_day") or "")),
    INVOICE: KindSpec(
        keys={"person_id": lambda body: body.get("person_id"), "number": lambda body: body.get("number")}
    ),
}
PROJECTIONS = {**report_projections.PROJECTIONS, **invoice_rules.PROJECTIONS}
TYPE_VERSIONS = dict.fromkeys((*PAYLOADS, *invoice_rules.PAYLOADS), 1)
LINES: dict[str, Line] = {
    "ExplainGap": lambda _command, _read: text("Explained missing receipt numbers"),
    "SetBookAccount": lambda command, _read: text("Set the account code {code}", code=command.payload["code"]),
    "IssueInvoice": lambda _command, _read: text("Signed an invoice"),
    "PrintInvoice": lambda _command, _read: text("Printed an invoice"),
    "NoteJournal": lambda _command, _read: text("Took out a journal"),
}
