"""What the command of groups does: say who works with whom; who joins a group has what it handed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.core import conflicts
from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, held, rejected
from server.core.database import RepeatTransactionError
from server.core.entities import Body
from server.core.sql import SetSql
from server.grading.ground import Set, archived_fault, in_the_way, packed, read_enrolments, read_sets, refused
from server.grading.hand_ins import HandIns, read_hand_ins
from server.grading.kinds import GROUP_KIND, SUBMISSION_KIND
from server.grading.teams import keep_members
from shared.core.conflict import Conflict
from shared.core.outcome import Verdict
from shared.core.text import text
from shared.grading.commands import PAYLOADS
from shared.grading.group_projections import group_bodies, without_group
from shared.grading.group_rules import groups_fault, is_for_groups
from shared.grading.ids import work_groups_id
from shared.grading.permissions import may_edit_assignments
from shared.grading.rubric_rules import Fault
from shared.grading.vocabulary import WORK_GROUP, KeptState, SubmissionState
from shared.grading.work_rules import counting
from shared.people.vocabulary import Permission

WHOLE = "whole"
_OF_WORK = SetSql(
    f"SELECT {GROUP_KIND.selected()} FROM {{ids}} i {{by}} work_group t"  # noqa: S608 - our own column names
    " ON t.organisation_id = :o AND t.assignment_id = i.id ORDER BY t.id {lock}",
    lock="t",
)
_HANDED_IN = SetSql(
    f"SELECT {SUBMISSION_KIND.selected()} FROM {{ids}} i {{by}} submission t"  # noqa: S608 - same
    " ON t.organisation_id = :o AND t.group_id = i.id WHERE t.source_id IS NULL"
)


def set_groups(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Set all groups of pieces of work; two people's different groups are both kept until someone chooses."""
    works = [item.payload.assignment_id for item in items]
    sets, present = read_sets(batch, works), _present(batch, works)
    members = {one for item in items for group in item.payload.groups for one in group.members}
    enrolments = read_enrolments(batch, members)
    standings = batch.standings(items, {work_groups_id(one): rows[0]["revision"] for one, rows in present.items()})
    decisions: list[Decision] = []
    wanted: dict[str, _Wanted] = {}
    for item, standing in zip(items, standings, strict=True):
        known = sets.get(item.payload.assignment_id)
        refusal = _refusal(batch, item, known, enrolments)
        if refusal is not None or known is None:
            decisions.append(refusal or _waits())
            continue
        before = present.get(known.body["id"], [])
        bodies = group_bodies(item.command, known.body["cohort_id"], enrolments.get)
        if _plain(before) == _plain(bodies):
            decisions.append(agreed(before[0]["revision"] if before else None))
        elif before and standing.stale and not item.accepted:
            decisions.append(_dispute(batch, item, known, before, bodies))
        else:
            wanted[known.body["id"]] = _Wanted(item.command.id, bodies)
            decisions.append(applied(item.command.id))
    _write(batch, wanted, present)
    return decisions


def _present(batch: Batch, works: Sequence[str]) -> dict[str, list[Body]]:
    found: dict[str, list[Body]] = {}
    for row in batch.db.rows(_OF_WORK, o=batch.organisation_id, ids=packed(works)):
        body = GROUP_KIND.body_of(row)
        found.setdefault(body["assignment_id"], []).append(body)
    return found


def _waits() -> Decision:
    message = text("The work of these groups hasn't been accepted yet. The office decides about both.")
    return held("waits_for_creation", message, WORK_GROUP)


def _refusal(batch: Batch, item: Item, known: Set | None, enrolments: Mapping[str, Body]) -> Decision | None:
    if known is None:
        return _waits()
    work, cohort_id = known.body, str(known.body["cohort_id"])
    if item.target.id != work_groups_id(work["id"]):
        return rejected(item, "field_invalid", text("These groups belong to other work. Open it again."))
    if not item.accepted and not may_edit_assignments(item.author, cohort_id):
        if item.author.may(Permission.ASSIGNMENTS_EDIT):
            message = text("You no longer teach this class. It is kept for the office.")
            return held("not_teaching", message, WORK_GROUP, f"cohort:{cohort_id}", work["title"])
        return rejected(item, "not_allowed", text("Your role doesn't set work. Ask whoever teaches the class."))
    if known.archived and not item.accepted:
        return in_the_way(batch, item, archived_fault(), WORK_GROUP, cohort_id, work["title"])
    groups = [one.model_dump() for one in item.payload.groups]
    fault = groups_fault(groups) or _class_fault(work, groups, enrolments)
    return refused(item, fault) if fault else None


def _class_fault(work: Body, groups: Sequence[Body], enrolments: Mapping[str, Body]) -> Fault | None:
    if not is_for_groups(work):
        return Fault("not_for_groups", text("Everybody does this work alone. Change that first."))
    for key in (member for one in groups for member in one["members"]):
        enrolment = enrolments.get(key)
        if enrolment is None or enrolment["cohort_id"] != work["cohort_id"]:
            return Fault("not_in_cohort", text("Someone in a group isn't in the class of this work."))
    return None


def _plain(groups: Sequence[Body]) -> list[tuple[str, str, frozenset[str]]]:
    """By what two sets of groups are the same: their names, and who is in them."""
    kept = [one for one in groups if one["state"] == KeptState.KEPT]
    return sorted(
        (one["id"], one["name"], frozenset(member["enrolment_id"] for member in one["members"])) for one in kept
    )


@dataclass(frozen=True)
class _Wanted:
    """The groups that a piece of work gets, and the revision that all of its groups have from then on."""

    revision: str
    groups: Sequence[Body]


def _write(batch: Batch, wanted: Mapping[str, _Wanted], present: Mapping[str, Sequence[Body]]) -> None:
    """Write groups; all of one piece of work get one revision, those that are gone, too."""
    fresh: list[Body] = []
    again: list[Body] = []
    for work, asked in wanted.items():
        known = {one["id"]: one for one in present.get(work, ())}
        for body in asked.groups:
            (again if body["id"] in known else fresh).append(body)
        there = {one["id"] for one in asked.groups}
        again += [without_group(one, asked.revision) for key, one in known.items() if key not in there]
    if not wanted:
        return
    if len(GROUP_KIND.insert(batch, fresh)) < len(fresh):
        raise RepeatTransactionError
    GROUP_KIND.update(batch, again)
    groups = [one for asked in wanted.values() for one in asked.groups]
    keep_members(batch, groups, wanted)
    _share(batch, groups)


def _share(batch: Batch, groups: Sequence[Body]) -> None:
    """Give everybody in a group what it handed in; what a student handed in before stays beside it."""
    handed_in: dict[str, list[Body]] = {}
    for row in batch.db.rows(_HANDED_IN, o=batch.organisation_id, ids=packed(one["id"] for one in groups)):
        body = SUBMISSION_KIND.body_of(row)
        handed_in.setdefault(body["group_id"], []).append(body)
    concerned = [one for one in groups if one["id"] in handed_in]
    if not concerned:
        return
    pairs = [(one["assignment_id"], member["enrolment_id"]) for one in concerned for member in one["members"]]
    attempts = read_hand_ins(batch, pairs)
    for group in concerned:
        _share_one(attempts, group, handed_in[group["id"]])
    attempts.write(batch)


def _share_one(attempts: HandIns, group: Body, handed_in: Sequence[Body]) -> None:
    last = counting(handed_in)
    if last is None:
        return
    for member in group["members"]:
        if member["enrolment_id"] != last["enrolment_id"]:
            state = str(SubmissionState.SUBMITTED)
            attempts.share({**last, "state": state, "returned_note": ""}, member, group["revision"])


def _dispute(batch: Batch, item: Item, known: Set, before: Sequence[Body], mine: Sequence[Body]) -> Decision:
    work, target = known.body, item.target.id
    name = text("Groups of {work}", work=work["title"])
    scope, author = f"cohort:{work['cohort_id']}", f"author:{item.author.person_id}"
    subject = conflicts.Subject(WORK_GROUP, target, WHOLE, name, scope, author)
    standing = conflicts.find_open(batch, WORK_GROUP, target, WHOLE)
    revision = before[0]["revision"]
    theirs = None if standing else conflicts.side_from_log(batch, revision, _side(work["id"], before))
    side = conflicts.side_of(batch, item, _side(work["id"], mine))
    conflict_id = conflicts.open_conflict(batch, subject, theirs, side, (WHOLE,))
    return Decision(Verdict.CONFLICT, revision, conflict_id, details={"fields": [WHOLE]})


def _side(assignment_id: str, groups: Sequence[Body]) -> dict[str, Any]:
    """A side's groups; `whole` is what a list of sides shows."""
    kept = [one for one in groups if one["state"] == KeptState.KEPT]
    words = "; ".join(f"{one['name']}: {', '.join(member['name'] for member in one['members'])}" for one in kept)
    return {WHOLE: words, "assignment_id": assignment_id, "groups": kept}


def settle(batch: Batch, item: Item, conflict: Conflict, choices: Mapping[str, str]) -> None:
    """Put the groups of the chosen side."""
    chosen = next((one for one in conflict.sides if one.command_id == choices.get(WHOLE)), None)
    if chosen is None:
        return
    work = chosen.values["assignment_id"]
    present = _present(batch, [work])
    bodies = [{**one, "revision": item.command.id} for one in chosen.values["groups"]]
    if _plain(present.get(work, ())) != _plain(bodies):
        _write(batch, {work: _Wanted(item.command.id, bodies)}, present)


COMMANDS = (CommandType("SetGroups", PAYLOADS["SetGroups"], set_groups),)
