"""What the commands of grade schemes do: how a cohort's grades come about, and whether its marks are locked."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, held, rejected
from server.core.entities import Body, edit, settler_of
from server.grading.ground import archived_fault, in_the_way, read_cohorts, refused
from server.grading.kinds import SCHEME_KIND
from shared.core.text import text
from shared.grading.assignment_rules import scheme_fault, scheme_from
from shared.grading.commands import PAYLOADS, SCHEME_FIELDS
from shared.grading.ids import grade_scheme_id
from shared.grading.permissions import may_lock_grades, may_set_scheme
from shared.grading.projections import scheme_of, with_lock
from shared.grading.rubric_rules import Fault
from shared.grading.vocabulary import GRADE_SCHEME, SchemeState
from shared.people.vocabulary import Permission


def _start(batch: Batch, items: Sequence[Item]) -> dict[str, bool]:
    """Put the rows of the defaults where they are missing; returns by cohort whether it is archived."""
    archived = read_cohorts(batch, (item.payload.cohort_id for item in items))
    for item in items:
        cohort_id = item.payload.cohort_id
        if cohort_id in archived and item.target.id == grade_scheme_id(cohort_id) and _may(item, cohort_id):
            first = {**scheme_of(None, cohort_id), "revision": item.target.base or batch.new_id()}
            SCHEME_KIND.insert(batch, [first])
    return archived


def _may(item: Item, cohort_id: str) -> bool:
    may = may_lock_grades(item.author) if item.command.type == "LockGrades" else may_set_scheme(item.author, cohort_id)
    return item.accepted or may


def _refusal(batch: Batch, item: Item, archived: Mapping[str, bool]) -> Decision | None:
    cohort_id = item.payload.cohort_id
    if cohort_id not in archived or item.target.id != grade_scheme_id(cohort_id):
        message = text("The class of these grades hasn't been accepted yet. The office decides about both.")
        return held("waits_for_creation", message, GRADE_SCHEME)
    if not _may(item, cohort_id):
        if item.author.may(Permission.ASSIGNMENTS_EDIT) and item.command.type == "SetGradeScheme":
            message = text("You no longer teach this class. It is kept for the office.")
            return held("not_teaching", message, GRADE_SCHEME, f"cohort:{cohort_id}")
        return rejected(item, "not_allowed", text("Your role doesn't decide about grades. Ask the office."))
    if archived[cohort_id] and not item.accepted:
        return in_the_way(batch, item, archived_fault(), GRADE_SCHEME, cohort_id)
    return None


def set_scheme(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Set how grades come about, field by field; the row of the defaults appears with its first change."""
    archived = _start(batch, items)
    refusals = {item.key: found for item in items if (found := _refusal(batch, item, archived)) is not None}
    passing = [item for item in items if item.key not in refusals]
    decided = dict(zip((item.key for item in passing), edit(batch, SCHEME_KIND, passing, _check), strict=True))
    return [refusals.get(item.key) or decided[item.key] for item in items]


def _check(batch: Batch, item: Item, body: Body, wanted: Mapping[str, Any]) -> Decision | None:
    if not set(wanted) <= set(SCHEME_FIELDS):
        return rejected(item, "field_unknown", text("This can't be set here."))
    if body["state"] == SchemeState.LOCKED and not may_lock_grades(item.author) and not item.accepted:
        locked = Fault("marks_locked", text("The marks of this class are locked."))
        return in_the_way(batch, item, locked, GRADE_SCHEME, body["cohort_id"])
    made = scheme_from({**body, **wanted})
    if made is None:
        return rejected(item, "field_invalid", text("A value can't be kept. Check what you entered."))
    fault = scheme_fault(made)
    return refused(item, fault) if fault else None


def lock(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Lock a cohort's marks, or open them again."""
    archived = _start(batch, items)
    present = SCHEME_KIND.read(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    written: list[Body] = []
    for item in items:
        refusal = _refusal(batch, item, archived)
        if refusal is not None:
            decisions.append(refusal)
            continue
        body = present[item.target.id]
        if (body["state"] == SchemeState.LOCKED) == item.payload.locked:
            decisions.append(agreed(body["revision"]))
            continue
        written.append(with_lock(body, item.command, item.author.name))
        decisions.append(applied(item.command.id))
    SCHEME_KIND.update(batch, written)
    return decisions


settle = settler_of(SCHEME_KIND)
"""Writes the chosen values of a scheme."""


COMMANDS = (
    CommandType("SetGradeScheme", PAYLOADS["SetGradeScheme"], set_scheme),
    CommandType("LockGrades", PAYLOADS["LockGrades"], lock),
)
