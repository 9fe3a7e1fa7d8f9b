"""Who has neither a mark for some work nor handed it in: those whose time is over, and those who still have some."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.grading.actions import Wanted
from desktop.grading.store import Book, BookColumn, BookStudent
from shared.grading.missing_rules import is_over, last_moment
from shared.grading.vocabulary import EXTENSION, MarkStatus


@dataclass(frozen=True)
class Rest:
    """A piece of work: whose time is `over`, and who has time until when."""

    work: BookColumn
    over: tuple[BookStudent, ...]
    waiting: tuple[tuple[BookStudent, datetime], ...]

    def wanted(self, *, zero: bool) -> list[Wanted]:
        """Return the cells to set: missing, or `zero` points."""
        status, score = (MarkStatus.MARKED, "0") if zero else (MarkStatus.MISSING, None)
        return [Wanted(one.enrolment_id, self.work.id, status, score) for one in self.over]


def rests(desk: Desk, book: Book, students: Sequence[BookStudent]) -> list[Rest]:
    """Return for each piece of work who of these students has nothing; work that everyone has is left out."""
    where = [Where("cohort_id", "=", book.cohort_id)]
    extensions = {
        (one["enrolment_id"], one["assignment_id"]): one for one in desk.store.page(EXTENSION, where, limit=-1)
    }
    now, by_id, found = desk.clock.now(), {one.enrolment_id: one for one in students}, []
    for work in book.columns:
        over, waiting = [], []
        for key in book.without_mark(work.id, students):
            extension = extensions.get((key, work.id))
            last = last_moment(work.body, extension)
            if last is None or is_over(work.body, now, extension):
                over.append(by_id[key])
            else:
                waiting.append((by_id[key], last))
        if over or waiting:
            found.append(Rest(work, tuple(over), tuple(waiting)))
    return found
