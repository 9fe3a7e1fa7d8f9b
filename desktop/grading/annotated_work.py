"""Reads a student's released work for one PDF, and makes it: on the student's own page and in the workbench."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.core.file_transfer import Wanted
from desktop.core.film_copies import kept_as, picked
from desktop.grading.annotated_pdf import MarkedFile, MarkedWork, annotated_pdf
from desktop.grading.explain import Line, mark_lines
from desktop.grading.marking_comments import pin_of
from desktop.grading.marking_files import work_files
from desktop.grading.marking_store import comments_of
from desktop.grading.store import read_book
from desktop.people.table_paper import Letterhead
from desktop.shell.document_preview import preview
from desktop.shell.page import tell, tell_problem
from desktop.timetable.letterhead import letterhead
from desktop.timetable.store import full_name
from desktop.widgets.background import Lane, run_in_background
from shared.core.errors import CampusError
from shared.core.text import plural, text
from shared.grading.ids import mark_id
from shared.grading.vocabulary import (
    ASSIGNMENT,
    MARK,
    RUBRIC_VERSION,
    SUBMISSION,
    WORK_COMMENT,
    FileState,
    KeptState,
)
from shared.grading.work_rules import counting
from shared.learning.vocabulary import COHORT
from shared.people.vocabulary import PERSON

Body = Mapping[str, Any]


def released_mark(desk: Desk, assignment_id: str, enrolment_id: str) -> Body | None:
    """Return a mark that its student sees, None while there is none."""
    mark = desk.store.get(MARK, mark_id(assignment_id, enrolment_id))
    return mark if mark is not None and mark.get("released_at") else None


def marked_submission(desk: Desk, mark: Body) -> Body | None:
    """Return the attempt that was marked, else the one that counts; None of work that isn't handed in."""
    found = desk.store.get(SUBMISSION, mark.get("submission_id") or "")
    if found is not None:
        return found
    attempts = desk.store.children(SUBMISSION, mark["assignment_id"])
    return counting(one for one in attempts if one["enrolment_id"] == mark["enrolment_id"])


def read_marked(desk: Desk, assignment_id: str, enrolment_id: str) -> MarkedWork | None:
    """Read a student's marked work; None until its mark is released, or where it isn't on this computer."""
    mark, assignment = released_mark(desk, assignment_id, enrolment_id), desk.store.get(ASSIGNMENT, assignment_id)
    if mark is None or assignment is None:
        return None
    book = read_book(desk, assignment["cohort_id"])
    column = next((one for one in book.columns if one.id == assignment_id), None)
    if column is None:
        return None
    person = desk.store.get(PERSON, mark["person_id"]) or {}
    name = full_name(person) or (desk.actor.name if mark["person_id"] == desk.actor.person_id else "")
    cohort = str((desk.store.get(COHORT, assignment["cohort_id"]) or {}).get("name") or "")
    about = " · ".join(part for part in (name, str(person.get("number") or ""), cohort) if part)
    submission = marked_submission(desk, mark)
    return MarkedWork(
        column.title,
        about,
        tuple(mark_lines(book, column, book.cell(enrolment_id, assignment_id))),
        level_lines(desk, assignment, mark),
        str(mark.get("feedback") or ""),
        _files(desk, submission) if submission is not None else (),
    )


def _files(desk: Desk, submission: Body) -> tuple[MarkedFile, ...]:
    me, comments = desk.actor.person_id, partial(comments_of, desk, submission["id"])
    return tuple(
        MarkedFile(file, tuple(pin_of(one, me) for one in comments(file.key))) for file in work_files(desk, submission)
    )


def missing_files(desk: Desk, submission: Body | None) -> list[Wanted]:
    """Return the files of a hand-in that aren't on this computer and can be fetched."""
    store = desk.store
    return [
        picked(store, Wanted(one["sha256"], one["bytes"], one["name"]), pack=False)
        for one in (submission or {}).get("files") or ()
        if kept_as(store, one["sha256"]) is None and one.get("state") not in {FileState.WAITING, FileState.QUARANTINED}
    ]


def comment_count(desk: Desk, assignment_id: str, enrolment_id: str) -> int:
    """Return how many comments a student sees on marked work."""
    mark = released_mark(desk, assignment_id, enrolment_id)
    submission = marked_submission(desk, mark) if mark is not None else None
    found = desk.store.children(WORK_COMMENT, submission["id"]) if submission is not None else ()
    return sum(one["state"] == KeptState.KEPT for one in found)


def level_lines(desk: Desk, assignment: Body, mark: Body) -> tuple[Line, ...]:
    """Return a line for each criterion: the points, the level, and what was noted on it."""
    version = desk.store.get(RUBRIC_VERSION, assignment.get("rubric_version_id") or "") or {}
    given = {one["criterion_id"]: one for one in mark.get("levels") or ()}
    found = []
    for criterion in version.get("criteria", ()):
        one = given.get(criterion["id"])
        if one is not None:
            level: Body = next((each for each in criterion["levels"] if each["id"] == one["level_id"]), {})
            note = " · ".join(part for part in (str(level.get("name") or ""), str(one.get("note") or "")) if part)
            found.append(Line(str(criterion["name"]), str(one["points"]), note))
    return tuple(found)


class MarkedPdf(QObject):
    """Makes the PDF of one piece of marked work at a time, and shows it to be printed or saved."""

    def __init__(self, desk: Desk, page: QWidget) -> None:
        super().__init__(page)
        self._desk, self._page = desk, page
        self._fetched: set[str] = set()
        self.running = False

    def make(self, assignment_id: str, enrolment_id: str) -> None:
        """Make it; files that aren't here are fetched first, and left out when that was asked for before."""
        work = read_marked(self._desk, assignment_id, enrolment_id)
        if work is None:
            words = text("This mark isn't published yet. Its PDF is made of what the student sees.")
            tell_problem(self._page, CampusError("mark_not_released", words))
            return
        if self.running or self._fetches(assignment_id, enrolment_id):
            return
        self.running = True
        head: Letterhead = letterhead(self._desk)
        tell(self._page, self.tr("Making the PDF …"))
        run_in_background(
            lambda: annotated_pdf(work, head), partial(self._show, work), self._fail, self._page, Lane.POOL
        )

    def _fetches(self, assignment_id: str, enrolment_id: str) -> bool:
        mark = released_mark(self._desk, assignment_id, enrolment_id)
        submission = marked_submission(self._desk, mark) if mark is not None else None
        missing = [one for one in missing_files(self._desk, submission) if one.sha256 not in self._fetched]
        if not missing or self._desk.files is None:
            return False
        try:
            self._desk.files.fetch(missing)
        except CampusError as problem:
            tell_problem(self._page, problem)
        self._fetched |= {one.sha256 for one in missing}
        words = plural(
            "1 file is being fetched. Try again soon.", "{n} files are being fetched. Try again soon.", len(missing)
        )
        tell(self._page, words)
        return True

    def _show(self, work: MarkedWork, content: bytes) -> None:
        self.running = False
        name = " ".join(f"{work.title} {work.about.split(' · ')[0]}".split())
        preview(self._page, self.tr("Marked work"), file_name(name), content)

    def _fail(self, problem: Exception) -> None:
        self.running = False
        raise problem


def file_name(words: str) -> str:
    """Return a name for a file, without what file systems refuse."""
    kept = "".join(letter if letter.isalnum() or letter in " -" else " " for letter in words)
    return " ".join(kept.split())[:120]
