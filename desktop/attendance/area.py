"""What attendance adds to the desktop."""

from desktop.attendance import capture_area, clock_area, leave_area, report_area
from desktop.attendance.lines import STORE
from desktop.attendance.month_page import MonthPage
from desktop.attendance.register_page import RegisterPage
from desktop.attendance.registers import Progress, register_lines
from desktop.attendance.registers_page import WALK_INS, RegistersPage
from desktop.core.area import DesktopArea, NavigationEntry, PaletteCommand
from desktop.core.desk import Desk
from desktop.timetable.spans import Span, days_of
from desktop.timetable.times import local_now, zone_of
from shared.core.actor import Actor
from shared.core.text import text
from shared.learning.permissions import may_edit_enrolments
from shared.people.vocabulary import Permission
from shared.timetable.permissions import may_plan

_SEE = (
    Permission.REGISTERS_TAKE_OWN,
    Permission.REGISTERS_TAKE_ANY,
    Permission.REGISTERS_CORRECT,
    Permission.SEE_ALL,
)


def sees_registers(actor: Actor) -> bool:
    """Whoever takes registers, or sees the whole institute."""
    return any(actor.may(word) for word in _SEE)


def may_make_unplanned(actor: Actor) -> bool:
    """Whoever teaches a cohort, or plans classes."""
    return may_plan(actor) or (actor.may(Permission.SESSIONS_ADD_OWN) and bool(actor.teaches))


def not_taken_today(desk: Desk) -> int:
    """Return how many registers of today wait for this person."""
    today = local_now(desk, zone_of(desk)).date()
    lines = register_lines(desk, *days_of(Span.TODAY, today))
    return sum(line.progress is Progress.NOT_TAKEN for line in lines)


def _add_unplanned(desk: Desk) -> None:
    desk.open("attendance.registers", None, act="unplanned")


def _open_month(desk: Desk) -> None:
    desk.open("attendance.month")


def _confirm_walk_ins(desk: Desk) -> None:
    desk.open("attendance.registers", None, tab=WALK_INS)


_GUARDS = {"attendance.register": sees_registers, "attendance.registers": sees_registers}
_REGISTERS = NavigationEntry(
    "attendance.registers",
    text("Attendance"),
    "clipboard-check",
    "teaching",
    sees_registers,
    badge=not_taken_today,
    order=10,
)


def area() -> DesktopArea:
    """Return attendance's rows, pages, navigation entry and palette commands."""
    return DesktopArea(
        name="attendance",
        store=STORE,
        navigation=(
            _REGISTERS,
            *leave_area.navigation(),
            *capture_area.navigation(),
            *report_area.navigation(),
        ),
        pages={
            "attendance.register": RegisterPage,
            "attendance.registers": RegistersPage,
            "attendance.month": MonthPage,
            **leave_area.PAGES,
            **capture_area.PAGES,
            **report_area.PAGES,
            **clock_area.PAGES,
        },
        guards={
            "attendance.register": sees_registers,
            "attendance.registers": sees_registers,
            "attendance.month": sees_registers,
            "attendance.sheet": capture_area.takes_registers,
            "attendance.class_code": sees_registers,
        },
        palette=(
            PaletteCommand(text("Add an unplanned class"), "plus", _add_unplanned, may_make_unplanned),
            PaletteCommand(text("Month of a cohort"), "calendar", _open_month, sees_registers),
            PaletteCommand(text("Confirm walk-ins"), "user-plus", _confirm_walk_ins, may_edit_enrolments),
            *leave_area.palette(),
            *capture_area.palette(),
            *report_area.palette(),
            *clock_area.palette(),
        ),
        today=(leave_area.attention,),
    )
