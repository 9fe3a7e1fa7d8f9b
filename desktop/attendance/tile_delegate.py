"""Paints one student of a register as a tile."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from desktop.attendance.leave_words import beside
from desktop.attendance.mark_keys import Act, Asked
from desktop.attendance.mark_paint import draw_keys, draw_shapes, key_boxes, percent_tone, signs_of
from desktop.attendance.register_model import RegisterModel
from desktop.attendance.store import MarkRow
from desktop.attendance.words import LOOKS, mark_words, state_word
from desktop.widgets.badge import badge_width, draw_badge
from desktop.widgets.icons import draw_icon
from desktop.widgets.paint import draw_text, fill_box
from desktop.widgets.theme import theme
from shared.attendance.vocabulary import AttendanceState

TILE_WIDTH, TILE_HEIGHT, TILE_GAP = 134, 122, 12
_PAD = 10
_STRIP = 30
_KEYS = 24
_Index = QModelIndex | QPersistentModelIndex


class TileDelegate(QStyledItemDelegate):
    """Paints tiles from the model's rows; the view says which one is current and where its keys are pressed."""

    cell = QSize(TILE_WIDTH + TILE_GAP, TILE_HEIGHT + TILE_GAP)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        """Return the tile with its gap; the view shares its width among the columns and sets `cell`."""
        return self.cell

    @staticmethod
    def tile(cell: QRect) -> QRectF:
        """Return the tile within its cell of the grid."""
        half = TILE_GAP / 2
        return QRectF(cell).adjusted(half, half, -half, -half)

    @staticmethod
    def keys(tile: QRectF) -> QRectF:
        """Return where the four keys lie."""
        height = theme().px(_KEYS)
        return QRectF(tile.x() + 8, tile.bottom() - height - 7, tile.width() - 16, height)

    def press(self, row: MarkRow, cell: QRect, place: QPoint, *, current: bool) -> Asked | None:
        """Return what a press at `place` asks for, None where it only chooses the student."""
        tile = self.tile(cell)
        if current:
            for box, state in key_boxes(self.keys(tile)):
                if box.contains(place):
                    return Asked(Act.MARK, state)
        strip = QRectF(tile.x(), tile.bottom() - theme().px(_STRIP), tile.width(), theme().px(_STRIP))
        return Asked(Act.DECIDE) if row.is_disputed and strip.contains(place) and not current else None

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint box, face, name, last classes, percentage and the strip or the keys."""
        model, view = index.model(), option.widget
        if not isinstance(model, RegisterModel) or (row := model.row_at(index.row())) is None:
            return
        look = theme()
        tile = self.tile(option.rect)
        current = view.currentIndex().row() == index.row()  # type: ignore[attr-defined]  # always a list view
        painter.save()
        radius = look.tokens.radii["card"]
        fill_box(painter, tile, radius, look.colour("surface"))
        self._paint_head(painter, tile, row, model)
        showing_keys = current and model.editable
        if showing_keys:
            self._paint_current(painter, tile, row)
        else:
            self._paint_middle(painter, tile, row)
            self._paint_strip(painter, tile, row)
        if current:
            colour = look.colour("focus" if view.hasFocus() else "strong")
            fill_box(painter, tile, radius, None, colour, look.tokens.sizes["current-cell"])
        else:
            fill_box(painter, tile, radius, None, look.colour("line"))
        painter.restore()

    @staticmethod
    def _paint_head(painter: QPainter, tile: QRectF, row: MarkRow, model: RegisterModel) -> None:
        look = theme()
        side = int(look.tokens.sizes["photo-roll"])
        member = row.member
        ratio = painter.device().devicePixelRatio()
        circle = model.face(member, side, ratio)
        rtl = look.right_to_left
        left = tile.right() - _PAD - side if rtl else tile.x() + _PAD
        painter.drawPixmap(round(left), round(tile.y() + _PAD), circle)
        words = tile.adjusted(_PAD, 0, -_PAD - side - 10, 0) if rtl else tile.adjusted(_PAD + side + 10, 0, -8, 0)
        line = look.px(18)
        first = QRectF(words.x(), tile.y() + _PAD + 2, words.width(), line)
        draw_text(painter, first, member.given, "section", look.colour("text"))
        draw_text(painter, first.translated(0, line), member.family, "body", look.colour("text2"))

    @staticmethod
    def _middle(tile: QRectF) -> float:
        return tile.y() + theme().px(67)

    def _paint_middle(self, painter: QPainter, tile: QRectF, row: MarkRow) -> None:
        look, member = theme(), row.member
        middle = self._middle(tile)
        word = ""
        if member.suspended:
            word, tone = self.tr("Suspended"), "warn"
        elif member.provisional:
            word, tone = self.tr("Walk-in"), "info"
        elif (leave := beside(member.leave)) is not None:
            word, tone = leave
        else:
            tone = ""
            draw_shapes(painter, tile.x() + _PAD, middle, member.last)
        if word:
            height = look.size("badge-list")
            box = QRectF(tile.x() + _PAD, middle - height / 2, badge_width(word), height)
            draw_badge(painter, box, word, tone)
        if member.percent is not None:
            box = QRectF(tile.right() - _PAD - 60, middle - 10, 60, 20)
            colour = look.colour(percent_tone(member.percent))
            draw_text(painter, box, f"{member.percent}%", "body", colour, Qt.AlignmentFlag.AlignRight)

    def _paint_current(self, painter: QPainter, tile: QRectF, row: MarkRow) -> None:
        look = theme()
        if row.is_marked:
            middle = self._middle(tile)
            shown = LOOKS[row.mark.state]
            colour = look.colour(shown.tone)
            draw_icon(painter, shown.icon, tile.x() + _PAD, middle - 8, 16, colour)
            box = QRectF(tile.x() + _PAD + 21, middle - 10, tile.width() - _PAD - 50, 20)
            draw_text(painter, box, mark_words(row.mark.state, row.mark.minutes), "small-strong", colour)
            signs = ["git-compare-arrows"] if row.is_disputed else signs_of(row)
            self._paint_signs(painter, tile.right() - _PAD, middle, signs, "bad" if row.is_disputed else "text2")
        else:
            self._paint_middle(painter, tile, row)
        draw_keys(painter, self.keys(tile), row.mark.state)

    def _paint_strip(self, painter: QPainter, tile: QRectF, row: MarkRow) -> None:
        look = theme()
        height = look.px(_STRIP)
        strip = QRectF(tile.x(), tile.bottom() - height, tile.width(), height)
        painter.save()
        clip = QPainterPath()
        clip.addRoundedRect(tile, look.tokens.radii["card"], look.tokens.radii["card"])
        painter.setClipPath(clip)
        if row.is_disputed:
            self._paint_sides(painter, strip, row)
        elif not row.is_marked:
            words = QRectF(strip.x() + _PAD, strip.y(), strip.width() - 2 * _PAD, strip.height())
            draw_text(painter, words, state_word(AttendanceState.NONE), "small", look.colour("text2"))
            self._paint_signs(painter, tile.right() - _PAD, strip.center().y(), signs_of(row), "text2")
        else:
            self._paint_mark(painter, strip, row)
        painter.restore()

    def _paint_mark(self, painter: QPainter, strip: QRectF, row: MarkRow) -> None:
        look = theme()
        shown = LOOKS[row.mark.state]
        colour = look.colour(shown.tone)
        painter.fillRect(strip, look.colour(f"{shown.tone}.fill"))
        middle = strip.center().y()
        draw_icon(painter, shown.icon, strip.x() + _PAD - 1, middle - 8, 16, colour)
        signs = signs_of(row)
        room = strip.width() - _PAD - 20 - _PAD - 18 * len(signs)
        words = QRectF(strip.x() + _PAD + 20, strip.y(), room, strip.height())
        draw_text(painter, words, mark_words(row.mark.state, row.mark.minutes), "small-strong", colour)
        self._paint_signs(painter, strip.right() - _PAD + 1, middle, signs, shown.tone)

    @staticmethod
    def _paint_signs(painter: QPainter, right: float, middle: float, signs: list[str], tone: str) -> None:
        for sign in reversed(signs):
            draw_icon(painter, sign, right - 14, middle - 7, 14, theme().colour(tone))
            right -= 18

    @staticmethod
    def _paint_sides(painter: QPainter, strip: QRectF, row: MarkRow) -> None:
        """Both sides of a disagreement next to each other, the one that stands first."""
        look = theme()
        half = strip.width() / 2
        for place, side in enumerate(row.sides[:2]):
            shown = LOOKS[side["state"]]
            box = QRectF(strip.x() + place * half, strip.y(), half, strip.height())
            painter.fillRect(box, look.colour(f"{shown.tone}.fill"))
            words = box.adjusted(12, 0, -4, 0) if place else box.adjusted(4, 0, -12, 0)
            minutes = side.get("minutes")
            text = state_word(side["state"]) if not minutes else f"{state_word(side['state'])} {minutes}"
            draw_text(painter, words, text, "small-strong", look.colour(shown.tone), Qt.AlignmentFlag.AlignHCenter)
        middle = strip.center()
        disc = QRectF(middle.x() - 9, middle.y() - 9, 18, 18)
        fill_box(painter, disc, 9, look.colour("surface"), look.colour("bad"))
        draw_icon(painter, "git-compare-arrows", middle.x() - 6, middle.y() - 6, 12, look.colour("bad"))
