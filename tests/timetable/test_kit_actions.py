"""What people do to kit on a desk: refused with a sentence, saved offline, and told on the sync page."""

import pytest

from desktop.timetable import kit_actions
from desktop.timetable.kit_store import Standing, kit_lines
from shared.core.errors import CampusError
from shared.people.vocabulary import Role
from tests.attendance.classes import INSTRUCTOR, REGISTRAR, person_id
from tests.desks import make_actor
from tests.timetable.kit_rows import (
    BARAKA,
    BOOKED,
    CAMERA,
    CHEN,
    LATE,
    LATE_LOAN,
    OTHERS,
    RETURNED_LATE,
    STUDIO,
    kit_rows,
)
from tests.timetable.kit_rows import OWN as OWN_ITEM

DUE = "2026-11-21T16:00:00.000Z"
DALIA = "Dalia Haddad"
STUDENT = make_actor(person_id(CHEN), CHEN, Role.STUDENT)
OFFICER = make_actor(person_id("Yaw Officer"), "Yaw Officer", Role.ATTENDANCE_OFFICER)


def _id(row):
    return row[1]["id"]


@pytest.mark.parametrize(
    ("actor", "act", "code"),
    [
        (INSTRUCTOR, lambda desk: kit_actions.lend(desk, _id(CAMERA), person_id(DALIA), DUE), "not_allowed"),
        (INSTRUCTOR, lambda desk: kit_actions.take_back(desk, LATE_LOAN[1]), "not_allowed"),
        (OFFICER, lambda desk: kit_actions.lift_block(desk, RETURNED_LATE[1], "x"), "not_allowed"),
        (REGISTRAR, lambda desk: kit_actions.lift_block(desk, LATE_LOAN[1], "x"), "kit_still_out"),
        (REGISTRAR, lambda desk: kit_actions.take_back(desk, RETURNED_LATE[1]), "kit_not_out"),
        (REGISTRAR, lambda desk: kit_actions.take_back(desk, LATE_LOAN[1], photo="%"), "photo_invalid"),
        (REGISTRAR, lambda desk: kit_actions.lend(desk, _id(LATE), person_id(DALIA), DUE), "kit_out"),
        (REGISTRAR, lambda desk: kit_actions.lend(desk, _id(OTHERS), person_id(DALIA), DUE), "kit_no_right"),
        (REGISTRAR, lambda desk: kit_actions.lend(desk, person_id("nothing"), person_id(DALIA), DUE), "kit_unknown"),
        (OFFICER, lambda desk: kit_actions.add_item(desk, {"name": "A", "number": "B"}), "not_allowed"),
        (OFFICER, lambda desk: kit_actions.set_policy(desk, {"block_days": 1}), "not_allowed"),
        (REGISTRAR, lambda desk: kit_actions.set_policy(desk, {"block_days": 999}), "field_invalid"),
        (STUDENT, lambda desk: kit_actions.book(desk, _id(CAMERA), person_id(DALIA), DUE, DUE), "not_allowed"),
        (
            make_actor(person_id(DALIA), DALIA, Role.STUDENT),
            lambda desk: kit_actions.cancel_booking(desk, BOOKED[1]),
            "not_allowed",
        ),
    ],
)
def test_what_cant_be_done_says_why_and_saves_nothing(desks, actor, act, code):
    here = desks(actor, kit_rows())
    with pytest.raises(CampusError) as told:
        act(here.desk)
    assert told.value.code == code
    assert told.value.message
    assert not here.store.next_request().commands


def test_every_line_of_the_sync_page_names_what_was_done(desks):
    here = desks(REGISTRAR, kit_rows())
    desk = here.desk
    kit_actions.lend(desk, _id(OWN_ITEM), person_id(DALIA), "2026-11-20T16:00:00.000Z")
    kit_actions.take_back(desk, LATE_LOAN[1])
    kit_actions.lift_block(desk, RETURNED_LATE[1], "x")
    kit_actions.cancel_booking(desk, BOOKED[1])
    kit_actions.set_policy(desk, {"block_days": 3})
    kit_actions.add_item(desk, {"name": "Boom", "number": "B-1"})
    for state in ("repair", "removed"):
        kit_actions.edit_item(desk, desk.store.get("kit_item", _id(CAMERA)), {"state": state})
    assert kit_actions.edit_item(desk, desk.store.get("kit_item", _id(CAMERA)), {"condition": "x"})
    assert not kit_actions.edit_item(desk, desk.store.get("kit_item", _id(CAMERA)), {"condition": "x"})
    kit_actions.book(desk, _id(STUDIO), person_id(DALIA), "2026-11-20T12:00:00Z", "2026-11-20T13:00:00Z")
    titles = {line.title for line in here.store.receipt()}
    assert titles >= {
        f"Lent Light set 1 to {DALIA}", "Took back Camera 2", f"Lifted the block of {BARAKA}",
        "Gave back a booking of Camera 1", "Set the limits of loans", "Added Boom to the kit",
        "Sent Camera 1 to repair", "Removed Camera 1 from the kit", "Changed Camera 1 in the kit", "Booked Studio 2",
    }  # fmt: skip
    assert {line.standing for line in kit_lines(desk) if line.id == _id(CAMERA)} == {Standing.REMOVED}
