"""What a person may ask of subscriptions: set what one costs, begin one, and cancel, pause or resume it."""

from pydantic import ConfigDict, Field

from shared.core.command import Id
from shared.core.days import DayText
from shared.core.fields import FieldChange
from shared.core.ids import derived_id
from shared.core.strict import StrictModel
from shared.finance.subscription_vocabulary import SubscriptionAct


class _Part(StrictModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class SaveSubscriptionPrice(_Part):
    """Set what a course costs for a period (target: the price's id, new or known).

    `changes` are of the fields in `subscription_prices.FIELDS`; those in `FIXED` stay as they were first said.
    """

    changes: dict[str, FieldChange] = Field(min_length=1, max_length=20)


class Subscribe(_Part):
    """Let someone pay for a class period by period (target: the subscription's id).

    `cohort_id` says which class, where the price is of a course. `on` is its first day: today for students themselves.
    """

    person_id: Id
    price_id: Id
    cohort_id: Id
    on: DayText | None = None


class ChangeSubscription(_Part):
    """Cancel a subscription (target) at its period's end or at once, take that back, pause it or resume it."""

    act: SubscriptionAct
    reason: str = Field(default="", max_length=500)


PAYLOADS: dict[str, type[StrictModel]] = {
    "SaveSubscriptionPrice": SaveSubscriptionPrice,
    "Subscribe": Subscribe,
    "ChangeSubscription": ChangeSubscription,
}


def period_charge_id(subscription_id: str, number: int) -> str:
    """Return the id of the charge of a period: it is made once, however often and wherever it is asked for."""
    return derived_id("subscription_charge", subscription_id, str(number))


def line_charge_id(subscription_id: str, number: int, at: int) -> str:
    """Return the id of the charge of a period by the fee at a place: it is made once, too."""
    return derived_id("subscription_charge", subscription_id, str(number), str(at))


def subscribed_enrolment_id(subscription_id: str) -> str:
    """Return the id of the enrolment that a subscription makes where its student has none in the class yet."""
    return derived_id("subscribed", subscription_id)
