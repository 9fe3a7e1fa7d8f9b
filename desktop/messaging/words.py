"""The words and colours of notices on screen."""

from collections.abc import Mapping
from typing import Any

from desktop.widgets.columns import Cell
from shared.core.text import text
from shared.messaging.vocabulary import NoticeCategory, NoticePriority


def category_word(category: str) -> str:
    """Return what a notice is about; a category from a newer server as it is."""
    words = {
        NoticeCategory.SYSTEM: text("System"),
        NoticeCategory.COURSE: text("Courses"),
        NoticeCategory.PAYMENT: text("Payments"),
        NoticeCategory.ANNOUNCEMENT: text("Announcements"),
        NoticeCategory.SUPPORT: text("Support"),
    }
    known = next((word for key, word in words.items() if key == category), None)
    return known or category


def state_cell(notice: Mapping[str, Any]) -> Cell:
    """Return the badge of a notice: nothing once it is read, louder where it presses."""
    if notice["read_at"]:
        return Cell("")
    if notice["priority"] == NoticePriority.URGENT:
        return Cell(text("Urgent"), "bad", "circle-alert")
    if notice["priority"] == NoticePriority.HIGH:
        return Cell(text("Important"), "warn", "circle-alert")
    return Cell(text("New"), "info", "bell")
