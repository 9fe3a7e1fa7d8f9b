"""What leave and students' own pages add to the desktop."""

from collections.abc import Mapping
from typing import Any

from desktop.attendance.attention_card import AttentionCard
from desktop.attendance.leave_page import LeavePage
from desktop.attendance.leave_store import to_answer
from desktop.attendance.own_page import LEAVE, OwnAttendancePage
from desktop.core.area import NavigationEntry, PageFactory, PaletteCommand
from desktop.core.desk import Desk
from shared.attendance.leave_permissions import may_set_policy
from shared.attendance.permissions import may_correct_register
from shared.core.actor import Actor
from shared.core.text import text
from shared.people.permissions import is_student
from shared.people.vocabulary import Permission


def works_with_leave(actor: Actor) -> bool:
    """Whoever takes registers or corrects them enters and answers leave."""
    words = (Permission.REGISTERS_TAKE_OWN, Permission.REGISTERS_TAKE_ANY)
    return may_correct_register(actor) or any(actor.may(word) for word in words)


def attention(desk: Desk, _id: str | None, _details: Mapping[str, Any]) -> AttentionCard | None:
    """Return the card for Today, for those who can do something about it."""
    return AttentionCard(desk) if works_with_leave(desk.actor) else None


def navigation() -> tuple[NavigationEntry, ...]:
    """Return the places in the rail."""
    return (
        NavigationEntry(
            "attendance.leave", text("Leave"), "file-text", "teaching", works_with_leave, badge=to_answer, order=15
        ),
        NavigationEntry("attendance.own", text("My attendance"), "clipboard-check", "teaching", is_student, order=12),
    )


PAGES: dict[str, PageFactory] = {
    "attendance.leave": LeavePage,
    "attendance.own": OwnAttendancePage,
}


def palette() -> tuple[PaletteCommand, ...]:
    """Return the commands of the palette."""
    return (
        PaletteCommand(
            text("Enter leave for a student"),
            "file-text",
            lambda desk: desk.open("attendance.leave", None, act="new"),
            works_with_leave,
        ),
        PaletteCommand(
            text("Apologise or ask for leave"),
            "file-text",
            lambda desk: desk.open("attendance.own", None, act="ask"),
            is_student,
        ),
        PaletteCommand(
            text("My apologies and leave"),
            "file-text",
            lambda desk: desk.open("attendance.own", None, tab=LEAVE),
            is_student,
        ),
        PaletteCommand(
            text("Set when attendance warns"),
            "circle-alert",
            lambda desk: desk.open("attendance.leave", None, act="policy"),
            may_set_policy,
        ),
    )
