"""What happens to enrolments: one per person and cohort, whoever enrols first."""

from collections.abc import Iterable, Mapping, Sequence

import orjson

from server.core import conflicts
from server.core.batch import Batch, Decision, Item, agreed, applied, held, rejected
from server.core.entities import Body, EntityKind, missing
from server.core.sql import SetSql
from server.learning.tables import ENROLMENT
from shared.core.conflict import Conflict
from shared.core.outcome import Verdict
from shared.core.text import text
from shared.learning import vocabulary
from shared.learning.permissions import may_edit_enrolments

_COHORTS = SetSql("SELECT c.id FROM {ids} i {by} cohort c ON c.id = i.id WHERE c.organisation_id = :organisation_id")
_PEOPLE = SetSql("SELECT p.id FROM {ids} i {by} person p ON p.id = i.id WHERE p.organisation_id = :organisation_id")
_EXISTING = SetSql(
    "SELECT e.id, e.cohort_id, e.person_id FROM {rows} r {by} enrolment e ON r.cohort_id = e.cohort_id"
    " AND r.person_id = e.person_id WHERE e.organisation_id = :organisation_id",
    cohort_id="text",
    person_id="text",
)
_ALIASES = SetSql(
    "SELECT a.id, a.enrolment_id FROM {ids} i {by} enrolment_alias a ON a.id = i.id"
    " WHERE a.organisation_id = :organisation_id"
)
_ALIAS_PUT = """
INSERT INTO enrolment_alias (organisation_id, id, enrolment_id) VALUES (:organisation_id, :id, :enrolment_id)
ON CONFLICT DO NOTHING
"""
FIELDS = ("cohort_id", "person_id", "state", "enrolled_on", "testing")

ENROLMENT_KIND = EntityKind(
    kind=vocabulary.ENROLMENT,
    table=ENROLMENT,
    body_columns=FIELDS,
    scopes=lambda body: (f"cohort:{body['cohort_id']}", f"person:{body['person_id']}"),
    title=lambda body: str(body["person_id"]),
    parent="cohort_id",
)


def waits(kind: str) -> Decision:
    """Hold a command behind the creation of what it belongs to."""
    message = text("What this belongs to hasn't been accepted yet. The office decides about both.")
    return held("waits_for_creation", message, kind)


def _ids(values: Iterable[str]) -> str:
    return orjson.dumps(sorted(set(values))).decode()


def enrol(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Enrol people; someone who is enrolled already is agreed with, under the first enrolment's id."""
    cohorts = batch.db.rows(
        _COHORTS, organisation_id=batch.organisation_id, ids=_ids(item.payload.cohort_id for item in items)
    )
    people = batch.db.rows(
        _PEOPLE, organisation_id=batch.organisation_id, ids=_ids(item.payload.person_id for item in items)
    )
    known = {row[0] for row in (*cohorts, *people)}
    bodies: dict[str, Body] = {}
    decisions: dict[str, Decision] = {}
    for item in items:
        if not item.accepted and not may_edit_enrolments(item.author):
            decisions[item.command.id] = rejected(
                item, "not_allowed", text("Your role doesn't enrol people. Ask the office.")
            )
        elif not {item.payload.cohort_id, item.payload.person_id} <= known:
            decisions[item.command.id] = waits(vocabulary.ENROLMENT)
        else:
            bodies[item.command.id] = {
                **{name: getattr(item.payload, name) for name in FIELDS},
                "id": item.target.id,
                "revision": item.command.id,
            }
    decisions |= insert(batch, {item.command.id: item for item in items}, bodies)
    return [decisions[item.command.id] for item in items]


def insert(batch: Batch, items: Mapping[str, Item], bodies: Mapping[str, Body]) -> dict[str, Decision]:
    """Insert enrolments by command id; a collision takes the first enrolment and remembers the other id for it."""
    inserted = ENROLMENT_KIND.insert(batch, list(bodies.values()))
    decisions: dict[str, Decision] = {key: applied(key) for key, body in bodies.items() if body["id"] in inserted}
    lost = {key: body for key, body in bodies.items() if body["id"] not in inserted}
    if inserted:
        batch.access_changed = True
    if not lost:
        return decisions
    pairs = orjson.dumps([{name: body[name] for name in ("cohort_id", "person_id")} for body in lost.values()])
    found = batch.db.rows(_EXISTING, organisation_id=batch.organisation_id, rows=pairs.decode())
    holders = {(row[1], row[2]): row[0] for row in found}
    present = ENROLMENT_KIND.read(batch, holders.values())
    for key, body in lost.items():
        holder = present[holders[body["cohort_id"], body["person_id"]]]
        decisions[key] = _same_person(batch, items[key], body, holder)
    return decisions


def _same_person(batch: Batch, item: Item, body: Body, holder: Body) -> Decision:
    """Two enrolments of one person in one cohort: the first stays, the other's id stands for it from now on."""
    if holder["id"] != body["id"]:
        alias(batch, body["id"], holder["id"])
    fields = ("state",) if item.command.type == "EnrolPerson" else ()
    differing = {name: body[name] for name in fields if body[name] != holder[name]}
    if not differing:
        return agreed(holder["revision"], existing_id=holder["id"])
    theirs = conflicts.side_from_log(batch, holder["revision"], {name: holder[name] for name in differing})
    subject = ENROLMENT_KIND.subject({**holder}, "same:person_id")
    conflict_id = conflicts.open_conflict(
        batch, subject, theirs, conflicts.side_of(batch, item, differing), tuple(differing), "enrolled_already"
    )
    message = text("This person is enrolled already, in another state. Both are kept until someone chooses.")
    return Decision(
        Verdict.CONFLICT, holder["revision"], conflict_id, "enrolled_already", message, {"existing_id": holder["id"]}
    )


def alias(batch: Batch, other_id: str, enrolment_id: str) -> None:
    """Remember that `other_id`, made on some device, stands for `enrolment_id`."""
    batch.db.run(_ALIAS_PUT, organisation_id=batch.organisation_id, id=other_id, enrolment_id=enrolment_id)


def aliases(batch: Batch, ids: Iterable[str]) -> dict[str, str]:
    """Return which of `ids` stand for another enrolment."""
    rows = batch.db.rows(_ALIASES, organisation_id=batch.organisation_id, ids=_ids(ids))
    return {row[0]: row[1] for row in rows}


def set_states(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Move enrolments to another state; a state that changed meanwhile is a conflict."""
    present = ENROLMENT_KIND.read(batch, (item.target.id for item in items))
    standings = batch.standings(items, {key: body["revision"] for key, body in present.items()})
    written: list[Body] = []
    decisions: list[Decision] = []
    for item, standing in zip(items, standings, strict=True):
        body = present.get(item.target.id)
        wanted = str(item.payload.state)
        if body is None:
            decisions.append(missing(batch, item, vocabulary.ENROLMENT))
        elif not item.accepted and not may_edit_enrolments(item.author):
            decisions.append(rejected(item, "not_allowed", text("Your role doesn't enrol people. Ask the office.")))
        elif body["state"] == wanted:
            decisions.append(agreed(body["revision"]))
        elif standing.stale and body["state"] != item.payload.old_state:
            theirs = conflicts.side_from_log(batch, body["revision"], {"state": body["state"]})
            mine = conflicts.side_of(batch, item, {"state": wanted})
            conflict_id = conflicts.open_conflict(batch, ENROLMENT_KIND.subject(body), theirs, mine, ("state",))
            decisions.append(Decision(Verdict.CONFLICT, body["revision"], conflict_id))
        else:
            written.append({**body, "state": wanted, "revision": item.command.id})
            decisions.append(applied(item.command.id))
    ENROLMENT_KIND.update(batch, written)
    batch.access_changed = batch.access_changed or bool(written)
    return decisions


def settle(batch: Batch, item: Item, conflict: Conflict, choices: Mapping[str, str]) -> None:
    """Write the chosen state of an enrolment."""
    body = ENROLMENT_KIND.read(batch, [conflict.entity_id]).get(conflict.entity_id)
    sides = {side.command_id: side.values for side in conflict.sides}
    state = next((sides[key]["state"] for key in choices.values() if "state" in sides[key]), None)
    if body is not None and state is not None and body["state"] != state:
        ENROLMENT_KIND.update(batch, [{**body, "state": state, "revision": item.command.id}])
        batch.access_changed = True
