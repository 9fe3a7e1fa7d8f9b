"""What the office withholds from an instructor in a course: the rows, their command, and what an actor learns of it."""

from collections.abc import Iterable, Mapping, Sequence

import orjson

from server.core import conflicts
from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, rejected
from server.core.database import Db
from server.core.entities import Body, EntityKind, chosen_values
from server.core.sql import SetSql
from server.learning.right_tables import COURSE_RIGHT
from shared.core.actor import Actor
from shared.core.conflict import Conflict
from shared.core.outcome import Verdict
from shared.core.text import text
from shared.learning import vocabulary
from shared.learning.course_rights import (
    ALL_RIGHTS,
    PAYLOADS,
    course_right_id,
    tidy_rights,
    withheld_in,
)
from shared.learning.permissions import may_set_course_rights

RIGHT_KIND = EntityKind(
    kind=vocabulary.COURSE_RIGHT,
    table=COURSE_RIGHT,
    body_columns=("course_id", "person_id", "rights"),
    scopes=lambda body: (f"person:{body['person_id']}", None),
    title=lambda _body: text("What an instructor may do in a course"),
    parent="course_id",
    json_columns=frozenset({"rights"}),
)
_WITHHELD = """
SELECT c.id, r.rights FROM course_right r
JOIN cohort c ON c.organisation_id = r.organisation_id AND c.course_id = r.course_id
WHERE r.organisation_id = :o AND r.person_id = :person_id
"""
_COURSES = SetSql("SELECT c.id FROM {ids} i {by} course c ON c.id = i.id WHERE c.organisation_id = :organisation_id")
_PEOPLE = SetSql("SELECT p.id FROM {ids} i {by} person p ON p.id = i.id WHERE p.organisation_id = :organisation_id")


def withheld(db: Db, actor: Actor) -> frozenset[str]:
    """Return what is withheld from an actor, as `right:cohort` words."""
    rows = db.rows(_WITHHELD, o=actor.organisation_id, person_id=actor.person_id)
    return frozenset(word for row in rows for word in withheld_in([row[0]], orjson.loads(row[1])))


def set_rights(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Say what instructors may do in courses; takes effect at their next request."""
    present = RIGHT_KIND.read(batch, (item.target.id for item in items))
    standings = batch.standings(items, {row_id: body["revision"] for row_id, body in present.items()})
    courses = _known(batch, _COURSES, (item.payload.course_id for item in items))
    people = _known(batch, _PEOPLE, (item.payload.person_id for item in items))
    decisions: list[Decision] = []
    made: list[Body] = []
    changed: list[Body] = []
    for item, standing in zip(items, standings, strict=True):
        body, payload = present.get(item.target.id), item.payload
        wanted = tidy_rights(payload.rights)
        shown = body["rights"] if body else list(ALL_RIGHTS)
        decision = applied(item.command.id)
        if not may_set_course_rights(item.author):
            message = text("Your role doesn't say who does what in a course. Ask the office.")
            decision = rejected(item, "not_allowed", message)
        elif item.target.id != course_right_id(payload.course_id, payload.person_id) or not (
            payload.course_id in courses and payload.person_id in people
        ):
            decision = rejected(item, "course_unknown", text("This course or this person isn't in the institute."))
        elif body and shown == wanted:
            decision = agreed(body["revision"])
        elif body and standing.stale and shown != tidy_rights(payload.old_rights):
            decision = _clash(batch, item, body, wanted)
        else:
            row = {"course_id": payload.course_id, "person_id": payload.person_id, "rights": wanted}
            (changed if body else made).append({**row, "id": item.target.id, "revision": item.command.id})
        decisions.append(decision)
    RIGHT_KIND.insert(batch, made)
    RIGHT_KIND.update(batch, changed)
    batch.access_changed = batch.access_changed or bool(made or changed)
    return decisions


def _known(batch: Batch, statement: SetSql, ids: Iterable[str]) -> set[str]:
    packed = orjson.dumps(sorted(set(ids))).decode()
    return {row[0] for row in batch.db.rows(statement, organisation_id=batch.organisation_id, ids=packed)}


def _clash(batch: Batch, item: Item, body: Body, wanted: Sequence[str]) -> Decision:
    theirs = conflicts.side_from_log(batch, body["revision"], {"rights": body["rights"]})
    mine = conflicts.side_of(batch, item, {"rights": wanted})
    conflict_id = conflicts.open_conflict(batch, RIGHT_KIND.subject(body), theirs, mine, ("rights",))
    return Decision(Verdict.CONFLICT, body["revision"], conflict_id)


def settle(batch: Batch, item: Item, conflict: Conflict, choices: Mapping[str, str]) -> None:
    """Write the chosen rights."""
    body = RIGHT_KIND.read(batch, [conflict.entity_id]).get(conflict.entity_id)
    chosen = chosen_values(conflict, choices)
    if body is not None and chosen and chosen["rights"] != body["rights"]:
        RIGHT_KIND.update(batch, [{**body, **chosen, "revision": item.command.id}])
        batch.access_changed = True


COMMANDS = (CommandType("SetCourseRights", PAYLOADS["SetCourseRights"], set_rights),)
