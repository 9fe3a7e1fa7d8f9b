"""Layouts: one that wraps its widgets like words, a page with head and padding, a form column, a grid of facts."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QLayoutItem,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.widgets.buttons import Button
from desktop.widgets.label import ElidedLabel, Label
from desktop.widgets.theme import theme


def show_part(part: QWidget, on: bool) -> None:
    """Show or hide a part of a page, whether the page has it by now or gets it later.

    A part without a parent appears with its page: by itself it would be a window for a moment, and take the focus.
    """
    if on and part.parentWidget() is None:
        part.setAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide, False)
    else:
        part.setVisible(on)


class FlowLayout(QLayout):
    """Puts widgets side by side and goes on in the next line where the width ends."""

    def __init__(self, parent: QWidget | None = None, *, space: int = 8) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setSpacing(space)
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """Take an item."""
        self._items.append(item)

    def count(self) -> int:
        """Return the number of items."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Return an item, None beyond the end."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Give an item away."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """Want no more than is needed."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Be higher where it is narrower."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all lines at this width."""
        return self._lay(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        """Place all items."""
        super().setGeometry(rect)
        self._lay(rect, move=True)

    def sizeHint(self) -> QSize:
        """Return the widest item's size."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """Return the widest item's size."""
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _lay(self, rect: QRect, *, move: bool) -> int:
        left, top, line = rect.x(), rect.y(), 0
        for item in self._items:
            if item.isEmpty():  # what is hidden leaves no gap
                continue
            hint = item.sizeHint()
            if left > rect.x() and left + hint.width() > rect.x() + rect.width():
                left, top, line = rect.x(), top + line + self.spacing(), 0
            if move:
                item.setGeometry(QRect(QPoint(left, top), hint))
            left += hint.width() + self.spacing()
            line = max(line, hint.height())
        return top + line - rect.y()


class PageHead(QWidget):
    """A page's title and the line below it, with its buttons at the right, the primary one last."""

    def __init__(self, title: str, subtitle: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        words = QVBoxLayout()
        words.setSpacing(2)
        self.title = ElidedLabel(title, "title")  # a long name gives way to the buttons
        self.subtitle = Label(subtitle, "body", "muted")
        if not subtitle:  # shown without a parent it would be a window for a moment
            self.subtitle.hide()
        words.addWidget(self.title)
        words.addWidget(self.subtitle)
        row.addLayout(words, 1)
        self._row = row

    def add_button(self, button: Button) -> Button:
        """Put a button at the right end."""
        self._row.addWidget(button)
        return button

    def set_words(self, title: str, subtitle: str = "") -> None:
        """Show another title."""
        self.title.setText(title)
        self.subtitle.setText(subtitle)
        self.subtitle.setVisible(bool(subtitle))


class ScrollColumn(QScrollArea):
    """A column that scrolls: fill ``body``. With ``most`` its content is no wider than that many px."""

    def __init__(self, *, padding: int = 24, most: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        content = QWidget()
        content.setProperty("plain", True)
        outer = QHBoxLayout(content)
        outer.setContentsMargins(padding, padding, padding, padding)
        inner = QWidget()
        self.body = QVBoxLayout(inner)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(int(theme().tokens.sizes["card-gap"]))
        outer.addWidget(inner, 1)
        if most:
            inner.setMaximumWidth(theme().px(most))
            outer.addStretch(0)
        self.setWidget(content)


class FactGrid(QGridLayout):
    """Pairs of a small label and a value below it, in columns: "Phone" over "0733 555 210"."""

    def __init__(self, columns: int = 3) -> None:
        super().__init__()
        self._columns = columns
        self._labels: dict[str, Label] = {}
        self.setHorizontalSpacing(16)
        self.setVerticalSpacing(12)
        for column in range(columns):
            self.setColumnStretch(column, 1)

    def set_fact(self, label: str, value: str, tone: str = "text") -> None:
        """Add a pair, or change the value of a label that is there; an empty value shows a dash."""
        shown = value or "–"
        if label in self._labels:
            self._labels[label].setText(shown)
            self._labels[label].set_tone(tone)
            return
        words = Label(shown, "body-medium", tone, wrap=True)
        words.setAccessibleName(f"{label}: {shown}")
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        pair = QVBoxLayout()
        pair.setSpacing(1)
        pair.addWidget(Label(label, "small", "muted"))
        pair.addWidget(words)
        place = len(self._labels)
        self.addLayout(pair, place // self._columns, place % self._columns, Qt.AlignmentFlag.AlignTop)
        self._labels[label] = words
