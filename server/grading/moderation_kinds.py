"""The rows of second marking and of requests to look again, and who sees them: a part only its marker at first."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.core.area import AccessPart
from server.core.batch import Batch
from server.core.database import Db
from server.core.entities import Body, EntityKind
from server.grading import moderation_tables as tables
from shared.core.actor import Actor
from shared.grading.moderation_vocabulary import MARK_PART, REGRADE
from shared.grading.permissions import moderates_marks, sees_marks, sees_parts

_TAUGHT = "SELECT cohort_id FROM cohort_instructor WHERE organisation_id = :o AND person_id = :person_id"


class _PartKind(EntityKind):
    """Parts, whose own history stays on the server until both are known."""

    def publish(self, batch: Batch, body: Body) -> None:
        """Put a row's state into the feed, its steps left out."""
        super().publish(batch, {name: value for name, value in body.items() if name != "steps"})


def _part_scopes(body: Body) -> tuple[str, str | None]:
    own = f"person:{body['by_id']}"
    return (f"cohort:{body['cohort_id']}", own) if body["open"] else (own, f"moderated:{body['cohort_id']}")


def _place(body: Body) -> Mapping[str, Any]:
    return {"place": body["part"] or body["by_id"]}


PART_KIND = _PartKind(
    kind=MARK_PART,
    table=tables.MARK_PART,
    body_columns=(
        *("mark_id", "assignment_id", "cohort_id", "enrolment_id", "submission_id", "status", "score", "levels"),
        *("feedback", "finished", "part", "open", "by_id", "by_name", "at", "steps"),
    ),
    scopes=_part_scopes,
    title=lambda body: str(body["score"] or ""),
    parent="mark_id",
    json_columns=frozenset({"levels", "steps"}),
    derive=_place,
    derived_columns=("place",),
)
REGRADE_KIND = EntityKind(
    kind=REGRADE,
    table=tables.REGRADE,
    body_columns=(
        *("mark_id", "assignment_id", "cohort_id", "enrolment_id", "person_id", "reason", "asked_at", "state"),
        *("outcome", "answer", "answered_by", "answered_by_name", "answered_at"),
    ),
    scopes=lambda body: (f"cohort:{body['cohort_id']}", f"person:{body['person_id']}"),
    title=lambda body: str(body["reason"][:60]),
    parent="mark_id",
)


GUARDED = {MARK_PART: sees_parts, "RecordMarkPart": sees_parts, REGRADE: sees_marks}


def access(db: Db, actor: Actor) -> AccessPart:
    """Whoever moderates sees both parts from the start, in the cohorts that he or she teaches."""
    if not moderates_marks(actor):
        return AccessPart()
    rows: Sequence[Any] = db.rows(_TAUGHT, o=actor.organisation_id, person_id=actor.person_id)
    return AccessPart(scopes=frozenset(f"moderated:{row[0]}" for row in rows))
