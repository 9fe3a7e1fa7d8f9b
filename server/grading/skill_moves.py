"""What was seen of a walk-in goes over to whoever the office says that he or she is."""

from collections.abc import Sequence

from server.core.batch import Batch, ChangedRow
from server.core.entities import Body
from server.core.sql import SetSql
from server.grading.ground import packed
from server.grading.skill_kinds import OBSERVATION_KIND
from server.learning.enrolment_service import aliases
from shared.learning.vocabulary import EnrolmentState

_SEEN = SetSql(
    "SELECT t.id FROM {ids} i {by} enrolment e ON e.organisation_id = :o AND e.id = i.id"
    " JOIN skill_observation t ON t.organisation_id = :o AND t.cohort_id = e.cohort_id AND t.enrolment_id = e.id"
)
_HOLDERS = SetSql(
    "SELECT e.id, e.cohort_id, e.person_id FROM {ids} i {by} enrolment e ON e.organisation_id = :o AND e.id = i.id"
)


def enrolments_changed(batch: Batch, rows: Sequence[ChangedRow]) -> None:
    """Move the observations of enrolments that stand for another one from now on."""
    gone = [row.id for row in rows if row.body is not None and row.body["state"] == EnrolmentState.CANCELLED]
    stands_for = aliases(batch, gone) if gone else {}
    if not stands_for:
        return
    found = [row[0] for row in batch.db.rows(_SEEN, o=batch.organisation_id, ids=packed(stands_for))]
    if not found:
        return
    ids = packed(stands_for.values())
    holders = {row[0]: row for row in batch.db.rows(_HOLDERS, o=batch.organisation_id, ids=ids)}
    moved: list[Body] = []
    for body in OBSERVATION_KIND.read(batch, found).values():
        enrolment_id, cohort_id, person_id = holders[stands_for[body["enrolment_id"]]]
        # Whose it is isn't what anybody said of it: the row keeps its revision, so that signing it meets no conflict.
        place = {"enrolment_id": enrolment_id, "cohort_id": cohort_id, "person_id": person_id}
        moved.append({**body, **place})
    OBSERVATION_KIND.update(batch, moved)
