"""The rows of the cash desk as the feed carries them: tills and keys for everybody, money for its desk."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from server.core.entities import Body, EntityKind
from server.finance import till_tables as tables
from server.finance.kinds import DESK, FEES, GrowingKind
from shared.core.actor import Actor
from shared.finance import vocabulary as words
from shared.finance.permissions import may_see_ledgers


def _everybody(_body: Body) -> tuple[str, str | None]:
    return FEES, None


def _desk(_body: Body) -> tuple[str, str | None]:
    return DESK, None


class _TextKind(EntityKind):
    """The words of receipts, with what was printed, which is an object."""

    def body_of(self, row: Sequence[Any]) -> Body:
        """Return a row of `selected()` as the feed carries it."""
        body = super().body_of(row)
        return {**body, "printed": body["printed"] or {}}


KEY_KIND = EntityKind(
    kind=words.RECEIPT_KEY,
    table=tables.RECEIPT_KEY,
    body_columns=("public_key", "made_at", "retired_at"),
    scopes=_everybody,
    title=lambda _body: "",
)
TILL_KIND = EntityKind(
    kind=words.TILL,
    table=tables.TILL,
    body_columns=(
        *("name", "series", "code", "device_id", "install_epoch", "public_key", "certificate", "valid_from"),
        *("valid_to", "state", "asked_by", "approved_by"),
    ),
    scopes=_everybody,
    title=lambda body: str(body["name"]),
)
RECEIPT_KIND = GrowingKind(
    kind=words.RECEIPT,
    table=tables.RECEIPT,
    body_columns=(
        *("payment_id", "till_id", "series", "sequence", "number", "amount", "currency", "issued_at", "digest"),
        *("signature", "shift_id"),
    ),
    scopes=_desk,
    title=lambda body: str(body["number"]),
    parent="payment_id",
)
BY_MAIL, BY_SMS, TELL, CONFIRMED, NOTED = 1, 2, 4, 8, 16
"""What `mail_due` adds up: by which ways a receipt goes to its student, and of what else the student is told."""


def letters_due(body: Mapping[str, Any]) -> int:
    """Return by which ways a receipt goes to its student: as the till asked, or as the server told itself.

    One of several students goes to none of them, as the paper names all: the same ways tell each of the own part.
    Whoever pays for several isn't they, so each has a notice, too, whatever the till asked.
    """
    printed = body["printed"]
    ways = sum(way for way, word in ((BY_MAIL, "mail"), (BY_SMS, "sms"), (TELL, "tell")) if printed.get(word))
    at_till = "copies" not in printed  # the server counts the copies of its own
    return ways | NOTED if body["person_id"] is None and at_till else ways


TEXT_KIND = _TextKind(
    kind=words.RECEIPT_TEXT,
    table=tables.RECEIPT_TEXT,
    body_columns=("person_id", "payer", "words", "printed"),
    scopes=lambda body: (DESK, f"person:{body['person_id']}" if body["person_id"] else None),
    title=lambda _body: "",
    parent="person_id",
    json_columns=frozenset({"printed"}),
    derive=lambda body: {"mail_due": letters_due(body)},
    derived_columns=("mail_due",),
)
SHIFT_KIND = EntityKind(
    kind=words.SHIFT,
    table=tables.SHIFT,
    body_columns=(
        *("till_id", "person_id", "cashier_name", "currency", "opening_float", "opened_at", "state", "closed_at"),
        *("counted", "expected", "expected_told", "denominations", "others", "explanation", "z_number"),
    ),
    scopes=_desk,
    title=lambda body: str(body["cashier_name"]),
    parent="till_id",
    json_columns=frozenset({"denominations", "others"}),
)
MOVEMENT_KIND = EntityKind(
    kind=words.CASH_MOVEMENT,
    table=tables.CASH_MOVEMENT,
    body_columns=("shift_id", "person_id", "person_name", "movement", "amount", "reason", "moved_at"),
    scopes=_desk,
    title=lambda body: str(body["movement"]),
    parent="shift_id",
)
REQUEST_KIND = EntityKind(
    kind=words.REQUEST,
    table=tables.FINANCE_REQUEST,
    body_columns=(
        *("kind", "state", "payment_id", "receipt_id", "person_id", "shift_id", "number", "amount", "currency"),
        *("method", "reason", "asked_by", "asked_by_name", "asked_at", "decided_by", "decided_by_name"),
        *("decided_at", "decided_reason"),
    ),
    scopes=_desk,
    title=lambda body: str(body["number"]),
    parent="payment_id",
)
GUARDED: Mapping[str, Callable[[Actor], bool]] = dict.fromkeys(
    (words.RECEIPT, words.RECEIPT_TEXT, words.SHIFT, words.CASH_MOVEMENT, words.REQUEST), may_see_ledgers
)
"""Of all who see the whole institute: who gets such rows."""
