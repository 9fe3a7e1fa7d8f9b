"""Shows pages below each other, drawn only as they come into sight, with the pins of comments on them."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from desktop.grading.preview_pages import Pages
from desktop.grading.preview_pins import RADIUS, Pin, Place, draw_pin, pin_centre
from desktop.widgets.paint import focus_ring
from desktop.widgets.theme import theme

STEPS = (50, 67, 80, 90, 100, 110, 125, 150, 200, 300)
_GAP = 14
_MOST_KEPT = 64_000_000
"""Bytes of drawn pages that are kept."""
_MOST_ASKED = 3
_DOTS = 96 / 72
_STEP, _BIG_STEP = 0.01, 0.05
_DRAG = 5
_Key = Qt.Key
_WAYS = {_Key.Key_Left: (-1, 0), _Key.Key_Right: (1, 0), _Key.Key_Up: (0, -1), _Key.Key_Down: (0, 1)}


class PageView(QAbstractScrollArea):
    """A view of `Pages`. Placing (`place_pin`): click or drag, or arrows and Enter; `placed` tells where."""

    placed = Signal(object)
    placing_ended = Signal()
    pin_pressed = Signal(str)
    page_changed = Signal(int)
    zoom_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.viewport().setAutoFillBackground(False)
        self._pages: Pages | None = None
        self._tops: list[float] = []
        self._sizes: list[tuple[float, float]] = []
        self._drawn: OrderedDict[int, QImage] = OrderedDict()
        self._asked: dict[int, QSize] = {}
        self._zoom = 0
        self._pins: list[Pin] = []
        self._chosen = ""
        self._placing: Place | None = None
        self._pressed: QPointF | None = None
        self._shown = -1
        self.verticalScrollBar().valueChanged.connect(self._tell_page)

    # ------------------------------------------------------------------------------------------------------ pages

    def set_pages(self, pages: Pages | None) -> None:
        """Show other pages from their beginning; the ones before are let go."""
        if self._pages is not None:
            self._pages.drawn.disconnect(self._take)
            self._pages.close()
            self._pages.deleteLater()
        self._pages = pages
        self._drawn.clear()
        self._asked.clear()
        self._pins, self._chosen, self._placing, self._shown = [], "", None, -1
        if pages is not None:
            pages.setParent(self)
            pages.drawn.connect(self._take)
            sizes = [pages.size(page) for page in range(pages.count())]
            self._sizes = [(size.width() * _DOTS, size.height() * _DOTS) for size in sizes]
        else:
            self._sizes = []
        self._lay()
        self.verticalScrollBar().setValue(0)
        self._tell_page()
        self.viewport().update()

    @property
    def count(self) -> int:
        """How many pages there are."""
        return len(self._sizes)

    @property
    def page(self) -> int:
        """The page at the middle of the view, from 0."""
        middle = self.verticalScrollBar().value() + self.viewport().height() / 2
        return max(0, bisect_right(self._tops, middle) - 1)

    @property
    def percent(self) -> int:
        """The size of the pages in sight, in percent of paper."""
        return round(self._scale() * 100)

    def drawn_pages(self) -> frozenset[int]:
        """Return the pages that are drawn and kept."""
        return frozenset(self._drawn)

    @property
    def drawing(self) -> bool:
        """Whether pages are still being drawn."""
        return bool(self._asked)

    def zoom_by(self, steps: int) -> None:
        """Show pages larger or smaller."""
        here = self.percent
        wider = [one for one in STEPS if (one > here if steps > 0 else one < here)]
        if wider:
            self.set_zoom(wider[0] if steps > 0 else wider[-1])

    def set_zoom(self, percent: int) -> None:
        """Show pages at a percentage of paper, 0: as wide as the view."""
        page, within = self._at()
        self._zoom = percent
        self._lay()
        if self.count:
            self.verticalScrollBar().setValue(round(self._tops[page] + within * self._height(page)))
        self.viewport().update()

    def go_to(self, page: int, share: float = 0.0) -> None:
        """Scroll to a place of a page."""
        if 0 <= page < self.count:
            room = self.viewport().height() / 3 if share else _GAP
            self.verticalScrollBar().setValue(round(self._tops[page] + share * self._height(page) - room))

    def _at(self) -> tuple[int, float]:
        value = self.verticalScrollBar().value()
        page = max(0, bisect_right(self._tops, value) - 1)
        return (page, (value - self._tops[page]) / self._height(page)) if self.count else (0, 0.0)

    def _scale(self) -> float:
        if self._zoom or not self._sizes:
            return (self._zoom or 100) / 100
        widest = max(wide for wide, _ in self._sizes)
        return min(2.0, max(0.1, (self.viewport().width() - 2 * _GAP - 14) / widest))

    def _height(self, page: int) -> float:
        return self._sizes[page][1] * self._scale()

    def _lay(self) -> None:
        scale, top = self._scale(), float(_GAP)
        self._tops = []
        for _, high in self._sizes:
            self._tops.append(top)
            top += high * scale + _GAP
        widest = max((wide for wide, _ in self._sizes), default=0.0) * scale + 2 * _GAP
        port = self.viewport().size()
        vertical, horizontal = self.verticalScrollBar(), self.horizontalScrollBar()
        vertical.setRange(0, max(0, round(top) - port.height()))
        vertical.setPageStep(max(1, port.height() - 40))
        vertical.setSingleStep(40)
        horizontal.setRange(0, max(0, round(widest) - port.width()))
        horizontal.setPageStep(port.width())
        self.zoom_changed.emit(self.percent)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the place in the pages."""
        self.set_zoom(self._zoom)
        super().resizeEvent(event)

    def _rect(self, page: int) -> QRectF:
        scale = self._scale()
        wide, high = self._sizes[page][0] * scale, self._sizes[page][1] * scale
        left = (self.viewport().width() - wide) / 2
        if self.horizontalScrollBar().maximum():
            left = _GAP - self.horizontalScrollBar().value()
        return QRectF(round(left), round(self._tops[page] - self.verticalScrollBar().value()), round(wide), round(high))

    def _in_sight(self) -> range:
        top = self.verticalScrollBar().value()
        first = max(0, bisect_right(self._tops, top) - 1)
        last = bisect_right(self._tops, top + self.viewport().height())
        return range(first, min(last, self.count))

    def _tell_page(self) -> None:
        if self.page != self._shown:
            self._shown = self.page
            self.page_changed.emit(self._shown)
            words = self._pages.words(self._shown)[:4000] if self._pages is not None and self.hasFocus() else ""
            self.setAccessibleDescription(words)

    # --------------------------------------------------------------------------------------------------- painting

    def _take(self, page: int, size: QSize, picture: QImage) -> None:
        if self._asked.get(page) == size:
            del self._asked[page]
        self._drawn[page] = picture
        self._drawn.move_to_end(page)
        while len(self._drawn) > 1 and sum(one.sizeInBytes() for one in self._drawn.values()) > _MOST_KEPT:
            self._drawn.popitem(last=False)
        self.viewport().update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the pages in sight, and ask for those that aren't drawn yet."""
        look = theme()
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), look.colour("rail"))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        ratio = self.devicePixelRatioF()
        for page in self._in_sight():
            rect = self._rect(page)
            picture = self._drawn.get(page)
            painter.fillRect(rect, Qt.GlobalColor.white)
            size = QSize(max(1, round(rect.width() * ratio)), max(1, round(rect.height() * ratio)))
            if picture is not None:
                painter.drawImage(rect, picture)
            if (picture is None or picture.size() != size) and self._asked.get(page) != size:
                self._ask(page, size)
            if look.scheme == "dark":
                shade = look.colour("app")
                shade.setAlphaF(0.08)  # paper is less glaring in a dark room
                painter.fillRect(rect, shade)
            self._paint_pins(painter, page, rect)
        painter.setClipping(False)
        if self.hasFocus():
            focus_ring(painter, QRectF(self.viewport().rect()), 2)

    def _ask(self, page: int, size: QSize) -> None:
        if self._pages is not None and len(self._asked) < _MOST_ASKED:
            self._asked[page] = size
            self._pages.ask(page, size)

    def _paint_pins(self, painter: QPainter, page: int, rect: QRectF) -> None:
        for pin in self._pins:
            if pin.place is not None and pin.place.page == page:
                draw_pin(painter, rect, pin.place, pin.number, chosen=pin.id == self._chosen)
        if self._placing is not None and self._placing.page == page:
            draw_pin(painter, rect, self._placing, len(self._pins) + 1, chosen=True)

    # ------------------------------------------------------------------------------------------------------- pins

    def set_pins(self, pins: Sequence[Pin], chosen: str = "") -> None:
        """Show these comments; the chosen one has a ring."""
        self._pins, self._chosen = list(pins), chosen
        self.viewport().update()

    @property
    def placing(self) -> bool:
        """Whether a place for a comment is being looked for."""
        return self._placing is not None

    def place_pin(self, start: Place | None = None) -> None:
        """Look for a place, from `start` or the middle of what is in sight."""
        if not self.count:
            return
        if start is None:
            rect = self._rect(self.page)
            share = (self.viewport().height() / 2 - rect.y()) / rect.height()
            start = Place(self.page, 0.5, min(0.98, max(0.02, share)))
        self._placing = start
        self.viewport().setCursor(Qt.CursorShape.CrossCursor)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.viewport().update()

    def end_placing(self) -> None:
        """Stop looking for a place."""
        if self._placing is not None:
            self._placing = self._pressed = None
            self.viewport().unsetCursor()
            self.viewport().update()
            self.placing_ended.emit()

    def _finish_placing(self) -> None:
        place = self._placing
        self.end_placing()
        self.placed.emit(place)

    def _place_at(self, point: QPointF) -> Place | None:
        for page in self._in_sight():
            rect = self._rect(page)
            if rect.contains(point):
                return Place(page, (point.x() - rect.x()) / rect.width(), (point.y() - rect.y()) / rect.height())
        return None

    def _dragged(self, point: QPointF) -> Place | None:
        """Return the part between where the button went down and here, on one page."""
        first = self._place_at(self._pressed) if self._pressed is not None else None
        if first is None:
            return None
        rect = self._rect(first.page)
        if (point - (self._pressed or point)).manhattanLength() < _DRAG:
            return first
        x = min(1.0, max(0.0, (point.x() - rect.x()) / rect.width()))
        y = min(1.0, max(0.0, (point.y() - rect.y()) / rect.height()))
        return Place(first.page, min(x, first.x), min(y, first.y), abs(x - first.x), abs(y - first.y))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a place, or choose a pin."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self._placing is not None:
            self._pressed = event.position()
            return
        for page in self._in_sight():
            rect = self._rect(page)
            for pin in self._pins:
                if pin.place is not None and pin.place.page == page:
                    away = pin_centre(rect, pin.place) - event.position()
                    if away.manhattanLength() <= RADIUS * 1.5:
                        self.pin_pressed.emit(pin.id)
                        return

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw the part that a comment is about."""
        part = self._dragged(event.position()) if self._placing is not None else None
        if part is not None:
            self._placing = part
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Take the place."""
        if self._placing is None or self._pressed is None:
            return
        part = self._dragged(event.position())
        if part is not None:
            self._placing = part
            self._finish_placing()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """While placing: arrows move by 5 %, with Shift by 1 %, Enter takes the place, Esc leaves it."""
        key = event.key()
        if self._placing is None:
            self._scroll_key(event)
        elif key in _WAYS:
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            across, down = (one * (_STEP if fine else _BIG_STEP) for one in _WAYS[_Key(key)])
            self._move_placing(self._placing, across, down)
        elif key in {_Key.Key_Return, _Key.Key_Enter}:
            self._finish_placing()
        elif key == _Key.Key_Escape:
            self.end_placing()

    def _move_placing(self, place: Place, across: float, down: float) -> None:
        page = place.page + (1 if place.y + down > 1.0 else -1 if place.y + down < 0.0 else 0)
        if page != place.page and 0 <= page < self.count:
            self._placing = Place(page, place.x, 0.02 if page > place.page else 0.98)
        else:
            self._placing = place.moved(place.x + across, place.y + down)
        self.go_to(self._placing.page, max(0.01, self._placing.y))
        self.viewport().update()

    def _scroll_key(self, event: QKeyEvent) -> None:
        bar = self.verticalScrollBar()
        ends = {_Key.Key_Home: bar.minimum(), _Key.Key_End: bar.maximum()}
        if event.key() in ends:
            bar.setValue(ends[_Key(event.key())])
        else:
            super().keyPressEvent(event)
