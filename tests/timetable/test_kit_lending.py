"""Lending on both databases: out and back, what is refused or kept for the office, and two desks at once."""

import pytest

from tests.timetable.kit_ground import Kit, jpeg, kit

__all__ = ["kit"]


def test_a_piece_goes_out_and_comes_back(kit: Kit) -> None:
    item = kit.add("C-1")
    told = kit.lend(item, condition=" A scratch ", photo=jpeg())
    assert told.verdict == "applied"
    loan = kit.loan(told)
    assert (loan["state"], loan["condition_out"], loan["due_at"]) == ("out", "A scratch", "2026-11-23T16:00:00.000Z")
    assert kit.row("kit_item", item)["loan_id"] == loan["id"]
    assert kit.give_back(item, loan["id"], condition="Lens cap lost", photo=jpeg()).verdict == "applied"
    loan = kit.loan(told)
    assert (loan["state"], loan["condition_in"], loan["back_at"] is None) == ("back", "Lens cap lost", False)
    assert kit.row("kit_item", item)["loan_id"] is None
    sides = kit.rows("SELECT side FROM kit_photo WHERE loan_id = :loan ORDER BY side", loan=loan["id"])
    assert sides == [("in",), ("out",)]


def test_two_desks_lend_one_piece_and_both_loans_are_kept(kit: Kit) -> None:
    item = kit.add("C-1")
    seen = kit.row("kit_item", item)["revision"]
    first = kit.lend(item, base=seen)
    officer, other = kit.institute.devices["officer"], kit.institute.students[1]
    second = kit.lend(item, other, officer, base=seen)
    assert (second.verdict, second.code) == ("conflict", "kit_lent_twice")
    assert {kit.loan(first)["state"], kit.loan(second)["state"]} == {"out"}
    conflict = kit.row("conflict", second.conflict_id or "")
    assert [side["values"]["loan_id"] for side in conflict["sides"]] == [kit.loan(first)["id"], kit.loan(second)["id"]]
    choice = {"choices": {"borrower": second.command_id}}
    assert kit.laptop.do("SettleConflict", second.conflict_id or "", choice).verdict == "applied"
    assert (kit.loan(first)["state"], kit.loan(second)["state"]) == ("mistaken", "out")
    assert kit.row("kit_item", item)["loan_id"] == kit.loan(second)["id"]
