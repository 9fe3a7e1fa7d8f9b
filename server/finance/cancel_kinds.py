"""The rows of refund rules and cancellations as the feed carries them; those who work with money see them."""

from collections.abc import Callable, Mapping

from server.core.entities import EntityKind
from server.core.personal_data import PersonalTable
from server.finance import cancel_tables as tables
from server.finance.kinds import DESK
from shared.core.actor import Actor
from shared.finance import vocabulary as words
from shared.finance.permissions import may_see_ledgers
from shared.finance.refund_rules import FIELDS

RULE_KIND = EntityKind(
    kind=words.REFUND_RULE,
    table=tables.REFUND_RULE,
    body_columns=FIELDS,
    scopes=lambda _body: (DESK, None),
    title=lambda _body: "",
    json_columns=frozenset({"steps"}),
)
CANCELLATION_KIND = EntityKind(
    kind=words.CANCELLATION,
    table=tables.CANCELLATION,
    body_columns=(
        *("person_id", "enrolment_id", "day", "currency", "percent", "reversed", "kept", "credited"),
        *("charge_ids", "kept_ids", "request_ids", "plan_ids", "state"),
    ),
    scopes=lambda _body: (DESK, None),
    title=lambda _body: "",
    parent="person_id",
    json_columns=frozenset({"charge_ids", "kept_ids", "request_ids", "plan_ids"}),
)
GUARDED: Mapping[str, Callable[[Actor], bool]] = dict.fromkeys((words.REFUND_RULE, words.CANCELLATION), may_see_ledgers)
PERSONAL = (
    PersonalTable("refund_rule", ids=("course_id",), kept=("steps",)),
    PersonalTable(
        "enrolment_cancellation",
        own=("person_id",),
        ids=("enrolment_id",),
        kept=("charge_ids", "kept_ids", "request_ids", "plan_ids"),
    ),
)
