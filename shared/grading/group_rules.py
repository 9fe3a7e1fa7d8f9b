"""Rules of groups: who may be in which, how a class is dealt out evenly, and whose mark follows that of the group."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from shared.core.text import text
from shared.grading.mark_rules import judgement_of, tidied
from shared.grading.rubric_rules import Fault
from shared.grading.vocabulary import GroupMode, MarkStatus

Body = Mapping[str, Any]


def is_for_groups(assignment: Body) -> bool:
    """Tell whether groups hand a piece of work in together."""
    return bool(assignment.get("group_mode", GroupMode.NONE) == GroupMode.GROUPS)


def groups_fault(groups: Sequence[Body]) -> Fault | None:
    """Return why these groups (`name`, `members`: enrolments) can't be kept, or None.

    Codes: `group_name_missing`, `group_name_twice`, `group_empty`, `member_twice`.
    """
    names = [one["name"].strip().casefold() for one in groups]
    if not all(names):
        return Fault("group_name_missing", text("Every group needs a name."))
    if len(set(names)) < len(names) or len({one["id"] for one in groups}) < len(groups):
        return Fault("group_name_twice", text("Two groups have the same name. Rename one."))
    empty = next((one for one in groups if not one["members"]), None)
    if empty is not None:
        words = text("{group} has no members. Put someone in, or remove it.", group=empty["name"].strip())
        return Fault("group_empty", words)
    members = [member for one in groups for member in one["members"]]
    if len(set(members)) < len(members):
        return Fault("member_twice", text("Someone is in two groups. A student is in one group of a piece of work."))
    return None


def dealt(enrolments: Sequence[str], groups: int, seed: str) -> list[list[str]]:
    """Deal students out at random into at most `groups` groups whose sizes differ by one at most.

    The same seed deals the same way on every computer.
    """
    count = max(1, min(groups, len(enrolments)))
    order = sorted(set(enrolments), key=lambda one: sha256(f"{seed}{one}".encode()).digest())
    return [order[at::count] for at in range(count)] if order else []


def without_leavers(groups: Sequence[Body], here: Sequence[str]) -> list[dict[str, Any]]:
    """Return groups (`name`, `members`: enrolments) with those who are still in the class; empty ones are left out."""
    there = set(here)
    kept = [{**one, "members": [member for member in one["members"] if member in there]} for one in groups]
    return [one for one in kept if one["members"]]


def follows(mark: Body | None, before: Body | None) -> bool:
    """Tell whether a member's mark is the group's: not graded, or what the group's mark was `before`.

    Any other was given by hand to this member, and stays when the group is marked again.
    """
    if mark is None or (mark["status"] == MarkStatus.NONE and not mark["feedback"]):
        return True
    return tidied(judgement_of(mark)) == tidied(judgement_of(before))
