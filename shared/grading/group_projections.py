"""What a pending `SetGroups` makes of the rows of groups."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shared.core.command import Command
from shared.core.projection import Draft, Projection, ReadRow
from shared.grading.vocabulary import ASSIGNMENT, WORK_GROUP, KeptState
from shared.learning.vocabulary import ENROLMENT
from shared.people.vocabulary import PERSON

Body = dict[str, Any]
Known = Callable[[str], Mapping[str, Any] | None]
"""Gives an enrolment with its `person_id` and its student's `name`, None where it isn't known."""


def group_bodies(command: Command, cohort_id: str, known: Known) -> list[Body]:
    """Return the groups that a `SetGroups` asks for; members that aren't known are left out."""
    shared = {
        "revision": command.id,
        "assignment_id": command.payload["assignment_id"],
        "cohort_id": cohort_id,
        "state": str(KeptState.KEPT),
    }
    return [
        {
            **shared,
            "id": one["id"],
            "name": one["name"].strip(),
            "position": at,
            "members": [_member(found) for key in one.get("members") or () if (found := known(key)) is not None],
        }
        for at, one in enumerate(command.payload.get("groups") or ())
    ]


def _member(enrolment: Mapping[str, Any]) -> Body:
    return {"enrolment_id": enrolment["id"], **{name: enrolment[name] for name in ("person_id", "name")}}


def without_group(group: Mapping[str, Any], revision: str) -> Body:
    """Return a group that isn't there any more."""
    return {**group, "members": [], "state": str(KeptState.REMOVED), "revision": revision}


def _set(command: Command, read: ReadRow) -> Sequence[Draft]:
    assignment = read(ASSIGNMENT, command.payload["assignment_id"])
    if assignment is None:
        return []

    def known(enrolment_id: str) -> Mapping[str, Any] | None:
        enrolment = read(ENROLMENT, enrolment_id)
        person = read(PERSON, enrolment["person_id"]) if enrolment else None
        if enrolment is None:
            return None
        names = (person or {}).get("given_name"), (person or {}).get("family_name")
        return {**enrolment, "name": " ".join(part for part in names if part)}

    bodies = group_bodies(command, assignment["cohort_id"], known)
    gone = (read(WORK_GROUP, one) for one in command.payload.get("removed") or ())
    bodies += [without_group(one, command.id) for one in gone if one is not None]
    return [Draft(WORK_GROUP, one["id"], one, one["assignment_id"]) for one in bodies]


PROJECTIONS: dict[str, Projection] = {"SetGroups": _set}
