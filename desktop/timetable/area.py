"""What the timetable adds to the desktop."""

from desktop.core.area import DesktopArea, NavigationEntry, PaletteCommand
from desktop.timetable.lines import STORE
from desktop.timetable.sessions_page import SessionsPage
from shared.core.actor import Actor
from shared.core.text import text
from shared.people.vocabulary import Permission
from shared.timetable.permissions import may_plan


def sees_sessions(actor: Actor) -> bool:
    """Whoever plans classes, teaches, or sees the whole institute."""
    words = (Permission.SESSIONS_ADD_OWN, Permission.REGISTERS_TAKE_OWN, Permission.SEE_ALL)
    return may_plan(actor) or any(actor.may(word) for word in words)


def area() -> DesktopArea:
    """Return the timetable's rows, page, navigation entry and palette commands."""
    return DesktopArea(
        name="timetable",
        store=STORE,
        navigation=(
            NavigationEntry(
                "timetable.sessions", text("Class sessions"), "calendar", "teaching", sees_sessions, order=20
            ),
        ),
        pages={"timetable.sessions": SessionsPage},
        palette=(
            PaletteCommand(
                text("Plan a class"), "plus", lambda desk: desk.open("timetable.sessions", None, act="new"), may_plan
            ),
        ),
    )
