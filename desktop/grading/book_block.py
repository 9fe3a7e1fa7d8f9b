"""Reads a block of texts into the cells of a gradebook: which can be set, and why the others can't."""

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.grading.actions import Wanted, read_typed
from desktop.grading.book_model import BookModel
from desktop.grading.cells import NO_SCORE
from shared.core.errors import CampusError
from shared.core.text import text
from shared.grading.mark_rules import hundredths


@dataclass(frozen=True)
class Block:
    """The cells that would change (`fits`), of `count` texts; `faults` are sentences on the others."""

    fits: tuple[Wanted, ...]
    faults: tuple[str, ...]
    count: int


def wanted_of(model: BookModel, row: int, column: int, words: str) -> Wanted:
    """Return what a text asks of a cell. Raises CampusError with the codes of `read_points`."""
    work, student = model.columns[column], model.students[row]
    status, score = read_typed(words, work.body)
    return Wanted(student.enrolment_id, work.id, status, score)


def read_block(model: BookModel, row: int, column: int, texts: Sequence[Sequence[str]]) -> Block:
    """Return what a block of texts that begins at a cell would change."""
    fits: list[Wanted] = []
    faults: list[str] = []
    for down, line in enumerate(texts):
        for right, words in enumerate(line):
            at_row, at_column = row + down, column + right
            if at_row >= model.rowCount() or at_column >= len(model.columns):
                faults.append(text("“{typed}” lies outside the table.", typed=words[:20]))
                continue
            try:
                wanted = wanted_of(model, at_row, at_column, words)
            except CampusError as problem:
                name, title = model.students[at_row].name, model.columns[at_column].title
                faults.append(text("{name}, {work}: {why}", name=name, work=title, why=problem.message))
                continue
            if differs(model, wanted):
                fits.append(wanted)
    return Block(tuple(fits), tuple(faults), sum(len(line) for line in texts))


def differs(model: BookModel, one: Wanted) -> bool:
    """Tell whether a cell says something else now."""
    cell = model.book.cell(one.enrolment_id, one.assignment_id)
    score = NO_SCORE if one.score is None else hundredths(one.score)
    return (cell.status, cell.score) != (one.status, score)
