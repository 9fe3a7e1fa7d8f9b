"""The list of letters: what became of each, by way and state; Enter shows its tries and what can be done."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.messaging.letter_actions import letters
from desktop.messaging.letter_dialog import LetterDialog
from desktop.messaging.letter_words import channel_words, cost_words, state_tone, state_words
from desktop.shell.times import instant_words, zone_of
from desktop.widgets.asked_list import AskedList
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.filter_row import FilterRow
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource

Body = Mapping[str, Any]


class LettersView(QWidget):
    """The newest 200 letters of what is filtered, and more at the press of a button; it needs the network."""

    told = Signal(str)
    """What the head of the page says of the list."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._make_filters()
        self._make_table()
        self.asked = AskedList(
            self.filters,
            self.table,
            self.source,
            partial(letters, desk),
            nothing=self.nothing,
            away_words=self.tr("Letters are kept by the server. Connect, then ask again."),
        )
        usual = self.tr("What became of mail and SMS, the newest first")
        self.asked.told.connect(lambda problem: self.told.emit(problem or usual))
        column.addWidget(self.asked)

    def _make_filters(self) -> None:
        self.filters = FilterRow(self.tr("Name, address, letter"))
        self.filters.add_filter("state", self.tr("State"), [("", self.tr("All states")), *state_words().items()])
        self.filters.add_filter("channel", self.tr("Way"), [("", self.tr("Mail and SMS")), *channel_words().items()])

    def _make_table(self) -> None:
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

    def open_letter(self, letter_id: str) -> None:
        """Show a letter with its tries."""
        shown = self.asked.row(letter_id)
        if shown is not None:
            dialog = LetterDialog(self.window(), self._desk, shown)
            dialog.changed.connect(self.asked.refresh)
            dialog.open_dialog()
