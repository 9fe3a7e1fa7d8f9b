"""The pure rules of kit: rights, blocks, times and photos, by worked tables and by properties."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.clock import instant_text
from shared.people.vocabulary import Role
from shared.timetable.kit_permissions import (
    may_book_kit_for,
    may_cancel_kit_booking,
    may_lend_kit,
    may_manage_kit,
)
from shared.timetable.kit_rules import (
    Borrower,
    Ground,
    block_of,
    block_sentence,
    booking_times_refusal,
    class_refusal,
    has_right,
    item_refusal,
    lend_refusal,
    out_refusal,
    overlapping,
    photo_refusal,
    policy_error,
    right_refusal,
    still_out_refusal,
)
from tests.desks import make_actor
from tests.timetable.kit_ground import jpeg

NOW = "2026-11-20T08:00:00.000Z"
ZONE = ZoneInfo("Africa/Accra")
GROUND = Ground(NOW, ZONE)
START = datetime(2026, 11, 20, tzinfo=UTC)
ITEM = {"id": "i", "name": "Camera 1", "kit_kind": "item", "state": "in_use", "loan_id": None, "due_at": None}
STUDIO = {**ITEM, "name": "Studio 2", "kit_kind": "studio"}
ESI = {"id": "p", "state": "active", "roles": ["student"]}


def student(courses=(), loans=(), **more):
    return Borrower({**ESI, **more}, "Esi Appiah", frozenset(courses), loans)


def loan(due, back=None, **more):
    body = {"id": due, "item_id": "i", "due_at": f"2026-11-{due}:00.000Z", "lifted_by": "", **more}
    return {"state": "back" if back else "out", **body, "back_at": back and f"2026-11-{back}:00.000Z"}


@pytest.mark.parametrize(
    ("rights", "courses", "roles", "right"),
    [([], [], ["student"], True), (["film"], ["film", "photo"], ["student"], True),
     (["film"], ["photo"], ["student"], False), (["film"], [], ["student"], False), (["film"], [], [], False),
     (["film"], [], ["instructor"], True), (["film"], [], ["student", "instructor"], True)],
)  # fmt: skip
def test_rights_by_course(rights, courses, roles, right):
    item = {**ITEM, "course_ids": rights}
    borrower = student(courses, roles=roles)
    assert has_right(item, borrower) is right
    assert (right_refusal(item, borrower) is None) is right


@pytest.mark.parametrize(
    ("loans", "reason", "until"),
    [([], None, None), ([loan("18T08:00", "18T08:00")], None, None),
     ([loan("20T08:00")], None, None), ([loan("20T07:59")], "overdue", ""),
     ([loan("18T08:00", "18T08:01")], "late", "2026-11-25"), ([loan("10T08:00", "13T08:00")], None, None),
     ([loan("10T08:00", "13T08:01")], "late", "2026-11-20"),
     ([loan("18T08:00", "19T09:00"), loan("16T08:00", "17T09:00")], "late", "2026-11-26"),
     ([loan("18T08:00", "19T09:00"), loan("19T08:00")], "overdue", ""),
     ([loan("18T08:00", "19T09:00", lifted_by="Grace")], None, None),
     ([loan("18T08:00", state="mistaken")], None, None)],
)  # fmt: skip
def test_what_blocks(loans, reason, until):
    block = block_of(loans, NOW, 7)
    assert (block and block.reason, block and block.until[:10]) == (reason, until)


def test_without_days_nothing_that_is_back_blocks():
    assert block_of([loan("18T08:00", "19T09:00")], NOW, 0) is None


@given(
    late=st.integers(-3_000, 3_000),
    days=st.integers(0, 30),
    since=st.integers(0, 60 * 24 * 40),
)
def test_a_late_return_blocks_exactly_its_days(late, days, since):
    due = START
    back = due + timedelta(minutes=late)
    now = back + timedelta(minutes=since)
    body = {
        "id": "l",
        "item_id": "i",
        "state": "back",
        "lifted_by": "",
        "due_at": instant_text(due),
        "back_at": instant_text(back),
    }
    blocked = block_of([body], instant_text(now), days) is not None
    assert blocked == (late > 0 and now < back + timedelta(days=days))
    assert block_of([{**body, "lifted_by": "Grace"}], instant_text(now), days) is None


def test_a_block_says_who_what_and_what_ends_it():
    (late,) = [loan("18T08:00", "19T09:00")]
    block = block_of([late], NOW, 7)
    assert block_sentence(block, "Esi", "Camera 1", ZONE) == (
        "Esi brought Camera 1 back late and borrows nothing until Thu 26 Nov 2026. Whoever manages kit can lift that."
    )
    out = block_of([loan("18T08:00")], NOW, 7)
    assert block_sentence(out, "Esi", "Camera 1", ZONE) == (
        "Esi still has Camera 1, due Wed 18 Nov 2026. Take it back first."
    )


SPANS = st.tuples(st.integers(0, 500), st.integers(1, 300))


def booked(span, key="b", state="booked"):
    start = START + timedelta(minutes=span[0])
    return {
        "id": key,
        "person_id": "other",
        "state": state,
        "starts_at": instant_text(start),
        "ends_at": instant_text(start + timedelta(minutes=span[1])),
    }


@given(st.lists(SPANS, max_size=8), SPANS)
def test_two_bookings_overlap_exactly_when_they_share_a_minute(spans, wanted):
    bookings = [booked(span, str(at)) for at, span in enumerate(spans)]
    asked = booked(wanted)
    taken = overlapping(bookings, asked["starts_at"], asked["ends_at"])
    minutes = set(range(wanted[0], sum(wanted)))
    shared = [span for span in spans if minutes & set(range(span[0], sum(span)))]
    assert (taken is not None) == bool(shared)
    if taken is not None:
        assert taken["starts_at"] == min(booked(span)["starts_at"] for span in shared)


@given(st.lists(SPANS, max_size=12))
def test_what_is_booked_one_after_the_other_never_overlaps(spans):
    kept = []
    for at, span in enumerate(spans):
        one = booked(span, str(at))
        if overlapping(kept, one["starts_at"], one["ends_at"]) is None:
            kept.append(one)
    for one in kept:
        assert overlapping(kept, one["starts_at"], one["ends_at"], but=one["id"]) is None


def test_cancelled_bookings_are_in_nobodys_way():
    gone = booked((0, 60), state="cancelled")
    assert overlapping([gone], gone["starts_at"], gone["ends_at"]) is None


DUE = "2026-11-21T08:00:00.000Z"


@pytest.mark.parametrize(
    ("item", "borrower", "due", "bookings", "code"),
    [(ITEM, student(), DUE, [], None), (STUDIO, student(), DUE, [], "kit_is_studio"),
     ({**ITEM, "state": "removed"}, student(), DUE, [], "kit_removed"),
     ({**ITEM, "state": "repair"}, student(), DUE, [], "kit_in_repair"),
     (ITEM, student(state="suspended"), DUE, [], "person_inactive"),
     ({**ITEM, "course_ids": ["film"]}, student(), DUE, [], "kit_no_right"),
     (ITEM, student(), NOW, [], "due_in_past"), (ITEM, student(), "2026-12-04T08:00:00.000Z", [], None),
     (ITEM, student(), "2026-12-04T08:00:01.000Z", [], "loan_too_long"),
     (ITEM, student(loans=[loan("18T08:00")]), DUE, [], "borrower_blocked"),
     (ITEM, student(), DUE, [booked((600, 60))], "kit_booked"),
     (ITEM, student(), DUE, [{**booked((600, 60)), "person_id": "p"}], None)],
)  # fmt: skip
def test_why_a_piece_isnt_lent(item, borrower, due, bookings, code):
    refusal = lend_refusal(item, borrower, due, bookings, GROUND, {"i": "Camera 9"})
    assert (refusal and refusal.code) == code
    if code == "borrower_blocked":
        assert "Camera 9" in refusal.sentence
        assert "a piece of kit" in lend_refusal(item, borrower, due, bookings, GROUND, {}).sentence


@pytest.mark.parametrize(
    ("item", "start", "end", "code"),
    [(ITEM, "20T09:00", "20T10:00", None), (ITEM, "20T10:00", "20T10:00", "booking_times_invalid"),
     (ITEM, "20T06:00", "20T08:00", "booking_in_past"), (ITEM, "20T06:00", "20T08:01", None),
     (STUDIO, "20T09:00", "21T01:00", None), (STUDIO, "20T09:00", "21T01:01", "booking_too_long"),
     (ITEM, "01T09:00", "30T09:00", "booking_too_long")],
)  # fmt: skip
def test_what_times_are_booked(item, start, end, code):
    refusal = booking_times_refusal(item, f"2026-11-{start}:00Z", f"2026-11-{end}:00Z", GROUND)
    assert (refusal and refusal.code) == code


def test_what_is_out_is_had_from_when_it_is_due():
    out = {**ITEM, "loan_id": "l", "due_at": DUE}
    assert still_out_refusal(ITEM, NOW, ZONE) is None
    assert still_out_refusal(out, DUE, ZONE) is None
    assert still_out_refusal(out, NOW, ZONE).sentence == "Camera 1 is out until Sat 21 Nov 2026, 08:00."
    assert item_refusal(out) is None
    told = out_refusal(out, ZONE)
    assert (told.code, told.sentence) == ("kit_out", "Camera 1 is out, due Sat 21 Nov 2026. Take it back first.")


def test_a_class_in_a_studio_is_named():
    told = class_refusal(STUDIO, booked((600, 90)), ZONE)
    assert (told.code, told.sentence) == (
        "studio_in_class",
        "There is a class in Studio 2 then: Fri 20 Nov 2026, 10:00–11:30. Choose another time.",
    )


@pytest.mark.parametrize(
    ("photo", "code"),
    [(None, None), (jpeg(), None), (jpeg(640, 640, 40_000), None), (jpeg(641), "photo_too_large"),
     (jpeg(size=40_001), "photo_too_large"), ("%%", "photo_invalid"), ("aGVsbG8=", "photo_invalid"),
     ("", "photo_invalid")],
)  # fmt: skip
def test_what_photo_is_kept(photo, code):
    refusal = photo_refusal(photo)
    assert (refusal and refusal.code) == code


@pytest.mark.parametrize(
    ("values", "fits"),
    [({}, True), ({"block_days": 0, "longest_days": 365}, True), ({"block_days": -1}, False),
     ({"longest_days": 0}, False), ({"block_days": True}, False), ({"block_days": "7"}, False)],
)  # fmt: skip
def test_what_limits_can_be(values, fits):
    assert (policy_error(values) is None) is fits


@pytest.mark.parametrize(
    ("role", "manages", "lends"),
    [(Role.ADMINISTRATOR, True, True), (Role.REGISTRAR, True, True), (Role.ATTENDANCE_OFFICER, False, True),
     (Role.INSTRUCTOR, False, False), (Role.CASHIER, False, False), (Role.STUDENT, False, False)],
)  # fmt: skip
def test_who_does_what_with_kit(role, manages, lends):
    actor = make_actor("p", "Grace", role)
    assert (may_manage_kit(actor), may_lend_kit(actor)) == (manages, lends)
    assert may_book_kit_for(actor, "p")
    assert may_cancel_kit_booking(actor, {"person_id": "p"})
    assert may_book_kit_for(actor, "other") is lends
    assert may_cancel_kit_booking(actor, {"person_id": "other"}) is lends
