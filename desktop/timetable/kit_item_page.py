"""One piece of kit: where it is, its calendar, and its loans with condition and photos."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.learning.record_head import RecordHead
from desktop.shell.page import follow, tell
from desktop.timetable.kit_calendar import BOOKING, CLASS, Entry, entries_of
from desktop.timetable.kit_desk import KitDesk
from desktop.timetable.kit_loan_dialog import LoanDialog
from desktop.timetable.kit_page import BOOK_KEY, LEND_KEY, RETURN_KEY
from desktop.timetable.kit_store import (
    KINDS_READ,
    KitLine,
    Standing,
    block_words,
    borrower_of,
    course_words,
    line_of,
    loans_of,
    photos_of,
)
from desktop.timetable.kit_strip import CalendarStrip
from desktop.timetable.kit_words import STANDING_LOOKS, due_words, is_late, kind_words, loan_words, standing_words
from desktop.timetable.times import local_now, zone_of
from desktop.widgets.buttons import link, primary, secondary
from desktop.widgets.card import Card
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.label import Label
from desktop.widgets.layouts import FactGrid, ScrollColumn
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.notice import Notice
from desktop.widgets.theme import theme
from shared.timetable.kit_permissions import may_lend_kit, may_manage_kit
from shared.timetable.kit_rules import is_out
from shared.timetable.kit_vocabulary import KIT_ITEM, KitKind, LoanState

_FACTS_WIDTH = 340
_MOST_LOANS = 40


class KitItemPage(QWidget):
    """The page of one piece; a loan opens with its photos, an own booking is given back."""

    def __init__(self, desk: Desk, item_id: str | None, _details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk, self.item_id, self._zone = desk, item_id or "", zone_of(desk)
        self.line: KitLine | None = None
        self.entries: list[Entry] = []
        self.acts = KitDesk(desk, self, self._done)
        self._stack = QStackedLayout(self)
        column = ScrollColumn()
        column.body.setSpacing(16)
        self._make_head()
        column.body.addWidget(self.head)
        self.notice = Notice()
        self.lift_link = link(self.tr("Lift the block"), on_click=self._lift)
        self.choose_link = link(self.tr("Choose who has it"), on_click=self._choose)
        notice = QHBoxLayout()
        notice.addWidget(self.notice, 1)
        notice.addWidget(self.lift_link)
        notice.addWidget(self.choose_link)
        column.body.addLayout(notice)
        parts = QHBoxLayout()
        parts.setSpacing(16)
        parts.addWidget(self._make_facts(), 0, Qt.AlignmentFlag.AlignTop)
        parts.addLayout(self._make_lists(), 1)
        column.body.addLayout(parts)
        column.body.addStretch(1)
        self._stack.addWidget(column)
        words = self.tr("It may have been removed, or isn't for your courses. Go back to the list.")
        self._stack.addWidget(EmptyState("camera", self.tr("This piece isn't on this computer"), words))
        follow(desk.store, self, lambda changed: self.refresh() if changed.kinds & KINDS_READ else None)
        self.refresh()

    def _make_head(self) -> None:
        actor = self._desk.actor
        self.head = RecordHead("camera")
        self.edit_button = secondary(self.tr("Change"), "settings", lambda: self._with_body(self.acts.edit))
        self.book_button = secondary(self.tr("Book"), "calendar", lambda: self._with(self.acts.book))
        self.return_button = primary(self.tr("Take back"), "arrow-down-right", lambda: self._with(self.acts.take_back))
        self.lend_button = primary(self.tr("Lend"), "arrow-up-right", lambda: self._with(self.acts.lend))
        shown = [(self.edit_button, "")] if may_manage_kit(actor) else []
        shown.append((self.book_button, BOOK_KEY))
        self.lends = may_lend_kit(actor)
        shown += [(self.return_button, RETURN_KEY), (self.lend_button, LEND_KEY)] if self.lends else []
        for button, key in shown:
            self.head.add_button(button)
            if key:
                button.setToolTip(f"{button.text()} ({key.replace('+', ' ')})")
                shortcut = QShortcut(QKeySequence(key), self)
                shortcut.activated.connect(button.click)

    def _make_facts(self) -> Card:
        card = Card(self.tr("Details"))
        card.setFixedWidth(theme().px(_FACTS_WIDTH))
        self.facts = FactGrid(1)
        card.add(self.facts)
        return card

    def _make_lists(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(16)
        calendar = Card(self.tr("Calendar"), padded=False)
        self.strip = CalendarStrip()
        strip = QVBoxLayout()
        strip.setContentsMargins(16, 10, 16, 10)
        strip.addWidget(self.strip)
        calendar.add(strip)
        self.calendar = RowList(name=self.tr("Calendar"))
        self.calendar.pressed.connect(self.open_entry)
        calendar.add(self.calendar)
        self.free = Label(self.tr("Nothing takes it in the coming weeks."), "small", "muted")
        self.free.setContentsMargins(16, 0, 16, 14)
        calendar.add(self.free)
        column.addWidget(calendar)
        self.history_card = Card(self.tr("Loans"), padded=False)
        self.history = RowList(name=self.tr("Loans"))
        self.history.pressed.connect(self.open_loan)
        self.history_card.add(self.history)
        self.no_loans = Label(self.tr("It hasn't been lent yet."), "small", "muted")
        self.no_loans.setContentsMargins(16, 14, 16, 14)
        self.history_card.add(self.no_loans)
        column.addWidget(self.history_card)
        return column

    # -------------------------------------------------------------------------------------------------- showing

    def refresh(self) -> None:
        """Show what the store has now."""
        self.line = line_of(self._desk, self.item_id)
        if self.line is None:
            self._stack.setCurrentIndex(1)
            self.setWindowTitle(self.tr("Kit"))
            return
        self._stack.setCurrentIndex(0)
        line, now = self.line, local_now(self._desk, self._zone)
        self.setWindowTitle(line.name)
        tone, _icon = STANDING_LOOKS[line.standing]
        facts = [str(line.body["number"]), kind_words(line.body["kit_kind"]), str(line.body.get("category") or "")]
        self.head.show_words(line.name, facts, (standing_words(line.standing), tone))
        self._show_facts(line, now)
        self._show_notice(line)
        self._show_buttons(line)
        self.entries = entries_of(self._desk, line.body)
        self.strip.show_days(now.date(), self.entries)
        self.calendar.set_rows([entry.row for entry in self.entries])
        self.free.setVisible(not self.entries)
        loans = loans_of(self._desk, line.id)[:_MOST_LOANS]
        self.history.set_rows([self._loan_row(one, now) for one in loans])
        self.no_loans.setVisible(not loans)
        self.history_card.setVisible(bool(loans) or line.body["kit_kind"] == KitKind.ITEM)

    def _show_facts(self, line: KitLine, now: datetime) -> None:
        late = "bad" if line.standing is Standing.OVERDUE else "text"
        studio = line.body["kit_kind"] == KitKind.STUDIO
        if not studio:
            self.facts.set_fact(self.tr("Borrower"), line.borrower)
            self.facts.set_fact(self.tr("Due"), due_words(line, now), late)
        else:
            self.facts.set_fact(self.tr("Room as classes name it"), str(line.body.get("room") or ""))
        self.facts.set_fact(self.tr("For students of"), course_words(self._desk, line.body))
        self.facts.set_fact(self.tr("Condition"), str(line.body.get("condition") or ""))

    def _show_notice(self, line: KitLine) -> None:
        self._blocking = ""
        words = ""
        if line.conflict_id is not None:
            words = self.tr("Two desks lent it to different people. Both loans are kept until someone chooses.")
        else:
            last = next((one for one in loans_of(self._desk, line.id) if one["state"] == LoanState.BACK), None)
            found = block_words(self._desk, borrower_of(self._desk, last["person_id"])) if last else None
            if found is not None and found[0].loan["id"] == (last or {})["id"]:
                words, self._blocking = found[1], str(found[0].loan["id"])
        self.notice.say(words if self.lends else "")
        self.choose_link.setVisible(line.conflict_id is not None and self.lends)
        self.lift_link.setVisible(bool(self._blocking) and may_manage_kit(self._desk.actor))

    def _show_buttons(self, line: KitLine) -> None:
        studio = line.body["kit_kind"] == KitKind.STUDIO
        self.lend_button.setVisible(self.lends and not studio and line.loan is None)
        self.lend_button.setEnabled(line.standing is Standing.IN)
        self.return_button.setVisible(self.lends and line.loan is not None)
        self.book_button.setEnabled(line.standing not in (Standing.REMOVED, Standing.REPAIR))

    def _loan_row(self, loan: Mapping[str, Any], now: datetime) -> RowContent:
        photos = photos_of(self._desk, loan["id"])
        parts = [loan_words(loan, now), loan.get("condition_in") or "", self.tr("with a photo") if photos else ""]
        badge: tuple[str, str, str] | None = None
        if is_out(loan):
            badge = self.tr("Out"), "info", "arrow-up-right"
        elif is_late(loan):
            badge = self.tr("Late"), "warn", "clock"
        name = str(loan.get("person_name") or "")
        detail = " · ".join(part for part in parts if part)
        return RowContent(loan["id"], name, detail, person=loan["person_id"], badge=badge)

    # --------------------------------------------------------------------------------------------------- acting

    def _with(self, act: Callable[[KitLine], object]) -> None:
        if self.line is not None:
            act(self.line)

    def _with_body(self, act: Callable[[Mapping[str, Any]], object]) -> None:
        body = self._desk.store.get(KIT_ITEM, self.item_id)
        if body is not None:
            act(body)

    def _choose(self) -> None:
        if self.line is not None:
            self._desk.open("shell.conflicts", self.line.conflict_id)

    def _lift(self) -> None:
        self.acts.lift(self._blocking)

    def open_entry(self, entry_id: str) -> None:
        """Give an own booking back, open a loan or a class."""
        entry = next((one for one in self.entries if one.id == entry_id), None)
        if entry is None:
            return
        if entry.kind == BOOKING and entry.own and entry.body is not None:
            self.acts.ask_cancel(entry.body, entry.row.detail)
        elif entry.kind == CLASS:
            self._desk.open("timetable.week", None)
        elif entry.kind != BOOKING:
            self.open_loan(entry_id)

    def open_loan(self, loan_id: str) -> None:
        """Show a loan with its photos."""
        loan = next((one for one in loans_of(self._desk, self.item_id) if one["id"] == loan_id), None)
        if loan is not None and self.line is not None:
            dialog = LoanDialog(self.window(), self._desk, loan, self.line.name)
            dialog.lift_asked.connect(self.acts.lift)
            dialog.finished.connect(dialog.deleteLater)
            dialog.open_dialog()

    def _done(self, _item_id: str, words: str, undo: Callable[[], object] | None = None) -> None:
        self.refresh()
        tell(self, words, undo)

    def page_keys(self) -> list[tuple[str, str]]:
        """Return the keys of this page."""
        keys = [("Ctrl B", self.tr("Book it")), ("Enter", self.tr("Open the loan, or give the booking back"))]
        return keys + ([("Ctrl L", self.tr("Lend it")), ("Ctrl R", self.tr("Take it back"))] if self.lends else [])

    def first_focus(self) -> QWidget:
        """Begin with what is done most."""
        for button in (self.return_button, self.lend_button):
            if not button.isHidden() and button.isEnabled():
                return button
        return self.book_button
