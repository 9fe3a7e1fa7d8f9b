"""The view of a week or a day: an item view, so that keys, mouse and screen readers find every session."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QListView, QWidget

from desktop.timetable import session_paint, timetable_paint
from desktop.timetable.board_layout import BoardLayout
from desktop.timetable.grid_layout import GridLayout, Spot
from desktop.timetable.timetable_model import TimetableModel
from desktop.timetable.week_store import Shown
from desktop.widgets.announce import announce

_Move = QAbstractItemView.CursorAction
_STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_DIRECTIONS = {
    _Move.MoveLeft: (-1, 0),
    _Move.MoveRight: (1, 0),
    _Move.MoveUp: (0, -1),
    _Move.MoveDown: (0, 1),
}
Try = Callable[[Shown, Spot], tuple[str, bool]]
"""Returns the words for a session at another spot, and whether something is in its way."""


class TimetableView(QListView):
    """Shows a layout. ``opened`` gives a session's id, ``moved`` a session (`Shown`) and its new `Spot`.

    Arrows go from session to session; Alt and arrows, or dragging, carry one elsewhere: Enter puts it down, Esc not.
    """

    opened = Signal(str)
    moved = Signal(object, object)
    carried = Signal(str, bool)  # what a carried session would be, and whether something is in its way

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown_model = TimetableModel(self)
        self.setModel(self.shown_model)
        self.place: GridLayout | BoardLayout | None = None
        self.may_move = False
        self.try_spot: Try = lambda _shown, _spot: ("", False)
        self.now = datetime(2000, 1, 1, tzinfo=UTC)  # until there is something to show
        self.ghost: tuple[Shown, Spot] | None = None
        self._ghost_words: tuple[str, bool] = ("", False)
        self._pressed: tuple[Shown, QPointF, QPointF] | None = None
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setProperty("bare", True)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName(self.tr("Timetable"))
        self.setAccessibleDescription(
            self.tr("Arrows go from class to class. Enter opens one. Alt and arrows carry one elsewhere.")
        )

    def show_layout(self, place: GridLayout | BoardLayout, now: datetime) -> None:
        """Show other sessions; the current one stays current where it is still there."""
        current = self.current_id()
        self.place, self.now, self.ghost = place, now, None
        order = place.order
        self.shown_model.set_sessions([place.span.sessions[at] for at in order])
        self._fit()
        row = self.shown_model.place_of(current) if current else -1
        if row >= 0:
            self._make_current(row)

    def current_id(self) -> str:
        """Return the current session's id, an empty text where there is none."""
        shown = self._shown(self.currentIndex())
        return shown.line.id if shown else ""

    def go_to(self, session_id: str) -> None:
        """Make a session current and scroll to it."""
        row = self.shown_model.place_of(session_id)
        if row >= 0:
            self._make_current(row)
            self.scrollTo(self.shown_model.index(row, 0))

    def go_to_now(self) -> None:
        """Scroll to the present or the first session."""
        if isinstance(self.place, GridLayout):
            minute = self.now.hour * 60 + self.now.minute
            starts = [self.place.boxes[at].top() for at in self.place.order]
            wanted = self.place.y_of(minute) if self._today_shown() else min(starts, default=0.0)
            self.verticalScrollBar().setValue(max(0, round(wanted - self.viewport().height() / 3)))

    def _today_shown(self) -> bool:
        return self.place is not None and self.now.date() in self.place.span.days

    def _make_current(self, row: int) -> None:
        index = self.shown_model.index(row, 0)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _shown(self, index: QModelIndex) -> Shown | None:
        return self.shown_model.sessions[index.row()] if index.isValid() else None

    # --------------------------------------------------------------------------------------------------- geometry

    def _fit(self) -> None:
        if self.place is None:
            return
        view = self.viewport().rect()
        self.place.fit(view.width(), view.height())
        size = self.place.size
        across = max(0, round(size.width() + self.place.side - view.width()))
        down = max(0, round(size.height() + self.place.head + 1 - view.height()))
        for bar, most, page in (
            (self.horizontalScrollBar(), across, view.width()),
            (self.verticalScrollBar(), down, view.height()),
        ):
            bar.setRange(0, most if most > 1 else 0)
            bar.setPageStep(page)
            bar.setSingleStep(40)
        self.viewport().update()

    def updateGeometries(self) -> None:
        """Set the scroll bars by the layout, not by Qt's list."""
        self._fit()

    def doItemsLayout(self) -> None:
        """Leave Qt's own layout out: the boxes are the layout's."""
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new room."""
        super().resizeEvent(event)
        self._fit()

    def horizontalOffset(self) -> int:
        """Return how far the view is scrolled."""
        return self.horizontalScrollBar().value()

    def verticalOffset(self) -> int:
        """Return how far the view is scrolled."""
        return self.verticalScrollBar().value()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        """Paint anew: head and side stay where they are."""
        self.viewport().update()

    def _origin(self) -> QPointF:
        place = self.place
        side, head = (place.side, place.head) if place is not None else (0, 0)
        return QPointF(side - self.horizontalOffset(), head - self.verticalOffset())

    def _box(self, row: int) -> QRectF:
        if self.place is None or not 0 <= row < len(self.place.order):
            return QRectF()
        return self.place.boxes[self.place.order[row]]

    def visualRect(self, index: QModelIndex | QPersistentModelIndex) -> QRect:
        """Return where a session is on the screen."""
        return self._box(index.row()).translated(self._origin()).toRect() if index.isValid() else QRect()

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """Return where the selected session is."""
        region = QRegion()
        for index in selection.indexes():
            region = region.united(self.visualRect(index))
        return region

    def indexAt(self, point: QPoint) -> QModelIndex:
        """Return the session at a point of the view."""
        place = self.place
        if place is None or point.x() < place.side or point.y() < place.head:
            return QModelIndex()
        at = QPointF(point) - self._origin()
        row = next((row for row in range(len(place.order)) if self._box(row).contains(at)), -1)
        return self.shown_model.index(row, 0) if row >= 0 else QModelIndex()

    def scrollTo(self, index: QModelIndex | QPersistentModelIndex, _hint: object = None) -> None:
        """Bring a session into view."""
        if self.place is None or not index.isValid():
            return
        box, view = self._box(index.row()), self.viewport().rect()
        room_x, room_y = view.width() - self.place.side, view.height() - self.place.head
        for bar, low, high, room in (
            (self.horizontalScrollBar(), box.left(), box.right(), room_x),
            (self.verticalScrollBar(), box.top(), box.bottom(), room_y),
        ):
            if low - 6 < bar.value():
                bar.setValue(max(0, round(low - 6)))
            elif high + 6 > bar.value() + room:
                bar.setValue(round(min(low - 6, high + 6 - room)))

    # -------------------------------------------------------------------------------------------------------- keys

    def moveCursor(self, action: _Move, _modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Go to the next session in a direction; Home and End to the first and last one."""
        count, here = self.shown_model.rowCount(), self.currentIndex().row()
        if not count:
            return QModelIndex()
        if here < 0 or action == _Move.MoveHome:
            return self.shown_model.index(0, 0)
        if action == _Move.MoveEnd:
            return self.shown_model.index(count - 1, 0)
        if action in {_Move.MoveNext, _Move.MovePrevious}:
            step = 1 if action == _Move.MoveNext else -1
            return self.shown_model.index(max(0, min(count - 1, here + step)), 0)
        across, down = _DIRECTIONS.get(action, (0, 0))
        return self.shown_model.index(self._nearest(here, across, down), 0)

    def _nearest(self, here: int, across: int, down: int) -> int:
        start = self._box(here).center()
        best, least = here, float("inf")
        for row in range(self.shown_model.rowCount()):
            centre = self._box(row).center()
            dx, dy = centre.x() - start.x(), centre.y() - start.y()
            ahead, aside = (dx * across, abs(dy)) if across else (dy * down, abs(dx))
            cost = ahead + 3 * aside
            if row != here and ahead > 1 and cost < least:
                best, least = row, cost
        return best

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Carry a session with Alt and arrows, put it down with Enter, open one with Enter."""
        key = Qt.Key(event.key())
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if alt and key in _STEPS and self.may_move:
            self._carry(*_STEPS[key])
        elif self.ghost is not None and key == Qt.Key.Key_Escape:
            self.drop_ghost()
            announce(self, self.tr("Left where it was"))
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if self.ghost is not None:
                self._put_down()
            elif self.current_id():
                self.opened.emit(self.current_id())
        elif key in {Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Escape}:
            event.ignore()  # the page turns to another week
        elif event.text().isalnum() and not event.modifiers():
            event.ignore()  # letters are the page's
        else:
            super().keyPressEvent(event)

    def _carry(self, across: int, down: int) -> None:
        shown = self._shown(self.currentIndex())
        if shown is None or self.place is None:
            return
        spot = self.ghost[1] if self.ghost is not None else self.place.spot_of(shown)
        self._show_ghost(shown, self.place.stepped(spot, across, down))
        announce(self, self._ghost_words[0], urgent=self._ghost_words[1])

    def _show_ghost(self, shown: Shown, spot: Spot) -> None:
        if self.ghost != (shown, spot):
            self.ghost = (shown, spot)
            self._ghost_words = self.try_spot(shown, spot)
            self.carried.emit(*self._ghost_words)
            self.viewport().update()

    def drop_ghost(self) -> None:
        """Leave the carried session where it was."""
        if self.ghost is not None:
            self.carried.emit("", False)
        self.ghost = self._pressed = None
        self.viewport().update()

    def _put_down(self) -> None:
        carried = self.ghost
        self.drop_ghost()
        self.viewport().update()
        if carried is not None and self.place is not None and carried[1] != self.place.spot_of(carried[0]):
            self.moved.emit(*carried)

    # ------------------------------------------------------------------------------------------------------- mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Make a session current; it may be dragged from here."""
        self.drop_ghost()
        index = self.indexAt(event.position().toPoint())
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if not index.isValid():
            return
        self._make_current(index.row())
        shown = self._shown(index)
        if event.button() == Qt.MouseButton.LeftButton and self.may_move and shown is not None:
            grabbed = event.position() - self._origin() - self._box(index.row()).topLeft()
            self._pressed = (shown, event.position(), grabbed)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Carry the pressed session along."""
        if self._pressed is None or self.place is None:
            return
        shown, start, grabbed = self._pressed
        far = (event.position() - start).manhattanLength() >= QApplication.startDragDistance()
        if self.ghost is None and not far:
            return
        point = event.position() - self._origin()
        if isinstance(self.place, GridLayout):
            point = QPointF(point.x(), (point - grabbed).y())
        spot = self.place.spot_at(point)
        if spot is not None:
            self._show_ghost(shown, spot)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Put a dragged session down."""
        self._pressed = None
        if self.ghost is not None:
            self._put_down()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a session."""
        index = self.indexAt(event.position().toPoint())
        shown = self._shown(index)
        if shown is not None:
            self.opened.emit(shown.line.id)

    # ---------------------------------------------------------------------------------------------------- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint all that is on show."""
        place = self.place
        if place is None:
            return
        painter = QPainter(self.viewport())
        width, height = self.viewport().width(), self.viewport().height()
        across, down = self.horizontalOffset(), self.verticalOffset()
        view = QRectF(across, down, width - place.side, height - place.head)
        painter.save()
        painter.setClipRect(QRectF(place.side, place.head, view.width(), view.height()))
        painter.translate(self._origin())
        self._paint_content(painter, place, view)
        painter.restore()
        timetable_paint.paint_heads(painter, place, across, width, self.now.date())
        painter.save()
        painter.setClipRect(QRectF(0, place.head, place.side, height))
        if isinstance(place, GridLayout):
            timetable_paint.paint_hours(painter, place, down, self._minute(), self.now)
        else:
            timetable_paint.paint_names(painter, place, down, height)
        painter.restore()
        timetable_paint.paint_frame(painter, place, width, min(height, place.size.height() + place.head))

    def _minute(self) -> float | None:
        return self.now.hour * 60 + self.now.minute if self._today_shown() else None

    def _paint_content(self, painter: QPainter, place: GridLayout | BoardLayout, view: QRectF) -> None:
        by = place.span.by
        hours = isinstance(place, GridLayout)
        if isinstance(place, GridLayout):
            timetable_paint.paint_grid_back(painter, place, view)
        else:
            timetable_paint.paint_board_back(painter, place, view)
        minute = self._minute()
        if isinstance(place, GridLayout) and minute is not None:
            timetable_paint.paint_now(painter, place, minute, self.now.date())
        for at in place.order:
            box = place.boxes[at]
            if box.intersects(view):
                paint = session_paint.paint_block if hours else session_paint.paint_line
                paint(painter, box, place.span.sessions[at].line, by)
        current = self.currentIndex()
        if current.isValid() and self.hasFocus():
            session_paint.paint_ring(painter, self._box(current.row()))
        if self.ghost is not None:
            words, clashes = self._ghost_words
            session_paint.paint_ghost(painter, place.box_at(*self.ghost), words, clashes=clashes)
