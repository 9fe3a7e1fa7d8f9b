"""What pending commands about plans and discounts make of the rows on screen."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.core.command import Command
from shared.core.ids import derived_id
from shared.core.projection import Draft, Projection, ReadRow
from shared.finance.discount_commands import GrantDiscount
from shared.finance.discount_rules import FIRST, discount_amount
from shared.finance.models import Stamp, allocation_body, entry_body
from shared.finance.plan_commands import SavePlan
from shared.finance.plan_rules import ACTIVE, ENDED
from shared.finance.vocabulary import ALLOCATION, DISCOUNT, DISCOUNT_USE, INSTALMENT_PLAN, LEDGER_ENTRY, EntryKind

Body = Mapping[str, Any]


def use_id(entry_id: str) -> str:
    """Return the id of what says which discount an entry gave."""
    return derived_id("discount_use", entry_id)


def plan_body(command: Command, plan: SavePlan) -> dict[str, Any]:
    """Return the plan that a command saves."""
    return {
        "id": command.target_id,
        "revision": command.id,
        "person_id": plan.person_id,
        "currency": plan.currency,
        "charge_ids": list(plan.charge_ids),
        "parts": [{"due_on": part.due_on, "amount": part.amount} for part in plan.parts],
        "state": ENDED if plan.ended else ACTIVE,
    }


def discount_rows(
    command: Command, discount: Body, charge: Body, amount: int, made_by: str = "", day: str = ""
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Return the entry that a granted discount makes, the allocation that takes it off the charge, and its use."""
    return discount_parts(command, command.target_id, discount, charge, amount, made_by=made_by, day=day)


def discount_parts(
    made: Stamp,
    entry_id: str,
    discount: Body,
    charge: Body,
    amount: int,
    *,
    made_by: str = "",
    day: str = "",
    goes_on: bool = False,
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Return what `discount_rows` does; one that `goes_on` was given by itself for a later period."""
    more = {"day": day} if day else {}
    kept = ("person_id", "currency", "charge_kind", "enrolment_id", "cohort_id", "course_id")
    kind = EntryKind(discount["kind"])
    place = {name: charge[name] for name in kept}
    entry = entry_body(made, entry_id, kind, -amount, what=discount["name"], made_by=made_by, **place, **more)
    allocation = allocation_body(made, charge["person_id"], entry["id"], charge["id"], amount)
    use = {
        "id": use_id(entry["id"]),
        "revision": made.id,
        "discount_id": discount["id"],
        "person_id": charge["person_id"],
        "charge_id": charge["id"],
        "entry_id": entry["id"],
        "goes_on": goes_on,
    }
    return entry, allocation, use


def _save_plan(command: Command, _read: ReadRow) -> Sequence[Draft]:
    body = plan_body(command, SavePlan.model_validate(command.payload))
    return [Draft(INSTALMENT_PLAN, body["id"], body, body["person_id"])]


def _save_discount(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(DISCOUNT, command.target_id) or FIRST
    wanted = {name: change.get("new") for name, change in command.payload["changes"].items()}
    return [Draft(DISCOUNT, command.target_id, {**present, **wanted, "id": command.target_id, "revision": command.id})]


def _grant(command: Command, read: ReadRow) -> Sequence[Draft]:
    asked = GrantDiscount.model_validate(command.payload)
    discount, charge = read(DISCOUNT, asked.discount_id or ""), read(LEDGER_ENTRY, asked.charge_id)
    if discount is None or charge is None:
        return []
    amount = discount_amount(discount, charge, charge["amount"], asked.amount)
    entry, allocation, use = discount_rows(command, discount, charge, amount)
    person = charge["person_id"]
    return [
        Draft(LEDGER_ENTRY, entry["id"], entry, person),
        Draft(ALLOCATION, allocation["id"], allocation, person),
        Draft(DISCOUNT_USE, use["id"], use, person),
    ]


PROJECTIONS: dict[str, Projection] = {
    "SavePlan": _save_plan,
    "SaveDiscount": _save_discount,
    "GrantDiscount": _grant,
}
