"""What kit adds to the desktop."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.core.area import NavigationEntry, PageFactory, PaletteCommand
from desktop.core.desk import Desk
from desktop.timetable.kit_item_page import KitItemPage
from desktop.timetable.kit_own_page import OwnKitPage
from desktop.timetable.kit_page import KitPage
from desktop.timetable.kit_store import Standing, kit_lines
from shared.core.actor import Actor
from shared.core.text import text
from shared.people.vocabulary import Role
from shared.timetable.kit_permissions import may_lend_kit, may_manage_kit


def sees_kit(actor: Actor) -> bool:
    """Staff who lend, instructors and students."""
    return may_lend_kit(actor) or bool({Role.INSTRUCTOR, Role.STUDENT} & set(actor.roles))


def kit_page(desk: Desk, entity_id: str | None, details: Mapping[str, Any]) -> QWidget:
    """Return the list for the desk that lends, or the own side for everybody else."""
    page = KitPage if may_lend_kit(desk.actor) else OwnKitPage
    return page(desk, entity_id, details)


def overdue(desk: Desk) -> int:
    """Return how many pieces are out and late, for the desk that lends."""
    if not may_lend_kit(desk.actor):
        return 0
    return sum(line.standing is Standing.OVERDUE for line in kit_lines(desk))


NAVIGATION = (NavigationEntry("kit.list", text("Kit"), "camera", "teaching", sees_kit, badge=overdue, order=24),)
PAGES: dict[str, PageFactory] = {"kit.list": kit_page, "kit.item": KitItemPage}
PALETTE = (
    PaletteCommand(text("Add kit"), "camera", lambda desk: desk.open("kit.list", None, act="new"), may_manage_kit),
    PaletteCommand(
        text("Show overdue kit"),
        "circle-alert",
        lambda desk: desk.open("kit.list", None, state=str(Standing.OVERDUE)),
        may_lend_kit,
    ),
    PaletteCommand(
        text("Set the limits of loans"),
        "settings",
        lambda desk: desk.open("kit.list", None, act="policy"),
        may_manage_kit,
    ),
)
