"""Shows before anything is told to students which grades of a course can be published, and what holds up the others."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.grading.actions import set_lock
from desktop.grading.grade_actions import publish_grades, publishable
from desktop.grading.grade_store import GradeLine, GradeState, told_words
from desktop.grading.store import Book
from desktop.widgets.buttons import primary
from desktop.widgets.card import Card
from desktop.widgets.check import Check
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from desktop.widgets.text_field import TextField
from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.core.text import plural
from shared.grading.permissions import may_lock_grades
from shared.grading.vocabulary import SchemeState
from shared.people.vocabulary import Permission

_MOST_REASON = 300


def _tr(words: str) -> str:
    return QCoreApplication.translate("GradesDialog", words)


class GradesDialog(Dialog):
    """``published`` gives the words for what was done."""

    needs = (Permission.GRADES_PUBLISH,)

    published = Signal(str)

    def __init__(self, window: QWidget, desk: Desk, book: Book, lines: Sequence[GradeLine]) -> None:
        ready = publishable(lines)
        words = _tr("{n} of {count} grades are new to their students").format(n=len(ready), count=len(lines))
        title = _tr("Publish the grades of {cohort}").format(cohort=book.cohort.get("name") or "")
        super().__init__(window, title, subtitle=words, icon="megaphone", width=760)
        self._desk, self._book, self.lines, self.ready = desk, book, tuple(lines), ready
        self._add_table(lines)
        self.reason = TextField()
        self.reason.setMaxLength(_MOST_REASON)
        hint = _tr("Students who have seen another grade read this beside the new one")
        self.reason_field = Field(_tr("Why grades change"), self.reason, hint=hint)
        self.add(self.reason_field)
        self.reason_field.setVisible(any(one.present for one in ready))
        self.lock = Check(_tr("Lock the marks, so that later changes are looked at first"))
        may_lock = may_lock_grades(desk.actor) and book.scheme["state"] != SchemeState.LOCKED
        self.lock.setChecked(may_lock)
        self.add(self.lock)
        self.lock.setVisible(may_lock)
        self.problem = Label("", "small", "bad", wrap=True)
        self.add(self.problem)
        self.problem.hide()
        self.add_cancel()
        words = plural("Publish 1 grade", "Publish {n} grades", len(ready))
        self.publish_button = self.add_button(primary(words, "megaphone", on_click=self.publish))
        self.publish_button.setEnabled(bool(ready))
        self.on_key("Ctrl+S", self.publish)

    def _add_table(self, lines: Sequence[GradeLine]) -> None:
        source: ListSource[GradeLine] = ListSource(
            lambda line: line.id, {"name": lambda line: line.student.name}, name_key="name", rows=list(lines)
        )
        columns = [
            Column(
                "name",
                _tr("Student"),
                lambda line: Cell(line.student.name, detail=line.student.number),
                width=230,
                stretch=True,
            ),
            Column("", _tr("Published"), _before, CellKind.NUMBER, 90, sortable=False),
            Column("", _tr("Now"), lambda line: told_words(line.now), CellKind.NUMBER, 90, sortable=False),
            Column("", _tr("State"), _state, CellKind.BADGE, 280, sortable=False),
        ]
        self.table = RecordTable(source, columns, name=_tr("Grades"))
        self.table.refresh()
        self.table.setMinimumHeight(theme().px(280))
        card = Card(padded=False)
        card.add(self.table)
        self.add(card)

    def publish(self) -> None:
        """Publish what can be, and lock the marks where that is wanted."""
        try:
            count = publish_grades(self._desk, self._book.cohort_id, self.lines, self.reason.text())
            if self.lock.isVisibleTo(self) and self.lock.isChecked():
                set_lock(self._desk, self._book.scheme, locked=True)
        except CampusError as problem:
            self.problem.setText(problem.message)
            self.problem.show()
            if problem.code == "reason_missing":
                self.reason.setFocus()
            return
        self.accept()
        self.published.emit(plural("1 grade published", "{n} grades published", count))


def _before(line: GradeLine) -> str:
    return told_words(line.present.told) if line.present else ""


def _state(line: GradeLine) -> Cell:
    if line.why_not and line.state is not GradeState.PUBLISHED:
        words = plural("1 mark not published", "{n} marks not published", line.waiting)
        return Cell(words if line.waiting else _tr("Nothing counts yet"), "warn", "circle-alert")
    cells = {
        GradeState.UNPUBLISHED: Cell(_tr("New"), "info"),
        GradeState.CHANGED: Cell(_tr("Changed since"), "warn", "circle-alert"),
        GradeState.PUBLISHED: Cell(_tr("Published"), "ok", "check"),
        GradeState.NONE: Cell(""),
    }
    return cells[line.state]
