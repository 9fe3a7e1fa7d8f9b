"""What a course costs: the commands and the lines of fee structures."""

from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter

from shared.core.command import Id
from shared.core.fields import FieldChange
from shared.core.ids import derived_id
from shared.core.strict import StrictModel
from shared.finance.commands import Amount, Words
from shared.finance.vocabulary import ChargeKind

MOST_FEE_LINES = 30


class _Part(StrictModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class TaxRate(_Part):
    """A tax on a fee: its name and its rate in hundredths of a percent (1,250 is 12.5 %)."""

    name: Words
    rate: Annotated[int, Field(ge=0, le=10_000)]


class FeeLine(_Part):
    """One fee; taxes come on top of `amount`. It is due `due_days` after the enrolment."""

    name: Words
    kind: ChargeKind = ChargeKind.TUITION
    amount: Amount
    taxes: tuple[TaxRate, ...] = Field(default=(), max_length=10)
    due_days: Annotated[int, Field(ge=0, le=3_650)] = 0


LINES: TypeAdapter[tuple[FeeLine, ...]] = TypeAdapter(Annotated[tuple[FeeLine, ...], Field(max_length=MOST_FEE_LINES)])


class SaveFeeStructure(_Part):
    """Set what a course, or one cohort of it, costs (target: `fee_structure_id` of either).

    `changes` are of `name`, `currency`, `lines`, `by_period` and `state` ("active" or "retired"). `by_period` is empty
    where the fees are charged once, else it says how long a period is (`fee_periods.FIRST`).
    """

    course_id: Id | None = None
    cohort_id: Id | None = None
    changes: dict[str, FieldChange] = Field(min_length=1, max_length=10)


PAYLOADS: dict[str, type[StrictModel]] = {"SaveFeeStructure": SaveFeeStructure}


def fee_structure_id(of_id: str) -> str:
    """Return the id of the fees of a course or of a cohort: each has one structure at most."""
    return derived_id("fee_structure", of_id)


def fee_price_id(structure_id: str, currency: str, period: str, days: int) -> str:
    """Return the id of the price that fees have by such periods: running subscriptions keep theirs."""
    return derived_id("fee_price", structure_id, currency, period, str(days))


def fee_subscription_id(enrolment_id: str, revision: str) -> str:
    """Return the id of the subscription that an enrolment begins with the command `revision`."""
    return derived_id("fee_subscription", enrolment_id, revision)


def fee_charge_id(enrolment_id: str, at: int) -> str:
    """Return the id of the charge that an enrolment makes by the fee at a place: it is made once."""
    return derived_id("fee_charge", enrolment_id, str(at))
