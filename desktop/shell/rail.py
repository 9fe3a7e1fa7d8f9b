"""The navigation rail: what the role may use in three groups, with counts; icons only where the window is narrow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QSizePolicy, QVBoxLayout, QWidget

from desktop.core.area import NavigationEntry
from desktop.shell.logo import LogoHead
from desktop.shell.rail_pages import RailPages
from desktop.widgets.icons import draw_icon
from desktop.widgets.paint import draw_text, fill_box, focus_ring
from desktop.widgets.theme import theme

WIDE, NARROW = 208, 56
_AROUND_TITLE = 48.0


class RailItem(QAbstractButton):
    """One page in the rail: icon, title, and how much work waits there."""

    focused = Signal()

    def __init__(self, page: str, title: str, icon: str, key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.page, self._icon, self._key = page, icon, key
        self.count = 0
        self._narrow = False
        self.setText(title)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_count(0)

    def set_count(self, count: int) -> None:
        """Show how much work waits; nothing for none."""
        self.count = count
        name = self.tr("{title}, {count} waiting").format(title=self.text(), count=count) if count else self.text()
        self.setAccessibleName(name)
        self._name_tip()
        self.update()

    def set_narrow(self, narrow: bool) -> None:
        """Show the icon alone, with the title as tool tip."""
        self._narrow = narrow
        self._name_tip()
        self.update()

    def _name_tip(self) -> None:
        tip = f"{self.accessibleName()} ({self._key})" if self._key else self.accessibleName()
        cut = theme().metrics("body-strong").horizontalAdvance(self.text()) > theme().px(WIDE) - 24 - _AROUND_TITLE
        self.setToolTip(tip if self._narrow or self._key or cut else "")

    def sizeHint(self) -> QSize:
        """Return a row 34 px high."""
        return QSize(NARROW - 24 if self._narrow else WIDE - 24, theme().px(34))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell the rail, which brings the page into sight."""
        super().focusInEvent(event)
        self.focused.emit()

    def nextCheckState(self) -> None:
        """Leave it to the window which page is shown."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint pill, mark, icon, title and count."""
        look = theme()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        radius = look.tokens.radii["well"]
        pill = rect.adjusted(0, 0, 0, 0) if self._narrow else rect.adjusted(4, 0, 0, 0)
        on = self.isChecked()
        if on:
            fill_box(painter, pill, radius, look.colour("raised"))
            fill_box(painter, QRectF(0, rect.height() / 2 - 9, 3, 18), 1.5, look.colour("accent"))
        elif self.underMouse():
            fill_box(painter, pill, radius, look.colour("pressed"))
        size = 18
        left = (rect.width() - size) / 2 if self._narrow else 16
        draw_icon(painter, self._icon, left, (rect.height() - size) / 2, size, look.colour("accent" if on else "text2"))
        if self._narrow:
            if self.count:
                fill_box(painter, QRectF(rect.width() - 11, 4, 8, 8), 4, look.colour("solid"))
        else:
            room = _AROUND_TITLE
            if self.count:
                room += self._paint_count(painter, rect)
            box = QRectF(44, 0, rect.width() - room, rect.height())
            draw_text(painter, box, self.text(), "body-strong" if on else "body-medium",
                      look.colour("text" if on else "text2"))  # fmt: skip
        if self.hasFocus():
            focus_ring(painter, pill, radius)

    def _paint_count(self, painter: QPainter, rect: QRectF) -> float:
        look = theme()
        words = f"{self.count:,}"
        width = max(20.0, look.metrics("tiny-strong").horizontalAdvance(words) + 12)
        box = QRectF(rect.width() - width - 8, (rect.height() - 18) / 2, width, 18)
        fill_box(painter, box, 9, look.colour("pressed"))
        draw_text(painter, box, words, "tiny-strong", look.colour("text2"), Qt.AlignmentFlag.AlignHCenter)
        return width + 8


class Rail(QFrame):
    """Groups of pages, settings and help at the bottom; ``chosen`` gives the name of a page."""

    chosen = Signal(str)

    def __init__(
        self,
        groups: Mapping[str, Sequence[NavigationEntry]],
        foot: Sequence[NavigationEntry],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("panel", "rail")
        self.setAccessibleName(self.tr("Pages"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 16, 12, 12)
        self._column.setSpacing(2)
        self.head = LogoHead()
        self.head.setContentsMargins(12, 0, 0, 0)
        self._column.addWidget(self.head)
        self._column.addSpacing(14)
        self.items: list[RailItem] = []
        self.pages = RailPages()
        self._column.addWidget(self.pages, 1)
        for group in groups.values():
            for place, entry in enumerate(group):
                self.pages.add(self._made(entry, len(self.items) + 1), new_group=place == 0)
        self._column.addSpacing(2)
        for entry in foot:
            self._column.addWidget(self._made(entry, 0))
        self.set_narrow(False)

    def _made(self, entry: NavigationEntry, number: int) -> RailItem:
        key = f"Ctrl {number}" if 1 <= number <= 9 else ""
        item = RailItem(entry.page, entry.title, entry.icon, key, self)
        item.clicked.connect(lambda _=False, page=entry.page: self.chosen.emit(page))
        item.focused.connect(lambda shown=item: self.pages.show_item(shown))
        self.items.append(item)
        return item

    @property
    def is_narrow(self) -> bool:
        """Whether only icons are shown."""
        return self._narrow

    def set_narrow(self, narrow: bool) -> None:
        """Collapse to icons, or show the titles again."""
        self._narrow = narrow
        self._column.setContentsMargins(*((10, 16, 10, 12) if narrow else (8, 16, 12, 12)))
        self.head.setContentsMargins(4 if narrow else 12, 0, 0, 0)
        self.head.words.setVisible(not narrow)
        for item in self.items:
            item.set_narrow(narrow)
        self.pages.set_narrow(narrow)
        self.setFixedWidth(NARROW if narrow else max(WIDE, theme().px(WIDE)))

    def set_here(self, page: str) -> None:
        """Mark the page that is shown; an unknown name marks none."""
        for item in self.items:
            item.setChecked(item.page == page)
            if item.isChecked():
                self.pages.show_item(item)

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """Show how much work waits on each page."""
        for item in self.items:
            if counts.get(item.page, 0) != item.count:
                item.set_count(counts.get(item.page, 0))
        self.pages.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with Up and Down, open with Enter."""
        here = next((place for place, item in enumerate(self.items) if item.hasFocus()), -1)
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is not None and here >= 0:
            target = max(0, min(len(self.items) - 1, here + step))
            self.items[target].setFocus(Qt.FocusReason.TabFocusReason)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and here >= 0:
            self.items[here].click()
        else:
            super().keyPressEvent(event)
