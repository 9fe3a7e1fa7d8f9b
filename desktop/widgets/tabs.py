"""Tabs with an underline, for the parts of one record."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from desktop.widgets.paint import draw_text, focus_ring
from desktop.widgets.theme import theme


class _Tab(QAbstractButton):
    def __init__(self, identity: str, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.identity = identity
        self.setText(text)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        look = theme()
        return QSize(round(look.metrics("body-medium").horizontalAdvance(self.text())) + 6, look.px(36))

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = theme()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        on = self.isChecked()
        colour = look.colour("accent" if on else "text" if self.underMouse() else "text2")
        draw_text(painter, rect, self.text(), "body-medium", colour, Qt.AlignmentFlag.AlignHCenter)
        if on:
            painter.fillRect(QRectF(0, rect.height() - 2, rect.width(), 2), look.colour("accent"))
        if self.hasFocus():
            focus_ring(painter, rect.adjusted(0, 3, 0, -3), look.tokens.radii["key"])


class Tabs(QWidget):
    """A row of tabs; ``chosen_changed`` gives the id, Left and Right move."""

    chosen_changed = Signal(str)

    def __init__(self, tabs: list[tuple[str, str]], *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(18)
        self._tabs = [_Tab(identity, text, self) for identity, text in tabs]
        for tab in self._tabs:
            row.addWidget(tab)
            tab.toggled.connect(lambda on, identity=tab.identity: self.chosen_changed.emit(identity) if on else None)
        row.addStretch(1)
        self._tabs[0].setChecked(True)

    @property
    def chosen(self) -> str:
        """The id of the tab that is on."""
        return next(tab.identity for tab in self._tabs if tab.isChecked())

    def choose(self, identity: str) -> None:
        """Turn a tab on."""
        for tab in self._tabs:
            if tab.identity == identity:
                tab.setChecked(True)

    def set_text(self, identity: str, text: str) -> None:
        """Change a tab's words, for a new count."""
        for tab in self._tabs:
            if tab.identity == identity:
                tab.setText(text)
                tab.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the tab beside."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if not step:
            super().keyPressEvent(event)
            return
        here = next(place for place, tab in enumerate(self._tabs) if tab.isChecked())
        tab = self._tabs[(here + step) % len(self._tabs)]
        tab.setChecked(True)
        tab.setFocus(Qt.FocusReason.TabFocusReason)
