"""Looked at by the platform: when who runs the server read the institute's records, why, and what of them."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.people.platform_dialogs import record_kinds
from desktop.shell.online_page import OnlinePage, Row
from desktop.shell.times import instant_words, local_now, zone_of
from desktop.widgets.card import Card
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.label import Label
from shared.core.clock import parse_instant
from shared.core.text import plural

OPERATOR_LOOKS_PAGE = "people.operator_looks"


def _tr(words: str) -> str:
    return QCoreApplication.translate("OperatorLooksPage", words)


class OperatorLooksPage(OnlinePage):
    """The newest 200 looks; the whole reason of the one under the cursor stands below the list."""

    path = "/api/v1/organisation/operator-access"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, OPERATOR_LOOKS_PAGE, _tr("Looked at by the platform"), parent)
        words = _tr("Who runs this server reads your records only for a reason. Each time is listed here.")
        nothing = EmptyState("eye", _tr("Nobody looked at your records"), words)
        self.column.addWidget(self.make_table(self._columns(), _SORTS, nothing), 1)
        self.table.sort_by("made_at", descending=True)
        self.table.current.connect(self._choose)
        self.whole = Card()
        self.reason = Label("", "small", "text2", wrap=True)
        self.whole.add(self.reason)
        self.whole.hide()
        self.column.addWidget(self.whole)
        self._rows: dict[str, Row] = {}

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column("made_at", _tr("When"), self._when, width=150),
            Column("who", _tr("Who"), lambda row: str(row["operator_name"]), width=170),
            Column("reason", _tr("Reason"), lambda row: str(row["reason"]), width=260, stretch=True, sortable=False),
            Column("looks", _tr("What was read"), looks_words, CellKind.MUTED, width=280, sortable=False),
            Column("state", _tr("State"), self._state, CellKind.BADGE, width=150, sortable=False),
        )

    def _when(self, row: Row) -> str:
        return instant_words(row["made_at"], zone_of(self.desk), local_now(self.desk))

    def _state(self, row: Row) -> Cell:
        if row["ended_at"] is not None or parse_instant(row["ends_at"]) <= self.desk.clock.now():
            return Cell(_tr("Over"), "neu")
        until = instant_words(row["ends_at"], zone_of(self.desk), local_now(self.desk))
        return Cell(_tr("Until {when}").format(when=until), "warn")

    # ------------------------------------------------------------------------------------------------------ showing

    def show_data(self, data: Any) -> None:
        """Show the looks."""
        self._rows = {str(row["id"]): row for row in data}
        self.show_rows(data)
        times = plural("{n} time, each for a reason", "{n} times, each for a reason", len(data))
        self.head.set_words(self.title, times if data else _tr("Not once so far"))
        self._choose(self.table.current_id() or "")

    def _choose(self, identity: str) -> None:
        row = self._rows.get(identity)
        if row is not None:
            words = _tr("{name}: “{reason}” Read: {looks}.")
            said = words.format(name=row["operator_name"], reason=row["reason"], looks=looks_words(row))
            self.reason.setText(said)
        self.whole.setVisible(row is not None)


def looks_words(row: Row) -> str:
    """Return what was read at one look, the kinds of records with how many: "People 212, Courses 14"."""
    names = record_kinds()
    parts = [f"{names.get(one['kind'], one['kind'])} {one['rows']:,}" for one in row["looks"]]
    return ", ".join(parts) or _tr("nothing")


_SORTS = {"made_at": lambda row: row["made_at"], "who": lambda row: str(row["operator_name"]).casefold()}
