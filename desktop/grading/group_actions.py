"""What can be done with groups: deal a class out, copy, change by hand and save; and mark a group as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.grading.extension_actions import extension_of, grant
from desktop.grading.group_store import classmates, every_group, may_group, plain_groups, read_groups
from shared.core.command import Target
from shared.core.errors import CampusError
from shared.core.text import text
from shared.grading.group_rules import dealt, groups_fault, without_leavers
from shared.grading.ids import mark_id, work_groups_id

Body = Mapping[str, Any]


class GroupsDraft:
    """Groups while they are being made; `groups` are `id`, `name` and `members` (enrolments). Nothing is kept yet."""

    def __init__(self, desk: Desk, assignment: Body) -> None:
        self._desk, self._assignment = desk, assignment
        self.students = classmates(desk, assignment["cohort_id"])
        here = [one.id for one in self.students]
        self.groups = without_leavers(plain_groups(read_groups(desk, assignment["id"])), here)

    def group_of(self, enrolment_id: str) -> str:
        """Return the id of the group that a student is in, an empty text without one."""
        return next((one["id"] for one in self.groups if enrolment_id in one["members"]), "")

    @property
    def alone(self) -> int:
        """How many students are in no group."""
        return sum(not self.group_of(one.id) for one in self.students)

    def add(self) -> str:
        """Add an empty group; returns its id."""
        group = {"id": self._desk.ids(), "name": self._free_name(), "members": []}
        self.groups.append(group)
        return str(group["id"])

    def _free_name(self) -> str:
        taken = {one["name"].strip().casefold() for one in self.groups}
        names = (text("Group {n}", n=number) for number in range(1, len(self.groups) + 2))
        return next(one for one in names if one.casefold() not in taken)

    def rename(self, group_id: str, name: str) -> None:
        """Give a group another name."""
        for one in self.groups:
            if one["id"] == group_id:
                one["name"] = name

    def remove(self, group_id: str) -> None:
        """Take a group away; its members are in none."""
        self.groups = [one for one in self.groups if one["id"] != group_id]

    def put(self, enrolment_id: str, group_id: str) -> None:
        """Put a student into a group, or with an empty id into none."""
        for one in self.groups:
            one["members"] = [member for member in one["members"] if member != enrolment_id]
            if one["id"] == group_id:
                one["members"].append(enrolment_id)

    def deal(self, count: int) -> None:
        """Deal everybody out at random, evenly; groups that there are keep their names."""
        parts = dealt([one.id for one in self.students], count, self._desk.ids())
        kept = self.groups[: len(parts)]
        self.groups = kept
        while len(self.groups) < len(parts):
            self.add()
        for group, members in zip(self.groups, parts, strict=True):
            group["members"] = list(members)

    def copy(self, assignment_id: str) -> None:
        """Take over the groups of other work of the class, without those who left."""
        here = [one.id for one in self.students]
        others = plain_groups(read_groups(self._desk, assignment_id))
        self.groups = [{**one, "id": self._desk.ids()} for one in without_leavers(others, here)]

    def save(self) -> bool:
        """Save the groups; empty ones are left out. False where nothing differs.

        Raises CampusError `not_allowed` and the codes of `groups_fault`.
        """
        if not may_group(self._desk, self._assignment):
            raise CampusError("not_allowed", text("Your role doesn't set work in this cohort."))
        wanted = [{**one, "name": one["name"].strip()} for one in self.groups if one["members"]]
        fault = groups_fault(wanted)
        if fault is not None:
            raise CampusError(fault.code, fault.sentence)
        work = str(self._assignment["id"])
        present = every_group(self._desk, work)
        if _by_id(wanted) == _by_id(plain_groups(read_groups(self._desk, work))):
            return False
        there = {one["id"] for one in wanted}
        removed = [one["id"] for one in present if one["id"] not in there]
        base = present[0]["revision"] if present else None
        payload = {"assignment_id": work, "groups": wanted, "removed": removed}
        self._desk.commit([Ask("SetGroups", work_groups_id(work), payload, base=base)])
        return True


def _by_id(groups: Sequence[Body]) -> dict[str, tuple[str, frozenset[str]]]:
    return {one["id"]: (one["name"], frozenset(one["members"])) for one in groups}


def share_time(desk: Desk, assignment: Body, enrolment_id: str, members: Sequence[str]) -> None:
    """Give the members of a group the time that one of them was given, or take it back from all."""
    given = extension_of(desk, str(assignment["id"]), enrolment_id)
    for one in members:
        if one != enrolment_id:
            grant(desk, assignment, one, given["due_at"] if given else None, str(given["reason"]) if given else "")


def group_mark(
    assignment_id: str, members: Sequence[tuple[str, str | None, Body | None]], judgement: Body, reason: str, name: str
) -> Ask:
    """Return the wish that gives members, (enrolment, attempt that counts, mark) each, one judgement."""
    targets = [
        Target(id=mark_id(assignment_id, enrolment_id), base=mark["revision"] if mark else None)
        for enrolment_id, _, mark in members
    ]
    payload = {
        "assignment_id": assignment_id,
        "members": [
            {"enrolment_id": enrolment_id, "submission_id": attempt_id} for enrolment_id, attempt_id, _ in members
        ],
        **judgement,
        "reason": reason,
        "author_name": name,
    }
    return Ask("RecordGroupMark", targets[0].id, payload, base=targets[0].base, more_targets=tuple(targets[1:]))
