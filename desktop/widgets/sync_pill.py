"""The sync pill: always says whether work has reached the server, and opens the list of what waits."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop.widgets.announce import announce
from desktop.widgets.icons import draw_icon
from desktop.widgets.paint import draw_text, fill_box, focus_ring
from desktop.widgets.theme import theme


class SyncState(StrEnum):
    """What the pill can say."""

    UP_TO_DATE = "up-to-date"
    SENDING = "sending"
    OFFLINE = "offline"
    DECISION = "decision"


_LOOKS = {
    SyncState.UP_TO_DATE: ("ok", "circle-check"),
    SyncState.SENDING: ("info", "refresh-cw"),
    SyncState.OFFLINE: ("warn", "cloud-off"),
    SyncState.DECISION: ("bad", "git-compare-arrows"),
}


class SyncPill(QAbstractButton):
    """Shows the sync state with its count; press it for details. It never blinks; changes are announced."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = SyncState.UP_TO_DATE
        self._count = 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setText(self._words())

    @property
    def state(self) -> SyncState:
        """What the pill says now."""
        return self._state

    def set_state(self, state: SyncState, count: int = 0) -> None:
        """Say another state; ``count`` is how many changes wait, are being sent, or need a decision."""
        if (state, count) == (self._state, self._count):
            return
        new_state = state is not self._state
        self._state, self._count = SyncState(state), count
        self.setText(self._words())
        self.updateGeometry()
        self.update()
        if new_state and self.isVisible():
            announce(self, self.text())

    def _words(self) -> str:
        count = self._count
        if self._state is SyncState.UP_TO_DATE:
            return self.tr("Up to date")
        if self._state is SyncState.SENDING:
            return self.tr("Sending 1 change") if count == 1 else self.tr("Sending {count} changes").format(count=count)
        if self._state is SyncState.OFFLINE:
            return self.tr("Offline · {count} waiting").format(count=count) if count else self.tr("Offline")
        return self.tr("1 needs a decision") if count == 1 else self.tr("{count} need a decision").format(count=count)

    def sizeHint(self) -> QSize:
        """Return the size of icon and words, 28 px high."""
        look = theme()
        return QSize(round(look.metrics("small-strong").horizontalAdvance(self.text())) + 46, look.size("pill"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the pill."""
        look = theme()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        tone, sign = _LOOKS[self._state]
        colour = look.colour(tone)
        radius = rect.height() / 2
        fill_box(painter, rect, radius, look.colour(f"{tone}.fill"), colour if look.high_contrast else None)
        size = look.tokens.sizes["icon"]
        draw_icon(painter, sign, 10, (rect.height() - size) / 2, size, colour)
        draw_text(painter, rect.adjusted(32, 0, -8, 0), self.text(), "small-strong", colour)
        if self.hasFocus():
            focus_ring(painter, rect, radius)
