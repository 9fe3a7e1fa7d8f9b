"""Attempts that a judgement names: whose they are, and whether they still count."""

from collections.abc import Iterable, Mapping
from typing import Any

from server.core.batch import Batch
from server.core.sql import SetSql
from server.grading.ground import packed
from shared.core.text import text
from shared.grading.rubric_rules import Fault
from shared.grading.vocabulary import SubmissionState

_ATTEMPTS = SetSql(
    "SELECT t.id, t.state, t.assignment_id, t.enrolment_id FROM {ids} i {by} submission t"
    " ON t.organisation_id = :o AND t.id = i.id"
)
Attempts = Mapping[str, tuple[str, str, str]]
"""By id: state, assignment and enrolment."""


def read_attempts(batch: Batch, given: Iterable[str | None]) -> Attempts:
    """Return the attempts with these ids; None and unknown ones are left out."""
    ids = {one for one in given if one}
    if not ids:
        return {}
    rows = batch.db.rows(_ATTEMPTS, o=batch.organisation_id, ids=packed(ids))
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def attempt_fault(
    attempts: Attempts, seen: str | None, assignment_id: str, enrolment: Mapping[str, Any]
) -> Fault | None:
    """Return why the attempt that was looked at can't be judged, or None."""
    if seen is None:
        return None
    state, of_assignment, of_enrolment = attempts.get(seen, ("", "", ""))
    if (of_assignment, of_enrolment) != (assignment_id, enrolment["id"]):
        return Fault("attempt_unknown", text("The attempt that was marked isn't on the server yet."))
    if state == SubmissionState.REPLACED:
        name = enrolment["name"]
        return Fault("attempt_replaced", text("{name} has handed in again since. Look at the newer work.", name=name))
    return None
