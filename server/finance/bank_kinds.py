"""The rows of reconciliation as the feed carries them: for those who reconcile; proofs for their students, too."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from server.core.entities import Body, EntityKind
from server.core.sql import SetSql
from server.finance import bank_tables as tables
from server.finance.kinds import BANK, DESK
from shared.core.actor import Actor
from shared.finance import bank_words as words
from shared.finance.permissions import may_approve, may_see_ledgers


def _bank(_body: Body) -> tuple[str, str | None]:
    return BANK, None


class _LayoutKind(EntityKind):
    """Layouts with their rules, which are an object."""

    def body_of(self, row: Sequence[Any]) -> Body:
        """Return a row of `selected()` as the feed carries it."""
        body = super().body_of(row)
        return {**body, "rules": body["rules"] or {}}


LAYOUT_KIND = _LayoutKind(
    kind=words.BANK_LAYOUT,
    table=tables.BANK_LAYOUT,
    body_columns=("name", "rules", "state"),
    scopes=_bank,
    title=lambda body: str(body["name"]),
    json_columns=frozenset({"rules"}),
)
STATEMENT_KIND = EntityKind(
    kind=words.BANK_STATEMENT,
    table=tables.BANK_STATEMENT,
    body_columns=(
        *("file_name", "digest", "layout_name", "currency", "first_day", "last_day", "opening", "closing", "total"),
        *("taken", "skipped", "reason", "imported_at", "imported_by", "imported_by_name"),
    ),
    scopes=_bank,
    title=lambda body: str(body["file_name"]),
)
LINE_KIND = EntityKind(
    kind=words.STATEMENT_LINE,
    table=tables.STATEMENT_LINE,
    body_columns=(
        *("origin", "statement_id", "line", "day", "words", "reference", "amount", "currency", "live", "problem"),
        *("fingerprint", "state", "reason"),
    ),
    scopes=_bank,
    title=lambda body: str(body["words"][:60] or body["reference"]),
    parent="statement_id",
)
MATCH_KIND = EntityKind(
    kind=words.MONEY_MATCH,
    table=tables.MONEY_MATCH,
    body_columns=(
        *("line_id", "goal", "goal_id", "amount", "difference", "effect", "state", "reason", "made_at", "made_by"),
        *("made_by_name", "ended_by", "ended_by_name", "ended_reason"),
    ),
    scopes=_bank,
    title=lambda _body: "",
    parent="line_id",
)
PROOF_KIND = EntityKind(
    kind=words.TRANSFER_PROOF,
    table=tables.TRANSFER_PROOF,
    body_columns=(
        *("person_id", "amount", "currency", "paid_on", "reference", "bank", "note", "sha256", "file_name"),
        *("file_kind", "state", "payment_id", "sent_at", "sent_by", "sent_by_name", "decided_by", "decided_by_name"),
        *("decided_at", "decided_reason"),
    ),
    scopes=lambda body: (DESK, f"person:{body['person_id']}"),
    title=lambda body: str(body["reference"]),
    parent="person_id",
)
MATCHES_OF_LINES = SetSql(
    f"SELECT {MATCH_KIND.selected()} FROM {{ids}} i {{by}} money_match t ON t.line_id = i.id"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :o ORDER BY t.id"
)
MATCHES_OF_GOALS = SetSql(
    f"SELECT {MATCH_KIND.selected()} FROM {{ids}} i {{by}} money_match t ON t.goal_id = i.id"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :o ORDER BY t.id"
)
GUARDED: Mapping[str, Callable[[Actor], bool]] = {
    **dict.fromkeys(
        (words.BANK_LAYOUT, words.BANK_STATEMENT, words.STATEMENT_LINE, words.MONEY_MATCH),
        may_approve,
    ),
    words.TRANSFER_PROOF: may_see_ledgers,
}
"""Of all who see the whole institute: who gets such rows."""
