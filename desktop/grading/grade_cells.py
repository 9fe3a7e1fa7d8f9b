"""A published grade as one short text beside its row, so that a class's grades are read without their explanations."""

from collections.abc import Mapping
from typing import Any, NamedTuple

_SPLIT = "|"


class Published(NamedTuple):
    """What is published of one student's grade; `revision` is its row's."""

    enrolment_id: str
    result: str
    word: str
    revision: str
    at: str

    @property
    def told(self) -> tuple[str, str]:
        """Figure and word."""
        return self.result, self.word


def grade_text(grade: Mapping[str, Any]) -> str:
    """Return a published grade as a text without what explains it."""
    names = ("enrolment_id", "result", "revision", "published_at", "word")
    return _SPLIT.join(str(grade[name]) for name in names)


def read_grade(packed: str) -> Published:
    """Return what `grade_text` made a text of."""
    enrolment, result, revision, at, word = packed.split(_SPLIT, 4)
    return Published(enrolment, result, word, revision, at)
