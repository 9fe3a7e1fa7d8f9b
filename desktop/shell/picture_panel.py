"""The picture on the sign-in page: the institute's name under a field of seats, some of them taken."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.shell.logo import draw_logo
from desktop.widgets.paint import draw_text, fill_box
from desktop.widgets.theme import theme

WIDTH = 500
_COLUMNS, _ROWS, _PITCH, _SEAT = 13, 12, 34, 24
_LEFT, _TOP = 36, 180
_GROUND = {"light": ("#2b45b0", "#213589", "#1c2d75"), "dark": ("#1e2a5e", "#182047", "#141b3a")}
_WARM, _ROSE = QColor("#f0c06a"), QColor("#f0968d")


def _chance(row: int, column: int, salt: int) -> float:
    """Return a number from 0 to 1 that is the same on every computer."""
    mixed = (row * 73_856_093) ^ (column * 19_349_663) ^ (salt * 83_492_791)
    for _ in range(3):  # a few rounds of xorshift and multiply: neighbours must not look alike
        mixed = ((mixed ^ (mixed >> 15)) * 0x2C1B3C6D) & 0xFFFFFFFF
    return (mixed ^ (mixed >> 16)) / 0xFFFFFFFF


def seat_colour(row: int, column: int) -> QColor:
    """Return the colour of a seat: lighter towards the middle, a few warm ones."""
    away = abs(column - 6) / 6.5 * 0.5 + abs(row - 5.5) / 6 * 0.5
    kind = _chance(row, column, 1)
    colour = QColor(_WARM if kind > 0.88 else _ROSE if kind > 0.83 else Qt.GlobalColor.white)
    strength = 0.05 + (1 - away) * (0.10 + 0.24 * _chance(row, column, 2) ** 2)
    colour.setAlphaF(min(0.45, strength + (0.16 if kind > 0.83 else 0.0) * (1 - away * 0.6)))
    return colour


class PicturePanel(QWidget):
    """500 px wide; shows the institute's name once it is known."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(WIDTH)
        self._name = ""
        self.set_institute("")

    def set_institute(self, name: str) -> None:
        """Show the institute's name."""
        self._name = name
        self.setAccessibleName(name or "Campusdesk")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ground, mark, seats and name; on a low window the seats give way."""
        look = theme()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        ground = QLinearGradient(QPointF(0, 0), QPointF(rect.width() * 0.4, rect.height()))
        for place, colour in zip((0.0, 0.55, 1.0), _GROUND[look.scheme], strict=True):
            ground.setColorAt(place, QColor(colour))
        painter.fillRect(rect, ground)
        draw_logo(painter, QRectF(40, 40, 36, 36), look.colour("white"), QColor("#3350c4"))
        white = look.colour("white")
        draw_text(painter, QRectF(88, 40, 380, 36), "Campusdesk", "title", white)
        middle = (rect.height() - 760) / 2
        top = _TOP + max(-60.0, min(middle, 80.0))
        rows = min(_ROWS, int((rect.height() - top - 170) // _PITCH))
        for row in range(rows):
            for column in range(_COLUMNS):
                seat = QRectF(_LEFT + column * _PITCH, top + row * _PITCH, _SEAT, _SEAT)
                fill_box(painter, seat, 6, seat_colour(row, column))
        foot = rect.height() - 124
        draw_text(painter, QRectF(40, foot, rect.width() - 64, look.px(32)), self._name, "figure", white)
        soft = QColor(white)
        soft.setAlphaF(0.85)
        words = self.tr("Front office, classrooms and labs. Online or not.")
        draw_text(painter, QRectF(40, foot + look.px(34), rect.width() - 64, look.px(22)), words, "body", soft)
