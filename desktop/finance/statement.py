"""Saves the statement of an account as a PDF: made beside the window's thread, told when it is there."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.core.desk import Desk
from desktop.finance.account_store import ledger_of, today_of
from desktop.shell.institute_mark import institute_of
from desktop.shell.page import tell, tell_problem
from desktop.shell.table_files import write_bytes
from desktop.widgets.background import Lane, run_in_background
from shared.core.errors import CampusError
from shared.core.text import text
from shared.finance.statement_paper import StatementHead, statement_pdf
from shared.finance.statement_rules import Ledger
from shared.people.vocabulary import PERSON


class StatementSaver(QObject):
    """Asks where a statement goes and writes it there."""

    def __init__(self, desk: Desk, page: QWidget) -> None:
        super().__init__(page)
        self._desk, self._page = desk, page
        self.running = False

    def save(self, person_id: str, name: str) -> None:
        """Ask for a place and write the statement."""
        suggested = f"{text('Statement')} {name}.pdf".replace("/", "-")
        chosen, _ = QFileDialog.getSaveFileName(self._page, "", suggested, "PDF (*.pdf)")
        if chosen:
            self.write(person_id, name, Path(chosen))

    def write(self, person_id: str, name: str, target: Path) -> None:
        """Write the statement to a file."""
        if self.running:
            return
        self.running = True
        institute = institute_of(self._desk)
        person = self._desk.store.get(PERSON, person_id) or {}
        contacts = [str(institute.get(part) or "") for part in ("address", "phone", "email")]
        head = StatementHead(
            str(institute.get("name") or ""),
            " · ".join(filter(None, contacts)),
            " · ".join(filter(None, (name, str(person.get("number") or "")))),
            today_of(self._desk),
        )
        make = partial(_write, head, ledger_of(self._desk, person_id), target)
        run_in_background(make, self._written, self._failed, self, lane=Lane.POOL)

    def _written(self, target: Path) -> None:
        self.running = False
        tell(self._page, text("Statement saved as {name}", name=target.name))

    def _failed(self, problem: Exception) -> None:
        self.running = False
        if not isinstance(problem, CampusError):
            raise problem
        tell_problem(self._page, problem)


def _write(head: StatementHead, ledger: Ledger, target: Path) -> Path:
    write_bytes(statement_pdf(head, ledger), target)
    return target
