"""What the commands of assignments do: add, change, take away and bring back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, held, rejected
from server.core.entities import Body, chosen_values, edit, missing
from server.core.sql import SetSql
from server.grading import peer_service
from server.grading.ground import archived_fault, in_the_way, packed, read_cohorts, read_sets, refused
from server.grading.kinds import ASSIGNMENT_KIND, VERSION_KIND, open_rubrics
from shared.core.conflict import Conflict
from shared.core.fields import FieldChange
from shared.core.text import text
from shared.grading.assignment_rules import assignment_fault
from shared.grading.blind_rules import names_fault
from shared.grading.commands import ASSIGNMENT_FIELDS, PAYLOADS
from shared.grading.mark_rules import hundredths
from shared.grading.peer_rules import has_reviews
from shared.grading.permissions import may_edit_assignments
from shared.grading.projections import assignment_body, assignment_with, told_at, without
from shared.grading.rubric_rules import Fault
from shared.grading.vocabulary import ASSIGNMENT, AssignmentState
from shared.people.vocabulary import Permission

_MARKS = "SELECT score, levels FROM mark WHERE organisation_id = :o AND assignment_id = :id AND score IS NOT NULL"
_ANY_IN = (
    "SELECT 1 FROM submission WHERE organisation_id = :o AND assignment_id = :id AND handed_in_at IS NOT NULL LIMIT 1"
)
_PARTS = "SELECT id FROM mark_part WHERE organisation_id = :o AND assignment_id = :id LIMIT 1"
_RELEASED = SetSql(
    "SELECT DISTINCT m.assignment_id FROM {ids} i {by} mark m ON m.organisation_id = :o AND m.assignment_id = i.id"
    " WHERE m.released_at IS NOT NULL"
)


def _not_allowed(item: Item, cohort_id: str) -> Decision:
    if item.author.may(Permission.ASSIGNMENTS_EDIT):
        message = text("You no longer teach this class. It is kept for the office.")
        return held("not_teaching", message, ASSIGNMENT, f"cohort:{cohort_id}")
    return rejected(item, "not_allowed", text("Your role doesn't set work. Ask whoever teaches the class."))


def _versions(batch: Batch, ids: Sequence[str | None]) -> dict[str, Body]:
    wanted = [one for one in ids if one]
    return VERSION_KIND.read(batch, wanted) if wanted else {}


def add(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Add assignments and bare columns."""
    archived = read_cohorts(batch, (item.payload.cohort_id for item in items))
    versions = _versions(batch, [item.payload.rubric_version_id for item in items])
    decisions: dict[str, Decision] = {}
    bodies: list[Body] = []
    for item in items:
        body = assignment_body(item.command)
        refusal = _why_not_added(batch, item, body, archived, versions)
        if body is not None and refusal is None:
            bodies.append(body)
        decisions[item.command.id] = refusal or applied(item.command.id)
    inserted = ASSIGNMENT_KIND.insert(batch, bodies)
    open_rubrics(batch, bodies)
    for body in bodies:
        if body["id"] not in inserted:
            decisions[body["revision"]] = agreed(None, existing_id=body["id"])
    return [decisions[item.command.id] for item in items]


def _why_not_added(
    batch: Batch, item: Item, body: Body | None, archived: Mapping[str, bool], versions: Mapping[str, Body]
) -> Decision | None:
    cohort_id = item.payload.cohort_id
    if body is None:
        return _invalid(item)
    if cohort_id not in archived:
        return _waits()
    if not item.accepted:
        if not may_edit_assignments(item.author, cohort_id):
            return _not_allowed(item, cohort_id)
        if archived[cohort_id]:
            return in_the_way(batch, item, archived_fault(), ASSIGNMENT, cohort_id, body["title"])
    return _value_fault(item, body, versions)


def _value_fault(item: Item, body: Body, versions: Mapping[str, Body]) -> Decision | None:
    version_id = body["rubric_version_id"]
    if version_id and version_id not in versions:
        return _waits()
    fault = assignment_fault(body, versions[version_id]["criteria"] if version_id else None)
    return refused(item, fault) if fault else None


def _waits() -> Decision:
    message = text("The class or the rubric of this work hasn't been accepted yet. The office decides about both.")
    return held("waits_for_creation", message, ASSIGNMENT)


def _invalid(item: Item) -> Decision:
    return rejected(item, "field_invalid", text("A value can't be kept. Check what you entered."))


def edit_assignments(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Change assignments field by field; values are brought into the form in which they are kept."""
    present = ASSIGNMENT_KIND.read(batch, (item.target.id for item in items))
    tidy = [_tidied(item, present.get(item.target.id)) for item in items]
    decisions = edit(batch, ASSIGNMENT_KIND, tidy, _check)
    _follow_up(batch, present)
    return decisions


def _tidied(item: Item, present: Body | None) -> Item:
    """Return an item whose new values are as they are kept; `shown` follows from the state."""
    wanted = {name: change.new for name, change in item.payload.changes.items()}
    if present is None or not set(wanted) <= set(ASSIGNMENT_FIELDS):
        return item
    after = assignment_with(present, wanted)
    if after is None:
        return item
    changes = {name: FieldChange(old=one.old, new=after[name]) for name, one in item.payload.changes.items()}
    if after["shown"] != present["shown"]:
        changes["shown"] = FieldChange(old=present["shown"], new=after["shown"])
        changes["assigned_at"] = FieldChange(old=present["assigned_at"], new=told_at(item.command))
    return replace(item, payload=item.payload.model_copy(update={"changes": changes}))


def _follow_up(batch: Batch, before: Mapping[str, Body]) -> None:
    """Students of work that was opened, or got another rubric, see that rubric; work that is closed is reviewed."""
    changed = [batch.changes.get((ASSIGNMENT, key)) for key in before]
    bodies = [dict(row.body) for row in changed if row is not None and row.body is not None]
    open_rubrics(batch, bodies)
    for body in bodies:
        closed = body["state"] == AssignmentState.CLOSED and before[body["id"]]["state"] != AssignmentState.CLOSED
        if closed and has_reviews(body):
            peer_service.share_out(batch, [body], body["revision"])


def _check(batch: Batch, item: Item, body: Body, wanted: Mapping[str, Any]) -> Decision | None:
    known = read_sets(batch, [body["id"]])[body["id"]]
    if not item.accepted:
        if not may_edit_assignments(item.author, body["cohort_id"]):
            return _not_allowed(item, body["cohort_id"])
        if known.archived:
            return in_the_way(batch, item, archived_fault(), ASSIGNMENT, body["cohort_id"], body["title"])
    if not set(item.command.payload["changes"]) <= set(ASSIGNMENT_FIELDS):
        return rejected(item, "field_unknown", text("This can't be set here."))
    after = assignment_with(body, {name: value for name, value in wanted.items() if name != "shown"})
    if after is None:
        return _invalid(item)
    settable = {**after, "state": wanted.get("state", AssignmentState.DRAFT)}
    fault = _value_fault(item, settable, _versions(batch, [after["rubric_version_id"]]))
    return fault or _marks_fault(batch, item, body, after) or _handed_in_fault(batch, item, body, after)


def _marks_fault(batch: Batch, item: Item, body: Body, after: Body) -> Decision | None:
    """Marks that were given keep their meaning: not above the maximum, and by the rubric they were made with."""
    if after["markers"] != body["markers"] and batch.db.one(_PARTS, o=batch.organisation_id, id=body["id"]):
        words = text("Work has been marked by one of two already. Make another assignment.")
        return refused(item, Fault("markers_in_use", words))
    rubric = after["rubric_version_id"] != body["rubric_version_id"]
    fewer = hundredths(after["points"]) < hundredths(body["points"]) and not after["extra_credit"]
    if not rubric and not fewer:
        return None
    marks = batch.db.rows(_MARKS, o=batch.organisation_id, id=body["id"])
    if rubric and any(levels != "[]" for _, levels in marks):
        words = text("Work has been marked by this rubric. Make another assignment for the new one.")
        return refused(item, Fault("rubric_in_use", words))
    highest = max((hundredths(score) for score, _ in marks), default=0)
    if fewer and highest > hundredths(after["points"]):
        words = text("A student has more points than that already. Change the mark first.")
        return refused(item, Fault("points_below_marks", words))
    return None


def _handed_in_fault(batch: Batch, item: Item, body: Body, after: Body) -> Decision | None:
    """What was handed in by groups, or by everybody alone, stays so; names that were hidden the office alone shows."""
    if all(after[name] == body[name] for name in ("group_mode", "anonymous")):
        return None
    handed_in = batch.db.one(_ANY_IN, o=batch.organisation_id, id=body["id"]) is not None
    fault = names_fault(item.author, body, after, handed_in=handed_in)
    if handed_in and after["group_mode"] != body["group_mode"]:
        words = text("Work has been handed in already, so it stays as it is who works with whom.")
        fault = Fault("groups_in_use", words)
    return refused(item, fault) if fault else None


def remove(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Take assignments away, or bring them back; what students have seen a mark of stays."""
    present = ASSIGNMENT_KIND.read(batch, (item.target.id for item in items))
    sets = read_sets(batch, present)
    seen = _with_released(batch, present)
    decisions: list[Decision] = []
    written: list[Body] = []
    for item in items:
        body = present.get(item.target.id)
        if body is None:
            decisions.append(missing(batch, item, ASSIGNMENT))
            continue
        refusal = _why_not_removed(batch, item, body, archived=sets[body["id"]].archived, seen=body["id"] in seen)
        gone = body["state"] == AssignmentState.REMOVED
        if refusal is None and gone != item.payload.back:
            decisions.append(agreed(body["revision"]))
        elif refusal is None:
            written.append(without(body, item.command.id, back=item.payload.back))
            decisions.append(applied(item.command.id))
        else:
            decisions.append(refusal)
    ASSIGNMENT_KIND.update(batch, written)
    return decisions


def _with_released(batch: Batch, ids: Mapping[str, Body]) -> set[str]:
    rows = batch.db.rows(_RELEASED, o=batch.organisation_id, ids=packed(ids))
    return {row[0] for row in rows}


def _why_not_removed(batch: Batch, item: Item, body: Body, *, archived: bool, seen: bool) -> Decision | None:
    if not item.accepted:
        if not may_edit_assignments(item.author, body["cohort_id"]):
            return _not_allowed(item, body["cohort_id"])
        if archived:
            return in_the_way(batch, item, archived_fault(), ASSIGNMENT, body["cohort_id"], body["title"])
    if seen and not item.payload.back:
        words = text("Students have seen marks of this work, so it stays. Close it instead.")
        return refused(item, Fault("marks_released", words))
    return None


def settle(batch: Batch, item: Item, conflict: Conflict, choices: Mapping[str, str]) -> None:
    """Write the chosen values of an assignment."""
    body = ASSIGNMENT_KIND.read(batch, [conflict.entity_id]).get(conflict.entity_id)
    chosen = chosen_values(conflict, choices)
    if body is not None and any(body[name] != value for name, value in chosen.items()):
        after = {**body, **chosen, "revision": item.command.id}
        ASSIGNMENT_KIND.update(batch, [after])
        open_rubrics(batch, [after])


COMMANDS = (
    CommandType("AddAssignment", PAYLOADS["AddAssignment"], add),
    CommandType("EditAssignment", PAYLOADS["EditAssignment"], edit_assignments),
    CommandType("RemoveAssignment", PAYLOADS["RemoveAssignment"], remove),
)
