"""Puts the main window together from the areas: the shell's own pages, dialogs, rail entries and palette commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtWidgets import QMenu, QWidget

from desktop.core.area import DesktopArea, NavigationEntry, PageFactory, PaletteCommand
from desktop.core.desk import Desk
from desktop.core.lab_machine import LabMachine
from desktop.core.signed_in import SignedIn
from desktop.shell import page_book
from desktop.shell.computers_page import COMPUTERS, ComputersPage
from desktop.shell.conflict_dialog import ConflictDialog
from desktop.shell.help_page import HelpPage, KeysDialog
from desktop.shell.main_window import MainWindow, PersonShown
from desktop.shell.page_book import PageBook, make_book
from desktop.shell.palette import CommandPalette
from desktop.shell.palette_source import Found, find
from desktop.shell.preferences import Preferences
from desktop.shell.settings_page import SettingsPage
from desktop.shell.sync_link import SyncLink
from desktop.shell.sync_page import SyncPage
from desktop.shell.today_page import TodayPage
from desktop.widgets.icons import icon
from desktop.widgets.theme import theme
from shared.people.permissions import may_see_computers


def _words(text: str) -> str:
    return QCoreApplication.translate("Assembly", text)


class WindowParts(QObject):
    """What the pages of the shell and the window ask of each other; lives as long as the window."""

    def __init__(self, preferences: Preferences, signed_in: SignedIn | None, machine: LabMachine | None = None) -> None:
        super().__init__()
        self.preferences, self.signed_in, self.machine = preferences, signed_in, machine
        self.window: MainWindow
        self.book: PageBook

    # ------------------------------------------------------------------------------------------------------ pages

    def pages(self) -> dict[str, PageFactory]:
        """Return the shell's own pages."""
        return {
            page_book.TODAY: self._today,
            page_book.SYNC: self._sync,
            page_book.SETTINGS: self._settings,
            page_book.HELP: lambda _desk, _id, _details: HelpPage(),
            COMPUTERS: lambda desk, _id, _details: ComputersPage(desk, self.machine, self.signed_in),
        }

    def _today(self, desk: Desk, _id: str | None, _details: Mapping[str, Any]) -> TodayPage:
        return TodayPage(desk, self.book)

    def _sync(self, desk: Desk, _id: str | None, details: Mapping[str, Any]) -> SyncPage:
        window = self.window
        return SyncPage(desk, window.sync, details, self.decide, window.signed_out.emit, self.signed_in)

    def _settings(self, desk: Desk, _id: str | None, _details: Mapping[str, Any]) -> SettingsPage:
        link = self.window.sync
        return SettingsPage(desk, self.preferences, self.signed_in, self.rebuild if link.can_sync else None)

    def rebuild(self) -> None:
        """Fetch everything again; what isn't sent is kept and goes first."""
        store = self.window.desk.store
        store.pull_again(tuple(store.recall("scopes") or ()))
        self.window.sync.sync_now()

    # ------------------------------------------------------------------------------------------------------ dialogs

    def decide(self, conflict_id: str | None = None) -> None:
        """Open what needs a decision, at one conflict or at the first; without any the sync page says so."""
        dialog = ConflictDialog(self.window, self.window.desk, conflict_id)
        dialog.finished.connect(dialog.deleteLater)
        if not dialog.views or not dialog.open_dialog():
            dialog.deleteLater()

    def open_palette(self) -> None:
        """Open the command palette."""
        palette = CommandPalette(self.window, self._found)
        palette.finished.connect(palette.deleteLater)
        if not palette.open_dialog():
            palette.deleteLater()

    def _found(self, typed: str) -> list[Found]:
        return find(self.window.desk, self.book, own_entries(), typed)

    def show_keys(self) -> None:
        """Show the keys of the page."""
        page: QWidget | None = self.window.page
        dialog = KeysDialog(self.window, self.window.top.path[-1] if self.window.top.path else "", page)
        dialog.finished.connect(dialog.deleteLater)
        if not dialog.open_dialog():
            dialog.deleteLater()

    # ------------------------------------------------------------------------------------------------------ person

    def turn_theme(self) -> None:
        """Turn light into dark or back."""
        self.preferences.change(theme="dark" if theme().scheme == "light" else "light")

    def menu(self) -> QMenu:
        """Return the menu of the person's button."""
        menu = QMenu(self.window)
        if page_book.ACCOUNT in self.book.pages:
            menu.addAction(icon("user"), _words("My account"), lambda: self.window.open_page(page_book.ACCOUNT))
        menu.addAction(icon("sun"), _words("Dark or light"), self.turn_theme)
        menu.addAction(icon("settings"), _words("Settings"), lambda: self.window.open_page(page_book.SETTINGS))
        menu.addSeparator()
        menu.addAction(icon("log-out"), _words("Sign out"), self.window.signed_out.emit)
        return menu


def own_entries() -> tuple[NavigationEntry, ...]:
    """Return the places of the shell that the palette finds beside those in the rail."""
    return (
        NavigationEntry(page_book.SYNC, _words("Saved and sent"), "cloud-upload", "institute"),
        NavigationEntry(page_book.SETTINGS, _words("Settings"), "settings", "institute"),
        NavigationEntry(page_book.HELP, _words("Help and keys"), "circle-help", "institute"),
    )


def own_palette(parts: WindowParts) -> list[PaletteCommand]:
    """Return the shell's commands."""
    return [
        PaletteCommand(
            _words("Send and fetch now"), "refresh-cw", lambda _desk: parts.window.sync.sync_now(), keys="F5"
        ),
        PaletteCommand(_words("Decide between two versions"), "git-compare-arrows", lambda _desk: parts.decide()),
        PaletteCommand(_words("Dark or light"), "sun", lambda _desk: parts.turn_theme()),
        PaletteCommand(_words("Keys of this page"), "circle-help", lambda _desk: parts.show_keys(), keys="F1"),
        PaletteCommand(_words("Sign out"), "log-out", lambda _desk: parts.window.signed_out.emit()),
    ]


def make_window(
    desk: Desk,
    areas: Sequence[DesktopArea],
    opens: Mapping[str, str],
    preferences: Preferences,
    person: PersonShown,
    sync: SyncLink | None = None,
    signed_in: SignedIn | None = None,
    quick: Sequence[tuple[str, str]] = (),
    machine: LabMachine | None = None,
) -> MainWindow:
    """Return the main window on the Today page, not shown yet."""
    parts = WindowParts(preferences, signed_in, machine)
    navigation = [
        NavigationEntry(page_book.TODAY, _words("Today"), "house", "office", order=-1),
        NavigationEntry(COMPUTERS, _words("Computers"), "monitor", "institute", may_see_computers, order=80),
    ]
    parts.book = make_book(areas, parts.pages(), navigation, own_palette(parts), opens, quick)
    window = MainWindow(desk, parts.book, preferences, person, sync)
    parts.window = window
    parts.setParent(window)
    window.keys.open_palette = parts.open_palette
    window.keys.show_keys = parts.show_keys
    window.top.set_menu(parts.menu())
    window.open_page(page_book.TODAY)
    return window
