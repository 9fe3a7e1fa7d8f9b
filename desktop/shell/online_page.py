"""A page whose list comes from the server: it asks while it is on show, and says so when the server is away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.server_asking import read_anew
from desktop.shell.page import tell_problem
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import Button
from desktop.widgets.card import Card
from desktop.widgets.columns import Column
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.layouts import PageHead
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from desktop.widgets.server_list import ServerListCard
from shared.core.errors import CampusError

Row = Mapping[str, Any]
Sorts = Mapping[str, Callable[[Row], Any]]


class OnlinePage(QWidget):
    """Needs the network: every act is asked of the server, and its answer shown."""

    path = ""
    every_ms = 15_000

    def __init__(self, desk: Desk, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.title = desk, title
        self.busy = False
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(24, 24, 24, 24)
        self.column.setSpacing(14)
        self.head = PageHead(title, self.tr("Asking the server"))
        self.column.addWidget(self.head)
        self.acts: list[Button] = []
        self._timer = QTimer(self, interval=self.every_ms)
        self._timer.timeout.connect(self.refresh)

    def make_table(self, columns: Sequence[Column], sorts: Sorts, nothing: EmptyState, away: str = "") -> Card:
        """Return the card with the list, what stands there while it is empty, and while the server is away (`away`)."""
        self.source: ListSource[Row] = ListSource(lambda body: str(body["id"]), dict(sorts))
        self.table = RecordTable(self.source, columns, name=self.title)
        self.nothing = nothing
        words = away or self.tr("This is kept on the server alone, so it needs the network.")
        self.listed = ServerListCard(self.table, nothing, words, self.refresh)
        self.away = self.listed.away
        return self.listed

    def act_button(self, button: Button) -> Button:
        """Put a button into the head that rests while the server is asked or away."""
        self.acts.append(self.head.add_button(button))
        button.setEnabled(False)
        return button

    # ------------------------------------------------------------------------------------------------------ asking

    def showEvent(self, event: QShowEvent) -> None:
        """Ask the server, now and again while the page is on show."""
        super().showEvent(event)
        self.refresh()
        self._timer.start()

    def first_focus(self) -> QWidget:
        """Let letters and arrows work on the list at once."""
        return self.table

    def refresh(self) -> None:
        """Ask the server."""
        client = self.desk.client
        if not self.isVisible():
            self._timer.stop()
        elif client is None:
            self.show_away()
        else:
            run_in_background(lambda: read_anew(client, self.path)["data"], self._read, self._not_read, self)

    def _read(self, data: Any) -> None:
        for button in self.acts:
            button.setEnabled(not self.busy)
        self.show_data(data)

    def show_data(self, data: Any) -> None:
        """Show what the server answered."""

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show the list."""
        self.source.set_rows(list(rows))
        self.table.refresh()
        self.listed.show_list(has_rows=bool(rows))

    def _not_read(self, problem: Exception) -> None:
        if not isinstance(problem, CampusError):
            raise problem
        self.show_problem(problem)

    def show_problem(self, problem: CampusError) -> None:
        """Show what the server answered instead of the list, or that it is away."""
        self.show_away(problem)
        self.head.set_words(self.title, problem.message)

    def show_away(self, problem: CampusError | None = None) -> None:
        """Say that the server is away, or what it answered instead."""
        for button in self.acts:
            button.setEnabled(False)
        self.listed.show_away(problem)
        self.head.set_words(self.title, self.tr("The server can't be reached"))

    def ask(
        self,
        method: str,
        path: str,
        body: Any,
        done: Callable[[Any], object],
        failed: Callable[[CampusError], object] | None = None,
    ) -> None:
        """Ask something of the server, then show the list anew."""
        client = self.desk.client
        if client is None or self.busy:
            return
        self.busy = True
        key = self.desk.ids()

        def ok(told: Any) -> None:
            self.busy = False
            done(told)
            self.refresh()

        def refused(problem: Exception) -> None:
            self.busy = False
            if not isinstance(problem, CampusError):
                raise problem
            (failed or (lambda one: tell_problem(self, one)))(problem)
            self.refresh()

        run_in_background(lambda: client.write(method, path, body, key)["data"], ok, refused, self, Lane.NETWORK)
