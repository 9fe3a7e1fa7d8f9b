"""The rows beside reports of money as the feed carries them, for those who work with money."""

from collections.abc import Callable, Mapping

from server.core.entities import Body, EntityKind
from server.finance import report_tables as tables
from server.finance.kinds import DESK, GrowingKind
from shared.core.actor import Actor
from shared.finance import report_vocabulary as words
from shared.finance.permissions import may_see_ledgers


def _desk(_body: Body) -> tuple[str, str | None]:
    return DESK, None


EXPLANATION_KIND = GrowingKind(
    kind=words.GAP_EXPLANATION,
    table=tables.GAP_EXPLANATION,
    body_columns=("till_id", "first", "last", "reason", "words", "author_id", "made_at"),
    scopes=_desk,
    title=lambda _body: "",
    parent="till_id",
)
BOOK_ACCOUNT_KIND = EntityKind(
    kind=words.BOOK_ACCOUNT,
    table=tables.BOOK_ACCOUNT,
    body_columns=("what", "code", "name"),
    scopes=_desk,
    title=lambda body: str(body["code"]),
)
JOURNAL_KIND = GrowingKind(
    kind=words.JOURNAL_EXPORT,
    table=tables.JOURNAL_EXPORT,
    body_columns=("first_day", "last_day", "digest", "lines", "author_id", "made_at"),
    scopes=_desk,
    title=lambda body: f"{body['first_day']} {body['last_day']}",
)
INVOICE_KIND = EntityKind(
    kind=words.INVOICE,
    table=tables.INVOICE,
    body_columns=("entry_id", "person_id", "number", "words", "signature", "issued_at", "copies"),
    scopes=lambda body: (DESK, f"person:{body['person_id']}"),
    title=lambda body: str(body["number"]),
    parent="person_id",
)
GUARDED: Mapping[str, Callable[[Actor], bool]] = dict.fromkeys(
    (words.GAP_EXPLANATION, words.BOOK_ACCOUNT, words.JOURNAL_EXPORT, words.INVOICE), may_see_ledgers
)
"""Of all who see the whole institute: who gets such rows."""
