"""Takes out the journal for an accountant: days, what it comes to, whether it was taken out before, and codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.finance import journal_store
from desktop.finance.report_store import today_of
from desktop.shell.document_preview import ask_path
from desktop.shell.page import tell
from desktop.shell.table_files import write_bytes
from desktop.widgets.background import run_in_background
from desktop.widgets.buttons import Button, primary, secondary
from desktop.widgets.combo import Combo
from desktop.widgets.date_field import DateField
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.notice import Notice
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError
from shared.finance.journal_rules import AccountCode


def _tr(words: str) -> str:
    return QCoreApplication.translate("JournalDialog", words)


class JournalDialog(Dialog):
    """The server writes the file and notes that it was taken out."""

    def __init__(self, window: QWidget, desk: Desk, first: date, last: date) -> None:
        hint = _tr("Every posting with debit and credit. The same days give the same file.")
        super().__init__(window, _tr("Journal for accountants"), subtitle=hint, icon="book-open", width=600)
        self._desk = desk
        self.path_for: Callable[[QWidget, str, str], Path | None] = ask_path
        self._asked: tuple[date, date] | None = None
        days = QHBoxLayout()
        days.setSpacing(12)
        self.first = DateField(first, today=lambda: today_of(desk), name=_tr("First day"))
        self.last = DateField(last, today=lambda: today_of(desk), name=_tr("Last day"))
        for words, field in ((_tr("First day"), self.first), (_tr("Last day"), self.last)):
            days.addWidget(Field(words, field))
            field.changed.connect(lambda _day: self.refresh())
        self.add(days)
        self.comes, self.before = Label("", "body-strong", wrap=True), Label("", "small", "warn", wrap=True)
        self.add(self.comes)
        self.add(self.before)
        self._make_codes()
        self.notice = Notice()
        self.add(self.notice)
        self.add_cancel(_tr("Close"))
        self.csv_button = self.add_button(secondary(_tr("CSV"), "download", partial(self.take, "csv")))
        self.xlsx_button = self.add_button(primary(_tr("XLSX"), "download", partial(self.take, "xlsx")))
        self.refresh()

    def _make_codes(self) -> None:
        self.accounts: dict[str, AccountCode] = {}
        self.account = Combo([], name=_tr("Account"))
        self.code, self.name = TextField(), TextField()
        self.code.setMaxLength(20)
        self.name.setMaxLength(120)
        self.code_field = Field(_tr("Code"), self.code)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(Field(_tr("Account"), self.account), 2)
        row.addWidget(self.code_field, 1)
        row.addWidget(Field(_tr("Name in the journal"), self.name), 2)
        self.add(row)
        self.code_button = Button(_tr("Set the code"), icon="check", on_click=self.set_code)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(self.code_button)
        self.add(line)
        self.account.currentIndexChanged.connect(lambda _at: self._show_code())
        self._read_codes()

    def _read_codes(self) -> None:
        found = journal_store.codes(self._desk)
        self.accounts = {one.what: one for one in found}
        self.account.set_choices([(one.what, f"{one.code} {one.name}") for one in found])
        self._show_code()

    def _show_code(self) -> None:
        one = self.accounts.get(self.account.chosen or "")
        if one is not None:
            self.code.setText(one.code)
            self.name.setText(one.name)
            self.code_field.set_error("")

    def set_code(self) -> None:
        """Keep another code for the account that is chosen."""
        try:
            journal_store.set_code(self._desk, str(self.account.chosen), self.code.text(), self.name.text())
        except CampusError as problem:
            self.code_field.set_error(problem.message)
            return
        self._read_codes()
        tell(self.window(), _tr("Code {code} is set").format(code=self.code.text()))

    # ------------------------------------------------------------------------------------------------- the journal

    def _days(self) -> tuple[date, date]:
        today = today_of(self._desk)
        first, last = sorted((self.first.value or today, self.last.value or today))
        return first, last

    def refresh(self) -> None:
        """Ask what the journal comes to."""
        asked = self._asked = self._days()

        def show(found: Mapping[str, Any]) -> None:
            if asked == self._asked:
                comes, before = journal_store.said(found)
                self._show(comes, before)

        run_in_background(lambda: journal_store.look(self._desk, *asked), show, self._failed, self)

    def _show(self, comes: str, before: str) -> None:
        self.notice.say("")
        self.comes.setText(comes)
        self.before.setText(before)
        self.before.setVisible(bool(before))

    def _failed(self, problem: Exception) -> None:
        self._enable(on=True)
        if not isinstance(problem, CampusError):
            raise problem
        self.notice.say(problem.message)

    def _enable(self, *, on: bool) -> None:
        for button in (self.csv_button, self.xlsx_button):
            button.setEnabled(on)

    def take(self, kind: str) -> None:
        """Save the journal as `csv` or `xlsx`."""
        first, last = self._days()
        path = self.path_for(self, f"journal-{first}-{last}", kind)
        if path is None:
            return
        self._enable(on=False)

        def make() -> None:
            write_bytes(journal_store.fetch(self._desk, first, last, kind), path)

        def done(_none: None) -> None:
            self._enable(on=True)
            tell(self.window(), _tr("{name} saved").format(name=path.name))
            self.refresh()

        run_in_background(make, done, self._failed, self)
