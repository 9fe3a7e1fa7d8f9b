"""What is read of groups: those of a piece of work, the students there are, and where groups can be copied from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.core.desk import Desk
from desktop.timetable.store import full_name
from shared.core.text import text
from shared.grading.group_rules import is_for_groups
from shared.grading.permissions import may_edit_assignments
from shared.grading.vocabulary import ASSIGNMENT, WORK_GROUP, AssignmentState, KeptState
from shared.learning.vocabulary import ATTENDING, ENROLMENT
from shared.people.rules import fold
from shared.people.vocabulary import PERSON

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Classmate:
    """A student of a class, by the enrolment."""

    id: str
    name: str
    number: str


def read_groups(desk: Desk, assignment_id: str) -> list[Body]:
    """Return the groups of a piece of work in their order; a student's computer has the own one alone."""
    found = [one for one in desk.store.children(WORK_GROUP, assignment_id) if one["state"] == KeptState.KEPT]
    return sorted(found, key=lambda one: (int(one["position"]), one["name"]))


def every_group(desk: Desk, assignment_id: str) -> list[Body]:
    """Return the groups that there are or have been; all have the revision of the last change."""
    return list(desk.store.children(WORK_GROUP, assignment_id))


def plain_groups(groups: Sequence[Body]) -> list[dict[str, Any]]:
    """Return groups as they are set: `id`, `name` and the enrolments of the `members`."""
    return [
        {"id": one["id"], "name": one["name"], "members": [member["enrolment_id"] for member in one["members"]]}
        for one in groups
    ]


def classmates(desk: Desk, cohort_id: str) -> list[Classmate]:
    """Return the students of a class by name."""
    enrolments = [
        one for one in desk.store.children(ENROLMENT, cohort_id) if one["state"] in ATTENDING and not one.get("testing")
    ]
    people = desk.store.many(PERSON, [one["person_id"] for one in enrolments])
    found = []
    for one in enrolments:
        person = people.get(one["person_id"], {})
        number = str(person.get("number") or "")
        found.append(Classmate(one["id"], full_name(person) or number, number))
    return sorted(found, key=lambda one: (fold(one.name), one.id))


def copy_choices(desk: Desk, assignment: Body) -> list[tuple[str, str]]:
    """Return the other work of the class that has groups: id and title."""
    works = desk.store.children(ASSIGNMENT, assignment["cohort_id"])
    others = [one for one in works if one["id"] != assignment["id"] and one["state"] != AssignmentState.REMOVED]
    return [(one["id"], str(one["title"])) for one in others if read_groups(desk, one["id"])]


def may_group(desk: Desk, assignment: Body) -> bool:
    """Tell whether this person says who works with whom."""
    return may_edit_assignments(desk.actor, str(assignment["cohort_id"]))


def number_words(desk: Desk, assignment: Body | None, enrolment_id: str, number: str) -> str:
    """Return a student's number, with the group where a piece of work is done in groups."""
    if assignment is None or not is_for_groups(assignment):
        return number
    group = own_group(desk, str(assignment["id"]), enrolment_id)
    return " · ".join(part for part in (number, str(group["name"]) if group else text("in no group")) if part)


def own_group(desk: Desk, assignment_id: str, enrolment_id: str) -> Body | None:
    """Return the group that a student is in, None for who works alone."""
    for group in read_groups(desk, assignment_id):
        if any(one["enrolment_id"] == enrolment_id for one in group["members"]):
            return group
    return None
