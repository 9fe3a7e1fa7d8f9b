"""The rows of overdue money as the feed carries them; those who work with money see them, nobody else."""

from collections.abc import Callable, Mapping

from server.core.entities import Body, EntityKind
from server.core.personal_data import PersonalTable, impersonal
from server.finance import overdue_tables as tables
from server.finance.kinds import DESK
from shared.core.actor import Actor
from shared.finance import vocabulary as words
from shared.finance.permissions import may_see_ledgers
from shared.finance.policy_rules import FIELDS


def _desk(_body: Body) -> tuple[str, str | None]:
    return DESK, None


POLICY_KIND = EntityKind(
    kind=words.FINANCE_POLICY,
    table=tables.FINANCE_POLICY,
    body_columns=FIELDS,
    scopes=_desk,
    title=lambda _body: "",
    json_columns=frozenset({"days_before", "days_after", "channels", "holds"}),
)
EXCEPTION_KIND = EntityKind(
    kind=words.PAYMENT_EXCEPTION,
    table=tables.PAYMENT_EXCEPTION,
    body_columns=("person_id", "until", "reason", "author_id", "author_name"),
    scopes=_desk,
    title=lambda body: str(body["reason"][:60]),
    parent="person_id",
)
REMINDER_KIND = EntityKind(
    kind=words.PAYMENT_REMINDER,
    table=tables.PAYMENT_REMINDER,
    body_columns=(
        *("person_id", "currency", "day", "kind", "amount", "items", "marks", "channels", "contacts"),
        *("by_hand", "state", "asked_by", "made_at"),
    ),
    scopes=_desk,
    title=lambda _body: "",
    parent="person_id",
    json_columns=frozenset({"items", "marks", "channels"}),
)
GUARDED: Mapping[str, Callable[[Actor], bool]] = dict.fromkeys(
    (words.FINANCE_POLICY, words.PAYMENT_EXCEPTION, words.PAYMENT_REMINDER), may_see_ledgers
)
PERSONAL = (
    PersonalTable("payment_exception", own=("person_id",), by={"author_id": "author_name"}, blank=("reason",)),
    PersonalTable("payment_reminder", own=("person_id",), by={"asked_by": ""}, kept=("items", "marks", "channels")),
    *impersonal("finance_policy", "overdue_run"),
)
