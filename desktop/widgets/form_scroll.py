"""The middle of a form that may be longer than the window: as high as it needs, and scrolled where there is no room."""

from __future__ import annotations

from functools import partial
from typing import cast

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.widgets.field import field_of

_LEAST = 160
_AIR = 12


class FormScroll(QScrollArea):
    """Takes the parts of a form; what gets the focus is scrolled into view, with what its field says.

    Parts that can be lower, such as tables, are so before anything is scrolled.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._said: tuple[str, str] | None = None
        self._inside = QWidget()
        self.body = QVBoxLayout(self._inside)
        self.body.setContentsMargins(20, 16, 20, 20)
        self.body.setSpacing(14)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(self._inside)
        # The dialog's own ground, which isn't the window's.
        self.viewport().setAutoFillBackground(False)
        self._inside.setAutoFillBackground(False)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_changed)

    def add(self, part: QWidget | QLayout) -> None:
        """Append a part of the form."""
        if isinstance(part, QLayout):
            self.body.addLayout(part)
        else:
            self.body.addWidget(part)

    def sizeHint(self) -> QSize:
        """Return as much as the form needs; the window takes away what it hasn't got."""
        height = self.heightForWidth(self.width()) if self.hasHeightForWidth() else self.body.sizeHint().height()
        return QSize(self.body.minimumSize().width(), height)

    def minimumSizeHint(self) -> QSize:
        """Return what is left in the smallest window."""
        return QSize(self.body.minimumSize().width(), min(_LEAST, self.body.minimumSize().height()))

    def hasHeightForWidth(self) -> bool:
        """Tell whether sentences wrap here."""
        return bool(self.body.hasHeightForWidth())

    def heightForWidth(self, width: int) -> int:
        """Return what the whole form needs at this width, in px."""
        return max(self.body.totalHeightForWidth(width), 1)

    def refit(self) -> None:
        """Be as high as the parts that are shown now need."""
        self.body.activate()
        self._fit()
        self.updateGeometry()

    def _fit(self) -> None:
        room = self.viewport().size()
        wraps = self.body.hasHeightForWidth()
        least = self.body.totalMinimumHeightForWidth(room.width()) if wraps else self.body.minimumSize().height()
        self._inside.resize(room.width(), max(room.height(), least))

    def reveal(self, part: QWidget) -> None:
        """Scroll a part into view, once everything that says more than before has got its height."""
        QTimer.singleShot(0, self, partial(self._show_part, part))

    def _show_part(self, part: QWidget) -> None:
        if isValid(part) and self._inside.isAncestorOf(part):
            self.refit()
            self.ensureWidgetVisible(part, 0, _AIR)

    def _focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self._inside.isAncestorOf(now):
            self.reveal(field_of(now) or now)

    def _show_error(self) -> None:
        """Bring into sight what is newly said of the field that has the focus: a key may have saved from within it."""
        # The window's own, which it has while another program's window lies over it, too.
        now = cast("QWidget | None", self.window().focusWidget())
        field = field_of(now) if now is not None and self._inside.isAncestorOf(now) else None
        said = (field.label.text(), field.error) if field is not None and field.error else None
        if field is not None and said and said != self._said:
            self.reveal(field)
        self._said = said

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the parts the new width."""
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow parts that come, go or say more."""
        if event.type() == QEvent.Type.LayoutRequest and watched is self.widget():
            self._fit()
            self.updateGeometry()
            self._show_error()
        return super().eventFilter(watched, event)
