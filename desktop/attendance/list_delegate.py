"""Paints the cells of a register's list, and edits minutes and notes in place."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIntValidator, QPainter, QPixmap
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.attendance.leave_words import beside
from desktop.attendance.mark_paint import draw_keys, draw_shapes, key_boxes, percent_tone, signs_of
from desktop.attendance.register_model import Part, RegisterModel, side_words
from desktop.attendance.store import MarkRow
from desktop.attendance.words import LOOKS, mark_words
from desktop.widgets.badge import badge_width, draw_badge
from desktop.widgets.icons import draw_icon
from desktop.widgets.paint import draw_text
from desktop.widgets.text_field import TextField
from desktop.widgets.theme import theme
from shared.attendance.vocabulary import AttendanceState

_LEFT = 12
_KEYS_WIDTH = 122
_PHOTO = 28
_Index = QModelIndex | QPersistentModelIndex


class ListDelegate(QStyledItemDelegate):
    """Paints from the model's rows; the current row has an outline and shows the four keys in its mark."""

    _model: RegisterModel | None = None

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        """Return the height of a row with a face."""
        return QSize(80, theme().size("row-photo"))

    @staticmethod
    def keys(cell: QRect) -> QRectF:
        """Return where the four keys lie in the cell of the mark."""
        height = theme().px(24)
        return QRectF(cell.right() - _KEYS_WIDTH - 8, cell.center().y() - height / 2 + 1, _KEYS_WIDTH, height)

    def pressed(self, cell: QRect, place: QRectF) -> AttendanceState | None:
        """Return the state whose key lies at a place of the cell."""
        return next((state for box, state in key_boxes(self.keys(cell)) if box.contains(place)), None)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint background, content, hairline and the outline of the current row."""
        model, view = index.model(), option.widget
        if not isinstance(model, RegisterModel) or (row := model.row_at(index.row())) is None:
            return
        look = theme()
        rect: QRect = option.rect
        current = view.currentIndex().row() == index.row()  # type: ignore[attr-defined]  # always a list view
        painter.save()
        painter.fillRect(rect, look.colour("sel" if current else "surface"))
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, look.colour("line"))
        box = QRectF(rect).adjusted(_LEFT, 0, -8, -1)
        part = Part(index.column())
        self._model = model
        self._paint_part(painter, box, row, part, keys=current and model.editable, cell=rect)
        if current and view.hasFocus():
            self._paint_focus(painter, rect, index.column())
        elif current and index.column() == 0:
            painter.fillRect(rect.x(), rect.y(), 3, rect.height(), look.colour("accent"))
        painter.restore()

    def _paint_part(self, painter: QPainter, box: QRectF, row: MarkRow, part: Part, *, keys: bool, cell: QRect) -> None:
        look = theme()
        if part is Part.STUDENT:
            self._paint_student(painter, box, row)
        elif part is Part.LAST:
            draw_shapes(painter, box.x(), box.center().y(), row.member.last)
        elif part is Part.PERCENT and row.member.percent is not None:
            colour = look.colour(percent_tone(row.member.percent))
            draw_text(painter, box, f"{row.member.percent}%", "body", colour, Qt.AlignmentFlag.AlignRight)
        elif part is Part.MARK:
            self._paint_mark(painter, box.adjusted(0, 0, -_KEYS_WIDTH - 8, 0), row)
            if keys:
                draw_keys(painter, self.keys(cell), row.mark.state)
        elif part is Part.MINUTES and row.mark.minutes:
            words = self.tr("{minutes} min").format(minutes=row.mark.minutes)
            draw_text(painter, box, words, "body", look.colour("text"), Qt.AlignmentFlag.AlignRight)
        elif part is Part.NOTE:
            self._paint_note(painter, box, row)

    def _paint_student(self, painter: QPainter, box: QRectF, row: MarkRow) -> None:
        look, member = theme(), row.member
        ratio = painter.device().devicePixelRatio()
        circle = self._model.face(member, _PHOTO, ratio) if self._model is not None else QPixmap()
        painter.drawPixmap(round(box.x()), round(box.center().y() - _PHOTO / 2), circle)
        words = box.adjusted(_PHOTO + 10, 0, 0, 0)
        word, tone = "", "info"
        if member.suspended:
            word, tone = self.tr("Suspended"), "warn"
        elif member.provisional:
            word = self.tr("Walk-in")
        elif (leave := beside(member.leave)) is not None:
            word, tone = leave
        if word:
            width, height = badge_width(word), look.size("badge-table")
            used = min(look.metrics("body-medium").horizontalAdvance(member.name) + 10, words.width() - width)
            badge = QRectF(words.x() + used, box.center().y() - height / 2, width, height)
            draw_badge(painter, badge, word, tone)
            words.setWidth(used - 8)
        draw_text(painter, words, member.name, "body-medium", look.colour("text"))

    @staticmethod
    def _paint_mark(painter: QPainter, box: QRectF, row: MarkRow) -> None:
        look = theme()
        height = look.size("badge-table")
        top = box.center().y() - height / 2
        left = box.x()
        marks = row.sides[:2] or (None,)
        for place, side in enumerate(marks):
            state = row.mark.state if side is None else side["state"]
            words = mark_words(state, row.mark.minutes if side is None else side.get("minutes"))
            shown = LOOKS[state]
            if place:
                draw_icon(painter, "git-compare-arrows", left, box.center().y() - 7, 14, look.colour("bad"))
                left += 19
            if state == AttendanceState.NONE:
                text = QRectF(left, box.y(), box.right() - left, box.height())
                draw_text(painter, text, words, "small", look.colour("text2"))
                left += look.metrics("small").horizontalAdvance(words) + 6
                continue
            icon = shown.icon if side is None else ""
            width = badge_width(words, icon)
            draw_badge(painter, QRectF(left, top, width, height), words, shown.tone, icon)
            left += width + 5
        for sign in [] if len(marks) > 1 else [one for one in signs_of(row) if one != "message-square"]:
            draw_icon(painter, sign, left + 2, box.center().y() - 7, 14, look.colour("text2"))
            left += 20

    def _paint_note(self, painter: QPainter, box: QRectF, row: MarkRow) -> None:
        look = theme()
        words, tone = row.note, "text"
        in_class, office = row.in_class, row.by_office
        if not words and office is not None and in_class is not None and in_class["state"] != office["state"]:
            # The side that does not count stands here, the one that does in the mark.
            by_office = row.mark.observation is not None and row.mark.observation.get("office")
            words = self.tr("In class: {side}") if by_office else self.tr("Office: {side}")
            words, tone = words.format(side=side_words(in_class if by_office else office)), "muted"
        draw_text(painter, box, words, "body", look.colour(tone))

    @staticmethod
    def _paint_focus(painter: QPainter, rect: QRect, column: int) -> None:
        colour = theme().colour("focus")
        painter.fillRect(rect.x(), rect.y(), rect.width(), 2, colour)
        painter.fillRect(rect.x(), rect.bottom() - 1, rect.width(), 2, colour)
        if column == 0:
            painter.fillRect(rect.x(), rect.y(), 2, rect.height(), colour)
        if column == len(Part) - 1:
            painter.fillRect(rect.right() - 1, rect.y(), 2, rect.height(), colour)

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: _Index) -> QWidget:
        """Return a text field; minutes take digits only."""
        minutes = index.column() == Part.MINUTES
        field = TextField(name=self.tr("Minutes") if minutes else self.tr("Note"), parent=parent)
        if minutes:
            field.setValidator(QIntValidator(0, 600, field))
        else:
            field.setMaxLength(1000)
        return field

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: _Index) -> None:
        """Keep the field inside its cell."""
        height = theme().size("control")
        rect: QRect = option.rect
        editor.setGeometry(rect.x() + 2, rect.center().y() - height // 2, rect.width() - 4, height)
