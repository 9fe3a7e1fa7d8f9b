"""Cards, section heads, hairlines and wells: what a page's content stands on."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.widgets.label import IconLabel, Label
from desktop.widgets.paint import fill_box
from desktop.widgets.theme import theme


class Card(QWidget):
    """A surface with outline and 10 px radius; fill it through ``body``, a vertical layout with 16 px padding."""

    def __init__(self, title: str = "", *, padded: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        pad = 1 + (int(theme().tokens.sizes["card-padding"]) if padded else 0)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(pad, pad, pad, pad)
        self.body.setSpacing(12)
        self.head: SectionHead | None = None
        if title:
            self.head = SectionHead(title)
            if not padded:
                self.head.row.setContentsMargins(16, 4, 14, 4)
                self.head.setMinimumHeight(theme().px(38))
            self.body.addWidget(self.head)
            if not padded:
                self.body.addWidget(Line())
            self.setAccessibleName(title)
        if not padded:
            self.body.setSpacing(0)

    def add(self, content: QWidget | QLayout, stretch: int = 0) -> None:
        """Append a widget or a layout to the body."""
        if isinstance(content, QLayout):
            self.body.addLayout(content, stretch)
        else:
            self.body.addWidget(content, stretch)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the surface and its outline."""
        look = theme()
        rect = QRectF(self.rect())
        fill_box(QPainter(self), rect, look.tokens.radii["card"], look.colour("surface"), look.colour("line"))


class SectionHead(QWidget):
    """The title of a card or panel, with room for words and buttons at its right end (``add``)."""

    def __init__(self, title: str, *, step: str = "section", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(8)
        self.title = Label(title, step)
        self.row.addWidget(self.title)
        self.row.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def add(self, widget: QWidget) -> None:
        """Put a widget at the right end."""
        self.row.addWidget(widget)

    def add_after_title(self, widget: QWidget) -> None:
        """Put a widget, such as a badge, directly behind the title."""
        self.row.insertWidget(self.row.count() - 1, widget)


class Line(QFrame):
    """A hairline between parts, lying or ``upright``."""

    def __init__(self, *, upright: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("line", "upright" if upright else "true")


class Panel(QFrame):
    """A plain area in ``surface``, ``sunken`` or ``rail`` colour; fill it through ``body``."""

    def __init__(self, colour: str = "surface", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", colour)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(16, 16, 16, 16)
        self.body.setSpacing(12)


class Well(QWidget):
    """A sunken box with 8 px radius, for a notice: an icon and a sentence, or whatever goes into ``body``."""

    def __init__(self, icon: str = "", text: str = "", tone: str = "info", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.body = QHBoxLayout(self)
        self.body.setContentsMargins(12, 10, 12, 10)
        self.body.setSpacing(10)
        if icon:
            self.body.addWidget(IconLabel(icon, tone))
        self.words: Label | None = None
        if text:
            self.words = Label(text, "small", "text2", wrap=True)
            self.body.addWidget(self.words, 1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the box."""
        look = theme()
        rect = QRectF(self.rect())
        fill_box(QPainter(self), rect, look.tokens.radii["well"], look.colour("sunken"), look.colour("line"))
