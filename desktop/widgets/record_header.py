"""The head of a record table: sunken, small text, an arrow on the column that gives the order."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from desktop.widgets.columns import CellKind
from desktop.widgets.icons import draw_icon
from desktop.widgets.paint import draw_text
from desktop.widgets.record_model import RecordModel
from desktop.widgets.theme import theme

_ARROW = 12


class RecordHeader(QHeaderView):
    """Paints itself; columns can be moved and resized, and a click on a head sorts."""

    def __init__(self, model: RecordModel, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._records = model
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(theme().px(48))
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def sizeHint(self) -> QSize:
        """Return the head's height."""
        return QSize(super().sizeHint().width(), theme().size("table-head"))

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        """Paint one head."""
        look = theme()
        painter.fillRect(rect, look.colour("sunken"))
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, look.colour("line"))
        column = self._records.columns[logicalIndex]
        query = self._records.query
        box = QRectF(rect).adjusted(12, 0, -10, -1)
        sorted_by = bool(column.key) and query.order == column.key
        right = (column.kind is CellKind.NUMBER) is not look.right_to_left
        if sorted_by:
            sign = "arrow-down" if query.descending else "arrow-up"
            width = min(look.metrics("small-medium").horizontalAdvance(column.title), box.width() - _ARROW - 4)
            left = box.right() - width - _ARROW - 4 if right else box.left() + width + 4
            draw_icon(painter, sign, left, box.y() + (box.height() - _ARROW) / 2, _ARROW, look.colour("accent"))
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        draw_text(painter, box, column.title, "small-medium", look.colour("text2"), side)
