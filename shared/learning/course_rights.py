"""What an instructor may do in a course: everything, unless the office withholds a part; the command that says so."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from pydantic import ConfigDict

from shared.core.command import Command, Id
from shared.core.ids import derived_id
from shared.core.projection import Draft, Projection, ReadRow
from shared.core.strict import StrictModel
from shared.core.text import text
from shared.learning.vocabulary import COURSE_RIGHT


class CourseRight(StrEnum):
    """What an instructor does in a course that he or she teaches."""

    EDIT = "edit"
    MARK = "mark"
    PUBLISH = "publish"
    ATTEND = "attend"


ALL_RIGHTS: tuple[str, ...] = tuple(map(str, CourseRight))


def right_words() -> dict[str, str]:
    """Return what each right lets an instructor do, in the reader's language."""
    return {
        str(CourseRight.EDIT): text("Set work"),
        str(CourseRight.MARK): text("Mark"),
        str(CourseRight.PUBLISH): text("Release marks"),
        str(CourseRight.ATTEND): text("Take attendance"),
    }


def course_right_id(course_id: str, person_id: str) -> str:
    """Return the id of the row about one instructor in one course."""
    return derived_id("course_right", course_id, person_id)


def tidy_rights(rights: Iterable[str]) -> list[str]:
    """Return rights once each, in the order in which they are shown."""
    wanted = set(rights)
    return [right for right in ALL_RIGHTS if right in wanted]


def withheld_in(cohort_ids: Iterable[str], rights: Iterable[str]) -> frozenset[str]:
    """Return the words for `Actor.withheld`: what isn't among `rights`, for each cohort of the course."""
    missing = set(ALL_RIGHTS) - set(rights)
    return frozenset(f"{right}:{cohort_id}" for cohort_id in cohort_ids for right in missing)


class SetCourseRights(StrictModel):
    """Say what an instructor may do in a course (target: see `course_right_id`); `old_rights` is what was seen."""

    model_config = ConfigDict(frozen=True, extra="allow")

    course_id: Id
    person_id: Id
    rights: tuple[CourseRight, ...]
    old_rights: tuple[CourseRight, ...] = tuple(CourseRight)


def _project(command: Command, _read: ReadRow) -> Sequence[Draft]:
    payload: Mapping[str, Any] = command.payload
    body = {
        "id": command.target_id,
        "revision": command.id,
        "course_id": payload["course_id"],
        "person_id": payload["person_id"],
        "rights": tidy_rights(payload["rights"]),
    }
    return [Draft(COURSE_RIGHT, command.target_id, body, payload["course_id"])]


PAYLOADS: dict[str, type[StrictModel]] = {"SetCourseRights": SetCourseRights}
TYPE_VERSIONS: dict[str, int] = dict.fromkeys(PAYLOADS, 1)
PROJECTIONS: dict[str, Projection] = {"SetCourseRights": _project}
