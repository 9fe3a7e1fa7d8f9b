"""The words of subscriptions: how long a period is, where a subscription stands, and what is done with one."""

from enum import StrEnum

SUBSCRIPTION_PRICE = "subscription_price"


class Period(StrEnum):
    """How long is paid for at once. A term lasts until the next one begins."""

    MONTH = "month"
    QUARTER = "quarter"
    TERM = "term"
    YEAR = "year"
    DAYS = "days"


class SubscriptionState(StrEnum):
    """Where a subscription stands. `pending` waits for its first payment, `overdue` has its days of grace."""

    PENDING = "pending"
    TRIAL = "trial"
    ACTIVE = "active"
    OVERDUE = "overdue"
    LAPSED = "lapsed"
    PAUSED = "paused"
    CANCELLED = "cancelled"


RUNNING = frozenset({SubscriptionState.TRIAL, SubscriptionState.ACTIVE, SubscriptionState.OVERDUE})
"""The states in which the course is open to the student, and in which the next period is charged."""
LIVING = frozenset(SubscriptionState) - {SubscriptionState.CANCELLED}


class SubscriptionAct(StrEnum):
    """What is done with a subscription."""

    CANCEL_AT_END = "cancel_at_end"
    KEEP = "keep"
    CANCEL_NOW = "cancel_now"
    PAUSE = "pause"
    RESUME = "resume"


class Told(StrEnum):
    """What a day brought to a subscription: what its student is told of."""

    BEGUN = "begun"
    WARNED = "warned"
    RENEWED = "renewed"
    LAPSED = "lapsed"
    CAME_BACK = "came_back"
    ENDED = "ended"
