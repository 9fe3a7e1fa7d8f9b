"""The rows of subscriptions as the feed carries them: prices for everybody, subscriptions for desk and student."""

from collections.abc import Callable, Mapping

from server.core.entities import EntityKind
from server.finance import subscription_tables as tables
from server.finance.kinds import DESK, FEES
from shared.core.actor import Actor
from shared.finance.permissions import may_see_ledgers
from shared.finance.subscription_prices import FIELDS
from shared.finance.subscription_vocabulary import SUBSCRIPTION_PRICE
from shared.finance.vocabulary import SUBSCRIPTION

PRICE_KIND = EntityKind(
    kind=SUBSCRIPTION_PRICE,
    table=tables.SUBSCRIPTION_PRICE,
    body_columns=FIELDS,
    scopes=lambda _body: (FEES, None),
    title=lambda body: str(body["name"]),
    json_columns=frozenset({"taxes", "lines"}),
)
SUBSCRIPTION_KIND = EntityKind(
    kind=SUBSCRIPTION,
    table=tables.SUBSCRIPTION,
    body_columns=(
        *("person_id", "price_id", "course_id", "cohort_id", "enrolment_id", "state", "began_on", "anchor"),
        *("anchor_number", "number", "period_from", "period_to", "cancel_at_end", "withheld", "paused_on"),
        *("days_left", "warned_for", "ended_on", "look_on"),
    ),
    scopes=lambda body: (DESK, f"person:{body['person_id']}"),
    title=lambda _body: "",
    parent="person_id",
)
GUARDED: Mapping[str, Callable[[Actor], bool]] = {SUBSCRIPTION: may_see_ledgers}
"""Of all who see the whole institute: who gets such rows."""
