"""Who owes money, what is overdue, and what the next look would do: reminders and holds, for all or for chosen ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.finance import overdue_actions
from desktop.finance.overdue_actions import OverdueRow
from desktop.finance.policy_dialog import PolicyDialog
from desktop.finance.refund_rule_dialog import RefundRuleDialog
from desktop.shell.page import tell, tell_problem
from desktop.timetable.times import local, moment_words, today, zone_of
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import Button, primary, secondary
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.filter_row import FilterRow
from desktop.widgets.filtered_table import FilteredTable
from desktop.widgets.label import IconText
from desktop.widgets.layouts import PageHead
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from shared.core.errors import CampusError
from shared.core.money import money_text
from shared.core.text import plural
from shared.finance.permissions import may_approve, may_manage_finance
from shared.learning.holds import hold_word
from shared.people.rules import fold


class OverduePage(QWidget):
    """Lists everybody who owes money; Enter opens the account. The list is the server's and needs the network."""

    def __init__(self, desk: Desk, _id: str | None = None, _details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk = desk
        self.setWindowTitle(self.tr("Overdue"))
        self.lines: list[OverdueRow] = []
        self._told_at = ""
        self.source: ListSource[OverdueRow] = ListSource(
            lambda row: row.person_id,
            {
                "name": lambda row: fold(row.name),
                "overdue": lambda row: row.overdue,
                "owed": lambda row: sum(one["amount"] for one in row.owed),
            },
            name_key="name",
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        self.head = PageHead(self.tr("Overdue"))
        self._add_buttons()
        column.addWidget(self.head)
        self.away = IconText("cloud-off", "", "muted")
        self.away.words.setWordWrap(True)
        self.away.hide()
        column.addWidget(self.away)
        self.filters = FilterRow(self.tr("Search students"))
        self.table = RecordTable(self.source, self._columns(), name=self.tr("Overdue"))
        self.table.sort_by("overdue", descending=True)
        self.table.opened.connect(lambda person_id: desk.open("finance.account", person_id))
        self.table.selection_count.connect(lambda _n: self._show_buttons())
        self.body = FilteredTable(self.filters, self.table, icon="circle-check", empty_words=self._nothing)
        column.addWidget(self.body, 1)
        self._show_buttons()

    def _add_buttons(self) -> None:
        actor = self._desk.actor
        self.policy_button = Button(self.tr("Policy"), icon="settings", on_click=self.set_policy)
        self.run_button = secondary(self.tr("Look now"), "refresh-cw", self.run)
        self.remind_button = primary(self.tr("Remind"), "mail", self.remind)
        self.rule_button = Button(self.tr("Cancelling"), icon="receipt", on_click=self.set_rule)
        if may_manage_finance(actor):
            self.head.add_button(self.rule_button)
            self.head.add_button(self.policy_button)
        if may_manage_finance(actor) or may_approve(actor):
            self.head.add_button(self.run_button)
        if overdue_actions.may_remind(self._desk):
            self.head.add_button(self.remind_button)

    def _columns(self) -> list[Column]:
        return [
            Column("name", self.tr("Student"), lambda row: row.name, width=200, stretch=True),
            Column("owed", self.tr("Owed"), lambda row: _sums(row, "amount"), CellKind.NUMBER, 150),
            Column("overdue", self.tr("Overdue"), lambda row: _sums(row, "overdue"), CellKind.NUMBER, 150),
            Column("", self.tr("Reminder now"), self._reminder, CellKind.MUTED, 210, sortable=False),
            Column("", self.tr("Would be held"), self._held, CellKind.MUTED, 220, sortable=False),
            Column("", self.tr("State"), self._state, CellKind.BADGE, 110, sortable=False),
        ]

    def _reminder(self, row: OverdueRow) -> str:
        if not row.reminders:
            return ""
        names = {"mail": self.tr("mail"), "sms": self.tr("SMS"), "notice": self.tr("in the program")}
        late = any(str(one["kind"]).endswith("overdue") for one in row.reminders)
        ways = ", ".join(names[key] for key in row.reminders[0]["channels"])
        return (self.tr("Overdue: {ways}") if late else self.tr("Due soon: {ways}")).format(ways=ways)

    def _held(self, row: OverdueRow) -> str:
        return ", ".join(hold_word(one) for one in row.holds)

    def _state(self, row: OverdueRow) -> Cell:
        if row.spared:
            return Cell(self.tr("Spared"), "neu", "clock")
        if row.overdue:
            return Cell(self.tr("Overdue"), "bad", "circle-alert")
        return Cell(self.tr("Owes"), "info", "coins")

    def _nothing(self, _typed: str, filtered: bool) -> tuple[str, str]:
        if filtered:
            return self.tr("Nobody matches"), self.tr("Clear the search.")
        if not self._told_at:
            words = self.tr("It adds up who owes what. The list stands here as soon as it answers.")
            return self.tr("Waiting for the server"), words
        return self.tr("Nobody owes anything"), self.tr("Charges that aren't paid yet are listed here.")

    def showEvent(self, event: QShowEvent) -> None:
        """Ask the server anew."""
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Ask the server who owes what; without it the last list stays and says so."""

        def failed(problem: Exception) -> None:
            if not isinstance(problem, CampusError):
                raise problem
            self._show_last(problem.message)

        run_in_background(
            lambda: overdue_actions.preview(self._desk), lambda told: self.show_rows(*told), failed, self, Lane.NETWORK
        )

    def _show_last(self, why: str) -> None:
        """Say that the server is away, and of which moment the list is."""
        known = overdue_actions.last_preview(self._desk) if not self._told_at else None
        if known is not None:
            self.show_rows(*known)
        words = why
        if self._told_at:
            when = moment_words(local(self._told_at, zone_of(self._desk)), today(self._desk))
            words = self.tr("{why} The list stands as the server told it {when}.").format(why=why, when=when)
        self.away.set_state("cloud-off", words, "muted")
        self.away.show()
        self.body.show_rows(len(self.lines))

    def show_rows(self, rows: list[OverdueRow], told_at: str) -> None:
        """Show what the server told, and remember when."""
        self.away.hide()
        self.lines, self._told_at = rows, told_at
        self.source.set_rows(rows)
        self.body.show_rows(len(rows))
        self._show_buttons()

    def _show_buttons(self) -> None:
        n = self.table.selected_count()
        self.remind_button.setEnabled(n > 0)
        self.remind_button.setText(plural("Remind {n} student", "Remind {n} students", n) if n else self.tr("Remind"))

    def remind(self) -> None:
        """Remind the chosen students: each once a day, by hand."""
        try:
            n = overdue_actions.remind(self._desk, self.table.selected_ids())
        except CampusError as problem:
            tell_problem(self, problem)
            return
        tell(self, plural("{n} student is reminded", "{n} students are reminded", n))

    def run(self) -> None:
        """Let the server look at everybody now."""
        try:
            overdue_actions.run(self._desk)
        except CampusError as problem:
            tell_problem(self, problem)
            return
        tell(self, self.tr("The server reminds and holds now as the policy says"))

    def set_policy(self) -> None:
        """Ask what happens to overdue money."""
        dialog = PolicyDialog(self.window(), self._desk)
        dialog.saved.connect(self._policy_set)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def set_rule(self) -> None:
        """Ask what goes back when an enrolment is cancelled."""
        dialog = RefundRuleDialog(self.window(), self._desk)
        dialog.saved.connect(lambda: tell(self, self.tr("Rule saved")))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def _policy_set(self) -> None:
        tell(self, self.tr("Policy saved"))
        self.refresh()

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening."""
        return self.table


def _sums(row: OverdueRow, name: str) -> str:
    return ", ".join(money_text(one[name], str(one["currency"])) for one in row.owed if one[name])
