"""What the ways of capturing attendance add to the desktop: pages, the student's place in the rail, and commands."""

from datetime import timedelta

from desktop.attendance.check_in_page import CheckInPage
from desktop.attendance.code_page import CodePage
from desktop.attendance.registers import register_lines
from desktop.attendance.sheet_page import SheetPage
from desktop.core.area import NavigationEntry, PageFactory, PaletteCommand
from desktop.core.desk import Desk
from desktop.timetable.spans import Span, days_of
from desktop.timetable.times import local_now, zone_of
from shared.core.actor import Actor
from shared.core.text import text
from shared.people.permissions import is_student
from shared.people.vocabulary import Permission

_SOON = timedelta(minutes=60)


def takes_registers(actor: Actor) -> bool:
    """Whoever takes registers of classes."""
    return actor.may(Permission.REGISTERS_TAKE_OWN) or actor.may(Permission.REGISTERS_TAKE_ANY)


def class_now(desk: Desk) -> str | None:
    """Return the class session that is on now or begins within the hour, None where there is none."""
    now = local_now(desk, zone_of(desk))
    lines = [one.session for one in register_lines(desk, *days_of(Span.TODAY, now.date()))]
    near = [one for one in lines if one.starts - _SOON <= now <= one.ends and one.body.get("state") != "cancelled"]
    return min(near, key=lambda one: (one.starts > now, abs(now - one.starts))).id if near else None


def _scan_now(desk: Desk) -> None:
    session_id = class_now(desk)
    if session_id is None:
        desk.open("attendance.registers")
    else:
        desk.open("attendance.register", session_id, scan=True)


def _show_code_now(desk: Desk) -> None:
    session_id = class_now(desk)
    if session_id is None:
        desk.open("attendance.registers")
    else:
        desk.open("attendance.class_code", session_id)


def _key_in_now(desk: Desk) -> None:
    session_id = class_now(desk) or _last_class(desk)
    if session_id is None:
        desk.open("attendance.registers")
    else:
        desk.open("attendance.sheet", session_id)


def _last_class(desk: Desk) -> str | None:
    """Return today's class that ended last, None where none has."""
    now = local_now(desk, zone_of(desk))
    lines = [one.session for one in register_lines(desk, *days_of(Span.TODAY, now.date()))]
    over = [one for one in lines if one.ends <= now and one.body.get("state") != "cancelled"]
    return max(over, key=lambda one: one.ends).id if over else None


def navigation() -> tuple[NavigationEntry, ...]:
    """Return the places in the rail."""
    return (NavigationEntry("attendance.check_in", text("Check in"), "scan-line", "teaching", is_student, order=11),)


PAGES: dict[str, PageFactory] = {
    "attendance.class_code": CodePage,
    "attendance.check_in": CheckInPage,
    "attendance.sheet": SheetPage,
}


def palette() -> tuple[PaletteCommand, ...]:
    """Return the commands of the palette."""
    return (
        PaletteCommand(text("Scan cards in the class now"), "scan-line", _scan_now, takes_registers),
        PaletteCommand(text("Show the code of the class now"), "monitor", _show_code_now, takes_registers),
        PaletteCommand(text("Key in a printed sheet"), "clipboard-list", _key_in_now, takes_registers),
    )
