"""The rows of plans and discounts as the feed carries them: plans for their students too, discounts for the desk."""

from collections.abc import Callable, Mapping

from server.core.entities import Body, EntityKind
from server.finance import plan_tables as tables
from server.finance.kinds import DESK
from shared.core.actor import Actor
from shared.finance import vocabulary as words
from shared.finance.discount_rules import FIELDS
from shared.finance.permissions import may_see_ledgers


def _desk(_body: Body) -> tuple[str, str | None]:
    return DESK, None


PLAN_KIND = EntityKind(
    kind=words.INSTALMENT_PLAN,
    table=tables.INSTALMENT_PLAN,
    body_columns=("person_id", "currency", "charge_ids", "parts", "state"),
    scopes=lambda body: (DESK, f"person:{body['person_id']}"),
    title=lambda _body: "",
    parent="person_id",
    json_columns=frozenset({"charge_ids", "parts"}),
)
DISCOUNT_KIND = EntityKind(
    kind=words.DISCOUNT,
    table=tables.DISCOUNT,
    body_columns=FIELDS,
    scopes=_desk,
    title=lambda body: str(body["name"]),
)
USE_KIND = EntityKind(
    kind=words.DISCOUNT_USE,
    table=tables.DISCOUNT_USE,
    body_columns=("discount_id", "person_id", "charge_id", "entry_id", "goes_on"),
    scopes=_desk,
    title=lambda _body: "",
    parent="person_id",
)
GUARDED: Mapping[str, Callable[[Actor], bool]] = dict.fromkeys(
    (words.INSTALMENT_PLAN, words.DISCOUNT, words.DISCOUNT_USE), may_see_ledgers
)
"""Of all who see the whole institute: who gets such rows."""
