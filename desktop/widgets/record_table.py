"""The table of the house: any number of rows from a RowSource, painted fast, worked by keyboard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import (
    QElapsedTimer,
    QEvent,
    QItemSelectionModel,
    QItemSelectionRange,
    QPoint,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QSizePolicy, QTableView, QWidget

from desktop.widgets.column_fit import ColumnFit
from desktop.widgets.columns import CellKind, Column
from desktop.widgets.record_delegate import RecordDelegate
from desktop.widgets.record_header import RecordHeader
from desktop.widgets.record_model import RecordModel
from desktop.widgets.row_source import RowQuery, RowSource
from desktop.widgets.table_copy import TableCopy
from desktop.widgets.theme import theme

_MOST_KEPT_SELECTED = 1000
_LEAST_ROW = 20
_MEASURED = 60
"""Rows whose numbers are measured before they are painted: as many as a screen shows."""
_Flag = QItemSelectionModel.SelectionFlag


class RecordTable(QTableView):
    """Shows the rows of a source.

    ``opened`` gives the id on Enter or double click, ``selection_count`` the number of selected rows, ``current`` the
    id under the cursor, ``layout_changed`` says that ``save_layout`` has something new to keep for the person.
    An ``embedded`` table stands in a card, as high as its rows; it scrolls where there are more than ``most_rows``.
    """

    opened = Signal(str)
    selection_count = Signal(int)
    current = Signal(str)
    layout_changed = Signal()
    copied = Signal(int)

    def __init__(
        self,
        source: RowSource[Any],
        columns: Sequence[Column],
        *,
        name: str,
        row_size: str = "row-table",
        embedded: bool = False,
        most_rows: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.record_model = RecordModel(source, columns, self)
        self.hovered_row = -1
        self._row_size = row_size
        self._embedded, self._most_rows = embedded, most_rows
        self._jump = ""
        self._jump_clock = QElapsedTimer()
        self._applied_scale = 0
        self._delegate = RecordDelegate(self, self)
        self._copying = TableCopy(self)
        self._copying.done.connect(self.copied)
        self.setAccessibleName(name)
        self._set_up_view()
        self.setModel(self.record_model)
        self._set_up_header()
        self._apply_sizes()
        self.record_model.modelReset.connect(self._measure)
        self.selectionModel().selectionChanged.connect(lambda *_: self.selection_count.emit(self.selected_count()))
        self.selectionModel().currentRowChanged.connect(lambda now, _old: self._tell_current(now.row()))
        self.doubleClicked.connect(lambda index: self._open(index.row()))

    def _set_up_view(self) -> None:
        self.setItemDelegate(self._delegate)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setMouseTracking(True)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        # Once there are 100,000 rows this call takes seconds, so it stands before the model and never comes again.
        self.verticalHeader().setMinimumSectionSize(_LEAST_ROW)
        if self._embedded:
            self.setProperty("bare", True)
            if not self._most_rows:
                self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _set_up_header(self) -> None:
        header = RecordHeader(self.record_model, self)
        self.setHorizontalHeader(header)
        self._fit = ColumnFit(self.record_model.columns, header)
        header.sectionClicked.connect(self._head_clicked)
        header.sectionResized.connect(lambda place, *_: self._section_resized(place))
        header.sectionMoved.connect(lambda *_: self._layout_touched())

    # --- sizes

    def row_height(self) -> int:
        """Return the height of a row in px at the present text size."""
        return theme().size(self._row_size)

    def _apply_sizes(self) -> None:
        scale = theme().scale
        if scale == self._applied_scale:
            return
        self._fit.set_scale(scale)
        self.verticalHeader().setDefaultSectionSize(self.row_height())
        self._applied_scale = scale
        self._measure()

    def _measure(self) -> None:
        """Make room for the numbers of the first rows before they are painted."""
        self._fit.forget()
        model = self.record_model
        numbers = [place for place, column in enumerate(model.columns) if column.kind is CellKind.NUMBER]
        for row in range(min(_MEASURED, model.rowCount()) if numbers else 0):
            for place in numbers:
                cell = model.cell_at(row, place)
                if cell is not None:
                    self._fit.measure(place, cell.text)
        self._fit_columns()
        self.updateGeometry()

    def _fit_columns(self) -> None:
        self._fit.fit(self.viewport().width())

    def number_painted(self, place: int, words: str) -> None:
        """Make room for a number further down that is longer than those before it, once it has been painted."""
        if self._fit.measure(place, words):
            QTimer.singleShot(0, self, self._fit_columns)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the text size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_applied_scale"):
            self._apply_sizes()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows on the screen."""
        self._delegate.begin()
        super().paintEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the stretching column what is left."""
        super().resizeEvent(event)
        self._fit_columns()

    def sizeHint(self) -> QSize:
        """Return the height of the rows that are shown at once when embedded."""
        if not self._embedded:
            return QSize(640, 400)
        rows = min(self.record_model.rowCount(), self._most_rows or self.record_model.rowCount())
        return QSize(320, theme().size("table-head") + rows * self.row_height())

    def minimumSizeHint(self) -> QSize:
        """Return the size hint when embedded, a head and three rows otherwise."""
        if self._embedded:
            return self.sizeHint()
        return QSize(240, theme().size("table-head") + 3 * self.row_height())

    # --- what pages ask

    def set_search(self, text: str) -> None:
        """Show only the rows that match this text."""
        query = self.record_model.query
        self.record_model.set_query(RowQuery(query.order, query.descending, text))
        self.scrollToTop()

    def sort_by(self, key: str, *, descending: bool = False) -> None:
        """Order by a column's key."""
        self.record_model.set_query(RowQuery(key, descending, self.record_model.query.text))
        self.horizontalHeader().viewport().update()
        self.layout_changed.emit()

    def refresh(self) -> None:
        """Read the rows anew; cursor, selection and scroll position stay where their rows still are."""
        current = self.current_id()
        place = self.currentIndex().row()
        column = max(0, self.currentIndex().column())
        selected = self.selected_ids() if self.selected_count() <= _MOST_KEPT_SELECTED else []
        top = self.verticalScrollBar().value()
        self.record_model.refresh()
        if current:
            found = self.record_model.place_of(current, place)
            self._go_to(found if found >= 0 else min(place, self.record_model.rowCount() - 1), column)
        for identity in selected:
            self._select(self.record_model.place_of(identity, place), _Flag.Select)
        self.verticalScrollBar().setValue(top)

    def current_id(self) -> str:
        """Return the id under the cursor, an empty text when there is none."""
        return self.record_model.id_at(self.currentIndex().row())

    def go_to(self, identity: str) -> bool:
        """Move the cursor to a row and select it; False when it is not in the table."""
        place = self.record_model.place_of(identity, self.currentIndex().row())
        if place >= 0:
            self._go_to(place)
            self._select(place, _Flag.ClearAndSelect)
        return place >= 0

    def selected_count(self) -> int:
        """Return how many rows are selected."""
        return sum(part.height() for part in self._parts())

    def selected_places(self) -> list[int]:
        """Return the places of the selected rows, in order."""
        return sorted({place for part in self._parts() for place in range(part.top(), part.bottom() + 1)})

    def _parts(self) -> list[QItemSelectionRange]:
        selection = self.selectionModel().selection()
        return [selection.at(part) for part in range(selection.count())]

    def selected_ids(self) -> list[str]:
        """Return the ids of the selected rows, in order."""
        return [self.record_model.id_at(place) for place in self.selected_places()]

    def copy(self) -> None:
        """Put the selected rows (all, when none is) with heads on the clipboard; ``copied`` gives their number."""
        places = self.selected_places() or range(self.record_model.rowCount())
        self._copying.start(self.record_model.tab_separated(places, self.columns_in_order()))

    def save_layout(self) -> dict[str, Any]:
        """Return widths (px at 100 %), order of columns and sort as plain JSON values, to be kept per person."""
        columns, query = self.record_model.columns, self.record_model.query
        order = [columns[place].key for place in self.columns_in_order()]
        return {"widths": dict(self._fit.widths()), "order": order, "sort": [query.order, query.descending]}

    def restore_layout(self, layout: Mapping[str, Any]) -> None:
        """Take a kept layout up again; columns it does not know keep their own width and place."""
        header = self.horizontalHeader()
        header.blockSignals(True)
        places = {column.key: place for place, column in enumerate(self.record_model.columns)}
        for key, width in layout.get("widths", {}).items():
            if key in places:
                self._fit.choose(places[key], theme().px(width))
        for target, key in enumerate(key for key in layout.get("order", []) if key in places):
            header.moveSection(header.visualIndex(places[key]), target)
        header.blockSignals(False)
        self._fit_columns()
        order, descending = layout.get("sort", ["", False])
        if order in places:
            self.record_model.set_query(RowQuery(order, bool(descending), self.record_model.query.text))
        self.updateGeometries()

    # --- input

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Space selects, Home and End go to the ends, copying gives tab-separated text."""
        place = self.currentIndex().row()
        key = event.key()
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif plain and key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and place >= 0:
            self._open(place)
        elif plain and key == Qt.Key.Key_Space and place >= 0 and not self._jump_running():
            self._select(place, _Flag.Toggle)
        elif plain and key in {Qt.Key.Key_Home, Qt.Key.Key_End}:
            self._go_to(0 if key == Qt.Key.Key_Home else self.record_model.rowCount() - 1, select=True)
        elif key == Qt.Key.Key_Escape or (key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not plain):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _jump_running(self) -> bool:
        interval = QGuiApplication.styleHints().keyboardInputInterval() * 2
        return self._jump_clock.isValid() and self._jump_clock.elapsed() < interval

    def keyboardSearch(self, search: str) -> None:
        """Jump to the first row whose name starts with the letters typed quickly after each other."""
        self._jump = self._jump + search if self._jump_running() else search.lstrip()
        self._jump_clock.start()
        if not self._jump:
            return
        model = self.record_model
        place = model.source.position(model.query, self._jump)
        if place >= 0:
            self._go_to(place, select=True)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer sorting and copying to mouse and menu key alike."""
        self.table_menu().exec(event.globalPos() if event.pos() != QPoint() else self.mapToGlobal(QPoint(24, 48)))

    def table_menu(self) -> QMenu:
        """Return the table's menu: an order for every sortable column, and Copy."""
        menu = QMenu(self)
        for column in self.record_model.columns:
            if column.sortable and column.title:
                action = QAction(self.tr("Sort by {column}").format(column=column.title), menu)
                action.triggered.connect(lambda _=False, key=column.key: self.sort_by(key))
                menu.addAction(action)
        menu.addSeparator()
        menu.addAction(self.tr("Copy with heads"), QKeySequence(QKeySequence.StandardKey.Copy), self.copy)
        return menu

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Remember the row under the mouse."""
        super().mouseMoveEvent(event)
        self._hover(self.rowAt(event.position().toPoint().y()))

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the row under the mouse."""
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, row: int) -> None:
        if row != self.hovered_row:
            before, self.hovered_row = self.hovered_row, row
            for changed in (before, row):
                self._update_row(changed)

    def _update_row(self, row: int) -> None:
        if row >= 0:
            top = self.rowViewportPosition(row)
            self.viewport().update(0, top, self.viewport().width(), self.row_height())

    def _head_clicked(self, place: int) -> None:
        column = self.record_model.columns[place]
        if column.sortable:
            query = self.record_model.query
            self.sort_by(column.key, descending=query.order == column.key and not query.descending)

    def _section_resized(self, place: int) -> None:
        if not self._fit.is_working and not self.record_model.columns[place].stretch:
            self._fit.choose(place, self.horizontalHeader().sectionSize(place))
            self._fit_columns()
            self._layout_touched()

    def _layout_touched(self) -> None:
        if self._applied_scale == theme().scale and self.isVisible():
            self.layout_changed.emit()

    def columns_in_order(self) -> list[int]:
        """Return the columns as they stand on the screen, from the first."""
        header = self.horizontalHeader()
        return [header.logicalIndex(visual) for visual in range(header.count())]

    def _open(self, place: int) -> None:
        identity = self.record_model.id_at(place)
        if identity:
            self.opened.emit(identity)

    def _go_to(self, place: int, column: int = 0, *, select: bool = False) -> None:
        if 0 <= place < self.record_model.rowCount():
            index = self.record_model.index(place, column)
            flags = _Flag.ClearAndSelect | _Flag.Rows if select else _Flag.NoUpdate
            self.selectionModel().setCurrentIndex(index, flags)
            self.scrollTo(index)

    def _select(self, place: int, flag: QItemSelectionModel.SelectionFlag) -> None:
        if place >= 0:
            self.selectionModel().select(self.record_model.index(place, 0), flag | _Flag.Rows)

    def _tell_current(self, place: int) -> None:
        self.viewport().update()
        self.current.emit(self.record_model.id_at(place))
