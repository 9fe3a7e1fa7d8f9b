"""The rows of money in the matrix: a charge, fees, a plan and a discount for each course."""

from collections.abc import Callable
from typing import Any

from shared.finance.fee_commands import fee_structure_id
from tests.authorisation.world_bank import bank

Rows = dict[str, str]
Make = Callable[[str, dict[str, Any], str], str]
"""Sends a command on a new row: kind, payload and organisation, to the row's id."""
Do = Callable[[str, str, dict[str, Any], str], str]


def charge(make: Make, person_id: str, home: str) -> str:
    """Charge someone; returns the entry's id."""
    wanted = {"person_id": person_id, "what": f"Fine of {home}", "amount": 500, "currency": "GHS"}
    return make("ChargeStudent", wanted, home)


def plan(make: Make, person_id: str, home: str) -> tuple[str, str]:
    """Charge someone and agree on instalments; returns the ids of the charge and the plan."""
    owed = charge(make, person_id, home)
    parts = [{"due_on": "2027-01-01", "amount": 500}]
    wanted = {"person_id": person_id, "currency": "GHS", "charge_ids": [owed], "parts": parts}
    return owed, make("SavePlan", wanted, home)


def money(make: Make, do: Do, name: str, rows: Rows, home: str) -> None:
    """Add what hangs on a course's fees."""
    rows["charge"] = charge(make, rows["person"], home)
    rows["fees"] = fee_structure_id(rows["course"])
    fee = {"name": "Tuition", "amount": 100_000}
    changes = {"name": {"new": f"{name} fees"}, "lines": {"new": [fee]}}
    do("SaveFeeStructure", rows["fees"], {"course_id": rows["course"], "changes": changes}, home)
    rows["owed"], rows["plan"] = plan(make, rows["person"], home)
    wanted = {"name": f"{name} discount", "rate": 100}
    rows["discount"] = make("SaveDiscount", {"changes": {key: {"new": it} for key, it in wanted.items()}}, home)
    bank(make, name, rows, home)
