"""Chooses the part of a picture that becomes the photo: moved by mouse or arrows, made larger and smaller by keys."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.people.photo_file import pack_photo, usual_part
from desktop.widgets.buttons import icon_button, primary
from desktop.widgets.dialog import Dialog
from desktop.widgets.label import Label
from desktop.widgets.theme import theme
from shared.people.photos import HEIGHT, WIDTH

_VIEW = QSize(400, 320)
_STEP = 0.04
_GROWTH = 1.12
_SMALLEST = 60


class CropView(QWidget):
    """The picture with a frame of four to five over it; outside the frame it is dimmed."""

    def __init__(self, image: QImage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.image = image
        self.part = usual_part(image.size())
        self._pixmap = QPixmap.fromImage(image)
        self._pressed: QPointF | None = None
        self.setMinimumSize(_VIEW)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Part of the picture"))
        self.setAccessibleDescription(self.tr("Arrows move the frame, plus and minus make it smaller and larger"))

    def _shown(self) -> QRectF:
        """Return where the picture lies within the widget."""
        size = self.image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        return QRectF(
            (self.width() - size.width()) / 2, (self.height() - size.height()) / 2, size.width(), size.height()
        )

    def _scale(self) -> float:
        return self._shown().width() / max(1, self.image.width())

    def frame(self) -> QRectF:
        """Return the frame within the widget."""
        shown, scale = self._shown(), self._scale()
        part = QRectF(self.part)
        return QRectF(
            shown.x() + part.x() * scale, shown.y() + part.y() * scale, part.width() * scale, part.height() * scale
        )

    def move_part(self, dx: float, dy: float) -> None:
        """Move the frame by pixels of the picture; it stays within."""
        left = min(max(0, round(self.part.x() + dx)), self.image.width() - self.part.width())
        top = min(max(0, round(self.part.y() + dy)), self.image.height() - self.part.height())
        self.part = QRect(left, top, self.part.width(), self.part.height())
        self.update()

    def grow(self, factor: float) -> None:
        """Make the frame larger or smaller around its middle; it keeps its shape and stays within."""
        most = usual_part(self.image.size()).size()
        least = min(_SMALLEST, most.width())
        width = min(max(least, round(self.part.width() * factor)), most.width())
        height = min(round(width * HEIGHT / WIDTH), most.height())
        middle = self.part.center()
        self.part = QRect(middle.x() - width // 2, middle.y() - height // 2, width, height)
        self.move_part(0, 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by arrows, finer with Shift; grow by plus and minus."""
        step = max(
            1.0, self.image.width() * (_STEP / 8 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else _STEP)
        )
        moves = {
            Qt.Key.Key_Left: (-step, 0.0),
            Qt.Key.Key_Right: (step, 0.0),
            Qt.Key.Key_Up: (0.0, -step),
            Qt.Key.Key_Down: (0.0, step),
        }
        if (move := moves.get(Qt.Key(event.key()))) is not None:
            self.move_part(*move)
        elif event.text() in {"+", "="}:
            self.grow(1 / _GROWTH)
        elif event.text() == "-":
            self.grow(_GROWTH)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the frame."""
        self._pressed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the frame along."""
        if self._pressed is not None:
            moved = event.position() - self._pressed
            self._pressed = event.position()
            self.move_part(moved.x() / self._scale(), moved.y() / self._scale())

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let it go."""
        self._pressed = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Make the frame smaller or larger."""
        self.grow(1 / _GROWTH if event.angleDelta().y() > 0 else _GROWTH)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint picture, shade and frame."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        shown, frame = self._shown(), self.frame()
        painter.drawPixmap(shown, self._pixmap, QRectF(self._pixmap.rect()))
        painter.fillRect(shown, QColor(0, 0, 0, 120))
        painter.drawPixmap(frame, self._pixmap, QRectF(self.part))
        painter.setPen(theme().colour("focus") if self.hasFocus() else theme().colour("white"))
        painter.drawRect(frame)


class CropDialog(Dialog):
    """``chosen`` gives the packed photo."""

    chosen = Signal(str)

    def __init__(self, window: QWidget, image: QImage, name: str) -> None:
        super().__init__(window, self.tr("Photo of {name}").format(name=name), icon="camera", width=460)
        self.view = CropView(image)
        self.add(self.view)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Label(self.tr("Drag the frame over the face"), "small", "text2"), 1)
        row.addWidget(icon_button("zoom-out", self.tr("Show more"), "-", on_click=lambda: self.view.grow(_GROWTH)))
        row.addWidget(icon_button("zoom-in", self.tr("Show less"), "+", on_click=lambda: self.view.grow(1 / _GROWTH)))
        self.add(row)
        self.add_cancel()
        self.use = self.add_button(primary(self.tr("Use this photo"), "check", self.take))
        self.on_key("Ctrl+Return", self.take)

    def first_focus(self) -> QWidget:
        """Begin on the frame."""
        return self.view

    def take(self) -> None:
        """Pack the part and close."""
        packed = pack_photo(self.view.image, self.view.part)
        self.accept()
        self.chosen.emit(packed)
