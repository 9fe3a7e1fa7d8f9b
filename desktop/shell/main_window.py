"""The main window: rail, top bar, the page, messages; it opens pages by name and remembers where the person was."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from desktop.core.area import NavigationEntry
from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.core.sync_state import SyncState
from desktop.shell import page_book
from desktop.shell.history import History, Place
from desktop.shell.institute_mark import institute_of, logo_image, short_name
from desktop.shell.logo import window_icon
from desktop.shell.page import follow, offered
from desktop.shell.page_book import PageBook
from desktop.shell.preferences import Preferences
from desktop.shell.rail import Rail
from desktop.shell.rights_follow import RightsFollow, has_typed
from desktop.shell.role_words import main_role
from desktop.shell.sync_link import SyncLink
from desktop.shell.top_bar import TopBar
from desktop.shell.window_keys import WindowKeys
from desktop.widgets.theme import theme
from desktop.widgets.toast import ToastHost
from shared.people.vocabulary import ORGANISATION

COLLAPSE_BELOW = 1280
SMALLEST = QSize(1180, 720)
_KEPT_PAGES = 12
_WINDOW = "main"


@dataclass(frozen=True)
class PersonShown:
    """Who is signed in, as the top bar shows it."""

    name: str
    number: str = ""
    role: str = ""


class MainWindow(QMainWindow):
    """Shows one page at a time for one signed-in person. `desk.open` of every page leads to `open_page`."""

    signed_out = Signal()
    closed = Signal()
    page_opened = Signal(str)

    def __init__(
        self, desk: Desk, book: PageBook, preferences: Preferences, person: PersonShown, sync: SyncLink | None = None
    ) -> None:
        super().__init__()
        self.preferences, self.book = preferences, book
        self.sync = sync or SyncLink(desk.store, parent=self)
        self.desk = replace(desk, open=self.open_page)
        self.history = History()
        self._kept: dict[tuple[str, str | None, str], QWidget] = {}
        self._factories: dict[str, Callable[..., Any]] = dict(book.pages)
        self.setWindowTitle("Campusdesk")
        self.setWindowIcon(window_icon())
        self._build(person)
        self.toasts = ToastHost(self.stack)
        self.keys = WindowKeys(self, self)
        self.sync.state_changed.connect(self._show_sync)
        self._show_sync(self.sync.state)
        follow(desk.store, self, self._store_changed)
        preferences.changed.connect(self._preferences_changed)
        self.rights = RightsFollow(self, self)
        self._counting = QTimer(self)
        self._counting.setSingleShot(True)
        self._counting.timeout.connect(self.count_work)
        self._counting.start(0)
        self._restore_geometry()

    def _build(self, person: PersonShown) -> None:
        centre = QWidget()
        row = QHBoxLayout(centre)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._row = row
        self._make_rail()
        column = QVBoxLayout()
        column.setSpacing(0)
        self.top = TopBar(person.name, person.number or self.desk.actor.person_id, person.role)
        self.top.sync_asked.connect(self.open_sync)
        self.top.crumb_pressed.connect(self._open_parent)
        self.top.set_bells(self.book.bar)
        self.top.bell_pressed.connect(self.open_page)
        column.addWidget(self.top)
        self.stack = QStackedWidget()
        column.addWidget(self.stack, 1)
        row.addLayout(column, 1)
        self.setCentralWidget(centre)
        # Where the reader's text is large, a small screen must still hold the whole window.
        self.setMinimumSize(SMALLEST)

    def _make_rail(self) -> None:
        self.rail = Rail(self.book.entries(self.desk.actor), self._foot_entries())
        self.rail.chosen.connect(self.open_page)
        self._show_institute()
        self._row.insertWidget(0, self.rail)

    def _foot_entries(self) -> tuple[NavigationEntry, ...]:
        return (
            NavigationEntry(page_book.SETTINGS, self.tr("Settings"), "settings", "institute"),
            NavigationEntry(page_book.HELP, self.tr("Help and keys"), "circle-help", "institute"),
        )

    # ------------------------------------------------------------------------------------------------------ pages

    def open_page(self, page: str, entity_id: str | None = None, /, **details: Any) -> None:
        """Show a page; KeyError for a name that no area has. Who may not open it is told so, and stays."""
        if not self.book.may_open(page, self.desk.actor):
            self.toasts.show_toast(self.tr("Your role doesn't open this page. Ask the office."), "bad")
            return
        place = Place(page, entity_id, details)
        begin = self._asked_again(place)
        self.show_place(place)
        self.history.go(place)
        if begin is not None:
            begin()

    def _asked_again(self, place: Place) -> Callable[[], object] | None:
        """Let a page that is kept do once more what it did on coming: by its `new`, or made anew if nothing is typed.

        Returns what is to be called once it is on show.
        """
        kept = self._kept.get(place.key)
        if kept is None or not place.once:
            return None
        new = offered(kept, "new") if place.is_new else None
        if new is None and not has_typed(kept):
            self._drop(self._kept.pop(place.key))
        return new

    def show_place(self, place: Place) -> None:
        """Show a place without a step in the history."""
        widget = self._kept.pop(place.key, None)
        if widget is None:
            factory = self._factories[place.page]
            widget = factory(self.desk, place.entity_id, place.details)
            widget.windowTitleChanged.connect(lambda _title, shown=widget: self._show_path(shown))
            widget.setProperty("place", place)
            self.stack.addWidget(widget)
        self._kept[place.key] = widget
        self.stack.setCurrentWidget(widget)
        self._drop_old()
        self._show_path(widget)
        entry = self.book.entry_for(place.page, self.desk.actor)
        self.rail.set_here(entry.page if entry else place.page)
        first = offered(widget, "first_focus")
        (first() if first else widget).setFocus(Qt.FocusReason.OtherFocusReason)
        self.page_opened.emit(place.page)

    def _drop_old(self) -> None:
        while len(self._kept) > _KEPT_PAGES:
            self._drop(self._kept.pop(next(iter(self._kept))))

    def _drop(self, old: QWidget) -> None:
        self.stack.removeWidget(old)
        old.deleteLater()

    def kept_pages(self) -> list[QWidget]:
        """Return the pages that were made and are still there, the one on show among them."""
        return list(self._kept.values())

    def drop_page(self, widget: QWidget) -> None:
        """Let a page go; it is made anew when it is opened again, at once where it is the one on show."""
        place: Place = widget.property("place")
        shown = widget is self.page
        self._kept.pop(place.key, None)
        if shown:
            self.show_place(place.at_rest())
        self._drop(widget)

    def show_actor(self) -> None:
        """Show in rail and top bar who the person is now, and what he or she may open."""
        old, actor = self.rail, self.desk.actor
        self._make_rail()
        old.hide()
        old.deleteLater()
        self._fit_rail()
        self.top.person.set_person(actor.name, main_role(actor.roles))
        self._counting.start(0)

    @property
    def page(self) -> QWidget | None:
        """The page on show."""
        return self.stack.currentWidget()

    def title_of(self, place: Place, widget: QWidget) -> str:
        """Return what the path says for a page."""
        entry = self.book.entry_for(place.page, self.desk.actor)
        own = next((one for one in (*self._foot_entries(),) if one.page == place.page), None)
        exact = entry if entry and entry.page == place.page and place.entity_id is None else own
        return widget.windowTitle() or (exact.title if exact else "Campusdesk")

    def _show_path(self, widget: QWidget) -> None:
        if widget is not self.page:
            return
        place: Place = widget.property("place")
        title = self.title_of(place, widget)
        entry = self.book.entry_for(place.page, self.desk.actor)
        above = entry.title if entry and (entry.page != place.page or place.entity_id) else ""
        self.top.set_path((above, title) if above and above != title else (title,))
        self.setWindowTitle(self.tr("{page} · Campusdesk").format(page=title))

    def _open_parent(self) -> None:
        here = self.history.here
        entry = self.book.entry_for(here.page, self.desk.actor) if here else None
        if entry is not None:
            self.open_page(entry.page)

    def go_back(self) -> None:
        """Show the page before."""
        self._travel(self.history.back())

    def go_forward(self) -> None:
        """Show the page after, where the person has gone back."""
        self._travel(self.history.forward())

    def _travel(self, place: Place | None) -> None:
        if place is not None:
            self.show_place(place if place.key in self._kept else place.at_rest())

    def open_sync(self) -> None:
        """Show what is on its way to the server."""
        self.open_page(page_book.SYNC)

    # ------------------------------------------------------------------------------------------------------ state

    def _show_sync(self, state: SyncState) -> None:
        self.top.pill.show_facts(state)

    def _show_institute(self) -> None:
        institute = institute_of(self.desk)
        self.rail.head.set_institute(short_name(institute), str(institute.get("name") or ""), logo_image(institute))

    def _store_changed(self, changed: Changed) -> None:
        if ORGANISATION in changed.kinds:
            self._show_institute()
        if changed.keys:
            self._counting.start(400)

    def count_work(self) -> None:
        """Count the work that waits on each page of the rail, and what is new behind each sign of the top bar."""
        entries = self.book.in_order(self.desk.actor)
        self.rail.set_counts({one.page: one.badge(self.desk) for one in entries if one.badge is not None})
        self.top.set_counts({one.page: one.count(self.desk) for one in self.book.bar})

    def _preferences_changed(self) -> None:
        self.desk.prefer(self.preferences.settings)
        self._fit_rail()

    # ------------------------------------------------------------------------------------------------------ window

    def _restore_geometry(self) -> None:
        kept = self.preferences.settings.windows.get(_WINDOW, "")
        if not kept or not self.restoreGeometry(QByteArray(base64.b64decode(kept))):
            self.resize(1440, 900)

    def _fit_rail(self) -> None:
        self.rail.set_narrow(self.width() < theme().px(COLLAPSE_BELOW))
        self.top.person.set_slim(self.width() < theme().px(1180))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Collapse the rail where the window is narrow."""
        super().resizeEvent(event)
        self._fit_rail()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Run the keys of the window that no page took."""
        if not self.keys.press(event):
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Sync when the person comes back to the window."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow() and hasattr(self, "sync"):
            self.sync.sync_now()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember place and size."""
        windows = {**self.preferences.settings.windows}
        windows[_WINDOW] = base64.b64encode(self.saveGeometry().data()).decode()
        self.preferences.keep(self.preferences.settings.model_copy(update={"windows": windows}))
        super().closeEvent(event)
        self.closed.emit()

    def come_to_front(self) -> None:
        """Raise the window, as a second start of the program asks."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()
        QApplication.alert(self)
