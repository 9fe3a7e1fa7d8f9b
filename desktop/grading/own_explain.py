"""A student's own work and marks as lines, and how one of the marks came about, with its levels and feedback."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.grading.cells import BookCell
from desktop.grading.explain import Line, late_words, mark_lines
from desktop.grading.explain_dialog import ExplainDialog
from desktop.grading.regrade_actions import may_ask, own_enrolment
from desktop.grading.regrade_view import asked_lines, open_asking
from desktop.grading.store import Book, BookColumn, read_book
from desktop.grading.words import percent_of
from desktop.timetable.times import local, local_now, moment_words, zone_of
from desktop.widgets.buttons import secondary
from shared.core.text import text
from shared.grading.ids import mark_id
from shared.grading.mark_rules import late_rule
from shared.grading.vocabulary import MARK, RUBRIC_VERSION, AssignmentState, MarkStatus
from shared.learning.vocabulary import ATTENDING, ENROLMENT


@dataclass(frozen=True)
class OwnLine:
    """A piece of work of one of the student's cohorts; `cell` is empty until something is published."""

    book: Book
    column: BookColumn
    cell: BookCell

    @property
    def id(self) -> str:
        """The assignment's id."""
        return self.column.id


def own_lines(desk: Desk) -> list[OwnLine]:
    """Return the work of the cohorts that the person attends, drafts left out."""
    where = [Where("person_id", "=", desk.actor.person_id)]
    lines = []
    for enrolment in desk.store.page(ENROLMENT, where, limit=-1):
        if enrolment["state"] in ATTENDING:
            book = read_book(desk, enrolment["cohort_id"])
            shown = [one for one in book.columns if one.body["state"] != AssignmentState.DRAFT]
            lines += [OwnLine(book, one, book.cell(enrolment["id"], one.id)) for one in shown]
    return lines


def due_of(desk: Desk, line: OwnLine) -> str:
    """Return when work is due, an empty text where it isn't."""
    due, zone = line.column.body.get("due_at"), zone_of(desk)
    return moment_words(local(due, zone), local_now(desk, zone).date()) if due else ""


def explain_own(page: QWidget, desk: Desk, line: OwnLine) -> None:
    """Open how a mark came about, over a page's window."""
    mark = desk.store.get(MARK, mark_id(line.id, line.cell.enrolment_id)) or {}
    lines = [*_before(desk, line), *mark_lines(line.book, line.column, line.cell), *_told(desk, mark, line)]
    course = str(line.book.cohort.get("name") or "")
    lines += [Line(*one) for one in asked_lines(desk, line.id)]
    dialog = ExplainDialog(page.window(), line.column.title, course, lines)
    found = own_enrolment(desk, line.id)
    if found is not None and may_ask(desk, line.id, found[1]):
        assignment, enrolment = found

        def ask() -> None:
            dialog.accept()
            open_asking(page, desk, assignment, enrolment)

        dialog.add_button(secondary(text("Ask about this mark"), "message-square", ask))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open_dialog()


def _before(desk: Desk, line: OwnLine) -> list[Line]:
    due, told = due_of(desk, line), []
    if due:
        told.append(Line(text("Due"), due, late_words(late_rule(line.column.body))))
    if line.column.body.get("instructions"):
        told.append(Line(text("What to do"), "", str(line.column.body["instructions"])))
    return told


def _told(desk: Desk, mark: Mapping[str, Any], line: OwnLine) -> list[Line]:
    version = desk.store.get(RUBRIC_VERSION, line.column.body.get("rubric_version_id") or "") or {}
    criteria = {one["id"]: one for one in version.get("criteria", ())}
    told = []
    for given in mark.get("levels") or ():
        criterion = criteria.get(given["criterion_id"], {})
        level: Mapping[str, Any] = next(
            (one for one in criterion.get("levels", ()) if one["id"] == given["level_id"]), {}
        )
        note = " ".join(part for part in (level.get("name", ""), given.get("note") or "") if part)
        told.append(Line(str(criterion.get("name") or ""), str(given["points"]), note))
    if mark.get("feedback"):
        told.append(Line(text("Feedback"), "", str(mark["feedback"])))
    percent = percent_of(line.book.counted(line.cell.enrolment_id, line.column, line.cell), line.column.points)
    if line.cell.counts and line.cell.status is MarkStatus.MARKED and percent is not None:
        told.append(Line(text("In percent"), f"{percent} %"))
    return told
