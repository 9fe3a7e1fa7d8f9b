"""Keeping and booking kit on both databases: the list, who sees it, times that clash, and studios with classes."""

from collections.abc import Sequence
from typing import Any

import pytest

from shared.core.actor import Actor
from shared.core.ids import derived_id
from shared.people.vocabulary import Role
from tests.timetable.kit_ground import Kit, kit

__all__ = ["kit"]


def _scopes(kit: Kit, actor: Actor) -> Sequence[str]:
    return kit.institute.refreshed(actor).scopes


def _student(kit: Kit) -> Any:
    """Someone with a device who is enrolled in Photography 1."""
    made = kit.institute.device("esi", Role.STUDENT, "Esi Appiah")
    payload = {"cohort_id": kit.institute.cohort_id, "person_id": made.actor.person_id}
    assert kit.institute.devices["system"].do("EnrolPerson", kit.institute.parts.new_id(), payload).verdict == "applied"
    return made


def test_a_student_sees_what_the_own_courses_may_use_and_own_loans(kit: Kit) -> None:
    student = _student(kit)
    free = kit.add("C-1")
    own = kit.add("C-2", course_ids=[kit.institute.course_id])
    other = kit.add("C-3", course_ids=[derived_id("another course")])
    rows = kit.rows("SELECT entity_id, scope FROM feed_row WHERE kind = 'kit_item'")
    scopes = dict(rows)
    seen = set(_scopes(kit, student.actor))
    assert {key for key in (free, own, other) if scopes[key] in seen} == {free, own}
    teacher = set(_scopes(kit, kit.person_at("kofi").actor))
    assert {key for key in (free, own, other) if scopes[key] in teacher} == {free, own, other}
    told = kit.lend(free, student.actor.person_id)
    (row,) = kit.rows("SELECT scope, also FROM feed_row WHERE entity_id = :id", id=kit.loan_id(told))
    assert row == ("kit", f"person:{student.actor.person_id}")
    assert "kit" not in seen
    assert "kit" not in teacher


def test_a_piece_for_another_course_is_seen_by_its_students_from_then_on(kit: Kit) -> None:
    student = _student(kit)
    item = kit.add("C-1", course_ids=[derived_id("another course")])
    kit.change(item, course_ids=[kit.institute.course_id])
    (scope,) = kit.rows("SELECT scope FROM feed_row WHERE entity_id = :id", id=item)
    assert scope[0] in _scopes(kit, student.actor)


def test_numbers_are_unique(kit: Kit) -> None:
    first, second = kit.add("C 1"), kit.add("C 2")
    told = kit.do("AddKitItem", {"name": "Camera", "number": "c  1"})
    assert (told.verdict, told.code) == ("rejected", "kit_number_taken")
    assert told.message == "Another piece has the number c  1 already. Enter another one."
    assert kit.change(second, number="C 1").code == "kit_number_taken"
    assert kit.change(first, number="c 1").verdict == "applied"
    again = kit.do("AddKitItem", {"name": "Camera", "number": "c 1"}, first)
    assert again.verdict == "agreed"


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"name": " "}, "field_invalid"), ({"number": ""}, "field_invalid"), ({"state": "lost"}, "field_invalid"),
     ({"course_ids": "all"}, "field_invalid"), ({"course_ids": ["x"]}, "field_invalid"),
     ({"condition": 3}, "field_invalid"), ({"category": "x" * 101}, "field_invalid")],
)  # fmt: skip
def test_what_a_piece_cant_be(kit: Kit, changes: dict[str, Any], code: str) -> None:
    told = kit.change(kit.add("C-1"), **changes)
    assert (told.verdict, told.code) == ("rejected", code)
    assert told.message


def test_a_piece_has_its_fields_and_no_others(kit: Kit) -> None:
    item = kit.add("C-1")
    base = kit.row("kit_item", item)["revision"]
    told = kit.do("EditKitItem", {"changes": {"loan_id": {"old": None, "new": item}}}, item, base=base)
    assert told.code == "field_unknown"
    assert kit.do("AddKitItem", {"name": " ", "number": "C-2"}).code == "field_invalid"


def test_a_piece_that_is_out_isnt_removed(kit: Kit) -> None:
    item = kit.add("C-1")
    loan = kit.loan(kit.lend(item))["id"]
    told = kit.change(item, state="removed")
    assert (told.code, told.message) == ("kit_is_out", "Camera C-1 is out. Take it back before you remove it.")
    kit.give_back(item, loan)
    assert kit.change(item, state="removed").verdict == "applied"


def test_the_list_is_for_those_who_keep_it(kit: Kit) -> None:
    officer = kit.person_at("officer")
    assert kit.do("AddKitItem", {"name": "Camera", "number": "C-1"}, by=officer).code == "not_allowed"
    assert kit.change(kit.add("C-1"), officer, name="Other").code == "not_allowed"


def test_two_who_change_the_same_field_both_keep_their_words(kit: Kit) -> None:
    item = kit.add("C-1")
    base = kit.row("kit_item", item)["revision"]

    def rename(to: str) -> Any:
        return kit.do(
            "EditKitItem", {"changes": {"name": {"old": "Camera C-1", "new": to}}}, item, kit.laptop, base=base
        )

    assert rename("Red camera").verdict == "applied"
    told = rename("Blue camera")
    assert told.verdict == "conflict"
    choice = {"choices": {"name": told.command_id}}
    assert kit.laptop.do("SettleConflict", told.conflict_id or "", choice).verdict == "applied"
    assert kit.row("kit_item", item)["name"] == "Blue camera"


def test_a_time_is_booked_once_and_given_back(kit: Kit) -> None:
    item = kit.add("C-1")
    first = kit.book(item, "10:00", "12:00", purpose="Portraits")
    assert first.verdict == "applied"
    body = kit.row("kit_booking", first.target_id)
    assert (body["person_name"], body["purpose"], body["state"]) == ("Student0 Mensah", "Portraits", "booked")
    told = kit.book(item, "11:00", "13:00")
    assert (told.verdict, told.code) == ("rejected", "kit_booked")
    assert told.message == "Camera C-1 is booked then: Mon 23 Nov 2026, 10:00–12:00. Choose another time."
    assert kit.book(item, "12:00", "13:00").verdict == "applied"
    assert kit.do("CancelKitBooking", {}, first.target_id).verdict == "applied"
    assert kit.do("CancelKitBooking", {}, first.target_id).verdict == "agreed"
    assert kit.book(item, "10:30", "11:00").verdict == "applied"
    assert kit.do("CancelKitBooking", {}, kit.institute.parts.new_id()).verdict == "held"


def test_bookings_of_one_batch_meet_each_other(kit: Kit) -> None:
    item = kit.add("C-1")
    payload = {
        "item_id": item,
        "person_id": kit.institute.students[0],
        "starts_at": "2026-11-23T10:00:00Z",
        "ends_at": "2026-11-23T11:00:00Z",
    }
    asks = [kit.laptop.command("BookKit", kit.institute.parts.new_id(), payload) for _ in range(2)]
    assert [told.verdict for told in kit.laptop.send(*asks)] == ["applied", "rejected"]


@pytest.mark.parametrize(
    ("span", "code", "sentence"),
    [
        (("12:00", "10:00"), "booking_times_invalid", "It ends before it begins. Set a later end."),
        (("12:00", "12:00"), "booking_times_invalid", "It ends before it begins. Set a later end."),
    ],
)
def test_a_booking_that_ends_before_it_begins(kit: Kit, span: tuple[str, str], code: str, sentence: str) -> None:
    told = kit.book(kit.add("C-1"), *span)
    assert (told.verdict, told.code, told.message) == ("rejected", code, sentence)


def test_a_booking_in_the_past_or_for_too_long(kit: Kit) -> None:
    item = kit.add("C-1")
    past = {"starts_at": "2026-11-19T10:00:00Z", "ends_at": "2026-11-19T12:00:00Z"}
    assert kit.book(item, "10:00", "12:00", **past).code == "booking_in_past"
    long = {"starts_at": "2026-11-23T10:00:00Z", "ends_at": "2026-12-23T12:00:00Z"}
    assert kit.book(item, "10:00", "12:00", **long).code == "booking_too_long"
    day = {"starts_at": "2026-11-23T10:00:00Z", "ends_at": "2026-11-24T12:00:00Z"}
    assert kit.book(kit.add("S-1", kit_kind="studio"), "10:00", "12:00", **day).code == "booking_too_long"


def test_a_studio_with_a_class_in_it_isnt_booked(kit: Kit) -> None:
    studio = kit.add("S-1", kit_kind="studio", room="Studio  2")
    kit.plan("08:00", "10:00", cohort_id=kit.photo_id, room="studio 2")
    told = kit.book(studio, "09:00", "11:00")
    assert (told.code, told.message) == (
        "studio_in_class",
        "There is a class in Camera S-1 then: Mon 23 Nov 2026, 08:00–10:00. Choose another time.",
    )
    assert kit.book(studio, "10:00", "11:00").verdict == "applied"
    assert kit.book(studio, "10:30", "11:30").code == "kit_booked"


def test_what_is_out_is_booked_from_when_it_is_due(kit: Kit) -> None:
    item = kit.add("C-1")
    kit.lend(item)
    told = kit.book(item, "10:00", "12:00")
    assert (told.code, told.message) == ("kit_out", "Camera C-1 is out until Mon 23 Nov 2026, 16:00.")
    assert kit.book(item, "16:00", "17:00").verdict == "applied"


def test_one_books_for_oneself_and_the_desk_for_all(kit: Kit) -> None:
    student = _student(kit)
    item = kit.add("C-1")
    assert kit.book(item, "10:00", "12:00", student).code == "not_allowed"
    told = kit.book(item, "10:00", "12:00", student, person_id=None)
    assert told.verdict == "applied"
    assert kit.row("kit_booking", told.target_id)["person_name"] == "Esi Appiah"
    other = kit.add("C-2", course_ids=[derived_id("another course")])
    assert kit.book(other, "10:00", "12:00", student, person_id=None).code == "kit_no_right"
    kofi = kit.person_at("kofi")
    assert kit.do("CancelKitBooking", {}, told.target_id, kofi).code == "not_allowed"
    assert kit.do("CancelKitBooking", {}, told.target_id, kit.person_at("officer")).verdict == "applied"
    assert kit.book(kit.institute.parts.new_id(), "10:00", "12:00").code == "waits_for_creation"
    assert kit.book(item, "10:00", "12:00", person_id=kit.institute.parts.new_id()).code == "waits_for_creation"


def test_a_class_in_a_booked_studio_is_named_before_it_is_planned(kit: Kit) -> None:
    studio = kit.add("S-1", kit_kind="studio", room="Studio  2")
    assert kit.book(studio, "10:00", "12:00").verdict == "applied"
    told = kit.plan("11:00", "13:00", cohort_id=kit.photo_id, room="studio 2")
    assert (told.verdict, told.code) == ("rejected", "clash")
    name = kit.row("kit_booking", kit.rows("SELECT id FROM kit_booking")[0][0])["person_name"]
    assert told.message == f"Studio  2 is booked: {name}, Mon 23 Nov 2026, 10:00–12:00."
    assert [(one["session_id"], bool(one["booking_id"])) for one in told.details["clashes"]] == [("", True)]
    assert kit.plan("12:00", "13:00", cohort_id=kit.photo_id, room="studio 2").verdict == "applied"
    assert kit.plan("10:00", "12:00", cohort_id=kit.photo_id, room="Studio 3").verdict == "applied"
    assert kit.plan("10:00", "11:30", cohort_id=kit.photo_id, room="studio 2", despite_clash=True).verdict == "applied"
