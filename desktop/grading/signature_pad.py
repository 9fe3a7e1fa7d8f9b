"""The pad on which someone signs by hand, with a mouse, a finger or a pen."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop.widgets.paint import draw_text, fill_box, focus_ring
from desktop.widgets.theme import theme

WIDTH, HEIGHT = 480, 160
"""The pixels of what is kept; it is drawn in the same proportion."""
_LEAST = 60.0
"""A signature has at least this many pixels of line: less is a slip of the hand."""
_MOST_POINTS = 20_000


class SignaturePad(QWidget):
    """Draws what is written on it; ``changed`` says that there is more of it, or nothing."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.strokes: list[list[QPointF]] = []
        self._count = 0
        self.setFixedSize(theme().px(WIDTH), theme().px(HEIGHT))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(self.tr("Signature"))
        self.setAccessibleDescription(self.tr("Sign here with a mouse, a finger or a pen. A PIN signs by keyboard."))

    def clear(self) -> None:
        """Begin anew."""
        self.strokes, self._count = [], 0
        self.update()
        self.changed.emit()

    @property
    def is_signed(self) -> bool:
        """Whether enough was drawn to be a signature."""
        length = 0.0
        for stroke in self.strokes:
            for at, point in enumerate(stroke[1:]):
                step = point - stroke[at]
                length += abs(step.x()) + abs(step.y())
        return length >= _LEAST

    def as_png(self) -> bytes:
        """Return the signature in black on white, as a small picture."""
        image = QImage(WIDTH, HEIGHT, QImage.Format.Format_Grayscale8)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        painter.scale(WIDTH / self.width(), HEIGHT / self.height())
        self._draw(painter, QColor(Qt.GlobalColor.black))
        painter.end()
        content = QByteArray()
        buffer = QBuffer(content)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")  # type: ignore[call-overload] # Qt takes the name of a format as text
        return bytes(content.data())

    # ---------------------------------------------------------------------------------------------------- drawing

    def sizeHint(self) -> QSize:
        """Return the pad's own size."""
        return QSize(theme().px(WIDTH), theme().px(HEIGHT))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a line."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.strokes.append([event.position()])
            self._more()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with the line."""
        if self.strokes and event.buttons() & Qt.MouseButton.LeftButton and self._count < _MOST_POINTS:
            box = QRectF(self.rect())
            at = event.position()
            inside = QPointF(min(max(at.x(), 0), box.width()), min(max(at.y(), 0), box.height()))
            self.strokes[-1].append(inside)
            self._more()

    def _more(self) -> None:
        self._count += 1
        self.update()
        self.changed.emit()

    def _draw(self, painter: QPainter, ink: QColor) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(ink, 2.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        for stroke in self.strokes:
            path = QPainterPath(stroke[0])
            for point in stroke[1:] or [stroke[0] + QPointF(0.5, 0.5)]:
                path.lineTo(point)
            painter.drawPath(path)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the pad, the line to sign on, and what is drawn."""
        look, painter = theme(), QPainter(self)
        rect = QRectF(self.rect())
        radius = look.tokens.radii["well"]
        fill_box(painter, rect, radius, look.colour("sunken"), look.colour("field"))
        base = rect.height() * 0.74
        painter.fillRect(QRectF(24, base, rect.width() - 48, 1), look.colour("border"))
        if not self.strokes:
            box = QRectF(24, base + 4, rect.width() - 48, 24)
            draw_text(painter, box, self.tr("Sign here"), "small", look.colour("muted"))
        self._draw(painter, look.colour("text"))
        if self.hasFocus():
            focus_ring(painter, rect, radius)
