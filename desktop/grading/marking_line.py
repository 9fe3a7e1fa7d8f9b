"""A student of a class as the workbench lists it: the attempt that counts, its mark, and where the work stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Body = Mapping[str, Any]


class Standing(StrEnum):
    """Where work stands. `half` and `agree` are a moderator's: one of two has judged, and both have.

    `asked`: its student asks for the mark to be looked at again.
    """

    NEW = "new"
    DRAFT = "draft"
    HALF = "half"
    AGREE = "agree"
    ASKED = "asked"
    GRADED = "graded"
    PUBLISHED = "published"
    MISSING = "missing"
    EXCUSED = "excused"
    EXTENDED = "extended"
    AWAITED = "awaited"


TO_GRADE = frozenset({Standing.NEW, Standing.DRAFT, Standing.AGREE, Standing.ASKED})


@dataclass(frozen=True)
class WorkLine:
    """A student with the attempt that counts and its mark; `days_late` after the grace; `hidden`: without the name.

    A group stands for its `members`; it has the attempt and the mark of the one who handed in. Where two mark,
    `agreed` is the mark itself, `parts` what each gave, as far as one knows it.
    """

    enrolment: Body
    name: str
    number: str
    standing: Standing
    submission: Body | None = None
    attempts: int = 0
    mark: Body | None = None
    extension: Body | None = None
    days_late: int = 0
    members: tuple[WorkLine, ...] = ()
    hidden: bool = False
    agreed: Body | None = None
    parts: tuple[Body, ...] = ()
    asked: Body | None = None

    @property
    def id(self) -> str:
        """The enrolment's id."""
        return str(self.enrolment["id"])

    @property
    def is_late(self) -> bool:
        """Whether it came after the due time and the grace."""
        return self.days_late > 0

    @property
    def first_name(self) -> str:
        """The name to speak of the student by; of anonymous work the whole of what is shown."""
        return (self.name.split() or [self.name])[0] if self.number else self.name

    @property
    def newer_attempt(self) -> bool:
        """Whether the mark was made on an attempt that doesn't count any more."""
        seen = self.mark.get("submission_id") if self.mark else None
        return bool(seen and self.submission and seen != self.submission["id"])
