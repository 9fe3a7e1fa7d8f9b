"""What second marking does: each of two judges alone, and both judgements are known once both are finished."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.core.batch import Batch, CommandType, Decision, Item, held, rejected
from server.core.database import RepeatTransactionError
from server.core.entities import Body
from server.core.sql import SetSql
from server.grading import mark_history, part_sealing, whole_rows
from server.grading.attempts import Attempts, attempt_fault, read_attempts
from server.grading.ground import (
    Ground,
    Set,
    archived_fault,
    in_the_way,
    left_fault,
    not_teaching,
    packed,
    read_ground,
    refused,
)
from server.grading.kinds import MARK_KIND
from server.grading.moderation_kinds import PART_KIND
from shared.core.conflict import Conflict
from shared.core.text import text
from shared.grading.commands import PAYLOADS
from shared.grading.ids import mark_id
from shared.grading.mark_projections import mark_body
from shared.grading.mark_rules import JUDGED, judgement_fault, judgement_of
from shared.grading.moderation_projections import part_body
from shared.grading.moderation_vocabulary import MARK_PART
from shared.grading.part_rules import are_done, numbered, part_fault, part_id
from shared.grading.permissions import may_mark, moderates_marks
from shared.grading.rubric_rules import Fault
from shared.grading.vocabulary import AssignmentState, EntryKind

_OF_MARKS = SetSql(
    f"SELECT {PART_KIND.selected()} FROM {{ids}} i {{by}} mark_part t"  # noqa: S608 - our own column names
    " ON t.organisation_id = :o AND t.mark_id = i.id ORDER BY t.mark_id, t.at, t.id"
)
_FINAL = frozenset({"mark_agreed", "parts_known", "two_have_marked", "marked_by_one", "attempt_unknown"})
"""Faults that even the office can't let pass."""
Parts = dict[str, list[Body]]
"""The parts of each mark, the earlier first."""


@dataclass(frozen=True)
class _Desk:
    """What one run works on: the ground, the attempts named, and the marks with their parts as they are."""

    ground: Ground
    attempts: Attempts
    marks: Mapping[str, Body]
    parts: Parts

    def parts_of(self, item: Item) -> tuple[Body | None, list[Body]]:
        """Return the item's own part, and those of others."""
        every = self.parts.get(_mark_id(item), [])
        own = next((one for one in every if one["id"] == item.target.id), None)
        return own, [one for one in every if one["id"] != item.target.id]


def _mark_id(item: Item) -> str:
    return mark_id(item.payload.assignment_id, item.payload.enrolment_id)


def record(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Record what one of two markers gives, whatever their number in the same statements."""
    pairs = [(item.payload.assignment_id, item.payload.enrolment_id) for item in items]
    ids = [_mark_id(item) for item in items]
    # Marks are locked first: two who finish at the same time are the first and the second, never both the same.
    marks = MARK_KIND.read(batch, ids)
    desk = _Desk(
        read_ground(batch, pairs),
        read_attempts(batch, (item.payload.submission_id for item in items)),
        marks,
        read_parts(batch, ids),
    )
    refusals = {item.key: _refusal(batch, item, desk) for item in items}
    _seed_marks(batch, [item for item in items if refusals[item.key] is None], desk)

    def make(item: Item, before: Body | None) -> Body | Decision:
        refusal = refusals[item.key]
        if refusal is not None:
            return refusal
        body = _body(item, before, desk)
        steps = before["steps"] if before else []
        return {**body, "steps": [*steps, _step(item, body)] if body["finished"] else steps}

    decisions = whole_rows.put(batch, PART_KIND, items, make, JUDGED)
    arrange(batch, ids)
    return decisions


def _body(item: Item, before: Body | None, desk: _Desk) -> Body:
    cohort_id = desk.ground.sets[item.payload.assignment_id].body["cohort_id"]
    return part_body(item.command, cohort_id, before, item.author.name)


def _refusal(batch: Batch, item: Item, desk: _Desk) -> Decision | None:
    payload = item.payload
    known, enrolment = desk.ground.sets.get(payload.assignment_id), desk.ground.enrolments.get(payload.enrolment_id)
    if known is None or enrolment is None:
        message = text("The work or the student of this mark hasn't been accepted yet. The office decides about both.")
        return held("waits_for_creation", message, MARK_PART)
    own = part_id(payload.assignment_id, payload.enrolment_id, item.author.person_id)
    if (payload.marker_id, item.target.id) != (item.author.person_id, own):
        return rejected(item, "field_invalid", text("This mark belongs to someone else. Open the work again."))
    cohort_id = known.body["cohort_id"]
    if enrolment["cohort_id"] != cohort_id:
        words = text("{name} isn't in the class of this work.", name=enrolment["name"])
        return rejected(item, "not_in_cohort", words)
    if not item.accepted and not may_mark(item.author, cohort_id):
        return part_sealing.hushed(not_teaching(item, MARK_PART, cohort_id, enrolment["name"]), cohort_id)
    own_part, _ = desk.parts_of(item)
    fault = judgement_fault(known.body, judgement_of(_body(item, own_part, desk)), known.criteria)
    if fault is not None:
        return refused(item, fault)
    fault = _fault(item, known, enrolment, desk)
    if fault is None or (item.accepted and fault.code not in _FINAL):
        return None
    return part_sealing.hushed(in_the_way(batch, item, fault, MARK_PART, cohort_id, enrolment["name"]), cohort_id)


def _fault(item: Item, known: Set, enrolment: Mapping[str, Any], desk: _Desk) -> Fault | None:
    if known.archived:
        return archived_fault()
    if known.body["state"] == AssignmentState.REMOVED:
        return Fault("assignment_removed", text("This work was taken away."))
    if known.locked:
        return Fault("marks_locked", text("The marks of this class are locked."))
    seen = attempt_fault(desk.attempts, item.payload.submission_id, known.body["id"], enrolment)
    part, others = desk.parts_of(item)
    moderates = moderates_marks(item.author) and not item.accepted
    given = part_fault(known.body, desk.marks.get(_mark_id(item)), part, others, moderates=moderates)
    return left_fault(enrolment) or seen or given


def _seed_marks(batch: Batch, items: Sequence[Item], desk: _Desk) -> None:
    """Make the marks that aren't there yet, as not graded: parts and their history hang on them."""
    fresh: dict[str, Body] = {}
    for item in items:
        if _mark_id(item) not in desk.marks:
            known = desk.ground.sets[item.payload.assignment_id].body
            enrolment = desk.ground.enrolments[item.payload.enrolment_id]
            body = mark_body(item.command, known, enrolment, None, judgement_of(None))
            fresh[body["id"]] = {**body, "submission_id": None, "marked_by": "", "marked_by_name": ""}
    if len(MARK_KIND.insert(batch, list(fresh.values()))) < len(fresh):
        raise RepeatTransactionError


def _step(item: Item, body: Body) -> dict[str, Any]:
    return mark_history.step(item, {**body, "id": body["mark_id"]}, EntryKind.RECORDED)


# ------------------------------------------------------------------------------------------------- once both are done


def read_parts(batch: Batch, mark_ids: Iterable[str]) -> Parts:
    """Return the parts of marks that are locked already."""
    found: Parts = {}
    for row in batch.db.rows(_OF_MARKS, o=batch.organisation_id, ids=packed(mark_ids)):
        body = PART_KIND.body_of(row)
        found.setdefault(body["mark_id"], []).append(body)
    return found


def arrange(batch: Batch, mark_ids: Iterable[str]) -> None:
    """Say which part each finished judgement is, and make both known where both are finished."""
    changed: list[Body] = []
    opened: list[Body] = []
    for parts in read_parts(batch, mark_ids).values():
        numbers = numbered(parts)
        now = [{**one, "part": str(numbers.get(one["id"], one["part"]))} for one in parts]
        if are_done(now) and not any(one["open"] for one in now):
            now = [{**one, "open": True} for one in now]
            opened += now
        changed += [one for one, before in zip(now, parts, strict=True) if one != before]
    PART_KIND.update(batch, changed)
    _make_known(batch, opened)


def make_known(batch: Batch, mark_ids: Iterable[str]) -> None:
    """Make known what each has given so far: someone who moderates has set the agreed mark."""
    parts = [one for every in read_parts(batch, mark_ids).values() for one in every if not one["open"]]
    opened = [{**one, "open": True} for one in parts]
    PART_KIND.update(batch, opened)
    _make_known(batch, opened)


def _make_known(batch: Batch, opened: Sequence[Body]) -> None:
    """Put the steps of parts into their marks' histories, in the order made, and show comments and notes."""
    steps: dict[str, list[dict[str, Any]]] = {}
    for one in opened:
        steps.setdefault(one["mark_id"], []).extend({**step, "part": one["part"]} for step in one["steps"])
    ordered = [sorted(every, key=lambda step: (step["at"], step["part"])) for every in steps.values()]
    for turn in range(max(map(len, ordered), default=0)):
        mark_history.add(batch, [every[turn] for every in ordered if turn < len(every)])
    part_sealing.unseal(batch, steps)


def settle(batch: Batch, item: Item, conflict: Conflict, choices: Mapping[str, str]) -> None:
    """Give a part the chosen judgement of its one marker, unless the other one knows it already."""
    part = PART_KIND.read(batch, [conflict.entity_id]).get(conflict.entity_id)
    if part is None or part["open"]:
        return
    MARK_KIND.read(batch, [part["mark_id"]])
    whole_rows.settler(PART_KIND)(batch, item, conflict, choices)
    arrange(batch, [part["mark_id"]])


COMMANDS = (CommandType("RecordMarkPart", PAYLOADS["RecordMarkPart"], record),)
