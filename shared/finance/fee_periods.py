"""Fees that are charged period by period: how a structure says so, and the price that its subscriptions stand on."""

from collections.abc import Mapping
from typing import Any

from shared.core.money import money_text
from shared.core.text import text
from shared.finance import subscription_prices as prices
from shared.finance.fee_commands import LINES, fee_price_id
from shared.finance.fee_rules import structure_total
from shared.finance.subscription_rules import next_start, plus
from shared.finance.subscription_vocabulary import Period

Body = Mapping[str, Any]
NAMES = ("period", "days", "trial_days", "grace_days", "warn_days", "charge_missed")
FIRST: Body = {name: prices.FIRST[name] for name in NAMES}
"""What fees by the period say where nothing else is said; a structure whose `by_period` is empty is charged once."""


def is_by_period(structure: Body) -> bool:
    """Tell whether fees are charged again with each period."""
    return bool(structure.get("by_period"))


def period_fault(structure: Body) -> str | None:
    """Return the sentence for fees, whole, whose periods can't be kept, or None."""
    said = structure.get("by_period") or {}
    if not isinstance(said, Mapping) or (said and set(said) != set(NAMES)):
        return text("This can't be set here.")
    if not said:
        return None
    if not structure["lines"]:
        return text("Add a fee.")
    return prices.price_fault(price_of(structure))


def price_of(structure: Body) -> dict[str, Any]:
    """Return the price that subscriptions to such fees stand on, without a revision."""
    said, lines = structure["by_period"], LINES.validate_python(structure["lines"])
    days = said["days"] if isinstance(said["days"], int) else 0
    return {
        **prices.FIRST,
        **{name: said[name] for name in NAMES},
        "id": fee_price_id(structure["id"], structure["currency"], str(said["period"]), days),
        "name": structure["name"],
        "course_id": None if structure["cohort_id"] else structure["course_id"],
        "cohort_id": structure["cohort_id"],
        "currency": structure["currency"],
        "amount": sum(line.amount for line in lines),
        "lines": [line.model_dump(mode="json") for line in lines],
        "state": structure["state"],
    }


def cost_words(structure: Body, day: str, terms: tuple[str, ...] = ()) -> str:
    """Return in words what an enrolment of a day is charged by fees, now and later."""
    amount = money_text(structure_total(structure), str(structure["currency"]))
    said = structure.get("by_period")
    if not said:
        return text("{amount} is charged at once.", amount=amount)
    each = each_words(said)
    if said["trial_days"]:
        first = plus(day, int(said["trial_days"]))
        words = text("Nothing is charged now. From {day} on {amount} is charged {each}.")
        return words.format(day=first, amount=amount, each=each)
    following = next_start(said, day, 1, day, terms)
    if following is None:
        return text("{amount} is charged at once, and again {each}.", amount=amount, each=each)
    words = text("{amount} is charged at once, and again {each}, next on {day}.")
    return words.format(amount=amount, each=each, day=following)


def each_words(said: Body) -> str:
    """Return how often something is charged: `each month`."""
    words = {
        Period.MONTH: text("each month"),
        Period.QUARTER: text("each quarter"),
        Period.TERM: text("each term"),
        Period.YEAR: text("each year"),
    }
    return words.get(Period(said["period"]), text("every {n} days", n=said["days"]))
