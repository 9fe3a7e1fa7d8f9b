"""The rows of the skills logbook and of portfolios as the feed carries them, and who sees them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from server.core.area import AccessPart
from server.core.database import Db
from server.core.entities import Body, EntityKind
from server.grading import skill_tables as tables
from shared.core.actor import Actor
from shared.grading import skill_vocabulary as words
from shared.grading.permissions import sees_marks
from shared.grading.skill_rules import may_keep_supervisors

_SUPERVISORS = "supervisors:all"
_LEARNT = """
SELECT DISTINCT c.course_id FROM enrolment e JOIN cohort c
ON c.organisation_id = e.organisation_id AND c.id = e.cohort_id
WHERE e.organisation_id = :o AND e.person_id = :person_id
AND e.state IN ('pending', 'active', 'suspended', 'completed')
"""


def _staff_and_student(body: Body) -> tuple[str, str | None]:
    return f"cohort:{body['cohort_id']}", f"person:{body['person_id']}"


class _ObservationKind(EntityKind):
    """Observations with a signature, which is an object or nothing."""

    def body_of(self, row: Sequence[Any]) -> Body:
        """Return a row of `selected()` as the feed carries it."""
        body = super().body_of(row)
        return {**body, "signature": body["signature"] or None}


SKILL_KIND = EntityKind(
    kind=words.SKILL,
    table=tables.SKILL,
    body_columns=("course_id", "name", "seen", "heading", "position", "proof", "needed", "state"),
    # Whoever teaches the course has its rubrics' scope; disputes of a skill stay there.
    scopes=lambda body: (f"rubrics:{body['course_id']}", f"skills:{body['course_id']}"),
    title=lambda body: " · ".join(part for part in (body["name"], body["heading"], body["seen"][:80]) if part),
    parent="course_id",
)
SUPERVISOR_KIND = EntityKind(
    kind=words.SKILL_SUPERVISOR,
    table=tables.SKILL_SUPERVISOR,
    body_columns=("employer", "name", "verifier", "state"),
    scopes=lambda _body: (_SUPERVISORS, None),
    title=lambda body: f"{body['name']}, {body['employer']}",
)
OBSERVATION_KIND = _ObservationKind(
    kind=words.SKILL_OBSERVATION,
    table=tables.SKILL_OBSERVATION,
    body_columns=(
        *("skill_id", "enrolment_id", "cohort_id", "person_id", "judged", "note", "place", "files", "observer_id"),
        *("observer_name", "at", "signature", "signed_at", "witness_id", "witness_name", "state"),
        *("withdrawn_reason", "withdrawn_by_name"),
    ),
    scopes=_staff_and_student,
    title=lambda body: str(body["observer_name"]),
    parent="enrolment_id",
    json_columns=frozenset({"files", "signature"}),
)
ITEM_KIND = EntityKind(
    kind=words.PORTFOLIO_ITEM,
    table=tables.PORTFOLIO_ITEM,
    body_columns=(
        *("submission_id", "assignment_id", "enrolment_id", "cohort_id", "person_id", "caption", "position"),
        "state",
    ),
    scopes=_staff_and_student,
    title=lambda body: str(body["caption"][:60]),
    parent="person_id",
)
GUARDED: Mapping[str, Callable[[Actor], bool]] = {
    words.SKILL_OBSERVATION: sees_marks,
    words.PORTFOLIO_ITEM: sees_marks,
    words.SKILL_SUPERVISOR: may_keep_supervisors,
}
"""Of all who see the whole institute: who gets such rows."""


def access(db: Db, actor: Actor) -> AccessPart:
    """Students see the skills of their courses; hashes of PINs go to those alone who let employers sign."""
    rows = db.rows(_LEARNT, o=actor.organisation_id, person_id=actor.person_id)
    scopes = {f"skills:{row[0]}" for row in rows}
    return AccessPart(scopes=frozenset(scopes | ({_SUPERVISORS} if may_keep_supervisors(actor) else set())))
