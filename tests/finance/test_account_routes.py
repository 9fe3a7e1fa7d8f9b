"""Ledgers and fees over HTTP: charged, reversed, moved and confirmed, and who sees what."""

from typing import Any

import pytest

from tests.timetable.planned_server import PlannedServer, planned, small

__all__ = ["planned", "small"]


@pytest.fixture
def money(planned: PlannedServer) -> PlannedServer:
    """The planned server with Efua, its bursar."""
    planned.people["efua"] = planned.server.add_person("efua", ("bursar",))
    return planned


@pytest.fixture
def purse(small: PlannedServer) -> PlannedServer:
    """The same on SQLite alone."""
    small.people["efua"] = small.server.add_person("efua", ("bursar",))
    return small


def _charge(served: PlannedServer, amount: int = 10_000, **more: Any) -> Any:
    wanted = {"person_id": served.people["esi"], "what": "Tuition", "amount": amount, "currency": "GHS", **more}
    return served.ask("POST", "ledger-entries", wanted)


def test_a_charge_is_made_read_and_reversed(money: PlannedServer) -> None:
    made = _charge(money, due_on="2026-01-05")
    assert (made.status, made.data["number"], made.data["kind"]) == (201, "I-2026-0001", "charge")
    person = made.data["person_id"]
    account = money.ask("GET", f"accounts/{person}").data["accounts"][0]
    assert (account["charged"], account["overdue"], account["balance"]) == (10_000, 10_000, 10_000)
    assert money.ask("GET", f"ledger-entries?person_id={person}").json["pagination"]["totalCount"] == 1
    back = money.ask("POST", f"ledger-entries/{made.data['id']}/reversal", {"reason": "Charged twice"})
    assert (back.status, back.data["amount"], back.data["reverses_id"]) == (201, -10_000, made.data["id"])
    assert money.ask("GET", f"accounts/{person}").data["accounts"][0]["balance"] == 0
    books = money.ask("GET", "accounts/trial-balance?first=2026-01-01&last=2026-12-31", by="efua")
    assert books.data == {"GHS": {"income": 0, "receivable": 0}}
    move = {"to_person_id": person, "reason": "Wrong name"}
    told = money.ask("POST", f"ledger-entries/{made.data['id']}/move", move, by="efua")
    assert (told.status, told.code) == (422, "entry_not_movable")
    use = {"goes_to": [{"entry_id": made.data["id"], "amount": 5}]}
    told = money.ask("POST", f"ledger-entries/{made.data['id']}/allocations", use)
    assert (told.status, told.code) == (422, "no_credit")


@pytest.mark.parametrize(
    ("more", "status"),
    [({"amount": 0}, 422), ({"amount": -1}, 422), ({"amount": 1.5}, 422), ({"currency": "CEDI"}, 422),
     ({"what": ""}, 422), ({"due_on": "soon"}, 422), ({"due_on": "2026-02-30"}, 422), ({"due_on": "0000-01-01"}, 422),
     ({"colour": "red"}, 422)],
)  # fmt: skip
def test_a_charge_that_cant_be(small: PlannedServer, more: dict[str, Any], status: int) -> None:
    assert _charge(small, **more).status == status


def test_fees_are_set_and_set_again(purse: PlannedServer) -> None:
    course = purse.ask("POST", "courses", {"code": "ACC", "title": "Accounting"}).data["id"]
    fee = {"name": "Tuition", "amount": 100_000, "taxes": [{"name": "VAT", "rate": 1_500}]}
    wanted = {"course_id": course, "name": "Accounting 2026", "currency": "GHS", "lines": [fee]}
    made = purse.ask("PUT", "fee-structures", wanted, by="efua")
    assert (made.status, made.data["lines"][0]["name"], made.data["state"]) == (200, "Tuition", "active")
    again = purse.ask("PUT", "fee-structures", {**wanted, "state": "retired"}, by="efua")
    assert again.data["state"] == "retired"
    assert purse.ask("GET", f"fee-structures?course_id={course}").json["data"][0]["id"] == made.data["id"]
    nothing = purse.ask("PUT", "fee-structures", {**wanted, "course_id": None}, by="efua")
    assert (nothing.status, nothing.code) == (422, "fees_of_nothing")


def test_a_student_sees_the_own_account_alone(money: PlannedServer) -> None:
    entry = _charge(money).data["id"]
    assert [one["id"] for one in money.ask("GET", "ledger-entries", by="esi").data] == [entry]
    assert money.ask("GET", f"accounts/{money.people['esi']}", by="esi").status == 200
    for who in ("ama", "yaw"):
        assert money.ask("GET", "ledger-entries", by=who).data == []
        assert money.ask("GET", f"ledger-entries/{entry}", by=who).status == 404
        assert money.ask("GET", f"accounts/{money.people['esi']}", by=who).status == 404
    assert money.ask("GET", "accounts/trial-balance").code == "not_allowed"


def test_what_isnt_there(small: PlannedServer) -> None:
    nobody = "01a1f7f8-3000-7672-874a-d4a8ff8edb2f"
    for path in ("ledger-entries", "allocations", "payments", "fee-structures", "accounts"):
        assert small.ask("GET", f"{path}/{nobody}").status == 404
    assert small.ask("POST", f"payments/{nobody}/confirmation", {"came": True}).status == 404
    assert small.ask("GET", "payments").data == []
