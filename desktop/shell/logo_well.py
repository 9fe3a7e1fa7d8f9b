"""Shows an institute's logo and colour as they will stand on paper and on cards."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.widgets.paint import draw_text, fill_box
from desktop.widgets.theme import theme
from shared.people.colours import DEFAULT_ACCENT

_WELL = QSize(160, 72)


class LogoWell(QWidget):
    """Shows a logo, or that there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the well's size."""
        return _WELL

    def show_logo(self, image: QImage | None) -> None:
        """Show a logo, or none."""
        self._image = image
        self.setAccessibleName(self.tr("The institute's logo") if image else self.tr("No logo yet"))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the logo on white, as it stands on paper."""
        look, painter, rect = theme(), QPainter(self), QRectF(self.rect())
        if self._image is None:
            fill_box(painter, rect, look.tokens.radii["well"], look.colour("sunken"), look.colour("line"))
            centre = Qt.AlignmentFlag.AlignHCenter
            draw_text(painter, rect, self.tr("No logo yet"), "small", look.colour("muted"), centre)
            return
        fill_box(painter, rect, look.tokens.radii["well"], look.colour("white"), look.colour("line"))
        inner = rect.adjusted(8, 8, -8, -8)
        size = self._image.size().toSizeF().scaled(inner.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(inner.center().x() - size.width() / 2, inner.center().y() - size.height() / 2, size.width(),
                       size.height())  # fmt: skip
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, self._image)


class Swatch(QWidget):
    """White letters on a colour, as a card's head has them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colour, self.words = DEFAULT_ACCENT, ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return a band as high as a field."""
        return QSize(theme().px(200), theme().px(32))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the band."""
        look, painter, rect = theme(), QPainter(self), QRectF(self.rect())
        fill_box(painter, rect, look.tokens.radii["control"], QColor(self.colour))
        draw_text(painter, rect.adjusted(12, 0, -12, 0), self.words, "body-strong", look.colour("white"))
