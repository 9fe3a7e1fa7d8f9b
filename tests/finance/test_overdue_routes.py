"""Overdue money over HTTP: policy, preview, run, reminders, holds, exceptions, and refund rules with their preview."""

from typing import Any

import pytest

from tests.timetable.planned_server import PlannedServer, planned, small

__all__ = ["planned", "small"]
RULE = {"what": "exam", "ground": "overdue", "days": 0, "least": 0}


@pytest.fixture
def purse(small: PlannedServer) -> PlannedServer:
    """The planned server on SQLite, with Efua, its bursar."""
    small.people["efua"] = small.server.add_person("efua", ("bursar",))
    return small


def _charge(served: PlannedServer, who: str = "esi", **more: Any) -> Any:
    wanted = {"person_id": served.people[who], "what": "Tuition", "amount": 10_000, "currency": "GHS", **more}
    return served.ask("POST", "ledger-entries", wanted, by="efua").data


def test_from_the_policy_to_a_lifted_hold(purse: PlannedServer) -> None:
    assert purse.ask("GET", "overdue/policy", by="efua").data["automatic"] is False
    assert purse.ask("GET", "overdue/policy", by="esi").code == "not_allowed"
    bad = purse.ask("PUT", "overdue/policy", {"days_after": [0]}, by="efua")
    assert (bad.status, bad.code) == (422, "field_invalid")
    put = purse.ask("PUT", "overdue/policy", {"grace_days": 0, "holds": [RULE]}, by="efua")
    assert (put.status, put.data["holds"]) == (200, [RULE])
    _charge(purse, due_on="2020-01-05")
    (found,) = purse.ask("GET", "overdue/preview", by="efua").data
    assert found["owed"] == [{"currency": "GHS", "amount": 10_000, "overdue": 10_000}]
    assert (found["holds"], found["reminders"][0]["kind"]) == (["exam"], "payment_overdue")
    run = purse.ask("POST", "overdue/runs", by="efua")
    assert (run.status, run.data) == (201, {"looked_at": 1, "reminded": 1, "laid": 1, "lifted": 0})
    (hold,) = purse.ask("GET", "holds", by="esi").data
    assert (hold["what"], hold["state"], hold["amount"]) == ("exam", "standing", 10_000)
    assert purse.ask("GET", f"holds/{hold['id']}", by="esi").status == 200
    until = {"until": "2099-12-31", "reason": "Sits the exam anyway"}
    assert purse.ask("POST", f"holds/{hold['id']}/lift", until, by="esi").status == 403
    past = purse.ask("POST", f"holds/{hold['id']}/lift", {**until, "until": "2020-01-01"}, by="efua")
    assert (past.status, past.code) == (422, "day_past")
    lifted = purse.ask("POST", f"holds/{hold['id']}/lift", until, by="efua").data
    assert (lifted["state"], lifted["reason"]) == ("lifted", "Sits the exam anyway")


def test_reminding_and_sparing(purse: PlannedServer) -> None:
    _charge(purse)
    esi = purse.people["esi"]
    told = purse.ask("POST", "payment-reminders", {"person_ids": [esi]}, by="efua")
    assert (told.status, told.data["reminded"]) == (201, 1)
    (one,) = purse.ask("GET", f"payment-reminders?person_id={esi}", by="efua").data
    assert (one["by_hand"], one["amount"]) == (True, 10_000)
    assert purse.ask("GET", f"payment-reminders/{one['id']}", by="efua").status == 200
    assert purse.ask("GET", "payment-reminders", by="esi").data == []
    until = {"until": "2099-12-31", "reason": "The sponsor pays"}
    put = purse.ask("PUT", f"payment-exceptions/{esi}", until, by="efua")
    assert (put.status, put.data["reason"]) == (200, "The sponsor pays")
    assert purse.ask("GET", "overdue/preview?by_hand=true", by="efua").data[0]["spared"] is True


def test_a_refund_rule_and_its_preview(purse: PlannedServer) -> None:
    steps = [{"until": -7, "percent": 100}, {"until": 3_650, "percent": 50}]
    put = purse.ask("PUT", "refund-rules", {"steps": steps, "fee": 500}, by="efua")
    assert (put.status, put.data["steps"], put.data["fee"]) == (200, steps, 500)
    assert purse.ask("PUT", "refund-rules", {"steps": steps[::-1]}, by="efua").code == "field_invalid"
    assert purse.ask("PUT", "refund-rules", {"steps": steps}, by="esi").status == 403
    assert len(purse.ask("GET", "refund-rules", by="efua").data) == 1
    assert purse.ask("GET", f"refund-rules/previews/{purse.people['esi']}", by="efua").status == 404
