"""Puts the main window together from the areas: the shell's own pages, its rail entry and its palette commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication

from desktop.core.area import DesktopArea, NavigationEntry, PaletteCommand
from desktop.core.desk import Desk
from desktop.shell import page_book
from desktop.shell.main_window import MainWindow, PersonShown
from desktop.shell.page_book import PageBook, make_book
from desktop.shell.preferences import Preferences
from desktop.shell.sync_link import SyncLink
from desktop.shell.today_page import TodayPage


def _words(text: str) -> str:
    return QCoreApplication.translate("Assembly", text)


def make_window(
    desk: Desk,
    areas: Sequence[DesktopArea],
    opens: Mapping[str, str],
    preferences: Preferences,
    person: PersonShown,
    sync: SyncLink | None = None,
) -> MainWindow:
    """Return the main window on the Today page, not shown yet."""
    holder: list[PageBook] = []
    own_pages = {
        page_book.TODAY: lambda desk, _id, _details: TodayPage(desk, holder[0]),
    }
    navigation = [NavigationEntry(page_book.TODAY, _words("Today"), "house", "office", order=-1)]
    book = make_book(areas, own_pages, navigation, own_palette(), opens)
    holder.append(book)
    window = MainWindow(desk, book, preferences, person, sync)
    window.open_page(page_book.TODAY)
    return window


def own_palette() -> list[PaletteCommand]:
    """Return the shell's commands."""
    return []
