"""The part of the rail that scrolls where a small window can't show every page, and says how many are out of sight."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QScrollArea, QVBoxLayout, QWidget

from desktop.widgets.icons import draw_icon
from desktop.widgets.paint import draw_text, fill_box
from desktop.widgets.theme import theme

_STRIP, _BETWEEN_GROUPS = 30, 14


class RailMore(QAbstractButton):
    """A strip at the upper or lower end that names how many pages lie beyond it; a click shows them."""

    def __init__(self, *, below: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._below, self._narrow = below, False
        self.hidden_pages = self.waiting = 0
        # The keyboard goes through the pages themselves, which come into sight.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def sizeHint(self) -> QSize:
        """Return a strip as high as a small button."""
        return QSize(0, theme().px(_STRIP))

    def show_facts(self, hidden: int, waiting: int, *, narrow: bool) -> None:
        """Say that `hidden` pages are out of sight and how much work waits on them; nothing for none."""
        self.hidden_pages, self.waiting, self._narrow = hidden, waiting, narrow
        self.setText(self.tr("{n} more").format(n=hidden))
        where = self.tr("Pages further down: {n}") if self._below else self.tr("Pages further up: {n}")
        words = where.format(n=hidden)
        if waiting:
            words = self.tr("{pages}, {count} waiting").format(pages=words, count=waiting)
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.setVisible(hidden > 0)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the rail's own ground, which no page shines through, with arrow, words and a dot for work."""
        look, painter = theme(), QPainter(self)
        rect = QRectF(self.rect())
        painter.fillRect(rect, look.colour("rail"))
        strip = look.px(_STRIP)
        rect = QRectF(0, rect.height() - strip if self._below else 0, rect.width(), strip)
        edge = rect.top() if self._below else rect.bottom() - 1
        painter.fillRect(QRectF(4, edge, rect.width() - 4, 1), look.colour("border"))
        if self.underMouse():
            fill_box(painter, rect.adjusted(4, 3, 0, -3), look.tokens.radii["well"], look.colour("pressed"))
        icon = "chevron-down" if self._below else "chevron-up"
        left = (rect.width() - 16) / 2 if self._narrow else 17
        draw_icon(painter, icon, left, rect.center().y() - 8, 16, look.colour("text2"))
        if not self._narrow:
            box = rect.adjusted(44, 0, -24, 0)
            draw_text(painter, box, self.text(), "small", look.colour("text2"))
        if self.waiting:
            fill_box(painter, QRectF(rect.width() - 18, rect.center().y() - 4, 8, 8), 4, look.colour("solid"))


class RailPages(QScrollArea):
    """Holds the rail's pages in groups; ``refresh`` after what they show or their size has changed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for turn_off in (self.setHorizontalScrollBarPolicy, self.setVerticalScrollBarPolicy):
            turn_off(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        content = QWidget()
        content.setProperty("plain", True)
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addStretch(1)
        self.setWidget(content)
        self._items: list[QWidget] = []
        self._narrow = False
        self.above, self.below = RailMore(below=False, parent=self), RailMore(below=True, parent=self)
        self.above.clicked.connect(lambda: self._turn(-1))
        self.below.clicked.connect(lambda: self._turn(1))
        self.verticalScrollBar().valueChanged.connect(lambda _value: self.refresh())
        self.verticalScrollBar().rangeChanged.connect(lambda _least, _most: self.refresh())

    def add(self, item: QWidget, *, new_group: bool = False) -> None:
        """Put a page under the others; between groups there is some room."""
        if new_group and self._items:
            self._column.insertSpacing(self._column.count() - 1, _BETWEEN_GROUPS)
        self._column.insertWidget(self._column.count() - 1, item)
        self._items.append(item)

    def set_narrow(self, narrow: bool) -> None:
        """Say the strips' words, or show their arrows alone."""
        self._narrow = narrow
        self.refresh()

    def show_item(self, item: QWidget) -> None:
        """Bring a page into sight, clear of the strips."""
        if item not in self._items:
            return
        self._column.activate()
        bar, strip = self.verticalScrollBar(), theme().px(_STRIP) + 4
        top, bottom = item.y() - strip, item.y() + item.height() + strip
        bar.setValue(max(min(bar.value(), top), bottom - self.viewport().height()))

    def refresh(self) -> None:
        """Count what is out of sight."""
        self._column.activate()
        top = self.verticalScrollBar().value()
        bottom = top + self.viewport().height()
        strip = theme().px(_STRIP)
        above = [one for one in self._items if one.y() < top + (strip if top else 0)]
        reach = self.verticalScrollBar().maximum() > top
        below = [one for one in self._items if one.geometry().bottom() >= bottom - (strip if reach else 0)]
        self._tell(self.above, above if top else [])
        self._tell(self.below, below if reach else [])
        # A page that is cut at the edge is covered whole.
        covered = max((one.geometry().bottom() + 1 - top for one in above), default=0)
        self.above.setGeometry(0, 0, self.width(), max(strip, covered))
        free = min((one.y() - top for one in below), default=self.height())
        self.below.setGeometry(0, min(free, self.height() - strip), self.width(), max(strip, self.height() - free))

    def _tell(self, strip: RailMore, hidden: Sequence[QWidget]) -> None:
        strip.show_facts(len(hidden), sum(getattr(one, "count", 0) for one in hidden), narrow=self._narrow)

    def _turn(self, way: int) -> None:
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + way * max(1, self.viewport().height() - 2 * theme().px(_STRIP)))

    def showEvent(self, event: QShowEvent) -> None:
        """Count once the pages have their places."""
        super().showEvent(event)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the strips at the ends."""
        super().resizeEvent(event)
        self.refresh()
