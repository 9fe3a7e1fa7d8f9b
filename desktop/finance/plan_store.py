"""Reads instalment plans: those of a person, where each instalment stands, and what of which charge is due when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.core.desk import Desk
from desktop.core.queries import Where
from shared.finance.ledger_rules import Due
from shared.finance.plan_rules import ACTIVE, Step, dues, plan_steps, standing
from shared.finance.vocabulary import ALLOCATION, INSTALMENT_PLAN, LEDGER_ENTRY, EntryKind

Body = Mapping[str, Any]
KINDS_READ = frozenset({INSTALMENT_PLAN, LEDGER_ENTRY, ALLOCATION})


@dataclass(frozen=True)
class PlanView:
    """A plan with its instalments; `total` is what its charges come to after discounts."""

    body: Body
    steps: Sequence[Step]
    total: int

    @property
    def left(self) -> int:
        """What is still owed of it."""
        return sum(step.left for step in self.steps)


@dataclass(frozen=True)
class PlannedCharge:
    """A charge that a plan covers or could cover."""

    id: str
    what: str
    left: int
    planned: bool


def plans_of(desk: Desk, person_id: str) -> list[dict[str, Any]]:
    """Return the plans in use of a person."""
    rows = desk.store.page(INSTALMENT_PLAN, [Where("person_id", "=", person_id)], limit=-1)
    return [one for one in rows if one["state"] == ACTIVE]


def dues_of(desk: Desk, person_id: str, entries: Sequence[Body], allocations: Sequence[Body]) -> dict[str, list[Due]]:
    """Return which part of each planned charge is due on which day."""
    return dues(plans_of(desk, person_id), entries, allocations)


def _books(desk: Desk, person_id: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    own = [Where("person_id", "=", person_id)]
    return desk.store.page(LEDGER_ENTRY, own, limit=-1), desk.store.page(ALLOCATION, own, limit=-1)


def planned_dues(desk: Desk, person_id: str) -> dict[str, list[Due]]:
    """Return the same from what the store has of the person."""
    return dues_of(desk, person_id, *_books(desk, person_id))


def plan_views(desk: Desk, person_id: str, currency: str, today: str) -> list[PlanView]:
    """Return the plans of a person in a currency, those that still owe something first."""
    entries, allocations = _books(desk, person_id)
    found = [
        PlanView(
            plan,
            plan_steps(plan, entries, allocations, today),
            standing(plan["charge_ids"], currency, entries, allocations).total,
        )
        for plan in plans_of(desk, person_id)
        if plan["currency"] == currency
    ]
    return sorted((view for view in found if view.steps), key=lambda view: (not view.left, view.steps[0].due_on))


def charges_for(desk: Desk, person_id: str, currency: str, plan: Body | None) -> list[PlannedCharge]:
    """Return the charges of a plan, and the open ones that are in none."""
    entries, allocations = _books(desk, person_id)
    own = list(plan["charge_ids"]) if plan else []
    taken = {key for one in plans_of(desk, person_id) for key in one["charge_ids"]}
    charges = {one["id"]: one for one in entries if one["kind"] == EntryKind.CHARGE and one["currency"] == currency}
    open_ = standing(charges, currency, entries, allocations).open
    more = [key for key in open_ if key not in taken]
    return [
        PlannedCharge(key, charges[key]["what"], open_.get(key, 0), key in own)
        for key in (*own, *more)
        if key in charges
    ]


def total_of(desk: Desk, person_id: str, currency: str, charge_ids: Sequence[str]) -> tuple[int, int]:
    """Return what charges come to after discounts, and what of it is paid."""
    found = standing(charge_ids, currency, *_books(desk, person_id))
    return found.total, found.paid
