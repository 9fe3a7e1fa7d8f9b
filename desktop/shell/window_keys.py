"""The keys that work on every page: those of the window itself, and those that it passes to the page."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from desktop.core.desk import Desk
from desktop.shell.history import History
from desktop.shell.page import offered
from desktop.shell.page_book import PageBook
from desktop.shell.preferences import Preferences
from desktop.shell.rail import Rail
from desktop.shell.sync_link import SyncLink
from desktop.shell.top_bar import TopBar
from desktop.widgets.theme import theme
from desktop.widgets.toast import ToastHost


class _Window(Protocol):
    """The part of the main window that the keys work on."""

    book: PageBook
    desk: Desk
    preferences: Preferences
    sync: SyncLink
    toasts: ToastHost
    history: History
    rail: Rail
    top: TopBar

    @property
    def page(self) -> QWidget | None: ...

    def open_page(self, page: str, entity_id: str | None = None, /, **details: Any) -> None: ...

    def go_back(self) -> None: ...

    def go_forward(self) -> None: ...


_STEP = 10
_VERBS = {
    "Ctrl+Z": "undo",
    "Ctrl+Y": "redo",
    "Ctrl+Shift+Z": "redo",
    "Ctrl+F": "find",
    "Ctrl+N": "new",
    "Ctrl+S": "save",
    "Ctrl+P": "print_page",
}
"""Keys that the page answers, where it offers the method; the page's own shortcuts and fields come first."""


def _words(text: str) -> str:
    return QCoreApplication.translate("WindowKeys", text)


def window_keys() -> list[tuple[str, str]]:
    """Return the keys that work everywhere, with what they do, for the help."""
    return [
        ("Ctrl K", _words("Search and commands")),
        ("Ctrl 1 to 9", _words("Page in the rail")),
        ("F1", _words("Keys of this page")),
        ("F5", _words("Send and fetch now")),
        ("F6", _words("Next pane, with Shift the one before")),
        ("Ctrl F", _words("Search in this list")),
        ("Ctrl N, Ctrl S", _words("New, save")),
        ("Ctrl Z, Ctrl Y", _words("Undo, redo")),
        ("Alt Left, Alt Right", _words("Back, forward")),
        ("Ctrl +, Ctrl -", _words("Text larger, smaller")),
        ("Esc", _words("Close, cancel, back to the list")),
    ]


class WindowKeys(QObject):
    """Binds the keys to a main window."""

    def __init__(self, window: _Window, widget: QWidget) -> None:
        """`widget` is the same window, as Qt sees it."""
        super().__init__(widget)
        self._window, self._widget = window, widget
        self.open_palette: Callable[[], object] = lambda: None
        self.show_keys: Callable[[], object] = lambda: None
        # Looked up when pressed: the assembly sets both after the window is there.
        window.top.searched.connect(self._open_palette)
        self._bind("Ctrl+K", self._open_palette)
        self._bind("F1", self._show_keys)
        self._bind("F5", window.sync.sync_now)
        self._bind("F6", lambda: self.next_pane(1))
        self._bind("Shift+F6", lambda: self.next_pane(-1))
        for key, step in (("Ctrl++", _STEP), ("Ctrl+=", _STEP), ("Ctrl+-", -_STEP)):
            self._bind(key, partial(self._step_scale, step))
        self._bind("Ctrl+0", lambda: self._scale(100))
        for number in range(1, 10):
            self._bind(f"Ctrl+{number}", partial(self._open_number, number))

    def _open_palette(self) -> None:
        self.open_palette()

    def _show_keys(self) -> None:
        self.show_keys()

    def _bind(self, key: str, act: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(key), self._widget)
        shortcut.activated.connect(act)

    def _step_scale(self, step: int) -> None:
        self._scale(theme().scale + step)

    def _scale(self, scale: int) -> None:
        self._window.preferences.change(text_size=max(90, min(150, scale)))

    def _open_number(self, number: int) -> None:
        entries = self._window.book.in_order(self._window.desk.actor)
        if number <= len(entries):
            self._window.open_page(entries[number - 1].page)

    # ------------------------------------------------------------------------------------------------------ panes

    def panes(self) -> list[QWidget]:
        """Return what F6 goes through: rail, search, and the page or its own panes."""
        window = self._window
        page = window.page
        own = offered(page, "panes")
        parts = list(own()) if own else []
        if not parts and page is not None:
            parts = [page]
        return [window.rail, window.top, *parts]

    def next_pane(self, step: int) -> None:
        """Give the focus to the next pane, to the place where it was last, or its first control."""
        panes = [pane for pane in self.panes() if pane.isVisibleTo(self._widget)]
        focus = QApplication.focusWidget()
        here = next(
            (place for place, pane in reversed(list(enumerate(panes)))
             if focus is not None and (pane is focus or pane.isAncestorOf(focus))), 0)  # fmt: skip
        for turn in range(1, len(panes) + 1):
            target = _first_in(panes[(here + step * turn) % len(panes)])
            if target is not None:
                target.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return

    # ------------------------------------------------------------------------------------------------------ page

    def press(self, event: QKeyEvent) -> bool:
        """Pass a key that nothing else took to the page; False when it means nothing here."""
        name = QKeySequence(event.keyCombination()).toString(QKeySequence.SequenceFormat.PortableText)
        if name in {"Alt+Left", "Back"}:
            self._window.go_back()
        elif name in {"Alt+Right", "Forward"}:
            self._window.go_forward()
        elif name == "Esc":
            self._escape()
        else:
            method = offered(self._window.page, _VERBS[name]) if name in _VERBS else None
            if method is None and name == "Ctrl+Z":
                return self._undo_last()
            if method is None:
                return False
            method()
        event.accept()
        return True

    def _escape(self) -> None:
        own = offered(self._window.page, "back")
        if own is not None and own():
            return
        here = self._window.history.here
        if here is not None and here.entity_id is not None:
            self._window.go_back()

    def _undo_last(self) -> bool:
        """Undo what the latest message with Undo was about, on pages without a list of steps of their own."""
        for toast in reversed(self._window.toasts.toasts):
            if toast.action_button is not None:
                toast.action_button.click()
                return True
        return False


def _first_in(pane: QWidget) -> QWidget | None:
    """Return what takes the focus in a pane: where it was last, the pane itself, or its first control."""
    last: QWidget | None = pane.focusWidget()
    if last is not None and last.isVisible() and pane.isAncestorOf(last):
        return last
    if pane.focusPolicy() & Qt.FocusPolicy.TabFocus and pane.isEnabled():
        return pane
    found: QWidget | None = pane.nextInFocusChain()
    while found is not None and found is not pane:
        fits = bool(found.focusPolicy() & Qt.FocusPolicy.TabFocus) and found.isEnabled() and found.isVisible()
        if fits and pane.isAncestorOf(found):
            return found
        found = found.nextInFocusChain()
    return None
