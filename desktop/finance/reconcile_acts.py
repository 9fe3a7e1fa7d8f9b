"""What the page of reconciliation does: each act on a row, asking for a reason or for students where it needs them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.core.desk import Desk
from desktop.finance import bank_actions, confirm_actions, proof_actions
from desktop.finance.bank_store import ASIDE, MATCHED, OPEN, PROOF, MoneyRow
from desktop.finance.layout_dialog import LayoutDialog
from desktop.finance.money_list import MoneyList
from desktop.finance.place_dialog import PlaceDialog
from desktop.finance.reason_dialog import ReasonDialog
from desktop.finance.statement_dialog import StatementDialog
from desktop.shell.page import tell, tell_problem
from desktop.shell.table_files import write_bytes
from desktop.widgets.dialog import Dialog
from shared.core.errors import CampusError
from shared.core.money import money_text
from shared.finance.bank_words import Goal, MatchState


def _tr(words: str) -> str:
    return QCoreApplication.translate("ReconcileActs", words)


class ReconcileActs:
    """Acts for one page; ``done`` is told the words of what was done."""

    def __init__(self, desk: Desk, page: QWidget, done: Callable[[str], None]) -> None:
        self._desk, self._page, self._done = desk, page, done

    def _open(self, dialog: Dialog) -> None:
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def _ask(self, title: str, words: str, act: Callable[[str], object], done: str, subtitle: str = "") -> None:
        def acted(reason: str) -> None:
            act(reason)
            self._done(done)

        self._open(ReasonDialog(self._page.window(), title, words, acted, subtitle=subtitle))

    def _try(self, act: Callable[[], object], done: str) -> None:
        try:
            act()
        except CampusError as problem:
            tell_problem(self._page, problem)
            return
        self._done(done)

    def import_statement(self) -> None:
        """Bring a statement in."""
        self._import(StatementDialog(self._page.window(), self._desk))

    def _import(self, dialog: StatementDialog) -> None:
        dialog.imported.connect(self._done)
        dialog.other_layout.connect(lambda: self._change_layout(dialog.chosen, dialog.name, dialog.raw, dialog.content))
        self._open(dialog)

    def _change_layout(self, layout: bank_actions.Layout, name: str, raw: bytes, content: str) -> None:
        """Change the layout of a file that is being imported, then go on importing it."""
        kept = [layout.key]
        dialog = LayoutDialog(self._page.window(), self._desk, layout, content)
        dialog.saved.connect(lambda key, _words: kept.append(key))

        def back() -> None:
            again = StatementDialog(self._page.window(), self._desk)
            if name:
                again.take(name, raw, kept[-1])
            self._import(again)

        dialog.finished.connect(lambda _result: QTimer.singleShot(0, self._page, back))
        self._open(dialog)

    def edit_layout(self) -> None:
        """Keep layouts."""
        dialog = LayoutDialog(self._page.window(), self._desk)
        dialog.saved.connect(lambda _key, words: self._done(words))
        self._open(dialog)

    def match(self, row: MoneyRow | None, money: MoneyList) -> None:
        """Match a line with the likeliest of what may belong to it."""
        if row is None or row.goal is not None or row.part != OPEN or not row.hints:
            return
        goal = money.row(row.hints[0].key)
        if goal is not None:
            self._match_with(row, goal)

    def chosen(self, row: MoneyRow | None, money: MoneyList, key: str) -> None:
        """Do what a press beside the list means: match with it, place on that student, or nothing for a match."""
        if row is None or row.part == MATCHED:
            return
        if key.startswith("person:"):
            self.place(row, [key.removeprefix("person:")])
            return
        goal = money.row(key)
        if goal is not None and goal.goal is not None and row.part == OPEN:
            self._match_with(row, goal)

    def _match_with(self, row: MoneyRow, goal: MoneyRow) -> None:
        done = _tr("{amount} matched").format(amount=money_text(row.left, row.currency))
        difference = row.left - goal.left
        if not difference:
            self._try(lambda: bank_actions.match(self._desk, row, [goal]), done)
            return
        amount = money_text(abs(difference), row.currency)
        words = _tr("{amount} more came than was taken. With a reason the line is settled.")
        if abs(row.left) < abs(goal.left):
            words = _tr("{amount} less came than was taken. Say why, such as fees of the provider.")
        self._ask(
            _tr("Match with a difference"),
            words.format(amount=amount),
            lambda reason: bank_actions.match(self._desk, row, [goal], bank_actions.reason_of(reason)),
            done,
            goal.words,
        )

    def place(self, row: MoneyRow | None, students: list[str] | None = None) -> None:
        """Put the money of a line on students."""
        if row is None or row.goal is not None or row.part != OPEN or row.left <= 0:
            return
        dialog = PlaceDialog(self._page.window(), self._desk, row, students)
        dialog.placed.connect(self._done)
        self._open(dialog)

    def set_aside(self, row: MoneyRow | None) -> None:
        """Set a line aside, or open it again."""
        if row is None or row.goal is not None:
            return
        if row.part == ASIDE:
            self._try(lambda: bank_actions.set_aside(self._desk, row, "", aside=False), _tr("Line opened again"))
        elif row.part == OPEN and not row.matches:
            words = _tr("The line is none of the students' money: bank charges, interest, a test. Nothing is booked.")
            act: Callable[[str], object] = lambda reason: bank_actions.set_aside(self._desk, row, reason)  # noqa: E731 - one line
            self._ask(_tr("Set aside"), words, act, _tr("Line set aside"), row.words)

    def give_back(self, row: MoneyRow | None) -> None:
        """Ask that what is left of a line goes back."""
        if row is None or row.goal is not None or row.part != OPEN or row.left <= 0:
            return
        amount = money_text(row.left, row.currency)
        words = _tr("{amount} goes back once somebody else has approved it. Send it at the bank then.")
        self._ask(
            _tr("Give back"),
            words.format(amount=amount),
            lambda reason: bank_actions.ask_return(self._desk, row, reason),
            _tr("Return of {amount} asked for").format(amount=amount),
            row.words,
        )

    def decide(self, row: MoneyRow | None, *, approved: bool) -> None:
        """Approve or refuse a return."""
        waits = next((one for one in row.matches if one["state"] == MatchState.WAITING), None) if row else None
        if waits is None or waits["goal"] != Goal.RETURN:
            return
        if approved:
            done = _tr("Return approved. Send the money at the bank")
            self._try(lambda: bank_actions.decide_return(self._desk, waits, approved=True), done)
            return
        self._ask(
            _tr("Refuse the return"),
            _tr("The money stays in the list, to be placed."),
            lambda reason: bank_actions.decide_return(self._desk, waits, approved=False, reason=reason),
            _tr("Return refused"),
        )

    def end(self, row: MoneyRow | None) -> None:
        """End the matches of a line."""
        if row is None or not row.matches:
            return
        words = _tr("What the match confirmed is unconfirmed again; what was placed is taken back from the students.")
        self._ask(
            _tr("End the match"),
            words,
            lambda reason: bank_actions.end(self._desk, row.matches, reason),
            _tr("Match ended"),
            row.words,
        )

    def save_proof(self, row: MoneyRow | None) -> None:
        """Save the picture or document of a shown transfer, once it is on this computer."""
        if row is None or row.part != PROOF:
            return
        content = proof_actions.content(self._desk, row.body)
        if content is None:
            tell(self._page, _tr("The picture is being fetched. Save it again in a moment"))
            return
        dialog = QFileDialog(self._page.window(), _tr("Save a copy"), str(row.body["file_name"]))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(lambda name: self._write(Path(name), content))
        dialog.open()

    def _write(self, path: Path, content: bytes) -> None:
        try:
            write_bytes(content, path)
        except CampusError as problem:
            tell_problem(self._page, problem)
            return
        tell(self._page, _tr("Copy saved"))

    def decide_proof(self, row: MoneyRow | None, *, approved: bool) -> None:
        """Approve a shown transfer, which books its money, or decline it with a reason that the student reads."""
        if row is None or row.part != PROOF:
            return
        if approved:
            done = _tr("Transfer of {amount} approved").format(amount=money_text(row.amount, row.currency))
            self._try(lambda: proof_actions.decide(self._desk, row.body, approved=True), done)
            return
        self._ask(
            _tr("Decline the transfer"),
            _tr("Nothing is booked. The student is told the reason."),
            lambda reason: proof_actions.decide(self._desk, row.body, approved=False, reason=reason),
            _tr("Transfer declined"),
            row.words,
        )

    def confirm(self, row: MoneyRow | None, *, came: bool) -> None:
        """Say by hand of a payment that its money is there, or that it never came."""
        if row is None or not row.is_unconfirmed:
            return
        if came:
            self._try(lambda: confirm_actions.confirm(self._desk, row.id, came=True), _tr("Payment confirmed"))
            return
        self._ask(
            _tr("The money never came"),
            _tr("The payment is taken back, and what it paid is owed again."),
            lambda reason: confirm_actions.confirm(self._desk, row.id, came=False, reason=reason),
            _tr("Payment taken back"),
            row.words,
        )
