"""The rows of kit as the feed carries them, and who sees them."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from server.core.area import AccessPart
from server.core.batch import Batch
from server.core.database import Db
from server.core.entities import Body, EntityKind
from server.timetable.kit_tables import KIT_BOOKING, KIT_ITEM, KIT_LOAN, KIT_PHOTO, KIT_POLICY
from shared.core.actor import Actor
from shared.learning.vocabulary import ATTENDING
from shared.people.rules import fold
from shared.people.vocabulary import Role
from shared.timetable import kit_vocabulary as words
from shared.timetable.kit_permissions import may_lend_kit

DESK = "kit"
"""What whoever lends kit sees: every loan and booking."""
EVERYBODY = "kit:everybody"
_RIGHTS = "SELECT DISTINCT rights_key, course_ids FROM kit_item WHERE organisation_id = :o"
_RIGHT_KNOWN = "SELECT 1 FROM kit_item WHERE organisation_id = :o AND rights_key = :key LIMIT 1"
_ENROLLED = f"""
SELECT DISTINCT c.course_id FROM enrolment e JOIN cohort c
ON c.organisation_id = e.organisation_id AND c.id = e.cohort_id
WHERE e.organisation_id = :o AND e.person_id = :person_id
AND e.state IN ({", ".join(f"'{state}'" for state in sorted(ATTENDING))})
"""  # noqa: S608 - our own words


def rights_scope(course_ids: Iterable[str]) -> str:
    """Return the scope of the pieces that these courses may use; without any everybody may."""
    ids = sorted(set(course_ids))
    return f"kit:{hashlib.sha256(chr(31).join(ids).encode()).hexdigest()[:32]}" if ids else EVERYBODY


def number_key(number: str) -> str:
    """Return how the number of a piece is compared: `CAM  1` and `cam 1` are one number."""
    return " ".join(fold(number).split())[:120]


class ItemKind(EntityKind):
    """Pieces of kit. What courses a new one belongs to changes what their students may see."""

    def publish(self, batch: Batch, body: Body) -> None:
        """Put a piece into the feed, and let those see it who have the right to it."""
        scope = self.scopes(body)[0]
        known = batch.memory.setdefault("kit scopes", set())
        if scope != EVERYBODY and scope not in known:
            known.add(scope)
            batch.access_changed = True
        super().publish(batch, body)

    def update(self, batch: Batch, bodies: Sequence[Body]) -> None:
        """Write whole rows that were read before; a piece that keeps its courses changes nobody's sight."""
        known = batch.memory.setdefault("kit scopes", set())
        for key in sorted({self.scopes(body)[0] for body in bodies} - known - {EVERYBODY}):
            if batch.db.one(_RIGHT_KNOWN, o=batch.organisation_id, key=key):
                known.add(key)
        super().update(batch, bodies)


def _of_person(body: Body) -> tuple[str, str | None]:
    return DESK, f"person:{body['person_id']}"


ITEM_KIND = ItemKind(
    kind=words.KIT_ITEM,
    table=KIT_ITEM,
    body_columns=(
        *("name", "number", "category", "kit_kind", "room", "condition", "course_ids", "state", "loan_id", "due_at"),
    ),
    scopes=lambda body: (rights_scope(body["course_ids"]), None),
    title=lambda body: f"{body['name']} {body['number']}",
    json_columns=frozenset({"course_ids"}),
    derive=lambda body: {
        "number_key": number_key(body["number"]),
        "rights_key": rights_scope(body["course_ids"]),
    },
    derived_columns=("number_key", "rights_key"),
)
LOAN_KIND = EntityKind(
    kind=words.KIT_LOAN,
    table=KIT_LOAN,
    body_columns=(
        *("item_id", "person_id", "person_name", "out_at", "due_at", "back_at", "condition_out", "condition_in"),
        *("lent_by", "taken_by", "lifted_by", "lifted_reason", "state"),
    ),
    scopes=_of_person,
    title=lambda body: str(body["person_name"]),
    parent="item_id",
)
PHOTO_KIND = EntityKind(
    kind=words.KIT_PHOTO,
    table=KIT_PHOTO,
    body_columns=("loan_id", "person_id", "side", "jpeg_base64"),
    scopes=_of_person,
    title=lambda _body: "",
    parent="loan_id",
)
BOOKING_KIND = EntityKind(
    kind=words.KIT_BOOKING,
    table=KIT_BOOKING,
    body_columns=("item_id", "person_id", "person_name", "starts_at", "ends_at", "purpose", "state"),
    scopes=_of_person,
    title=lambda body: str(body["person_name"]),
    parent="item_id",
)
POLICY_KIND = EntityKind(
    kind=words.KIT_POLICY,
    table=KIT_POLICY,
    body_columns=("block_days", "longest_days"),
    scopes=lambda _body: (EVERYBODY, None),
    title=lambda _body: "",
)
KINDS = (ITEM_KIND, LOAN_KIND, PHOTO_KIND, BOOKING_KIND, POLICY_KIND)


def access(db: Db, actor: Actor) -> AccessPart:
    """Everybody sees what everybody may take; students what their courses may, staff every piece, desks all loans."""
    places = {"o": actor.organisation_id}
    rights: Mapping[str, Any] = {row[0]: row[1] for row in db.rows(_RIGHTS, **places)}
    scopes = {EVERYBODY} | ({DESK} if may_lend_kit(actor) else set())
    if any(role != Role.STUDENT for role in actor.roles):
        return AccessPart(scopes=frozenset(scopes | rights.keys()))
    courses = {row[0] for row in db.rows(_ENROLLED, person_id=actor.person_id, **places)} if rights else set()
    scopes |= {key for key, packed in rights.items() if courses.intersection(orjson.loads(packed))}
    return AccessPart(scopes=frozenset(scopes))
