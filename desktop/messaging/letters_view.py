"""The list of letters: what became of each, by way and state; Enter shows its tries and what can be done."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.messaging.letter_actions import letters
from desktop.messaging.letter_dialog import LetterDialog
from desktop.messaging.letter_words import channel_words, cost_words, state_tone, state_words
from desktop.shell.times import instant_words, zone_of
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import secondary
from desktop.widgets.card import Card
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.filter_row import FilterRow
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from desktop.widgets.server_list import ServerListCard
from shared.core.errors import CampusError

PAGE = 200
Body = Mapping[str, Any]


class LettersView(QWidget):
    """The newest 200 letters of what is filtered, and more at the press of a button; it needs the network."""

    told = Signal(str)
    """What the head of the page says of the list."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._letters: list[Body] = []
        self._asked = 0
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(self._make_filters())
        column.addWidget(self._make_table(), 1)
        row = QHBoxLayout()
        self.more_button = secondary(self.tr("Show earlier"), on_click=self.more)
        row.addWidget(self.more_button)
        row.addStretch(1)
        column.addLayout(row)
        self.more_button.hide()

    def _make_filters(self) -> FilterRow:
        self.filters = FilterRow(self.tr("Name, address, letter"))
        self.filters.add_filter("state", self.tr("State"), [("", self.tr("All states")), *state_words().items()])
        self.filters.add_filter("channel", self.tr("Way"), [("", self.tr("Mail and SMS")), *channel_words().items()])
        self.filters.changed.connect(self.refresh)
        self.filters.search.textChanged.connect(self._search)
        return self.filters

    def _make_table(self) -> Card:
        self.source: ListSource[Body] = ListSource(
            lambda body: str(body["id"]),
            {
                "made_at": lambda body: body["made_at"],
                "person": lambda body: f"{body['person_name']} {body['address']}".casefold(),
                "title": lambda body: body["title"].casefold(),
                "reason": lambda body: body["reason"],
            },
        )
        self.table = RecordTable(self.source, self._columns(), name=self.tr("Letters"))
        self.table.sort_by("made_at", descending=True)
        self.table.opened.connect(self.open_letter)
        self.nothing = EmptyState("mail", self.tr("No letters here"), self.tr("Choose another state or way."))
        words = self.tr("Letters are kept by the server. Connect, then ask again.")
        self.listed = ServerListCard(self.table, self.nothing, words, self.refresh)
        self.away = self.listed.away
        return self.listed

    def _columns(self) -> tuple[Column, ...]:
        tr = partial(QCoreApplication.translate, "LettersView")
        now, zone, states, channels = self._desk.clock.now, zone_of(self._desk), state_words(), channel_words()

        def who(body: Body) -> Cell:
            return Cell(body["person_name"] or body["address"], detail=body["address"] if body["person_name"] else "")

        def why(body: Body) -> str:
            return " ".join(part for part in (body["reason"], cost_words(body)) if part)

        return (
            Column("made_at", tr("When"), lambda body: instant_words(body["made_at"], zone, now()), width=130),
            Column(
                "state",
                tr("State"),
                lambda body: Cell(states[body["state"]], state_tone(body["state"])),
                CellKind.BADGE,
                width=120,
                sortable=False,
            ),
            Column("title", tr("Letter"), lambda body: body["title"], width=190),
            Column("channel", tr("Way"), lambda body: channels[body["channel"]], width=70, sortable=False),
            Column("person", tr("To"), who, width=230),
            Column("attempts", tr("Tries"), lambda body: str(body["attempts"] or ""), width=60, sortable=False),
            Column("reason", tr("Why"), why, CellKind.MUTED, width=260, stretch=True, sortable=False),
        )

    # ------------------------------------------------------------------------------------------------------ reading

    def showEvent(self, event: QShowEvent) -> None:
        """Ask the server."""
        super().showEvent(event)
        self.refresh()

    def _search(self, words: str) -> None:
        self.table.set_search(words)

    def refresh(self) -> None:
        """Ask for the newest letters."""
        self._ask(1)

    def more(self) -> None:
        """Ask for the next earlier letters."""
        self._ask(len(self._letters) // PAGE + 1)

    def _ask(self, page: int) -> None:
        self._asked += 1
        asked, wanted = self._asked, self.filters.chosen()

        def done(found: tuple[list[Any], int]) -> None:
            if asked == self._asked:
                self._show(found, page)

        run_in_background(lambda: letters(self._desk, wanted, page, PAGE), done, self._failed, self, Lane.NETWORK)

    def _show(self, found: tuple[list[Any], int], page: int) -> None:
        more, total = found
        self._letters = [*(self._letters if page > 1 else ()), *more]
        self.source.set_rows(self._letters)
        self.table.refresh()
        self.listed.show_list(has_rows=bool(self._letters))
        self.filters.set_count(len(self._letters), total)
        self.more_button.setVisible(len(self._letters) < total)
        self.told.emit(self.tr("What became of mail and SMS, the newest first"))

    def _failed(self, problem: Exception) -> None:
        if not isinstance(problem, CampusError):
            raise problem
        if not self._letters:
            self.listed.show_away()
        self.told.emit(problem.message)

    def open_letter(self, letter_id: str) -> None:
        """Show a letter with its tries."""
        shown = next((one for one in self._letters if one["id"] == letter_id), None)
        if shown is not None:
            dialog = LetterDialog(self.window(), self._desk, shown)
            dialog.changed.connect(self.refresh)
            dialog.open_dialog()
