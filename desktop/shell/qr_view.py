"""Paints a QR code, dark on white in every theme, as codes have to be."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

_QUIET = 4


class QrView(QWidget):
    """A square of ``side`` px; the text is what a screen reader says."""

    def __init__(self, text: str = "", side: int = 220, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side = side
        self._rows: list[bytes] = []
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Show the code of another text."""
        import segno

        self._rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix] if text else []
        self.setAccessibleName(text)
        self.update()

    def sizeHint(self) -> QSize:
        """Return the square."""
        return QSize(self._side, self._side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the modules with their quiet zone."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.white)
        if not self._rows:
            return
        step = self._side / (len(self._rows) + 2 * _QUIET)
        for down, row in enumerate(self._rows):
            for across, dark in enumerate(row):
                if dark:
                    place = QRectF((across + _QUIET) * step, (down + _QUIET) * step, step + 0.2, step + 0.2)
                    painter.fillRect(place, Qt.GlobalColor.black)
