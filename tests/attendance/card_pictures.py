"""Pictures of ID cards as a camera gives them, made here with other libraries than those that read them."""

import io

import segno
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QTransform
from reportlab.graphics.barcode.code39 import Standard39
from reportlab.graphics.barcode.code128 import Code128

WIDE, HIGH = 1280, 720


def qr(text, scale=6):
    """A QR code as an image with its quiet zone."""
    file = io.BytesIO()
    segno.make(text, error="m", micro=False).save(file, kind="png", scale=scale, border=4)
    return QImage.fromData(file.getvalue())


def bars(text, kind=Code128, width=3, height=120):
    """A barcode as an image with its quiet zone, drawn from the widths that reportlab gives."""
    code = kind(text, **({"checksum": 0} if kind is Standard39 else {}))
    code.validate()
    code.encode()
    code.decompose()
    widths = _widths(code.decomposed)
    image = QImage((sum(widths) + 24) * width, height, QImage.Format.Format_Grayscale8)
    image.fill(255)
    painter = QPainter(image)
    left = 12 * width
    for place, modules in enumerate(widths):
        if place % 2 == 0:
            painter.fillRect(QRectF(left, 0, modules * width, height), QColor(0, 0, 0))
        left += modules * width
    painter.end()
    return image


def _widths(decomposed):
    # Code 128: one to four modules. Code 39: narrow and wide bars and spaces, and the gap between two letters.
    modules = (
        {"a": 1, "b": 2, "c": 3, "d": 4} if "a" in decomposed.lower() else {"b": 1, "B": 3, "s": 1, "S": 3, "i": 1}
    )
    return [modules.get(letter) or modules[letter.lower()] for letter in decomposed]


def picture(code, *, angle=0.0, scale=1.0, light=210, wide=WIDE, high=HIGH):
    """A frame of a camera with a code in it, turned by `angle` degrees."""
    frame = QImage(wide, high, QImage.Format.Format_RGB32)
    frame.fill(QColor(40, 44, 52))
    painter = QPainter(frame)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.translate(QPointF(wide / 2, high / 2))
    painter.rotate(angle)
    painter.scale(scale, scale)
    card = QRectF(-code.width() / 2 - 30, -code.height() / 2 - 30, code.width() + 60, code.height() + 60)
    painter.fillRect(card, QColor(light, light, light))
    painter.drawImage(QPointF(-code.width() / 2, -code.height() / 2), code)
    painter.end()
    return frame


def blurred(frame, by):
    """The frame as a camera that isn't in focus gives it."""
    small = frame.scaled(
        round(frame.width() / by), round(frame.height() / by), mode=Qt.TransformationMode.SmoothTransformation
    )
    return small.scaled(frame.width(), frame.height(), mode=Qt.TransformationMode.SmoothTransformation)


def mirrored(frame):
    """The frame as a camera that shows a mirror's picture."""
    return frame.transformed(QTransform().scale(-1, 1))
