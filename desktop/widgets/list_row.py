"""Rows of short lists: photo or icon, one or two lines, and a time, a word or a badge at the end."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.widgets.avatar import initials_pixmap
from desktop.widgets.badge import badge_width, draw_badge
from desktop.widgets.icons import draw_icon
from desktop.widgets.paint import draw_text, focus_ring
from desktop.widgets.theme import theme

_SIDE = 28
_PAD = 14.0
_GAP = 10
_WRAPPED = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)


@dataclass(frozen=True, slots=True)
class RowContent:
    """What a row shows; with ``person`` (the number) the initials of ``title``, otherwise the icon in its tone.

    ``end`` is a time or word at the right in ``end_tone``; ``badge`` is (text, tone, icon) instead of it. With
    ``wraps`` a long ``title`` goes on in further lines: a sentence that must be read whole.
    """

    id: str
    title: str
    detail: str = ""
    icon: str = ""
    tone: str = "text2"
    person: str = ""
    end: str = ""
    end_tone: str = "muted"
    badge: tuple[str, str, str] | None = None
    wraps: bool = False


class ListRow(QAbstractButton):
    """One row; checked it has the selected fill and the accent mark."""

    def __init__(self, content: RowContent, *, selectable: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.content = content
        self.last = False
        self.setCheckable(selectable)
        self.setAutoExclusive(selectable)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(content.wraps)
        self.setSizePolicy(policy)
        badge = content.badge[0] if content.badge else ""
        parts = (content.title, content.detail, content.end, badge)
        self.setAccessibleName(", ".join(part for part in parts if part))

    def sizeHint(self) -> QSize:
        """Return 50 px for two lines, 40 for one."""
        return QSize(200, theme().px(50 if self.content.detail else 40))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the height that the whole title needs: a dialog's cards don't ask for it."""
        super().resizeEvent(event)
        if self.content.wraps:
            self.setFixedHeight(self.heightForWidth(self.width()))

    def hasHeightForWidth(self) -> bool:
        """Tell whether a long title goes on in further lines."""
        return self.content.wraps

    def heightForWidth(self, width: int) -> int:
        """Return the height of a row of this width with its whole title."""
        high = self.sizeHint().height()
        if not self.content.wraps:
            return high
        left = _PAD + (16 + _GAP + 2 if self.content.icon else 0)
        box = QRectF(0, 0, width - left - _PAD, 10_000).toRect()
        words = theme().metrics("body-medium").boundingRect(box, _WRAPPED, self.content.title)
        return max(high, round(words.height()) + 2 * _GAP)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the row."""
        look = theme()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        if self.isChecked():
            painter.fillRect(rect, look.colour("sel"))
            painter.fillRect(QRectF(0, 0, 3, rect.height()), look.colour("accent"))
        elif self.underMouse():
            painter.fillRect(rect, look.colour("hover"))
        if not self.last:
            painter.fillRect(QRectF(_PAD, rect.height() - 1, rect.width() - _PAD, 1), look.colour("line"))
        left = self._paint_sign(painter, rect)
        right = self._paint_end(painter, rect)
        self._paint_words(painter, QRectF(left, 0, right - left, rect.height() - 1))
        if self.hasFocus():
            focus_ring(painter, rect, look.tokens.radii["key"])

    def _paint_sign(self, painter: QPainter, rect: QRectF) -> float:
        content = self.content
        middle = rect.height() / 2
        if content.person:
            ratio = painter.device().devicePixelRatio()
            circle = initials_pixmap(content.title, content.person, _SIDE, ratio)
            painter.drawPixmap(round(_PAD), round(middle - _SIDE / 2), circle)
            return _PAD + _SIDE + _GAP
        if content.icon:
            draw_icon(painter, content.icon, _PAD, middle - 8, 16, theme().colour(content.tone))
            return _PAD + 16 + _GAP + 2
        return _PAD

    def _paint_end(self, painter: QPainter, rect: QRectF) -> float:
        look = theme()
        right: float = rect.width() - _PAD
        content = self.content
        if content.badge:
            text, tone, sign = content.badge
            wide, high = badge_width(text, sign), look.size("badge-table")
            draw_badge(painter, QRectF(right - wide, (rect.height() - high) / 2, wide, high), text, tone, sign)
            return right - wide - _GAP
        if content.end:
            width = look.metrics("small-medium").horizontalAdvance(content.end) + 1
            box = QRectF(right - width, 0, width, rect.height())
            draw_text(painter, box, content.end, "small-medium", look.colour(content.end_tone))
            return right - width - _GAP
        return right

    def _paint_words(self, painter: QPainter, box: QRectF) -> None:
        look = theme()
        if self.content.wraps:
            painter.setFont(look.font("body-medium"))
            painter.setPen(look.colour("text"))
            painter.drawText(box, _WRAPPED, self.content.title)
            return
        if not self.content.detail:
            draw_text(painter, box, self.content.title, "body-medium", look.colour("text"))
            return
        line = look.px(17)
        top = (box.height() - 2 * line) / 2
        upper = QRectF(box.x(), top, box.width(), line)
        draw_text(painter, upper, self.content.title, "body-medium", look.colour("text"))
        draw_text(painter, upper.translated(0, line), self.content.detail, "small", look.colour("text2"))


class RowList(QWidget):
    """Rows below each other; arrows move, ``pressed`` gives the id. For more than about fifty rows use a table."""

    pressed = Signal(str)

    def __init__(self, *, selectable: bool = False, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._selectable = selectable
        self._rows: list[ListRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.setAccessibleName(name)

    @property
    def rows(self) -> tuple[ListRow, ...]:
        """The rows on show."""
        return tuple(self._rows)

    def set_rows(self, contents: list[RowContent]) -> None:
        """Replace all rows; the chosen one stays chosen where it is still there."""
        chosen = self.chosen
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [ListRow(content, selectable=self._selectable, parent=self) for content in contents]
        for row in self._rows:
            row.clicked.connect(lambda _=False, identity=row.content.id: self.pressed.emit(identity))
            self._column.addWidget(row)
            row.setChecked(self._selectable and row.content.id == chosen)
        if self._rows:
            self._rows[-1].last = True

    @property
    def chosen(self) -> str:
        """The id of the chosen row, an empty text when there is none."""
        return next((row.content.id for row in self._rows if row.isChecked()), "")

    def choose(self, identity: str) -> None:
        """Mark a row as chosen, without telling."""
        for row in self._rows:
            if row.content.id == identity:
                row.setChecked(True)

    def choose_none(self) -> None:
        """Mark no row as chosen; rows that exclude each other don't let go of the last one by themselves."""
        for row in self._rows:
            row.setAutoExclusive(False)
            row.setChecked(False)
            row.setAutoExclusive(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move on Up, Down, Home and End; press on Enter."""
        here = next((place for place, row in enumerate(self._rows) if row.hasFocus()), -1)
        last = len(self._rows) - 1
        targets = {
            Qt.Key.Key_Up: max(0, here - 1),
            Qt.Key.Key_Down: min(last, here + 1),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        target = targets.get(Qt.Key(event.key()))
        if target is not None and self._rows:
            self._rows[target].setFocus(Qt.FocusReason.TabFocusReason)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and here >= 0:
            self._rows[here].click()
        else:
            super().keyPressEvent(event)
