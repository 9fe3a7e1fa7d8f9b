"""The middle of a form that may be longer than the window: as high as it needs, and scrolled where there is no room."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

_LEAST = 160


class FormScroll(QScrollArea):
    """Takes the parts of a form; what gets the focus is scrolled into view."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inside = QWidget()
        self.body = QVBoxLayout(self._inside)
        self.body.setContentsMargins(20, 16, 20, 20)
        self.body.setSpacing(14)
        self.setWidgetResizable(True)
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
        return QSize(self._inside.minimumSizeHint().width(), self._height())

    def minimumSizeHint(self) -> QSize:
        """Return what is left in the smallest window."""
        return QSize(self._inside.minimumSizeHint().width(), min(_LEAST, self._height()))

    def _height(self) -> int:
        width = self.viewport().width()
        if self.body.hasHeightForWidth() and width > 0:
            return max(self.body.totalHeightForWidth(width), 1)
        return self.body.sizeHint().height()

    def refit(self) -> None:
        """Be as high as the parts that are shown now need."""
        self.body.activate()
        self.updateGeometry()

    def _focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self._inside.isAncestorOf(now):
            self.ensureWidgetVisible(now, 0, 40)
