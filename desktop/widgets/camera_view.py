"""Shows what the camera sees, with the code that was read, or says why it sees nothing."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.widgets.decoding import Decoded
from desktop.widgets.paint import draw_text, fill_box
from desktop.widgets.theme import theme

WIDTH, HEIGHT = 284, 186
_CORNER, _INSET = 24, 18
_PILL_HEIGHT = 24
_KIOSK = 400
"""A view this wide is read from two metres."""


class CameraView(QWidget):
    """A dark picture with four corners to aim at; ``show_picture`` and ``show_trouble`` change it."""

    def __init__(self, parent: QWidget | None = None, *, size: QSize | None = None) -> None:
        super().__init__(parent)
        self._size = size or QSize(WIDTH, HEIGHT)
        self._image = QImage()
        self._found: Decoded | None = None
        self.trouble = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumHeight(self._size.height())
        self._name()

    def sizeHint(self) -> QSize:
        """Return the size of the picture."""
        return self._size

    def show_picture(self, image: QImage, found: Decoded | None) -> None:
        """Show a picture and the code that was found last."""
        self._image, self._found = image, found
        self.update()

    def show_trouble(self, sentence: str) -> None:
        """Say why there is no picture; empty when there is one."""
        self.trouble = sentence
        if sentence:
            self._image, self._found = QImage(), None
        self._name()
        self.update()

    def _name(self) -> None:
        self.setAccessibleName(self.trouble or self.tr("Camera is on. Hold the card into the picture."))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint picture, corners, code and what is to be said."""
        look = theme()
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        rect = QRectF(self.rect())
        path = QPainterPath()
        path.addRoundedRect(rect, look.tokens.radii["card"], look.tokens.radii["card"])
        painter.setClipPath(path)
        painter.fillRect(rect, look.colour("toast"))
        if not self._image.isNull():
            self._paint_picture(painter, rect)
        self._paint_corners(painter, rect)
        if self.trouble:
            painter.setFont(look.font("kiosk-text" if rect.width() >= _KIOSK else "body-medium"))
            painter.setPen(look.colour("toast-text"))
            words = rect.adjusted(36, 0, -36, 0)
            painter.drawText(words, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.trouble)
        else:
            self._paint_pill(painter, rect)

    def _paint_picture(self, painter: QPainter, rect: QRectF) -> None:
        """Fill the view, cutting what doesn't fit."""
        wide, high = self._image.width(), self._image.height()
        scale = max(rect.width() / wide, rect.height() / high)
        place = QRectF(0, 0, wide * scale, high * scale)
        place.moveCenter(rect.center())
        painter.drawImage(place, self._image)
        if self._found is not None:
            corners = QPolygonF([
                QPointF(place.x() + point.x() * place.width(), place.y() + point.y() * place.height())
                for point in self._found.corners
            ])  # fmt: skip
            pen = QPen(QColor(theme().colour("ok.toast")), 3)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolygon(corners)

    @staticmethod
    def _paint_corners(painter: QPainter, rect: QRectF) -> None:
        painter.setPen(QPen(theme().colour("toast-text"), 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        box = rect.adjusted(_INSET + 8, _INSET, -_INSET - 8, -_INSET)
        for corner, right, down in (
            (box.topLeft(), 1, 1), (box.topRight(), -1, 1), (box.bottomLeft(), 1, -1), (box.bottomRight(), -1, -1),
        ):  # fmt: skip
            painter.drawPolyline([
                corner + QPointF(right * _CORNER, 0), corner, corner + QPointF(0, down * _CORNER),
            ])  # fmt: skip

    def _paint_pill(self, painter: QPainter, rect: QRectF) -> None:
        look = theme()
        words = self.tr("Camera is on")
        width = look.metrics("small-medium").horizontalAdvance(words) + 34
        height = look.px(_PILL_HEIGHT)
        pill = QRectF(rect.x() + 10, rect.bottom() - height - 10, width, height)
        fill_box(painter, pill, height / 2, look.colour("ink"))
        dot = QRectF(pill.x() + 10, pill.center().y() - 3.5, 7, 7)
        fill_box(painter, dot, 3.5, look.colour("ok.toast"))
        draw_text(painter, pill.adjusted(24, 0, -4, 0), words, "small-medium", look.colour("toast-text"))
