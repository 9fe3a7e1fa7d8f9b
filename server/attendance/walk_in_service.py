"""Walk-ins: someone added at a class by hand, provisionally, until the office confirms who it is."""

from collections.abc import Sequence

import orjson

from server.attendance.queries import OBSERVATION_COLUMNS, SESSION, observation_body
from server.core.batch import Batch, Decision, Item, agreed, applied, held, rejected
from server.core.entities import Body, missing
from server.core.sql import KeyedUpdate
from server.learning import enrolment_service
from server.learning.enrolment_service import ENROLMENT_KIND
from server.people.person_kind import PERSON_KIND
from server.people.service import put_roles, tidy
from shared.attendance import rules
from shared.attendance.vocabulary import OBSERVATION
from shared.core.outcome import Verdict
from shared.core.text import text
from shared.learning.permissions import may_add_walk_in, may_edit_enrolments
from shared.learning.vocabulary import ENROLMENT
from shared.people.commands import EDITABLE
from shared.people.rules import field_error

_OF_ENROLMENT = (
    f"SELECT {', '.join(OBSERVATION_COLUMNS)} FROM observation"  # noqa: S608 - our own column names
    " WHERE organisation_id = :organisation_id AND enrolment_id = :enrolment_id ORDER BY mark_id, ordinal"
)
_MOVE = KeyedUpdate(
    "observation",
    "enrolment_id = r.enrolment_id, person_id = r.person_id, mark_id = r.mark_id, ordinal = r.ordinal",
    id="text",
    enrolment_id="text",
    person_id="text",
    mark_id="text",
    ordinal="integer",
)
_COHORT_OF = "SELECT cohort_id FROM class_session WHERE organisation_id = :organisation_id AND id = :id"


def add(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Add walk-ins one by one; they are few."""
    return [_add(batch, item) for item in items]


def _add(batch: Batch, item: Item) -> Decision:
    payload = item.payload
    found = batch.db.one(SESSION, organisation_id=batch.organisation_id, id=payload.session_id)
    if found is None:
        message = text("The class of this walk-in hasn't been accepted yet. The office decides about both.")
        return held("waits_for_creation", message, ENROLMENT)
    cohort_id = found[0]
    if not item.accepted and not may_add_walk_in(item.author, cohort_id):
        message = text("You no longer teach this cohort. The walk-in is kept for the office.")
        return held("not_teaching", message, ENROLMENT, f"cohort:{cohort_id}", payload.given_name)
    if not payload.known:
        refusal = _add_person(batch, item)
        if refusal is not None:
            return refusal
    elif not PERSON_KIND.read(batch, [payload.person_id]):
        return held("waits_for_creation", text("This person isn't on the server yet. The office decides."), ENROLMENT)
    body = {
        "id": item.target.id,
        "revision": item.command.id,
        "cohort_id": cohort_id,
        "person_id": payload.person_id,
        "state": "pending",
        "enrolled_on": item.command.observed_at[:10],
        "testing": False,
    }
    return enrolment_service.insert(batch, {item.command.id: item}, {item.command.id: body})[item.command.id]


def _add_person(batch: Batch, item: Item) -> Decision | None:
    """Make the provisional person; a number that someone has already is left to the office with the walk-in."""
    payload = item.payload
    values = tidy({"given_name": payload.given_name, "family_name": payload.family_name})
    fault = field_error("given_name", values["given_name"])
    if fault is not None:
        return rejected(item, "field_invalid", fault, fields={"given_name": fault})
    body: Body = {
        **dict.fromkeys(EDITABLE),
        "other_names": "",
        **values,
        "number": (payload.number or "").strip() or None,
        "id": payload.person_id,
        "revision": item.command.id,
        "state": "active",
        "roles": ["student"],
        "provisional": True,
    }
    if not PERSON_KIND.insert(batch, [body]):
        body["other_names"] = f"({body['number']})" if body["number"] else ""
        body["number"] = None
        if not PERSON_KIND.insert(batch, [body]):
            return None
    put_roles(batch, [body])
    return None


def confirm(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """The office says who a walk-in is: a new student, or someone already known."""
    return [_confirm(batch, item) for item in items]


def _confirm(batch: Batch, item: Item) -> Decision:
    enrolment = ENROLMENT_KIND.read(batch, [item.target.id]).get(item.target.id)
    if enrolment is None:
        return missing(batch, item, ENROLMENT)
    if not item.accepted and not may_edit_enrolments(item.author):
        return rejected(item, "not_allowed", text("Your role doesn't enrol people. Ask the office."))
    if enrolment["state"] != "pending":
        return agreed(enrolment["revision"])
    known_id = item.payload.person_id
    batch.access_changed = True
    if known_id is None or known_id == enrolment["person_id"]:
        _lift_provisional(batch, item, enrolment["person_id"])
        ENROLMENT_KIND.update(batch, [{**enrolment, "state": "active", "revision": item.command.id}])
        return applied(item.command.id)
    if not PERSON_KIND.read(batch, [known_id]):
        return rejected(item, "person_unknown", text("This person isn't there any more. Choose someone else."))
    return _put_on(batch, item, enrolment, known_id)


def _lift_provisional(batch: Batch, item: Item, person_id: str) -> None:
    person = PERSON_KIND.read(batch, [person_id])[person_id]
    if person["provisional"]:
        PERSON_KIND.update(batch, [{**person, "provisional": False, "revision": item.command.id}])


def _put_on(batch: Batch, item: Item, enrolment: Body, person_id: str) -> Decision:
    """Put a walk-in's enrolment and marks on someone known; the provisional person stays, inactive, in the history."""
    before = enrolment["person_id"]
    moved = {**enrolment, "id": batch.new_id(), "person_id": person_id, "state": "active", "revision": item.command.id}
    decision = enrolment_service.insert(batch, {item.command.id: item}, {item.command.id: moved})[item.command.id]
    onto = decision.details.get("existing_id", moved["id"])
    holder = ENROLMENT_KIND.read(batch, [onto])[onto]
    _move_marks(batch, enrolment["id"], holder)
    enrolment_service.alias(batch, enrolment["id"], onto)
    ENROLMENT_KIND.update(batch, [{**enrolment, "state": "cancelled", "revision": item.command.id}])
    person = PERSON_KIND.read(batch, [before])[before]
    if person["provisional"]:
        PERSON_KIND.update(batch, [{**person, "state": "inactive", "revision": item.command.id}])
    return Decision(Verdict.APPLIED, item.command.id, details={"existing_id": onto})


def _move_marks(batch: Batch, enrolment_id: str, onto: Body) -> None:
    found = batch.db.rows(_OF_ENROLMENT, organisation_id=batch.organisation_id, enrolment_id=enrolment_id)
    there = batch.db.rows(_OF_ENROLMENT, organisation_id=batch.organisation_id, enrolment_id=onto["id"])
    last: dict[str, int] = {}
    for body in map(observation_body, there):
        last[body["mark_id"]] = max(last.get(body["mark_id"], 0), body["ordinal"])
    rows = []
    for body in map(observation_body, found):
        mark = rules.mark_id(body["session_id"], onto["id"])
        last[mark] = last.get(mark, 0) + 1
        moved = {"enrolment_id": onto["id"], "person_id": onto["person_id"], "mark_id": mark, "ordinal": last[mark]}
        rows.append({"id": body["id"], **moved})
        cohort = batch.db.one(_COHORT_OF, organisation_id=batch.organisation_id, id=body["session_id"])
        scope = f"cohort:{cohort[0] if cohort else ''}"
        batch.changed(OBSERVATION, {**body, **moved}, scope, f"person:{onto['person_id']}", body["session_id"])
    if rows:
        batch.db.run(_MOVE, organisation_id=batch.organisation_id, rows=orjson.dumps(rows).decode())
