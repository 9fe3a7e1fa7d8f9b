"""The result card of a kiosk: face, greeting, what was recorded, and the time it stays; readable from two metres."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.attendance.scan_words import ScanWords
from desktop.widgets.avatar import draw_initials, draw_photo
from desktop.widgets.icons import draw_icon
from desktop.widgets.label import IconLabel, Label
from desktop.widgets.paint import fill_box
from desktop.widgets.theme import theme

WIDTH = 640
_RADIUS = 24
_OUTLINE = 2


class Face(QWidget):
    """A photo or initials in a circle, with the sign of the result at its lower right; the sign alone for nobody."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.side = 120
        self._name = self._number = ""
        self._photo: QPixmap | None = None
        self._icon, self._tone = "check", "ok"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_face(self, name: str, number: str, photo: QImage | None, icon: str, tone: str) -> None:
        """Show a person, or with an empty name the sign alone."""
        self._name, self._number, self._icon, self._tone = name, number, icon, tone
        self._photo = None if photo is None or photo.isNull() else QPixmap.fromImage(photo)
        self.update()

    def set_side(self, side: int) -> None:
        """Change the size."""
        if side != self.side:
            self.side = side
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the circle with room for the sign."""
        return QSize(self.side + 16, self.side + 8)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint circle and sign."""
        look = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        circle = QRectF(8, 0, self.side, self.side)
        solid, ground = look.colour(f"{self._tone}.solid"), look.colour("surface")
        if not self._name:
            fill_box(painter, circle, self.side / 2, look.colour(f"{self._tone}.fill"))
            inset = self.side * 0.28
            side = self.side - 2 * inset
            draw_icon(painter, self._icon, circle.x() + inset, inset, side, look.colour(self._tone))
            return
        if self._photo is not None:
            draw_photo(painter, circle, self._photo)
        else:
            draw_initials(painter, circle, self._name, self._number)
        side = self.side * 0.32
        disc = QRectF(circle.right() - side * 0.86, circle.bottom() - side * 0.93, side, side)
        fill_box(painter, disc.adjusted(-4, -4, 4, 4), side / 2 + 4, ground)
        fill_box(painter, disc, side / 2, solid)
        mark = "ink" if self._tone == "warn" else "surface"
        half = side * 0.52
        draw_icon(
            painter, self._icon, disc.center().x() - half / 2, disc.center().y() - half / 2, half, look.colour(mark)
        )


class TonePill(QWidget):
    """The state in words, with its icon, on the fill of its tone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = "ok"
        row = QHBoxLayout(self)
        row.setContentsMargins(22, 12, 22, 12)
        row.setSpacing(10)
        self.sign = IconLabel("circle-check", "ok", 20)
        self.words = Label("", "dialog-title", "ok")
        row.addWidget(self.sign)
        row.addWidget(self.words)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_words(self, text: str, icon: str, tone: str) -> None:
        """Show another state."""
        self._tone = tone
        self.sign.set_icon(icon, tone)
        self.words.setText(text)
        self.words.set_tone(tone)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the pill."""
        look = theme()
        rect = QRectF(self.rect())
        outline = look.colour(self._tone) if look.high_contrast else None
        fill_box(QPainter(self), rect, rect.height() / 2, look.colour(f"{self._tone}.fill"), outline)


class TimeLeft(QWidget):
    """The bar that empties while a card stays."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.share, self._tone = 1.0, "ok"
        self.setFixedHeight(6)

    def show_left(self, share: float, tone: str) -> None:
        """Show how much of the time is left, 0 to 1."""
        self.share, self._tone = max(0.0, min(1.0, share)), tone
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint track and what is left."""
        look = theme()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        fill_box(painter, rect, 3, look.colour("track"))
        if self.share > 0:
            fill_box(
                painter, QRectF(0, 0, rect.width() * self.share, rect.height()), 3, look.colour(f"{self._tone}.solid")
            )


class KioskCard(QWidget):
    """Shows what became of one scan."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words: ScanWords | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(40, 36, 40, 28)
        column.setSpacing(18)
        centre = Qt.AlignmentFlag.AlignHCenter
        self.face = Face()
        column.addWidget(self.face, 0, centre)
        self.greeting = Label("", "kiosk-greeting", wrap=True)
        self.said = Label("", "kiosk-text", "text2", wrap=True)
        self.note = Label(self.tr("Not you? Tell your instructor."), "kiosk-note", "muted")
        for label in (self.greeting, self.said):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        self.pill = TonePill()
        column.addSpacing(4)
        column.addWidget(self.pill, 0, centre)
        column.addSpacing(4)
        column.addWidget(self.note, 0, centre)
        column.addSpacing(2)
        self.left = TimeLeft()
        column.addWidget(self.left)
        self.setFixedWidth(theme().px(WIDTH))

    def show_words(self, words: ScanWords, name: str, number: str, photo: QImage | None, count: str) -> None:
        """Show a scan; `count` is `20 of 30`, empty where nobody was marked."""
        self.words = words
        self.face.show_face(name, number, photo, words.icon, words.tone)
        self.greeting.setText(words.title)
        self.greeting.setFont(QFont(theme().font("kiosk-greeting")))
        self.said.setText(words.detail)
        sign = "circle-check" if words.tone == "ok" else words.icon
        self.pill.show_words(f"{words.short} · {count}" if count else words.short, sign, words.tone)
        self.note.setVisible(bool(name))
        self.left.show_left(1.0, words.tone)
        self.setAccessibleName(words.spoken)
        self.update()

    def set_compact(self, compact: bool) -> None:
        """Take less height on a small screen."""
        self.face.set_side(92 if compact else 120)
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(40, 24 if compact else 36, 40, 20 if compact else 28)
            layout.setSpacing(8 if compact else 18)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the card in the tone's outline."""
        look = theme()
        tone = self.words.tone if self.words else "neu"
        colour = look.colour(f"{tone}.solid")
        fill_box(QPainter(self), QRectF(self.rect()), _RADIUS, look.colour("surface"), colour, _OUTLINE)
