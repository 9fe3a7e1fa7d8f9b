"""Instalment plans and discounts over HTTP: set, changed, granted, refused, and who sees what."""

from typing import Any

import pytest

from tests.timetable.planned_server import PlannedServer, planned, small

__all__ = ["planned", "small"]


@pytest.fixture
def purse(small: PlannedServer) -> PlannedServer:
    """The planned server on SQLite, with Efua, its bursar."""
    small.people["efua"] = small.server.add_person("efua", ("bursar",))
    return small


def _charge(served: PlannedServer, amount: int = 10_000) -> Any:
    wanted = {"person_id": served.people["esi"], "what": "Tuition", "amount": amount, "currency": "GHS"}
    return served.ask("POST", "ledger-entries", wanted, by="efua").data


def test_a_plan_is_set_and_changed(purse: PlannedServer) -> None:
    charge = _charge(purse)
    parts = [{"due_on": "2026-01-05", "amount": 4_000}, {"due_on": "2027-01-05", "amount": 6_000}]
    wanted = {"person_id": charge["person_id"], "currency": "GHS", "charge_ids": [charge["id"]], "parts": parts}
    made = purse.ask("POST", "instalment-plans", wanted, by="efua")
    assert (made.status, made.data["parts"]) == (201, parts)
    account = purse.ask("GET", f"accounts/{charge['person_id']}", by="efua").data["accounts"][0]
    assert (account["overdue"], account["due"]) == (4_000, 10_000)
    later = {**wanted, "parts": [{"due_on": "2027-02-01", "amount": 10_000}]}
    put = purse.ask("PUT", f"instalment-plans/{made.data['id']}", later, by="efua")
    assert (put.status, put.data["parts"]) == (200, later["parts"])
    bad = {**wanted, "parts": parts[:1]}
    told = purse.ask("PUT", f"instalment-plans/{made.data['id']}", bad, by="efua")
    assert (told.status, told.code) == (422, "plan_sum")
    assert purse.ask("GET", f"instalment-plans?person_id={charge['person_id']}").json["pagination"]["totalCount"] == 1
    assert purse.ask("GET", f"instalment-plans/{made.data['id']}", by="esi").status == 200


def test_a_coupon_is_granted_once(purse: PlannedServer) -> None:
    wanted = {"name": "Open day", "currency": "GHS", "rate": 1_000, "code": "OPEN-26", "most": 1}
    made = purse.ask("POST", "discounts", wanted, by="efua")
    assert (made.status, made.data["needs_approval"]) == (201, False)
    charge = _charge(purse)
    grant = {"charge_id": charge["id"], "code": "open-26"}
    given = purse.ask("POST", "discounts/grants", grant, by="efua")
    assert (given.status, given.data["amount"], given.data["what"]) == (201, -1_000, "Open day")
    told = purse.ask("POST", "discounts/grants", {**grant, "charge_id": _charge(purse)["id"]}, by="efua")
    assert (told.status, told.code) == (422, "discount_used_up")
    put = purse.ask("PUT", f"discounts/{made.data['id']}", {**wanted, "most": 2}, by="efua")
    assert (put.status, put.data["most"]) == (200, 2)
    assert purse.ask("GET", "discounts", by="esi").json["pagination"]["totalCount"] == 0
