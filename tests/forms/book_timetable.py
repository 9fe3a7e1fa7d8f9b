"""The forms of the timetable: classes, series, places, equipment."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from desktop.timetable import actions
from desktop.timetable.cancel_dialog import CancelDialog
from desktop.timetable.kit_booking_dialog import BookingDialog
from desktop.timetable.kit_dialogs import LendDialog
from desktop.timetable.kit_forms import ItemDialog, LiftDialog, PolicyDialog
from desktop.timetable.place_dialogs import HolidayDialog, RoomDialog
from desktop.timetable.series_change_dialog import SeriesChangeDialog
from desktop.timetable.series_dialog import SeriesDialog
from desktop.timetable.session_dialog import SessionDialog
from desktop.timetable.unplanned_dialog import UnplannedDialog
from desktop.widgets.dialog import Dialog
from tests.forms.driving import Form
from tests.forms.sample import Room, settle

REGISTRAR = "registrar"


def plain(sort: Any, *more: Any) -> Any:
    """Open a dialog that needs nothing but the desk."""
    return lambda room: sort(room.window, room.desk, *more)


def cohort(room: Room) -> str:
    """A cohort that meets."""
    return str(room.row("class_session", state="scheduled")["cohort_id"])


def cancelling(room: Room) -> Any:
    """Ask why a class is cancelled."""
    row = room.row("class_session", state="scheduled")
    return CancelDialog(room.window, "Cancel", "1 class", partial(actions.cancel_session, room.desk, row))


def booking(room: Room) -> Any:
    """Book a thing for somebody who is chosen already."""
    dialog = BookingDialog(room.window, room.desk, room.row("kit_item"))
    dialog.person.choose(room.row("enrolment", state="active")["person_id"])
    return dialog


def moving(room: Room) -> Any:
    """Open the week of a class and ask where it goes."""
    row = room.row("class_session", state="scheduled")
    shown: Any = room.page("timetable.week")
    shown.day = date.fromisoformat(row["starts_at"][:10])
    shown.refresh()
    settle()
    shown.view.go_to(shown.span.sessions[0].line.id)
    shown.move_current()
    return Dialog.opened_in(room.window)


TIMETABLE = (
    Form(
        "timetable.SessionDialog",
        REGISTRAR,
        lambda room: SessionDialog(room.window, room.desk, None, cohort(room), day=date(2027, 3, 8)),
    ),
    Form(
        "timetable.SeriesDialog",
        REGISTRAR,
        lambda room: SeriesDialog(room.window, room.desk, cohort(room), date(2027, 3, 8)),
    ),
    Form(
        "timetable.SeriesChangeDialog",
        REGISTRAR,
        lambda room: SeriesChangeDialog(
            room.window,
            room.desk,
            next(one for one in room.rows("class_session", state="scheduled") if one.get("series_id")),
        ),
        {"Room": "Studio 9"},
    ),
    Form("timetable.CancelDialog", REGISTRAR, cancelling),
    Form("timetable.MoveDialog", REGISTRAR, moving, {"From": "07:00"}),
    Form("timetable.UnplannedDialog", REGISTRAR, lambda room: UnplannedDialog(room.window, room.desk, cohort(room))),
    Form("timetable.RoomDialog", REGISTRAR, plain(RoomDialog)),
    Form("timetable.HolidayDialog", REGISTRAR, plain(HolidayDialog)),
    Form("timetable.ItemDialog", REGISTRAR, plain(ItemDialog, None)),
    Form(
        "timetable.LendDialog",
        REGISTRAR,
        lambda room: LendDialog(
            room.window,
            room.desk,
            next(one for one in room.rows("kit_item") if not one.get("loan_id")),
            room.row("enrolment", state="active")["person_id"],
        ),
    ),
    Form(
        "timetable.BookingDialog",
        REGISTRAR,
        booking,
    ),
    Form("timetable.PolicyDialog", REGISTRAR, plain(PolicyDialog), {"A loan lasts at most, in days": "21"}),
    Form("timetable.LiftDialog", REGISTRAR, lambda room: LiftDialog(room.window, room.desk, room.row("kit_loan"))),
)
