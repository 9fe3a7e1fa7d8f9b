"""The rotating code of a class as a room reads it from its screen: QR, the code to type, and the time it stays."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.widgets.theme import theme
from shared.attendance.class_code import STEP, grouped

_STEP_SECONDS = STEP.total_seconds()
_QUIET = 4


class CodeView(QWidget):
    """Black on white in either theme: a projector in a light room shows nothing else well."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = self.place = self.code = self.problem = ""
        self.seconds_left = 0.0
        self._matrix: tuple[tuple[int, ...], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Return a size at which it can be read from the first rows."""
        return QSize(1000, 560)

    def set_class(self, title: str, place: str) -> None:
        """Say which class it is, and where and when."""
        self.title, self.place = title, place
        self._name()

    def show_code(self, code: str, scanned: str, seconds_left: float) -> None:
        """Show a code; `scanned` is what the QR code holds."""
        if code != self.code or self.problem:
            import segno

            self.code, self.problem = code, ""
            self._matrix = tuple(tuple(row) for row in segno.make(scanned, error="m", micro=False).matrix)
            self._name()
        self.seconds_left = seconds_left
        self.update()

    def show_problem(self, sentence: str) -> None:
        """Say why there is no code."""
        self.code, self.problem = "", sentence
        self._name()
        self.update()

    def _name(self) -> None:
        said = self.problem or self.tr("Class code {code}").format(code=" ".join(self.code))
        self.setAccessibleName(f"{self.title}. {said}")

    # ---------------------------------------------------------------------------------------------------- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint everything in the size of the window."""
        look = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        white, ink = look.colour("white"), look.colour("ink")
        rect = QRectF(self.rect())
        painter.fillRect(rect, white)
        pad = min(rect.width(), rect.height()) * 0.06
        inner = rect.adjusted(pad, pad, -pad, -pad)
        head = inner.height() * 0.14
        self._text(painter, QRectF(inner.x(), inner.y(), inner.width(), head * 0.6), self.title, ink, bold=True)
        line = QRectF(inner.x(), inner.y() + head * 0.62, inner.width(), head * 0.36)
        self._text(painter, line, self.place, ink)
        body = inner.adjusted(0, head + pad * 0.5, 0, 0)
        if self.problem:
            self._paint_problem(painter, body, ink)
        elif self.code:
            side = min(body.height(), body.width() * 0.44)
            self._paint_qr(painter, QRectF(body.x(), body.y() + (body.height() - side) / 2, side, side), ink)
            words = QRectF(body.x() + side + pad, body.y(), body.width() - side - pad, body.height())
            self._paint_words(painter, words, ink)

    def _paint_qr(self, painter: QPainter, box: QRectF, ink: QColor) -> None:
        modules = len(self._matrix) + 2 * _QUIET
        size = math.floor(box.width() / modules)  # whole pixels: soft edges are harder to read
        left = box.x() + (box.width() - size * modules) / 2 + size * _QUIET
        top = box.y() + (box.height() - size * modules) / 2 + size * _QUIET
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        for y, row in enumerate(self._matrix):
            for x, dark in enumerate(row):
                if dark:
                    painter.fillRect(QRectF(round(left) + x * size, round(top) + y * size, size, size), ink)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _paint_words(self, painter: QPainter, box: QRectF, ink: QColor) -> None:
        unit = box.height() / 10
        self._text(painter, QRectF(box.x(), box.y() + unit, box.width(), unit), self.tr("Scan, or check in with"), ink)
        code = QRectF(box.x(), box.y() + 2.4 * unit, box.width(), 3 * unit)
        self._text(painter, code, grouped(self.code), ink, bold=True, clear_zero=True)
        bar = QRectF(box.x(), box.y() + 6.2 * unit, box.width(), max(10.0, unit * 0.32))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme().colour("ink")).lighter(320))
        painter.drawRoundedRect(bar, bar.height() / 2, bar.height() / 2)
        painter.setBrush(ink)
        share = max(0.0, min(1.0, self.seconds_left / _STEP_SECONDS))
        if share:
            filled = QRectF(bar.x(), bar.y(), max(bar.height(), bar.width() * share), bar.height())
            painter.drawRoundedRect(filled, bar.height() / 2, bar.height() / 2)
        words = self.tr("A new code in {seconds} s").format(seconds=max(1, math.ceil(self.seconds_left)))
        self._text(painter, QRectF(box.x(), box.y() + 6.9 * unit, box.width(), unit * 0.9), words, ink)
        where = self.tr("In Campusdesk: Check in")
        self._text(painter, QRectF(box.x(), box.y() + 8.2 * unit, box.width(), unit * 0.8), where, ink)

    def _paint_problem(self, painter: QPainter, box: QRectF, ink: QColor) -> None:
        font = self._font(max(20.0, box.height() * 0.07), bold=True)
        painter.setFont(font)
        painter.setPen(ink)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.problem)

    @staticmethod
    def _font(size: float, *, bold: bool) -> QFont:
        font = QFont(theme().font("kiosk-prompt" if bold else "kiosk-text"))
        font.setPixelSize(max(10, round(size)))
        return font

    def _text(
        self, painter: QPainter, box: QRectF, words: str, ink: QColor, *, bold: bool = False, clear_zero: bool = False
    ) -> None:
        """Paint one line as large as its box lets it be; a clear zero has a stroke, so that it is no letter."""
        if not words:
            return
        size = box.height() * 0.8
        width = QFontMetricsF(self._font(size, bold=bold)).horizontalAdvance(words)
        if width > box.width():
            size *= box.width() / width
        font = self._font(size, bold=bold)
        if clear_zero:
            font.setFeature(QFont.Tag("zero"), 1)
        painter.setFont(font)
        painter.setPen(ink)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
