"""A cell of the gradebook as one short text beside its row, so that a class's marks are read without their bodies."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Self

from shared.grading.mark_rules import hundredths
from shared.grading.vocabulary import MarkStatus

_FLAGS = (("f", "finished"), ("r", "released_at"), ("c", "feedback"), ("l", "levels"))
_SPLIT = "|"
NO_SCORE = -1


class BookCell(NamedTuple):
    """What a mark's cell shows. `score` is hundredths of a point, -1 without one."""

    assignment_id: str
    enrolment_id: str
    status: MarkStatus = MarkStatus.NONE
    score: int = NO_SCORE
    finished: bool = False
    released: bool = False
    commented: bool = False
    levelled: bool = False

    @property
    def counts(self) -> bool:
        """Whether it counts in a grade: finished, and not withdrawn."""
        return self.finished and self.status is not MarkStatus.NONE

    def with_mark(self, status: MarkStatus, score: str | None) -> Self:
        """Return the cell as typing into it leaves it."""
        points = NO_SCORE if score is None else hundredths(score)
        return self._replace(status=status, score=points, finished=status is not MarkStatus.NONE)


class HandIn(NamedTuple):
    """When an attempt was handed in; `instant` is empty while it isn't."""

    assignment_id: str
    enrolment_id: str
    attempt: int
    state: str
    instant: str


_STATUS = {str(one): one for one in MarkStatus}


def cell_text(mark: Mapping[str, Any]) -> str:
    """Return a mark's cell as a text without the feedback itself."""
    flags = "".join(sign for sign, name in _FLAGS if mark.get(name))
    score = "" if mark.get("score") is None else str(hundredths(mark["score"]))
    parts = (mark["assignment_id"], mark["enrolment_id"], str(mark["status"]), score, flags)
    return _SPLIT.join(parts)


def read_cell(packed: str) -> BookCell:
    """Return what `cell_text` made a text of."""
    assignment, enrolment, status, score, flags = packed.split(_SPLIT)
    number = int(score) if score else NO_SCORE
    kind = _STATUS[status]
    return BookCell._make((assignment, enrolment, kind, number, *(sign in flags for sign, _ in _FLAGS)))


class Cells:
    """Cells by enrolment and assignment, each read from its text when it is first asked for.

    A class of a thousand has twenty thousand of them, and the screen shows a few hundred.
    """

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._texts = {_key(one): one for one in texts}
        self._read: dict[tuple[str, str], BookCell] = {}

    def get(self, key: tuple[str, str]) -> BookCell | None:
        """Return a cell by its enrolment and assignment, None where there is no mark."""
        found = self._read.get(key)
        if found is None:
            packed = self._texts.get(key)
            if packed is not None:
                found = self._read[key] = read_cell(packed)
        return found

    def put(self, cell: BookCell) -> None:
        """Put another cell in its place."""
        self._read[cell.enrolment_id, cell.assignment_id] = cell


def _key(packed: str) -> tuple[str, str]:
    assignment, enrolment, _rest = packed.split(_SPLIT, 2)
    return enrolment, assignment


def hand_in_text(submission: Mapping[str, Any]) -> str:
    """Return an attempt's time of handing in as a text."""
    at = submission.get("handed_in_at") or ""
    named = submission["assignment_id"], submission["enrolment_id"], str(submission["attempt"])
    return _SPLIT.join((*named, str(submission["state"]), at))


def read_hand_in(packed: str) -> HandIn:
    """Return what `hand_in_text` made a text of."""
    assignment, enrolment, attempt, state, at = packed.split(_SPLIT)
    return HandIn(assignment, enrolment, int(attempt), state, at)
