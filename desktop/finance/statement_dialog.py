"""Imports a bank statement: choose the file, see by which layout it is read and what it comes to, bring it in."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.finance import bank_actions
from desktop.finance.account_store import currency_of
from desktop.finance.bank_actions import Layout
from desktop.finance.statement_preview import StatementPreview
from desktop.timetable.session_form import side_by_side
from desktop.widgets.buttons import Button, primary, secondary
from desktop.widgets.combo import Combo
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.notice import Notice
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError
from shared.core.money import money_text, parse_amount
from shared.core.text import plural
from shared.finance.statement_reading import MOST_LETTERS, Statement, totals_fault
from shared.people.vocabulary import Permission


def _tr(words: str) -> str:
    return QCoreApplication.translate("StatementDialog", words)


class StatementDialog(Dialog):
    """``imported`` gives the words of what was done; ``other_layout`` says that a layout is to be made for the file."""

    needs = (Permission.FINANCE_APPROVE,)

    imported = Signal(str)
    other_layout = Signal()

    def __init__(self, window: QWidget, desk: Desk) -> None:
        hint = _tr("Lines go into the list, and nothing is booked by it.")
        super().__init__(window, _tr("Import a bank statement"), subtitle=hint, icon="landmark", width=860)
        self._desk, self._currency = desk, currency_of(desk)
        self.content, self.name, self.raw = "", "", b""
        self.found: Statement | None = None
        self.file_words = Label(_tr("No file chosen"), "body", "muted")
        self.choose_button = secondary(_tr("Choose a file"), "folder", self.choose)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.choose_button)
        head.addWidget(self.file_words, 1)
        self.add(head)
        self.layouts = Combo([], name=_tr("Layout"))
        self.layouts.currentIndexChanged.connect(lambda _at: self.look())
        self.change_button = Button(_tr("Change this layout"), icon="table-2", on_click=self.change_layout)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(Field(_tr("Layout"), self.layouts), 1)
        row.addWidget(self.change_button, 0, Qt.AlignmentFlag.AlignBottom)
        self.add(row)
        self.preview = StatementPreview()
        self.add(self.preview)
        self._make_totals()
        self.refusal = Notice()
        self.add(self.refusal)
        self.add_cancel()
        self.save_button = self.add_button(primary(_tr("Import"), "upload", self.save))
        self.on_key("Ctrl+Return", self.save)
        self._fill_layouts()
        self._show()

    def _make_totals(self) -> None:
        self.sums = Label("", "body-strong", wrap=True)
        self.opening, self.closing, self.reason = TextField(), TextField(), TextField()
        self.reason.setMaxLength(500)
        for field in (self.opening, self.closing):
            field.editingFinished.connect(self._show)
        self.totals = QWidget()
        fields = side_by_side(
            (Field(_tr("Opening balance"), self.opening, optional=True), 1),
            (Field(_tr("Closing balance"), self.closing, optional=True), 1),
        )
        self.totals.setLayout(fields)
        fields.setContentsMargins(0, 0, 0, 0)
        self.reason_field = Field(_tr("Why the totals don't agree"), self.reason)
        for widget in (self.sums, self.totals, self.reason_field):
            self.add(widget)

    def _fill_layouts(self, chosen: str = "") -> None:
        self.known = {one.key: one for one in bank_actions.layouts(self._desk)}
        self.layouts.blockSignals(True)
        self.layouts.set_choices([(one.key, one.name) for one in self.known.values()])
        self.layouts.blockSignals(False)
        if chosen:
            self.layouts.choose(chosen)

    @property
    def chosen(self) -> Layout:
        """The layout by which the file is read."""
        return self.known[self.layouts.chosen or next(iter(self.known))]

    def choose(self) -> None:
        """Ask for a file."""
        dialog = QFileDialog(self.window(), _tr("Choose a statement"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(_tr("Statements (*.csv *.txt *.tsv)"))
        dialog.fileSelected.connect(lambda name: self.take_file(Path(name)))
        dialog.open()

    def take_file(self, path: Path) -> None:
        """Read a file, by the layout that fits it best."""
        try:
            with path.open("rb") as stream:
                # Two bytes for a letter, and one letter more than fits, so that a file that is too long is told.
                self.raw = stream.read(2 * MOST_LETTERS + 2)
        except OSError:
            self._refuse(CampusError("file_unreadable", _tr("This file can't be read. Choose another one.")))
            return
        self.take(path.name, self.raw)

    def take(self, name: str, raw: bytes, layout_key: str = "") -> None:
        """Read a file by a layout, or by the one that fits it best."""
        self.name, self.raw = name, raw
        self.file_words.setText(name)
        if layout_key:
            self._fill_layouts(layout_key)
            self.look()
            return
        try:
            text = bank_actions.read_file(self.raw, self.chosen)
        except CampusError as problem:
            self._refuse(problem)
            return
        fits = bank_actions.fitting_layout(self._desk, text)
        if fits is not None:
            self.layouts.blockSignals(True)
            self.layouts.choose(fits.key)
            self.layouts.blockSignals(False)
        self.look()

    def _refuse(self, problem: CampusError) -> None:
        self.content, self.found = "", None
        self.preview.show_lines([])
        self._show(problem.message)

    def look(self) -> None:
        """Read the file by the chosen layout, and show what it says."""
        if not self.name:
            return
        problem = ""
        self.found = None
        try:
            self.content = bank_actions.read_file(self.raw, self.chosen)
            self.preview.show_file(self.content, self.chosen.rules)
            self.found = bank_actions.look(self._desk, self.content, self.chosen)
        except CampusError as refused:
            problem = refused.message
        self._show(problem)

    def _balances(self) -> tuple[int | None, int | None]:
        def read(field: TextField) -> int | None:
            typed = field.text().strip()
            sign = -1 if typed.startswith("-") else 1
            return sign * parse_amount(typed.removeprefix("-"), self._currency) if typed else None

        return read(self.opening), read(self.closing)

    def _show(self, problem: str = "") -> None:
        missed = None
        if self.found is not None:
            try:
                missed = totals_fault(self.found, *self._balances())
            except CampusError as refused:
                problem = refused.message
        self.sums.setText(self._sums_words(missed))
        for widget in (self.sums, self.totals):
            widget.setVisible(self.found is not None)
        self.reason_field.setVisible(bool(missed))
        self.refusal.say(problem)
        self.save_button.setEnabled(self.found is not None and not problem)
        self.preview.setVisible(bool(self.content))

    def _sums_words(self, missed: int | None) -> str:
        if self.found is None:
            return ""
        came = sum(row.amount for row in self.found.rows if row.amount > 0)
        went = sum(row.amount for row in self.found.rows if row.amount < 0)
        words = plural("{n} line", "{n} lines", len(self.found.rows))
        parts = [words, _tr("in {amount}").format(amount=money_text(came, self._currency))]
        parts.append(_tr("out {amount}").format(amount=money_text(-went, self._currency)))
        if missed:
            parts.append(
                _tr("misses the closing balance by {amount}").format(amount=money_text(missed, self._currency))
            )
        elif missed == 0:
            parts.append(_tr("totals agree"))
        return " · ".join(parts)

    def change_layout(self) -> None:
        """Make a layout of one's own of the chosen one; this dialog comes back with it."""
        self.reject()
        self.other_layout.emit()

    def save(self) -> None:
        """Bring the statement in, or say why it can't be."""
        if self.found is None:
            return
        try:
            opening, closing = self._balances()
            bank_actions.bring_in(
                self._desk,
                self.name,
                self.content,
                self.chosen,
                opening=opening,
                closing=closing,
                reason=self.reason.text(),
            )
        except CampusError as problem:
            self._show(problem.message)
            return
        words = _tr("{file} is imported: its lines appear once the server has checked them").format(file=self.name)
        self.accept()
        self.imported.emit(words)
