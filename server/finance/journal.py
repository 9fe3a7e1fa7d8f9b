"""The journal for accountants: every posting of some days with the institute's codes, and its file.

One statement reads it in the order of the books, so that the same period is the same file as long as nothing is added.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from server.core.database import Db
from server.finance.report_files import Cell, table_file
from server.finance.report_queries import Span
from shared.core.money import decimal_amount
from shared.core.text import text
from shared.finance.journal_rules import AccountCode, Line, code_of
from shared.finance.report_words import money_words

_LINES = """
SELECT p.day, e.id, e.number, e.kind, e.charge_kind, e.what, p.account, coalesce(y.gateway, ''), p.currency, p.amount,
coalesce(h.number, '') FROM posting p
JOIN ledger_entry e ON e.organisation_id = p.organisation_id AND e.id = p.entry_id
LEFT JOIN payment y ON y.organisation_id = e.organisation_id AND y.id = e.payment_id
LEFT JOIN person h ON h.organisation_id = e.organisation_id AND h.id = e.person_id
WHERE p.organisation_id = :o AND p.day >= :first AND p.day <= :last ORDER BY p.day, e.made_at, e.id, p.account
"""
_CODES = "SELECT what, code, name FROM book_account WHERE organisation_id = :o"


def journal_lines(db: Db, span: Span) -> list[Line]:
    """Return the lines of the journal in the order of the books."""
    codes = codes_of(db, span.organisation_id)
    found = []
    for day, entry_id, number, kind, charge_kind, what, account, gateway, currency, amount, student in db.rows(
        _LINES, **span.places
    ):
        code = code_of(codes, account, charge_kind, gateway)
        words = _words(kind, what)
        found.append(Line(day, entry_id, number, kind, words, student, code, currency, int(amount)))
    return found


def codes_of(db: Db, organisation_id: str) -> Mapping[str, AccountCode]:
    """Return the codes that the institute set, by what is posted."""
    return {row[0]: AccountCode(row[0], row[1], row[2]) for row in db.rows(_CODES, o=organisation_id)}


def _words(kind: str, what: str) -> str:
    """Payments say by which method; everything else says what it is."""
    parts = what.split(", ") if kind in ("payment", "refund") else []
    try:
        return ", ".join(money_words(part) for part in parts) or what
    except ValueError:
        return what


def digest_of(lines: Sequence[Line]) -> str:
    """Return a digest of what a journal says: 64 hex digits."""
    made = hashlib.sha256()
    for line in lines:
        made.update(repr(line.facts).encode())
    return made.hexdigest()


def journal_file(kind: str, lines: Sequence[Line]) -> bytes:
    """Return the journal as `csv` or `xlsx`: a line for each posting, debit and credit apart."""
    heads = [
        text("Day"), text("Entry"), text("Document"), text("Kind"), text("Text"), text("Student"), text("Account"),
        text("Account name"), text("Debit"), text("Credit"), text("Currency"),
    ]  # fmt: skip
    rows = [_cells(line) for line in lines]
    return table_file(kind, text("Journal"), heads, rows)


def _cells(line: Line) -> list[Cell]:
    debit: Any = decimal_amount(line.amount, line.currency) if line.amount > 0 else ""
    credit: Any = decimal_amount(-line.amount, line.currency) if line.amount < 0 else ""
    texts = [line.day, line.entry_id, line.number, line.kind, line.words, line.student, line.code.code, line.code.name]
    return [*texts, debit, credit, line.currency]
