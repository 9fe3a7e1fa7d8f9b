"""What the office lets each instructor do in a course: read for the card, changed by a tick, taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.core.queries import Where
from desktop.people.actions import Done
from desktop.people.words import full_name
from shared.core.errors import CampusError
from shared.core.text import text
from shared.learning.course_rights import ALL_RIGHTS, course_right_id, tidy_rights
from shared.learning.permissions import may_set_course_rights
from shared.learning.vocabulary import COHORT, COURSE_RIGHT
from shared.people.vocabulary import PERSON


@dataclass(frozen=True)
class RightsLine:
    """What an instructor may do in a course."""

    person: Mapping[str, Any]
    rights: tuple[str, ...]
    row: Mapping[str, Any] | None


def rights_lines(desk: Desk, course_id: str) -> list[RightsLine]:
    """Return a line for each instructor of the course's cohorts, in the order of their names."""
    cohorts = desk.store.page(COHORT, [Where("parent", "=", course_id)], limit=-1)
    people = desk.store.many(PERSON, sorted({one for cohort in cohorts for one in cohort.get("instructors") or ()}))
    rows = desk.store.many(COURSE_RIGHT, [course_right_id(course_id, one) for one in people])
    lines = []
    for person_id, person in sorted(people.items(), key=lambda pair: full_name(pair[1]).casefold()):
        row = rows.get(course_right_id(course_id, person_id))
        lines.append(RightsLine(person, tuple(row["rights"]) if row else ALL_RIGHTS, row))
    return lines


def set_rights(desk: Desk, course_id: str, line: RightsLine, rights: list[str]) -> Done | None:
    """Say what an instructor may do; None where nothing differs. Raises CampusError `not_allowed`."""
    if not may_set_course_rights(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't say who does what in a course. Ask the office."))
    wanted, old = tidy_rights(rights), tidy_rights(line.rights)
    if wanted == old:
        return None
    place = {"course_id": course_id, "person_id": line.person["id"]}
    target = course_right_id(course_id, line.person["id"])
    base = line.row["revision"] if line.row else None
    ask = Ask("SetCourseRights", target, {**place, "rights": wanted, "old_rights": old}, base)
    command = desk.commit([ask])[0]
    undo = Ask("SetCourseRights", target, {**place, "rights": old, "old_rights": wanted}, command.id)
    return Done(text("What {name} may do changed", name=full_name(line.person)), (undo,), line.person["id"])
