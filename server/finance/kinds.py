"""The rows of the ledger as the feed carries them, and who sees them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from server.core.area import AccessPart
from server.core.database import Db
from server.core.entities import Body, EntityKind
from server.core.sql import SetSql
from server.finance import tables
from shared.core.actor import Actor
from shared.finance import vocabulary as words
from shared.finance.permissions import may_approve, may_see_ledgers

DESK = "finance"
"""What whoever works with money sees: every ledger."""
FEES = "finance:fees"
"""What everybody sees: what courses cost."""
BANK = "finance:bank"
"""What whoever reconciles sees: statements, their lines, and what matches them."""


def _of_person(body: Body) -> tuple[str, str | None]:
    return DESK, f"person:{body['person_id']}" if body["person_id"] else None


class GrowingKind(EntityKind):
    """Rows that are added and never changed: nobody holds a lock on what can't change."""

    def __post_init__(self) -> None:
        """Read without a lock, for which the server's role would need the right to change rows."""
        super().__post_init__()
        own = ", ".join(f"t.{name}" for name in ("id", "revision", *self.body_columns))
        self.__dict__["_statements"]["read"] = SetSql(
            f"SELECT {own} FROM {{ids}} i {{by}} {self.table.name} t ON t.id = i.id"  # noqa: S608 - our own names
            " WHERE t.organisation_id = :organisation_id ORDER BY t.id"
        )


class _PaymentKind(EntityKind):
    """Payments with what a gateway told, which is an object."""

    def body_of(self, row: Sequence[Any]) -> Body:
        """Return a row of `selected()` as the feed carries it."""
        body = super().body_of(row)
        return {**body, "metadata": body["metadata"] or {}}


ENTRY_KIND = GrowingKind(
    kind=words.LEDGER_ENTRY,
    table=tables.LEDGER_ENTRY,
    body_columns=(
        *("person_id", "kind", "charge_kind", "amount", "currency", "what", "day", "due_on", "enrolment_id"),
        *("cohort_id", "course_id", "number", "payment_id", "reverses_id", "taxes", "made_at", "made_by"),
    ),
    scopes=_of_person,
    title=lambda body: str(body["what"]),
    parent="person_id",
    json_columns=frozenset({"taxes"}),
)
ALLOCATION_KIND = GrowingKind(
    kind=words.ALLOCATION,
    table=tables.ALLOCATION,
    body_columns=("person_id", "entry_id", "charge_id", "amount", "made_at"),
    scopes=_of_person,
    title=lambda _body: "",
    parent="person_id",
)
PAYMENT_KIND = _PaymentKind(
    kind=words.PAYMENT,
    table=tables.PAYMENT,
    body_columns=(
        *("reference", "state", "confirmation", "amount", "currency", "tenders", "person_id", "payer_name"),
        *("sponsor_id", "note", "gateway", "metadata", "shift_id", "receipt_id", "receipt_number", "taken_at"),
        *("taken_by", "taken_by_name"),
    ),
    scopes=_of_person,
    title=lambda body: str(body["reference"]),
    parent="person_id",
    json_columns=frozenset({"tenders", "metadata"}),
)
NOTE_KIND = EntityKind(
    kind=words.ACCOUNT_NOTE,
    table=tables.ACCOUNT_NOTE,
    body_columns=("person_id", "entry_id", "words", "author_id", "author_name"),
    scopes=lambda _body: (DESK, None),
    title=lambda body: str(body["words"][:60]),
    parent="person_id",
)
FEE_KIND = EntityKind(
    kind=words.FEE_STRUCTURE,
    table=tables.FEE_STRUCTURE,
    body_columns=("name", "course_id", "cohort_id", "currency", "lines", "by_period", "state"),
    scopes=lambda _body: (FEES, None),
    title=lambda body: str(body["name"]),
    json_columns=frozenset({"lines", "by_period"}),
)
GUARDED: Mapping[str, Callable[[Actor], bool]] = dict.fromkeys(
    (words.LEDGER_ENTRY, words.ALLOCATION, words.PAYMENT, words.ACCOUNT_NOTE), may_see_ledgers
)
"""Of all who see the whole institute: who gets such rows."""


def access(_db: Db, actor: Actor) -> AccessPart:
    """Whoever works with money sees every ledger; what courses cost is everybody's to know."""
    desk = {DESK} if may_see_ledgers(actor) else set()
    return AccessPart(scopes=frozenset({FEES} | desk | ({BANK} if may_approve(actor) else set())))
