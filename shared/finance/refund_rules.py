"""What goes back when an enrolment is cancelled: all until a day, a part until another, nothing after; and a fee."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ConfigDict, Field

from shared.core.fields import FieldChange
from shared.core.ids import derived_id
from shared.core.money import MOST_MINOR, part_of
from shared.core.strict import StrictModel
from shared.core.text import text
from shared.finance.ledger_rules import reversed_ids
from shared.finance.vocabulary import REFUND_RULE, ChargeKind, EntryKind

Body = Mapping[str, Any]
ACTIVE, RETIRED = "active", "retired"
DONE, UNDONE = "done", "undone"
FIRST: Body = {"course_id": None, "steps": [], "fee": 0, "pays_back": False, "state": ACTIVE}
"""A rule where nothing else is said.

Each of `steps` has `until`, the last day counted from the first day of the class (-7 is a week before it), and
`percent` of the charges that is taken back until then; after the last step nothing is. `fee` is in minor units of the
charges' currency. With `pays_back` what was paid is asked to go back; without it stays as credit.
"""
FIELDS = tuple(FIRST)
MOST_STEPS, FARTHEST = 10, 3_650
"""How many steps a rule has at most, and how many days they lie before or after the first day."""
_HUNDREDTHS, WHOLE = 100, 100
_REDUCES = frozenset({EntryKind.DISCOUNT, EntryKind.SCHOLARSHIP})


class SaveRefundRule(StrictModel):
    """Set what goes back (target: `refund_rule_id` of the course or of the institute)."""

    model_config = ConfigDict(frozen=True, extra="allow")

    changes: dict[str, FieldChange] = Field(min_length=1, max_length=10)


PAYLOADS: dict[str, type[StrictModel]] = {"SaveRefundRule": SaveRefundRule}


def refund_rule_id(of_id: str) -> str:
    """Return the id of the one rule of a course, or of the institute for all courses without their own."""
    return derived_id(REFUND_RULE, of_id)


def rule_fault(body: Body) -> str | None:
    """Return the sentence for a rule, whole, that can't be kept, or None."""
    if set(body) - {"id", "revision"} != set(FIELDS) or body["state"] not in (ACTIVE, RETIRED):
        return text("This can't be set here.")
    if not isinstance(body["pays_back"], bool) or not (body["course_id"] is None or isinstance(body["course_id"], str)):
        return text("This can't be set here.")
    if not _whole(body["fee"], 0, MOST_MINOR):
        return text("Enter an amount of zero or more.")
    steps = body["steps"]
    if not isinstance(steps, list) or len(steps) > MOST_STEPS:
        return text("A rule has at most {n} steps.", n=MOST_STEPS)
    for one in steps:
        if not isinstance(one, dict) or set(one) != {"until", "percent"}:
            return text("This can't be set here.")
        if not _whole(one["until"], -FARTHEST, FARTHEST) or not _whole(one["percent"], 0, 100):
            return text("A step has a day counted from the first day of the class, and 0 to 100 percent.")
    days = [one["until"] for one in steps]
    if days != sorted(set(days)):
        return text("The days of a rule go forward. Check their order.")
    return None


def _whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def rule_for(rules: Iterable[Body], course_id: str) -> Body | None:
    """Return the rule of a course: its own, or the institute's."""
    living = {one["course_id"]: one for one in rules if one["state"] == ACTIVE}
    return living.get(course_id) or living.get(None)


def percent_on(rule: Body, first_day: str, day: str) -> int:
    """Return what part of the charges is taken back when the enrolment is cancelled on a day."""
    passed = (date.fromisoformat(day) - date.fromisoformat(first_day)).days
    return next((int(one["percent"]) for one in rule["steps"] if passed <= one["until"]), 0)


@dataclass(frozen=True)
class Taken:
    """One charge that is taken back: what reduced it, what it came to after that, and what of it is kept."""

    charge: Body
    reductions: Sequence[Body]
    net: int
    kept: int


@dataclass(frozen=True)
class Cancelling:
    """What cancelling an enrolment does to its charges in one currency."""

    currency: str
    percent: int
    taken: Sequence[Taken]
    fee: int
    pays_back: bool

    @property
    def reversed(self) -> int:
        """What is owed no longer, before the fee."""
        return sum(one.net - one.kept for one in self.taken)


def cancelling(
    rule: Body, enrolment_id: str, first_day: str, day: str, entries: Sequence[Body], allocations: Sequence[Body]
) -> Cancelling | None:
    """Return what a rule does to the charges of an enrolment on a day; None where it has none that stand.

    Charges in several currencies are not mixed: those of the first charge's currency are looked at. What was charged on
    the very day and isn't paid was a mistake at the desk: all of it goes, without a fee.
    """
    gone = reversed_ids(entries)
    living = {one["id"]: one for one in entries if one["id"] not in gone}
    own = [one for one in living.values() if one["enrolment_id"] == enrolment_id and _follows(one)]
    if not own:
        return None
    currency = min(own, key=lambda one: (one["made_at"], one["id"]))["currency"]
    own = [one for one in own if one["currency"] == currency]
    mistaken = _is_mistaken(own, day, living, allocations)
    percent = WHOLE if mistaken else percent_on(rule, first_day, day)
    taken = [_taken(one, percent, living, allocations) for one in own]
    fee = 0 if mistaken else int(rule["fee"])
    return Cancelling(currency, percent, taken if percent else [], fee, bool(rule["pays_back"]))


def _follows(entry: Body) -> bool:
    """Tell whether an entry is a charge that a rule looks at: the periods of a subscription end by its own terms."""
    return bool(entry["kind"] == EntryKind.CHARGE and entry["charge_kind"] != ChargeKind.SUBSCRIPTION)


def _is_mistaken(charges: Sequence[Body], day: str, living: Mapping[str, Body], allocations: Sequence[Body]) -> bool:
    ids = {one["id"] for one in charges}
    paid = sum(
        one["amount"]
        for one in allocations
        if one["charge_id"] in ids and one["entry_id"] in living and living[one["entry_id"]]["kind"] not in _REDUCES
    )
    return not paid and all(one["day"] == day for one in charges)


def _taken(charge: Body, percent: int, living: Mapping[str, Body], allocations: Sequence[Body]) -> Taken:
    sums: dict[str, int] = {}
    for one in allocations:
        if one["charge_id"] == charge["id"] and one["entry_id"] in living:
            sums[one["entry_id"]] = sums.get(one["entry_id"], 0) + one["amount"]
    reductions = [living[key] for key, amount in sums.items() if amount and living[key]["kind"] in _REDUCES]
    net = charge["amount"] - sum(sums[one["id"]] for one in reductions)
    return Taken(charge, reductions, net, net - part_of(net, percent * _HUNDREDTHS))
