"""What can be done with a whole gradebook: work, publishing, files, and how grades come about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.core.desk import Desk
from desktop.grading.actions import publish, remove_assignment
from desktop.grading.assignment_dialog import AssignmentDialog
from desktop.grading.book_files import book_sheet, read_texts
from desktop.grading.book_import import Imported, match_marks
from desktop.grading.book_model import BookModel
from desktop.grading.copy_actions import copy_choices
from desktop.grading.copy_dialog import CopyDialog
from desktop.grading.explain_dialog import ExplainDialog
from desktop.grading.extension_actions import may_have_time
from desktop.grading.extension_dialog import ExtensionDialog
from desktop.grading.grade_papers import GradePapers
from desktop.grading.grade_store import grade_lines, published_grades
from desktop.grading.grades_dialog import GradesDialog
from desktop.grading.import_dialog import ImportDialog
from desktop.grading.person_grades import add_report
from desktop.grading.rubric_dialog import RubricDialog
from desktop.grading.scheme_dialog import SchemeDialog
from desktop.grading.store import BookColumn, BookStudent
from desktop.shell.confirm_first import confirm_first
from desktop.shell.page import tell, tell_problem
from desktop.shell.table_files import write_csv, write_xlsx
from desktop.widgets.dialog import Dialog
from shared.core.errors import CampusError
from shared.core.text import plural
from shared.grading.vocabulary import RUBRIC_VERSION


def _tr(words: str) -> str:
    return QCoreApplication.translate("BookDesk", words)


def ask_export(parent: QWidget, name: str) -> Path | None:
    """Ask where to save a table, as XLSX or CSV; None where the person goes back."""
    chosen, kind = QFileDialog.getSaveFileName(parent, "", f"{name}.xlsx", "XLSX (*.xlsx);;CSV (*.csv)")
    if not chosen:
        return None
    path, wanted = Path(chosen), ".csv" if kind.startswith("CSV") else ".xlsx"
    return path if path.suffix.lower() in {".csv", ".xlsx"} else path.with_name(f"{path.name}{wanted}")


def ask_import(parent: QWidget) -> Path | None:
    """Ask which file marks come from; None where the person goes back."""
    chosen, _ = QFileDialog.getOpenFileName(parent, "", "", _tr("Tables (*.csv *.xlsx)"))
    return Path(chosen) if chosen else None


class BookDesk:
    """Opens dialogs over the gradebook's page; `changed` is called when it has to be read anew.

    `export_path` and `import_path` ask for files.
    """

    def __init__(self, desk: Desk, page: QWidget, model: BookModel, changed: Callable[[str], object]) -> None:
        self._desk, self._page, self._model, self._changed = desk, page, model, changed
        self.papers = GradePapers(desk, page)
        self.export_path: Callable[[QWidget, str], Path | None] = ask_export
        self.import_path: Callable[[QWidget], Path | None] = ask_import

    def run(self, act: Callable[[], object]) -> None:
        """Do something and say why where it can't be done."""
        try:
            act()
        except CampusError as problem:
            tell_problem(self._page, problem)

    def _open(self, dialog: Dialog) -> None:
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def report(self) -> None:
        """Show the published grades of the cohort as they print."""
        self.papers.cohort(self._model.book.cohort_id)

    def offer_report(self, dialog: ExplainDialog, student: BookStudent) -> None:
        """Let a student's published grade be printed from its explanation."""
        if student.enrolment_id in self._model.published:
            add_report(dialog, self.papers, student.enrolment_id)

    def publish(self, work: BookColumn) -> None:
        """Let students see the marks of a piece of work."""

        def act() -> None:
            count = publish(self._desk, self._model.book, work.id)
            words = plural("1 mark of {work} published", "{n} marks of {work} published", count, work=work.title)
            tell(self._page, words)
            self._changed(work.id)

        confirm_first(self._page, self._desk, lambda: self.run(act))

    def publish_grades(self) -> None:
        """Show which grades of the course can be published, and publish them when that is wanted."""
        confirm_first(self._page, self._desk, self._offer_grades)

    def _offer_grades(self) -> None:
        book = self._model.book
        lines = grade_lines(book, published_grades(self._desk, book.cohort_id))
        dialog = GradesDialog(self._page.window(), self._desk, book, lines)
        dialog.published.connect(lambda words: self._saved("", words))
        self._open(dialog)

    def open_form(self, shown: Mapping[str, Any] | None, draft: Mapping[str, Any] | None = None) -> None:
        """Open the form of new work, or of what is shown; `draft` is what it said before a rubric was made."""
        dialog = AssignmentDialog(self._page.window(), self._desk, self._model.book.cohort_id, shown, draft)
        dialog.rubric_asked.connect(self._open_rubric)
        dialog.saved.connect(self._saved)
        dialog.removed.connect(self._removed)
        dialog.copy_asked.connect(self._open_copy)
        self._open(dialog)

    def _open_rubric(
        self, shown: Mapping[str, Any] | None, draft: Mapping[str, Any], rubric: Mapping[str, Any] | None
    ) -> None:
        """Open a rubric's form, and afterwards the work's form again, with the rubric in it where it was saved."""
        version = self._desk.store.get(RUBRIC_VERSION, rubric["version_id"]) if rubric else None
        criteria = version["criteria"] if version else ()
        window, cohort_id = self._page.window(), self._model.book.cohort_id
        dialog = RubricDialog(window, self._desk, cohort_id, rubric, criteria)
        made: dict[str, Any] = {}
        dialog.saved.connect(lambda key, points: made.update(rubric_version_id=key, points=points))
        dialog.finished.connect(lambda _result: self.open_form(shown, {**draft, **made}))
        self._open(dialog)

    def _open_copy(self, shown: Mapping[str, Any]) -> None:
        choices = copy_choices(self._desk, shown["cohort_id"])
        dialog = CopyDialog(self._page.window(), self._desk, shown, choices)
        dialog.saved.connect(lambda words: self._saved("", words))
        self._open(dialog)

    def _saved(self, assignment_id: str, words: str) -> None:
        self._changed(assignment_id)
        tell(self._page, words)

    def _removed(self, shown: Mapping[str, Any]) -> None:
        self._changed("")

        def back() -> None:
            self.run(lambda: remove_assignment(self._desk, shown, back=True))
            self._changed(shown["id"])

        tell(self._page, _tr("{work} removed; its marks are kept").format(work=shown["title"]), back)

    def open_scheme(self) -> None:
        """Open the form of how grades come about."""
        dialog = SchemeDialog(self._page.window(), self._desk, self._model.book.scheme)
        dialog.saved.connect(lambda words: self._saved("", words))
        self._open(dialog)

    def more_time(self, work: BookColumn, student: BookStudent) -> None:
        """Ask until when a student may hand a piece of work in."""
        if may_have_time(self._desk, work.body):
            window = self._page.window()
            dialog = ExtensionDialog(window, self._desk, work.body, student.enrolment_id, student.name)
            dialog.saved.connect(lambda words: self._saved(work.id, words))
            self._open(dialog)

    def export(self) -> None:
        """Save what the screen shows as XLSX or CSV."""
        sheet = book_sheet(self._model)
        path = self.export_path(self._page, sheet.name)
        if path is None:
            return
        write = write_csv if path.suffix.lower() == ".csv" else write_xlsx

        def act() -> None:
            write(sheet, path)
            tell(self._page, _tr("{name} saved").format(name=path.name))

        self.run(act)

    def open_import(self, save: Callable[[Imported], object]) -> None:
        """Read marks from a file, show what would change, and give that to `save` when the person wants it."""
        path = self.import_path(self._page)
        if path is None:
            return

        def act() -> None:
            found = match_marks(self._model, read_texts(path))
            self._open(ImportDialog(self._page.window(), path.name, found, lambda: save(found)))

        self.run(act)
