"""Ctrl M in the gradebook: words for the student on the mark where the cursor stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence, QShortcut

from desktop.core.desk import Desk
from desktop.grading.actions import Judged, Marking
from desktop.grading.book_view import BookView
from desktop.grading.words_dialog import WordsDialog
from shared.grading.ids import mark_id
from shared.grading.mark_commands import MOST_FEEDBACK
from shared.grading.vocabulary import MARK


class BookComments(QObject):
    """Serves the gradebook's page; the comment is the mark's feedback, saved and undone like a mark."""

    def __init__(
        self,
        desk: Desk,
        view: BookView,
        marking: Callable[[], Marking],
        show: Callable[[Sequence[Judged]], object],
    ) -> None:
        super().__init__(view)
        self._desk, self._view, self._marking, self._show = desk, view, marking, show
        QShortcut(QKeySequence("Ctrl+M"), view).activated.connect(self.open)

    def open(self) -> None:
        """Write, change or take away the comment on the current mark."""
        model, index, marking = self._view.book_model, self._view.currentIndex(), self._marking()
        if not index.isValid() or model.is_grade(index.column()) or not marking.may:
            return
        student, work = model.students[index.row()], model.columns[index.column()]
        mark = self._desk.store.get(MARK, mark_id(work.id, student.enrolment_id)) or {}

        def act(words: str) -> None:
            self._show(marking.comment(student.enrolment_id, work.id, words))

        title, label = self.tr("Comment on the mark"), self.tr("Feedback to {name}").format(name=student.name)
        hint = self.tr("The student reads it with the mark, once that is published.")
        dialog = WordsDialog(
            self._view.window(),
            title,
            work.title,
            label,
            hint,
            self.tr("Save"),
            act,
            str(mark.get("feedback") or ""),
            most=MOST_FEEDBACK,
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()
