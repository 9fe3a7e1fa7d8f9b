"""What the timetable adds to the desktop."""

from desktop.core.area import DesktopArea, NavigationEntry, PaletteCommand
from desktop.core.desk import Desk
from desktop.timetable import kit_area
from desktop.timetable.lines import STORE
from desktop.timetable.places_page import HOLIDAYS, PlacesPage
from desktop.timetable.sessions_page import SessionsPage
from desktop.timetable.timetable_page import TimetablePage
from shared.core.actor import Actor
from shared.core.text import text
from shared.people.vocabulary import Permission, Role
from shared.timetable.permissions import may_plan


def sees_sessions(actor: Actor) -> bool:
    """Whoever plans classes, teaches, or sees the whole institute."""
    words = (Permission.SESSIONS_ADD_OWN, Permission.REGISTERS_TAKE_OWN, Permission.SEE_ALL)
    return may_plan(actor) or any(actor.may(word) for word in words)


def sees_timetable(actor: Actor) -> bool:
    """Those who see sessions, and students, who see their own."""
    return sees_sessions(actor) or Role.STUDENT in actor.roles


def sees_places(actor: Actor) -> bool:
    """Whoever plans, or looks at the whole institute."""
    return may_plan(actor) or actor.may(Permission.SEE_ALL)


def _plan_series(desk: Desk) -> None:
    desk.open("timetable.week", None, act="series")


def _show_link(desk: Desk) -> None:
    desk.open("timetable.week", None, act="link")


def _show_holidays(desk: Desk) -> None:
    desk.open("timetable.places", None, tab=HOLIDAYS)


def area() -> DesktopArea:
    """Return the timetable's rows, pages, navigation entries and palette commands."""
    return DesktopArea(
        name="timetable",
        store=STORE,
        navigation=(
            NavigationEntry("timetable.week", text("Timetable"), "calendar", "teaching", sees_timetable, order=18),
            NavigationEntry(
                "timetable.sessions", text("Class sessions"), "rows-3", "teaching", sees_sessions, order=20
            ),
            NavigationEntry(
                "timetable.places", text("Rooms and holidays"), "landmark", "institute", sees_places, order=30
            ),
            *kit_area.NAVIGATION,
        ),
        pages={
            "timetable.week": TimetablePage,
            "timetable.sessions": SessionsPage,
            "timetable.places": PlacesPage,
            **kit_area.PAGES,
        },
        palette=(
            PaletteCommand(
                text("Plan a class"), "plus", lambda desk: desk.open("timetable.sessions", None, act="new"), may_plan
            ),
            PaletteCommand(text("Plan a series of classes"), "refresh-cw", _plan_series, may_plan),
            PaletteCommand(text("Make a link to a calendar"), "external-link", _show_link, sees_timetable),
            PaletteCommand(text("Show holidays"), "calendar", _show_holidays, sees_places),
            *kit_area.PALETTE,
        ),
    )
