"""A student's side of kit: what the own courses may use, to ask for and to book, and the own loans and bookings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.shell.page import follow, tell
from desktop.timetable.kit_desk import KitDesk
from desktop.timetable.kit_page import BOOK_KEY
from desktop.timetable.kit_store import (
    KINDS_READ,
    KitLine,
    Standing,
    block_words,
    bookings_of_person,
    borrower_of,
    kit_lines,
    loans_of_person,
    names_of_items,
)
from desktop.timetable.kit_words import STANDING_LOOKS, due_words, is_late, loan_words, span_text, standing_words
from desktop.timetable.times import local, local_now, zone_of
from desktop.widgets.buttons import primary
from desktop.widgets.card import Card
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.layouts import PageHead, ScrollColumn
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.notice import Notice
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from desktop.widgets.tabs import Tabs
from shared.people.rules import fold
from shared.timetable.kit_rules import is_out, is_overdue
from shared.timetable.kit_vocabulary import KitBookingState

OFFERED, OWN = "offered", "own"
_WIDEST = 860


class OwnKitPage(QWidget):
    """Two tabs: the pieces that one may have, and what one has and has booked."""

    def __init__(self, desk: Desk, _id: str | None = None, details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk, self._zone = desk, zone_of(desk)
        self.setWindowTitle(self.tr("Kit"))
        self.lines: list[KitLine] = []
        self.acts = KitDesk(desk, self, self._done)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        self.head = PageHead(self.tr("Kit"))
        self.book_button = primary(self.tr("Book"), "calendar", self.book)
        self.head.add_button(self.book_button)
        shortcut = QShortcut(QKeySequence(BOOK_KEY), self)
        shortcut.activated.connect(self.book_button.click)
        column.addWidget(self.head)
        self.block = Notice()
        column.addWidget(self.block)
        tabs = [(OFFERED, self.tr("For your courses")), (OWN, self.tr("Your loans and bookings"))]
        self.tabs = Tabs(tabs, name=self.tr("Kit"))
        column.addWidget(self.tabs)
        self.parts = QStackedWidget()
        self.parts.addWidget(self._make_offered())
        self.parts.addWidget(self._make_own())
        column.addWidget(self.parts, 1)
        self.tabs.chosen_changed.connect(self._choose)
        self.refresh()
        follow(desk.store, self, self._store_changed)
        if (details or {}).get("tab") == OWN:
            self.tabs.choose(OWN)
            self._choose(OWN)

    def _make_offered(self) -> QWidget:
        self.source: ListSource[KitLine] = ListSource(
            lambda line: line.id,
            {
                "name": lambda line: fold(line.name),
                "category": lambda line: fold(str(line.body.get("category") or "")),
                "state": lambda line: str(line.standing),
            },
            name_key="name",
        )
        columns = [
            Column("name", self.tr("Kit"), lambda line: line.name, width=260, stretch=True),
            Column("category", self.tr("Category"), lambda line: line.body.get("category") or "", CellKind.MUTED, 140),
            Column("state", self.tr("State"), self._state, CellKind.BADGE, width=130),
            Column("", self.tr("Due"), self._due, CellKind.MUTED, width=170, sortable=False),
        ]
        self.table = RecordTable(self.source, columns, name=self.tr("For your courses"))
        self.table.sort_by("name")
        self.table.opened.connect(lambda item_id: self._desk.open("kit.item", item_id))
        self.table.current.connect(lambda _id: self._show_button())
        card = Card(padded=False)
        card.add(self.table, 1)
        words = self.tr("Kit that your courses may use appears here when the office has added it.")
        self.offered = QStackedWidget()
        self.offered.addWidget(card)
        self.offered.addWidget(EmptyState("camera", self.tr("No kit for your courses"), words))
        return self.offered

    def _make_own(self) -> QWidget:
        column = ScrollColumn(padding=0, most=_WIDEST)
        self.own_card = Card(padded=False)
        self.own = RowList(name=self.tr("Your loans and bookings"))
        self.own.pressed.connect(self.open_own)
        self.own_card.add(self.own)
        column.body.addWidget(self.own_card)
        words = self.tr("What you borrow at the desk and what you book appears here, with the time it is due.")
        self.no_own = EmptyState("camera", self.tr("You have nothing and booked nothing"), words)
        column.body.addWidget(self.no_own)
        column.body.addStretch(1)
        return column

    def _state(self, line: KitLine) -> Cell:
        # Others learn that it is out and until when, and nothing about whoever has it.
        own = line.loan is not None and line.loan["person_id"] == self._desk.actor.person_id
        standing = Standing.OUT if line.standing is Standing.OVERDUE and not own else line.standing
        tone, icon = STANDING_LOOKS[standing]
        return Cell(standing_words(standing), tone, icon)

    def _due(self, line: KitLine) -> str:
        return due_words(line, local_now(self._desk, self._zone))

    def _choose(self, tab: str) -> None:
        self.parts.setCurrentIndex(int(tab == OWN))
        self._show_button()

    # -------------------------------------------------------------------------------------------------- showing

    def refresh(self) -> None:
        """Read everything anew."""
        self.lines = kit_lines(self._desk, own=True)
        self.source.set_rows(self.lines)
        self.table.refresh()
        self.offered.setCurrentIndex(0 if self.lines else 1)
        borrower = borrower_of(self._desk, self._desk.actor.person_id)
        found = block_words(self._desk, borrower)
        held = borrower.held.sentence if borrower.held else ""
        self.block.say(held or (found[1] if found else ""))
        self._show_own()
        self._show_button()

    def _show_own(self) -> None:
        me, now = self._desk.actor.person_id, local_now(self._desk, self._zone)
        self.loans, self.bookings = loans_of_person(self._desk, me), bookings_of_person(self._desk, me)
        names = names_of_items(self._desk, [*self.loans, *self.bookings])
        rows = [self._booking_row(one, names, now) for one in self.bookings]
        rows = [self._loan_row(one, names, now) for one in self.loans if is_out(one)] + rows
        rows += [self._loan_row(one, names, now) for one in self.loans if not is_out(one)]
        self.own.set_rows(rows)
        self.own_card.setVisible(bool(rows))
        self.no_own.setVisible(not rows)
        out = sum(is_out(one) for one in self.loans)
        words = self.tr("You have {n} of the institute's things").format(n=out) if out > 1 else ""
        if out == 1:
            words = self.tr("You have one of the institute's things")
        self.head.set_words(self.tr("Kit"), words or self.tr("You have nothing of the institute"))

    def _loan_row(self, loan: Mapping[str, Any], names: Mapping[str, str], now: Any) -> RowContent:
        badge: tuple[str, str, str] | None = None
        if is_out(loan):
            late = is_overdue(loan["due_at"], self._desk.clock.now().isoformat())
            badge = (self.tr("Overdue"), "bad", "circle-alert") if late else (self.tr("Out"), "info", "arrow-up-right")
        elif is_late(loan):
            badge = self.tr("Late"), "warn", "clock"
        name = names.get(loan["item_id"]) or self.tr("A piece of kit")
        return RowContent(loan["id"], name, loan_words(loan, now), icon="camera", badge=badge)

    def _booking_row(self, booking: Mapping[str, Any], names: Mapping[str, str], now: Any) -> RowContent:
        starts, ends = local(booking["starts_at"], self._zone), local(booking["ends_at"], self._zone)
        words = " · ".join(part for part in (span_text(starts, ends, now.date()), booking.get("purpose")) if part)
        waiting = self._desk.store.waiting("kit_booking", booking["id"])
        badge = (self.tr("Not sent yet"), "info", "hard-drive") if waiting else (self.tr("Booked"), "ok", "check")
        name = names.get(booking["item_id"]) or self.tr("A piece of kit")
        return RowContent(booking["id"], name, words, icon="calendar", tone="accent", badge=badge)

    def _show_button(self) -> None:
        line = self.current()
        usable = line is not None and line.standing not in (Standing.REMOVED, Standing.REPAIR)
        self.book_button.setEnabled(usable and self.tabs.chosen == OFFERED)

    def current(self) -> KitLine | None:
        """Return the piece on which the cursor stands."""
        here = self.table.current_id()
        return next((line for line in self.lines if line.id == here), None)

    def _store_changed(self, changed: Changed) -> None:
        if changed.kinds & KINDS_READ or not changed.keys:
            self.refresh()

    # --------------------------------------------------------------------------------------------------- acting

    def book(self) -> None:
        """Book the piece on which the cursor stands."""
        line = self.current()
        if line is not None:
            self.acts.book(line)

    def open_own(self, row_id: str) -> None:
        """Give a booking back, or show the piece of a loan."""
        booking = next((one for one in self.bookings if one["id"] == row_id), None)
        if booking is not None and booking["state"] == KitBookingState.BOOKED:
            row = next(row.content for row in self.own.rows if row.content.id == row_id)
            self.acts.ask_cancel(booking, row.detail)
            return
        loan = next((one for one in self.loans if one["id"] == row_id), None)
        if loan is not None:
            self._desk.open("kit.item", loan["item_id"])

    def _done(self, _item_id: str, words: str, undo: Callable[[], object] | None = None) -> None:
        self.refresh()
        tell(self, words, undo)

    def page_keys(self) -> list[tuple[str, str]]:
        """Return the keys of this page."""
        return [("Enter", self.tr("Open the piece")), ("Ctrl B", self.tr("Book it"))]

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening: the list, with the cursor on a piece."""
        model = self.table.record_model
        if not model.rowCount():
            return self.tabs
        if not self.table.current_id():
            self.table.go_to(model.id_at(0))
        return self.table
