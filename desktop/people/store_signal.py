"""Tells a page on the GUI thread, soon and once, that rows of some kinds changed in the local store."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from shiboken6 import isValid

if TYPE_CHECKING:
    from desktop.core.local_store import Changed, LocalStore

_GATHER_MS = 40


class StoreSignal(QObject):
    """``changed`` follows writes from any thread; several within 40 ms are told once. It ends with its parent."""

    changed = Signal()
    _told = Signal()

    def __init__(self, store: LocalStore, kinds: Collection[str], parent: QObject) -> None:
        super().__init__(parent)
        self._kinds = frozenset(kinds)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_GATHER_MS)
        self._timer.timeout.connect(self.changed)
        self._told.connect(self._timer.start, Qt.ConnectionType.QueuedConnection)
        stop = store.subscribe(self._hear)
        self.destroyed.connect(lambda *_: stop())

    def _hear(self, changed: Changed) -> None:
        if changed.kinds & self._kinds and isValid(self):
            self._told.emit()
