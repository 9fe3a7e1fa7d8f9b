"""What a page and the window around it are to each other: messages, undo, and being told of changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from desktop.core.local_store import Changed, LocalStore
from desktop.widgets.hand_over import handed_over
from desktop.widgets.toast import Toast, ToastHost
from shared.core.errors import CampusError

_SOON_MS = 30


def toasts_of(widget: QWidget) -> ToastHost:
    """Return the messages of the window around `widget`; outside the main window the top widget gets its own."""
    window = widget.window()
    host = getattr(window, "toasts", None)
    if isinstance(host, ToastHost):
        return host
    made = window.findChild(ToastHost)
    return made or ToastHost(window)


def tell(widget: QWidget, words: str, undo: Callable[[], object] | None = None) -> Toast:
    """Say what was just done, with Undo where it can be undone."""
    host = toasts_of(widget)
    return host.show_undo(words, undo) if undo is not None else host.show_toast(words)


def tell_problem(widget: QWidget, problem: CampusError) -> Toast:
    """Say what went wrong; the message stays until it is closed."""
    return toasts_of(widget).show_toast(problem.message, "bad")


class _Follower(QObject):
    """Carries the store's news from the thread that wrote to the GUI thread, many at once as one."""

    def __init__(self, store: LocalStore, owner: QObject, slot: Callable[[Changed], object]) -> None:
        super().__init__(owner)
        self._store, self._slot = store, slot
        self._keys: set[tuple[str, str]] = set()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SOON_MS)
        self._timer.timeout.connect(self._deliver)
        stop = store.subscribe(handed_over(self, self._take))
        self.destroyed.connect(stop)

    def _take(self, changed: Changed) -> None:
        self._keys |= changed.keys
        if not self._timer.isActive():
            self._timer.start()

    def _deliver(self) -> None:
        if self._store.closed:
            return  # the last news came while the person was leaving; who would read now finds nothing to read
        keys, self._keys = self._keys, set()
        self._slot(Changed(frozenset(keys)))


def follow(store: LocalStore, owner: QObject, slot: Callable[[Changed], object]) -> QObject:
    """Call `slot(Changed)` on the GUI thread soon after writes, for as long as `owner` lives."""
    return _Follower(store, owner, slot)


def offered(page: QWidget | None, name: str) -> Callable[..., Any] | None:
    """Return the method that a page offers the window under this name, or None; Qt's own of that name don't count."""
    own = any(name in vars(kind) for kind in type(page).__mro__ if not kind.__module__.startswith("PySide6"))
    method = getattr(page, name, None) if own else None
    return cast("Callable[..., Any]", method) if callable(method) else None
