"""What a person may ask about overdue money: set the policy, run it, remind by hand, lift a hold, spare someone."""

from pydantic import ConfigDict, Field

from shared.core.command import Id
from shared.core.days import Day
from shared.core.fields import FieldChange
from shared.core.ids import derived_id
from shared.core.strict import StrictModel
from shared.finance.commands import Reason
from shared.finance.vocabulary import FINANCE_POLICY, PAYMENT_EXCEPTION

MOST_CHOSEN = 500
"""People that are reminded in one step."""


class _Part(StrictModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class SetFinancePolicy(_Part):
    """Set how overdue money is dealt with (target: `finance_policy_id`); fields of `policy_rules.FIRST`."""

    changes: dict[str, FieldChange] = Field(min_length=1, max_length=20)


class RunOverdue(_Part):
    """Look at what is overdue now (target: a new id), as the daily run does: lay and lift holds, and remind."""


class RemindPayers(_Part):
    """Remind chosen people of what they owe (target: a new id), each once a day; who owes nothing gets nothing."""

    person_ids: tuple[Id, ...] = Field(min_length=1, max_length=MOST_CHOSEN)


class LiftHold(_Part):
    """Lift a hold (target) until a day, for a reason; the daily run lays it again after that day."""

    until: Day
    reason: Reason


class SparePayer(_Part):
    """Neither hold nor remind someone until a day (target: `payment_exception_id`); a day that is past ends it."""

    person_id: Id
    until: Day
    reason: Reason


PAYLOADS: dict[str, type[StrictModel]] = {
    "SetFinancePolicy": SetFinancePolicy,
    "RunOverdue": RunOverdue,
    "RemindPayers": RemindPayers,
    "LiftHold": LiftHold,
    "SparePayer": SparePayer,
}


def finance_policy_id(organisation_id: str) -> str:
    """Return the id of an institute's one policy of overdue money."""
    return derived_id(FINANCE_POLICY, organisation_id)


def payment_exception_id(person_id: str) -> str:
    """Return the id of the one exception that a person can have."""
    return derived_id(PAYMENT_EXCEPTION, person_id)
