"""The list of kit: where each piece is, who has it and until when; lending and taking back from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.shell.page import follow, tell, tell_problem
from desktop.timetable.kit_desk import KitDesk
from desktop.timetable.kit_store import KINDS_READ, KitLine, Standing, categories_of, course_words, kit_lines
from desktop.timetable.kit_words import STANDING_LOOKS, due_words, standing_words
from desktop.timetable.times import local_now, zone_of
from desktop.widgets.buttons import Button, primary, secondary
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.dialog import Dialog
from desktop.widgets.filter_row import FilterRow
from desktop.widgets.filtered_table import FilteredTable
from desktop.widgets.layouts import PageHead
from desktop.widgets.reader_filter import ReaderFilter
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from shared.core.errors import CampusError
from shared.people.rules import fold
from shared.timetable.kit_permissions import may_lend_kit, may_manage_kit
from shared.timetable.kit_vocabulary import KitKind

_ORDER = list(Standing)
LEND_KEY, RETURN_KEY, BOOK_KEY = "Ctrl+L", "Ctrl+R", "Ctrl+B"


class KitPage(QWidget):
    """Lists pieces by where they are; Enter opens one, a scanned number lends it or takes it back."""

    def __init__(self, desk: Desk, _id: str | None = None, details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk, self._zone = desk, zone_of(desk)
        self.setWindowTitle(self.tr("Kit"))
        self.lines: list[KitLine] = []
        self.source: ListSource[KitLine] = ListSource(
            lambda line: line.id,
            {
                "name": lambda line: fold(line.name),
                "number": lambda line: fold(str(line.body["number"])),
                "category": lambda line: fold(str(line.body.get("category") or "")),
                "state": lambda line: (_ORDER.index(line.standing), line.body.get("due_at") or "", fold(line.name)),
                "due": lambda line: line.body.get("due_at") or "~",
                "borrower": lambda line: fold(line.borrower) or "~",
            },
            name_key="name",
        )
        self.acts = KitDesk(desk, self, self._done)
        self._make(details or {})
        self.refresh()
        follow(desk.store, self, self._store_changed)
        start: Callable[[], None] | None = {"new": self.new, "policy": self.acts.set_policy}.get(
            str((details or {}).get("act"))
        )
        if start is not None:
            QTimer.singleShot(0, self, start)  # once the page has its window

    def _make(self, details: Mapping[str, Any]) -> None:
        actor = self._desk.actor
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        self.head = PageHead(self.tr("Kit"))
        self._make_buttons(lends=may_lend_kit(actor), manages=may_manage_kit(actor))
        column.addWidget(self.head)
        self.filters = FilterRow(self.tr("Search kit"))
        states = [(str(one), standing_words(one)) for one in _ORDER]
        self.filters.add_filter("state", self.tr("State"), [("", self.tr("All but removed")), *states])
        categories = [(one, one) for one in categories_of(self._desk)]
        self.filters.add_filter("category", self.tr("Category"), [("", self.tr("All categories")), *categories])
        self.filters.filters["state"].choose(details.get("state"))
        self.table = RecordTable(self.source, self._columns(), name=self.tr("Kit"))
        self.table.sort_by("state")
        self.body = FilteredTable(self.filters, self.table, icon="camera", empty_words=self._nothing)
        self.empty, self.stack = self.body.empty, self.body.stack
        column.addWidget(self.body, 1)
        self.filters.changed.connect(self.refresh)
        self.table.opened.connect(lambda item_id: self._desk.open("kit.item", item_id))
        self.table.current.connect(lambda _id: self._show_buttons())
        self.reader = ReaderFilter(self)
        self.reader.scanned.connect(self.take_scan)

    def _make_buttons(self, *, lends: bool, manages: bool) -> None:
        self.book_button = secondary(self.tr("Book"), "calendar", self.book)
        self.add_button = secondary(self.tr("Add kit"), "plus", self.new)
        self.return_button = secondary(self.tr("Take back"), "arrow-down-right", self.take_back)
        self.lend_button = primary(self.tr("Lend"), "arrow-up-right", self.lend)
        shown: list[tuple[Button, str]] = [(self.book_button, BOOK_KEY)]
        if manages:
            self.head.add_button(secondary(self.tr("Limits"), "settings", self.acts.set_policy))
            self.head.add_button(self.add_button)
        shown += [(self.return_button, RETURN_KEY), (self.lend_button, LEND_KEY)] if lends else []
        for button, key in shown:
            self.head.add_button(button)
            button.setToolTip(f"{button.text()} ({key.replace('+', ' ')})")
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.activated.connect(button.click)

    def _columns(self) -> list[Column]:
        return [
            Column("name", self.tr("Kit"), lambda line: line.name, width=220, stretch=True),
            Column("number", self.tr("Number"), lambda line: line.body["number"], CellKind.MUTED, width=100),
            Column("category", self.tr("Category"), lambda line: line.body.get("category") or "", CellKind.MUTED, 120),
            Column("state", self.tr("State"), self._state, CellKind.BADGE, width=150),
            Column("due", self.tr("Due"), self._due, width=150),
            Column("borrower", self.tr("Borrower"), self._borrower, CellKind.PERSON, width=180),
            Column("", self.tr("For"), self._for, CellKind.MUTED, width=150, sortable=False),
        ]

    def _state(self, line: KitLine) -> Cell:
        if line.conflict_id is not None:
            return Cell(self.tr("Needs a decision"), "bad", "git-compare-arrows")
        tone, icon = STANDING_LOOKS[line.standing]
        return Cell(standing_words(line.standing), tone, icon)

    def _due(self, line: KitLine) -> Cell:
        tone = "bad" if line.standing is Standing.OVERDUE else ""
        return Cell(due_words(line, local_now(self._desk, self._zone)), tone)

    def _borrower(self, line: KitLine) -> Cell:
        return Cell(line.borrower, number=line.borrower_number or line.borrower)

    def _for(self, line: KitLine) -> str:
        return course_words(self._desk, line.body)

    # -------------------------------------------------------------------------------------------------- showing

    def refresh(self) -> None:
        """Read the pieces anew."""
        found = kit_lines(self._desk)
        chosen = self.filters.chosen()
        state, category = chosen.get("state", ""), chosen.get("category", "")
        self.lines = [
            line
            for line in found
            if (line.standing == state if state else line.standing is not Standing.REMOVED)
            and category in ("", line.body.get("category"))
        ]
        self.source.set_rows(self.lines)
        out = sum(line.standing in (Standing.OUT, Standing.OVERDUE) for line in found)
        late = sum(line.standing is Standing.OVERDUE for line in found)
        words = self.tr("{out} out, {late} overdue").format(out=out, late=late) if out else self.tr("Nothing is out")
        self.head.set_words(self.tr("Kit"), words)
        self.body.show_rows(len(self.lines))
        self._show_buttons()

    def _nothing(self, _typed: str, filtered: bool) -> tuple[str, str]:
        if self.lines or filtered:
            return self.tr("No kit matches"), self.tr("Clear the search or choose all states.")
        return self.tr("No kit yet"), self.tr("Cameras, lights and studios that you add are lent and booked here.")

    def _show_buttons(self) -> None:
        line = self.current()
        studio = line is not None and line.body["kit_kind"] == KitKind.STUDIO
        self.lend_button.setEnabled(line is not None and line.standing is Standing.IN and not studio)
        self.return_button.setEnabled(line is not None and line.loan is not None)
        usable = line is not None and line.standing not in (Standing.REMOVED, Standing.REPAIR)
        self.book_button.setEnabled(usable)

    def current(self) -> KitLine | None:
        """Return the piece on which the cursor stands."""
        here = self.table.current_id()
        return next((line for line in self.lines if line.id == here), None)

    def _store_changed(self, changed: Changed) -> None:
        if changed.kinds & KINDS_READ or not changed.keys:
            self.refresh()

    # --------------------------------------------------------------------------------------------------- acting

    def new(self) -> None:
        """Add a piece or a studio."""
        self.acts.edit(None)

    def lend(self) -> None:
        """Lend the piece on which the cursor stands."""
        line = self.current()
        if line is not None:
            self.acts.lend(line)

    def take_back(self) -> None:
        """Take the piece back on which the cursor stands."""
        line = self.current()
        if line is not None:
            self.acts.take_back(line)

    def book(self) -> None:
        """Book the piece on which the cursor stands."""
        line = self.current()
        if line is not None:
            self.acts.book(line)

    def take_scan(self, scanned: str) -> None:
        """Lend the piece whose number was scanned, or take it back."""
        if Dialog.opened_in(self.window()) is not None:
            return
        line = next((one for one in kit_lines(self._desk) if fold(one.body["number"]) == fold(scanned.strip())), None)
        if line is None:
            message = self.tr("No kit has the number {number}.").format(number=scanned.strip()[:60])
            tell_problem(self, CampusError("kit_unknown", message))
            return
        self.table.go_to(line.id)
        self.acts.lend_or_take_back(line)

    def _done(self, item_id: str, words: str, undo: Callable[[], object] | None = None) -> None:
        self.refresh()
        self.table.go_to(item_id)
        tell(self, words, undo)

    def showEvent(self, event: QShowEvent) -> None:
        """Take scans while the page is on show."""
        if may_lend_kit(self._desk.actor):
            self.reader.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Leave the keys alone."""
        self.reader.stop()
        super().hideEvent(event)

    def find(self) -> None:  # type: ignore[override] # the window asks pages for this name; Qt's own is static
        """Put the cursor into the search field."""
        self.filters.search.setFocus()

    def page_keys(self) -> list[tuple[str, str]]:
        """Return the keys of this page."""
        keys = [("Enter", self.tr("Open the piece")), ("Ctrl B", self.tr("Book it"))]
        if may_lend_kit(self._desk.actor):
            keys += [("Ctrl L", self.tr("Lend it")), ("Ctrl R", self.tr("Take it back"))]
        return keys

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening: the list, with the cursor on a piece."""
        model = self.table.record_model
        if not model.rowCount():
            return self.filters.search
        if not self.table.current_id():
            self.table.go_to(model.id_at(0))
        return self.table
