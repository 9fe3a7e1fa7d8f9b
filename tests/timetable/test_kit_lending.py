"""Lending on both databases: out and back, what is refused or kept for the office, and two desks at once."""

from typing import Any

import pytest

from server.core.database import Db
from shared.core.ids import derived_id
from shared.timetable.kit_commands import loan_id_of
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
    second = kit.lend(item, kit.institute.students[1], kit.person_at("officer"), base=seen)
    assert (second.verdict, second.code) == ("conflict", "kit_lent_twice")
    assert {kit.loan(first)["state"], kit.loan(second)["state"]} == {"out"}
    conflict = kit.row("conflict", second.conflict_id or "")
    assert [side["values"]["loan_id"] for side in conflict["sides"]] == [kit.loan(first)["id"], kit.loan(second)["id"]]
    choice = {"choices": {"borrower": second.command_id}}
    assert kit.laptop.do("SettleConflict", second.conflict_id or "", choice).verdict == "applied"
    assert (kit.loan(first)["state"], kit.loan(second)["state"]) == ("mistaken", "out")
    assert kit.row("kit_item", item)["loan_id"] == kit.loan(second)["id"]


def test_the_first_loan_may_be_the_one_that_took_place(kit: Kit) -> None:
    item = kit.add("C-1")
    seen = kit.row("kit_item", item)["revision"]
    first = kit.lend(item, base=seen)
    second = kit.lend(item, kit.institute.students[1], kit.person_at("officer"), base=seen)
    side = kit.row("conflict", second.conflict_id or "")["sides"][0]["command_id"]
    kit.laptop.do("SettleConflict", second.conflict_id or "", {"choices": {"borrower": side}})
    assert (kit.loan(first)["state"], kit.loan(second)["state"]) == ("out", "mistaken")
    assert kit.row("kit_item", item)["loan_id"] == kit.loan(first)["id"]


def test_while_two_loans_stand_each_is_taken_back_for_itself(kit: Kit) -> None:
    item = kit.add("C-1")
    seen = kit.row("kit_item", item)["revision"]
    first = kit.lend(item, base=seen)
    second = kit.lend(item, kit.institute.students[1], kit.person_at("officer"), base=seen)
    kit.give_back(item, kit.loan(first)["id"])
    assert kit.row("kit_item", item)["loan_id"] == kit.loan(second)["id"]
    kit.give_back(item, kit.loan(second)["id"])
    assert kit.row("kit_item", item)["loan_id"] is None
    choice = {"choices": {"borrower": second.command_id}}
    assert kit.laptop.do("SettleConflict", second.conflict_id or "", choice).verdict == "applied"
    assert (kit.loan(first)["state"], kit.loan(second)["state"]) == ("back", "back")


def test_the_same_loan_at_two_desks_is_one_loan(kit: Kit) -> None:
    item = kit.add("C-1")
    seen = kit.row("kit_item", item)["revision"]
    first = kit.lend(item, base=seen)
    again = kit.lend(item, by=kit.person_at("officer"), base=seen)
    assert (again.verdict, again.details["existing_id"]) == ("agreed", kit.loan(first)["id"])


def test_two_desks_take_back_and_what_each_says_is_kept(kit: Kit) -> None:
    item = kit.add("C-1")
    loan = kit.loan(kit.lend(item))["id"]
    seen = kit.row("kit_item", item)["revision"]
    assert kit.give_back(item, loan, base=seen, condition="Fine").verdict == "applied"
    officer = kit.person_at("officer")
    assert kit.give_back(item, loan, officer, base=seen, condition="Fine").verdict == "agreed"
    assert kit.give_back(item, loan, officer, base=seen).verdict == "agreed"
    other = kit.give_back(item, loan, officer, base=seen, condition="Lens broken")
    assert other.verdict == "conflict"
    choice = {"choices": {"condition_in": other.command_id}}
    assert kit.laptop.do("SettleConflict", other.conflict_id or "", choice).verdict == "applied"
    assert kit.row("kit_loan", loan)["condition_in"] == "Lens broken"


@pytest.mark.parametrize(
    ("more", "code", "sentence"),
    [
        (
            {"due_at": "2026-11-19T16:00:00.000Z"},
            "due_in_past",
            "It would be due before it goes out. Set a later time.",
        ),
        (
            {"due_at": "2026-12-19T16:00:00.000Z"},
            "loan_too_long",
            "A loan lasts 14 days at most. Set an earlier day.",
        ),
        ({"photo": "bm8gcGljdHVyZQ=="}, "photo_invalid", "This is not a photo. Take or choose another one."),
        ({"photo": "%%%"}, "photo_invalid", "This is not a photo. Take or choose another one."),
        (
            {"photo": jpeg(size=40_001)},
            "photo_too_large",
            "The photo is too large. At most 40 KB and 640 pixels are kept.",
        ),
        (
            {"photo": jpeg(width=641)},
            "photo_too_large",
            "The photo is too large. At most 40 KB and 640 pixels are kept.",
        ),
    ],
)
def test_a_loan_that_cant_be(kit: Kit, more: dict[str, str], code: str, sentence: str) -> None:
    told = kit.lend(kit.add("C-1"), by=kit.office, **more)
    assert (told.verdict, told.code, told.message) == ("rejected", code, sentence)


def test_what_is_out_in_repair_removed_or_a_studio_isnt_lent(kit: Kit) -> None:
    item, studio = kit.add("C-1"), kit.add("S-1", kit_kind="studio")
    kit.lend(item)
    told = kit.lend(item, kit.institute.students[1], kit.office)
    assert (told.code, told.message) == (
        "kit_out",
        "Camera C-1 is out, due Mon 23 Nov 2026. Take it back first.",
    )
    assert kit.lend(item, kit.institute.students[1]).code == "kit_out"  # the desk saw that it was out
    assert kit.lend(studio, by=kit.office).code == "kit_is_studio"
    for state, code in (("repair", "kit_in_repair"), ("removed", "kit_removed")):
        other = kit.add(f"C-{state}")
        kit.change(other, state=state)
        assert kit.lend(other, by=kit.office).code == code


def test_only_those_of_the_course_borrow(kit: Kit) -> None:
    item = kit.add("C-1", course_ids=[derived_id("another course")])
    told = kit.lend(item, by=kit.office)
    assert (told.verdict, told.code) == ("rejected", "kit_no_right")
    assert told.message == "Student0 Mensah isn't enrolled in a course that may use Camera C-1."
    kit.change(item, course_ids=[kit.institute.course_id])
    assert kit.lend(item, by=kit.office).verdict == "applied"
    staff = kit.add("C-2", course_ids=[derived_id("another course")])
    assert kit.lend(staff, kit.institute.devices["kofi"].actor.person_id, kit.office).verdict == "applied"


def test_what_a_desk_did_already_is_kept_for_the_office(kit: Kit) -> None:
    item = kit.add("C-1", course_ids=[derived_id("another course")])
    told = kit.lend(item, by=kit.person_at("officer"))
    assert (told.verdict, told.code) == ("held", "kit_no_right")
    assert (told.message or "").endswith("It is kept for the office to decide.")
    back = kit.give_back(item, kit.loan_id(told), kit.person_at("officer"))
    assert (back.verdict, back.code) == ("held", "waits_for_creation")
    accept = {"choices": {"held": "accept"}}
    assert kit.laptop.do("SettleConflict", told.conflict_id or "", accept).verdict == "applied"
    assert kit.loan(told)["state"] == "back"  # what waited behind it came after it


def test_a_late_return_blocks_until_its_days_are_over_or_it_is_lifted(kit: Kit) -> None:
    first, second = kit.add("C-1"), kit.add("C-2")
    loan = kit.loan(kit.lend(first))["id"]
    kit.institute.clock.advance(4 * 86_400)
    told = kit.lend(second, by=kit.office, due_at="2026-11-27T16:00:00.000Z")
    assert (told.code, told.message) == (
        "borrower_blocked",
        "Student0 Mensah still has Camera C-1, due Mon 23 Nov 2026. Take it back first.",
    )
    assert kit.lift(loan).code == "kit_still_out"
    kit.give_back(first, loan)
    told = kit.lend(second, by=kit.office, due_at="2026-11-27T16:00:00.000Z")
    assert told.code == "borrower_blocked"
    assert (told.message or "").startswith(
        "Student0 Mensah brought Camera C-1 back late and borrows nothing until Tue 1 Dec"
    )
    assert kit.lift(loan, kit.person_at("officer")).code == "not_allowed"
    assert kit.lift(loan).verdict == "applied"
    assert kit.lift(loan).verdict == "agreed"
    assert kit.row("kit_loan", loan)["lifted_reason"] == "The bus broke down."
    assert kit.lend(second, by=kit.office, due_at="2026-11-27T16:00:00.000Z").verdict == "applied"


def test_the_limits_are_the_institutes(kit: Kit) -> None:
    target = kit.policy_id
    changes = {"changes": {"longest_days": {"old": 14, "new": 30}, "block_days": {"old": 7, "new": 0}}}
    assert kit.do("SetKitPolicy", changes, target).verdict == "applied"
    assert kit.do("SetKitPolicy", changes, target, kit.person_at("officer")).code == "not_allowed"
    assert kit.lend(kit.add("C-1"), by=kit.office, due_at="2026-12-19T16:00:00.000Z").verdict == "applied"
    base = kit.row("kit_policy", target)["revision"]
    for name, value, code in (("block_days", -1, "field_invalid"), ("colour", 1, "field_unknown")):
        told = kit.do("SetKitPolicy", {"changes": {name: {"old": 0, "new": value}}}, target, base=base)
        assert (told.verdict, told.code) == ("rejected", code)


def test_what_isnt_out_isnt_taken_back(kit: Kit) -> None:
    item = kit.add("C-1")
    told = kit.give_back(item, derived_id("no loan"), kit.office)
    assert (told.verdict, told.code) == ("rejected", "kit_not_out")
    assert told.message == "Camera C-1 isn't out. There is nothing to take back."
    loan = kit.loan(kit.lend(item))["id"]
    assert kit.give_back(kit.add("C-2"), loan, kit.office).code == "kit_not_out"
    kit.give_back(item, loan)
    assert kit.give_back(item, loan, kit.office).code == "kit_not_out"
    assert kit.give_back(kit.institute.parts.new_id(), loan, kit.office, base=loan).verdict == "held"


def test_lending_is_for_those_who_lend(kit: Kit) -> None:
    item = kit.add("C-1")
    kofi = kit.institute.devices["kofi"]
    assert kit.lend(item, by=kofi).code == "not_allowed"
    loan = kit.loan(kit.lend(item))["id"]
    assert kit.give_back(item, loan, kofi).code == "not_allowed"
    stranger = kit.institute.parts.new_id()
    other = kit.add("C-2")
    assert kit.lend(other, stranger, kit.office).code == "waits_for_creation"
    assert kit.lend(kit.institute.parts.new_id(), base=loan).verdict == "held"


def test_a_booking_of_someone_else_is_in_the_way_of_a_loan(kit: Kit) -> None:
    item = kit.add("C-1")
    kit.book(item, "10:00", "12:00")
    told = kit.lend(item, kit.institute.students[1], kit.office)
    assert (told.code, told.message) == (
        "kit_booked",
        "Camera C-1 is booked then: Mon 23 Nov 2026, 10:00–12:00. Choose another time.",
    )
    assert kit.lend(item, by=kit.office).verdict == "applied"  # it is his own


def test_many_loans_take_the_same_statements_as_few(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []
    right = Db._go

    def go(self: Db, statement: Any, places: Any) -> Any:
        taken.append(statement if isinstance(statement, str) else statement.text(self.dialect))
        return right(self, statement, places)

    due = "2026-11-23T16:00:00.000Z"
    monkeypatch.setattr(Db, "_go", go)
    counts: list[tuple[int, int]] = []
    for size in (1, 2, 5):  # the first one finds out what the actor may see
        items = [kit.add(f"C-{size}-{at}") for at in range(size)]
        people = kit.institute.students[:size]
        lends = [
            kit.laptop.command(
                "LendKit", item, {"person_id": one, "due_at": due}, kit.row("kit_item", item)["revision"]
            )
            for item, one in zip(items, people, strict=True)
        ]
        taken.clear()
        assert {told.verdict for told in kit.laptop.send(*lends)} == {"applied"}
        lent = len(taken)
        backs = [
            kit.laptop.command("ReturnKit", one.target_id, {"loan_id": loan_id_of(one.id)}, one.id) for one in lends
        ]
        taken.clear()
        assert {told.verdict for told in kit.laptop.send(*backs)} == {"applied"}
        counts.append((lent, len(taken)))
    assert counts[1] == counts[2]
