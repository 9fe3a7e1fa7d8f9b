"""The sync page: the receipt line by line, what stands in the way, and what needs a decision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.core.receipts import ReceiptLine
from desktop.core.signed_in import SignedIn
from desktop.core.sync_state import SyncState
from desktop.shell.files_card import FilesCard
from desktop.shell.page import follow, tell
from desktop.shell.receipt_source import FILTERS, ReceiptSource
from desktop.shell.receipt_words import Notice, notices, receipt_sentence, state_badge, who_decides
from desktop.shell.sync_line_dialog import SyncLineDialog
from desktop.shell.sync_link import SyncLink
from desktop.shell.times import instant_words, local_now, zone_of
from desktop.widgets.buttons import Button, Kind
from desktop.widgets.card import Card, Well
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.layouts import PageHead
from desktop.widgets.record_table import RecordTable
from desktop.widgets.segmented import Segment, Segmented

Decide = Callable[[str | None], object]
"""Opens the dialog that settles conflicts, at one of them or at the first."""


class SyncPage(QWidget):
    """Opens from the pill. Details: `only` chooses the filter, `decide` opens what needs a decision."""

    def __init__(
        self,
        desk: Desk,
        link: SyncLink,
        details: Mapping[str, Any],
        decide: Decide,
        sign_in_again: Callable[[], object],
        signed_in: SignedIn | None = None,
    ) -> None:
        super().__init__()
        self._desk, self._link, self._signed_in = desk, link, signed_in
        self._decide, self._sign_in_again = decide, sign_in_again
        self._zone = zone_of(desk)
        self.setWindowTitle(self.tr("Saved and sent"))
        self.source = ReceiptSource(desk.store)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(14)
        column.addWidget(self._make_head())
        self.wells = QVBoxLayout()
        self.wells.setSpacing(8)
        column.addLayout(self.wells)
        self.files = FilesCard(desk.files)
        column.addWidget(self.files)
        column.addLayout(self._make_filters())
        column.addWidget(self._make_table(), 1)
        follow(desk.store, self, self._changed)
        # A method, not a lambda: Qt ends the connection when this page is gone, and the link lives longer.
        link.state_changed.connect(self._state_changed)
        self._show_only(str(details.get("only", "all")))
        self.refresh()
        if details.get("decide"):
            QTimer.singleShot(0, self, lambda: self._decide(None))

    # ------------------------------------------------------------------------------------------------------ building

    def _make_head(self) -> PageHead:
        self.head = PageHead(self.tr("Saved and sent"))
        self.compare = Button(self.tr("Compare with the server"), icon="list-checks", on_click=self._compare)
        self.send = Button(self.tr("Send now"), icon="refresh-cw", on_click=self._send)
        self.decide = Button(self.tr("Decide"), kind=Kind.PRIMARY, icon="git-compare-arrows",
                             on_click=lambda: self._decide(None))  # fmt: skip
        for button in (self.compare, self.send, self.decide):
            self.head.add_button(button)
        return self.head

    def _make_filters(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.view = Segmented(
            (
                Segment("all", self.tr("All")),
                Segment("waiting", self.tr("Waiting")),
                Segment("answered", self.tr("Answered")),
                Segment("refused", self.tr("Not accepted")),
            ),
            name=self.tr("Which changes"),
        )
        self.view.chosen_changed.connect(self._show_only)
        row.addWidget(self.view)
        row.addStretch(1)
        return row

    def _make_table(self) -> QWidget:
        card = Card(padded=False)
        columns = [
            Column("time", self.tr("Saved"), self._time, CellKind.MUTED, width=130, sortable=False),
            Column("what", self.tr("What"), lambda line: line.title, width=300, stretch=True, sortable=False),
            Column("state", self.tr("State"), self._state, CellKind.BADGE, width=170, sortable=False),
            Column("words", self.tr("What became of it"), lambda line: line.sentence, CellKind.MUTED, width=400,
                   sortable=False),
        ]  # fmt: skip
        self.table = RecordTable(self.source, columns, name=self.tr("Saved changes"))
        self.table.opened.connect(self.open_line)
        self.empty = EmptyState("cloud-upload", "")
        self._stack = QStackedLayout()
        card.body.addLayout(self._stack)  # first: a stack shows what it gets, and needs a window for it
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        return card

    def _time(self, line: ReceiptLine) -> str:
        return instant_words(line.made_at, self._zone, self._desk.clock.now())

    def _state(self, line: ReceiptLine) -> Cell:
        words, tone, icon = state_badge(line, self._open_conflicts)
        return Cell(words, tone, icon)

    # ------------------------------------------------------------------------------------------------------ showing

    def _changed(self, _changed: Changed) -> None:
        self.refresh()

    def _state_changed(self, _state: SyncState) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Read everything anew."""
        store, state = self._desk.store, self._link.state
        self._zone = zone_of(self._desk)  # the first sync may have brought it
        conflicts = store.conflicts()
        self._open_conflicts = frozenset(one.id for one in conflicts)
        counts = store.receipt_counts()
        own_open = sum(any(side.author_id == self._desk.actor.person_id for side in one.sides) for one in conflicts)
        waits_for = who_decides(conflicts, self._desk.actor.person_id)
        self.head.set_words(self.tr("Saved and sent"), receipt_sentence(counts, own_open, waits_for))
        self.decide.setVisible(bool(conflicts))
        self.decide.setText(self.tr("Decide {count}").format(count=len(conflicts)))
        self.send.setEnabled(self._link.can_sync)
        self.compare.setEnabled(self._link.can_sync)
        numbers = {"waiting": counts.waiting, "refused": store.pending().refused}
        for name, words in (("waiting", self.tr("Waiting")), ("refused", self.tr("Not accepted"))):
            self.view.set_text(name, f"{words} · {numbers[name]:,}" if numbers[name] else words)
        self._show_notices(notices(state, self._signed_in, self._desk.clock.now()))
        self.files.refresh()
        self.table.refresh()
        self._show_empty()

    def _show_notices(self, found: list[Notice]) -> None:
        while self.wells.count():
            item = self.wells.takeAt(0)
            widget = item.widget() if item else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        actions = {
            "retry": (self.tr("Try again now"), self._send),
            "sign_in": (self.tr("Sign in again"), self._sign_in_again),
        }
        for notice in found:
            well = Well(notice.icon, notice.words, notice.tone)
            if notice.action in actions:
                words, act = actions[notice.action]
                well.body.addWidget(Button(words, small=True, on_click=act))
            self.wells.addWidget(well)

    def _show_empty(self) -> None:
        empty = self.table.record_model.rowCount() == 0
        self._stack.setCurrentIndex(1 if empty else 0)
        words = {
            "all": (self.tr("Nothing saved here yet"), self.tr("What you save on this computer appears here.")),
            "waiting": (self.tr("Nothing is waiting"), self.tr("Everything you saved is on the server.")),
            "answered": (self.tr("No answers yet"), self.tr("The server's answers appear here, line by line.")),
            "refused": (self.tr("Everything was accepted"), self.tr("What the server refuses stays here until you have"
                        " looked at it.")),
        }  # fmt: skip
        self.empty.set_words(*words[self.source.only])

    def _show_only(self, only: str) -> None:
        self.source.only = only if only in FILTERS else "all"
        if self.view.chosen != self.source.only:
            self.view.choose(self.source.only)
            return
        self._open_conflicts = frozenset(one.id for one in self._desk.store.conflicts())
        self.table.refresh()
        self.table.scrollToTop()
        self._show_empty()

    # ------------------------------------------------------------------------------------------------------ acting

    def _send(self) -> None:
        self._link.sync_now()

    def _compare(self) -> None:
        self._link.check()
        tell(self, self.tr("Comparing with the server. What differs is fetched again."))

    def open_line(self, command_id: str) -> None:
        """Show what a line is about: the decision it waits for, or its details."""
        line = self.source.line(command_id)
        if line is None:
            return
        if line.conflict_id is not None and line.conflict_id in self._open_conflicts:
            self._decide(line.conflict_id)
            return
        when = instant_words(line.made_at, self._zone, local_now(self._desk))
        dialog = SyncLineDialog(self.window(), line, when, state_badge(line, self._open_conflicts))
        dialog.dismissed.connect(self._desk.store.dismiss)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def page_keys(self) -> list[tuple[str, str]]:
        """Return the keys of this page."""
        return [("Enter", self.tr("Open what a line is about")), ("F5", self.tr("Send and fetch now"))]

    def first_focus(self) -> QWidget:
        """Return the table."""
        return self.table
