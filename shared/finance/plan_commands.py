"""What a person may ask of instalment plans: pay charges in parts, each with its day."""

from pydantic import ConfigDict, Field

from shared.core.command import Id
from shared.core.days import DayText
from shared.core.strict import StrictModel
from shared.finance.commands import Amount, Currency

MOST_PARTS = 60
MOST_PLANNED = 20
"""Charges that one plan may cover."""


class _Part(StrictModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class PlanPart(_Part):
    """One instalment: what is due, and on which day."""

    due_on: DayText
    amount: Amount


class SavePlan(_Part):
    """Let a student pay charges in parts (target: the plan's id, new or known).

    The parts' sum is what the charges come to after discounts. `ended` gives the charges their own days back.
    """

    person_id: Id
    currency: Currency
    charge_ids: tuple[Id, ...] = Field(min_length=1, max_length=MOST_PLANNED)
    parts: tuple[PlanPart, ...] = Field(min_length=1, max_length=MOST_PARTS)
    ended: bool = False


PAYLOADS: dict[str, type[StrictModel]] = {"SavePlan": SavePlan}
