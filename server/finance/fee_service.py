"""What saving fees does, and what an enrolment is charged by them in its own transaction."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from server.core.batch import Batch, ChangedRow, CommandType, Decision, Item, applied, held, rejected
from server.core.database import RepeatTransactionError
from server.core.entities import Body, edit
from server.core.sql import SetSql
from server.finance.charge_service import add_charges
from server.finance.ground import day_of, packed
from server.finance.kinds import FEE_KIND
from shared.core.conflict import Conflict
from shared.core.currencies import DEFAULT_CURRENCY
from shared.core.text import text
from shared.finance.fee_commands import PAYLOADS, fee_charge_id, fee_structure_id
from shared.finance.fee_rules import ACTIVE, fee_charges, fee_fault, structure_for
from shared.finance.models import Following, fee_body
from shared.finance.permissions import may_manage_finance
from shared.finance.vocabulary import FEE_STRUCTURE
from shared.learning.vocabulary import ENROLMENT, EnrolmentState

_COURSES = SetSql("SELECT c.id FROM {ids} i {by} course c ON c.id = i.id WHERE c.organisation_id = :o")
_COHORTS = SetSql("SELECT c.id, c.course_id FROM {ids} i {by} cohort c ON c.id = i.id WHERE c.organisation_id = :o")
_FEES = f"SELECT {FEE_KIND.selected()} FROM fee_structure t WHERE t.organisation_id = :o AND t.state = 'active'"  # noqa: S608 - our own names
_BEFORE = SetSql(
    "SELECT f.entity_id, f.entry FROM {ids} i {by} feed_row f ON f.entity_id = i.id"
    " WHERE f.organisation_id = :o AND f.kind = 'enrolment'"
)
_CHARGED = SetSql("SELECT t.id FROM {ids} i {by} ledger_entry t ON t.id = i.id WHERE t.organisation_id = :o")


def save(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Set fees; two people who set different ones keep both until someone decides."""
    present = FEE_KIND.read(batch, (item.target.id for item in items))
    courses = _known(batch, _COURSES, (item.payload.course_id for item in items))
    cohorts = _known(batch, _COHORTS, (item.payload.cohort_id for item in items))
    decisions: dict[str, Decision] = {}
    fresh: list[Body] = []
    changed: list[Item] = []
    for item in items:
        refusal = _refusal(item, courses, cohorts)
        if refusal is not None:
            decisions[item.command.id] = refusal
        elif item.target.id in present:
            changed.append(item)
        else:
            fresh.append(_first(item))
            decisions[item.command.id] = applied(item.command.id)
    if len(FEE_KIND.insert(batch, fresh)) < len(fresh):
        raise RepeatTransactionError
    edited = edit(batch, FEE_KIND, changed, lambda *_: None) if changed else []
    decisions |= {item.command.id: decision for item, decision in zip(changed, edited, strict=True)}
    return [decisions[item.command.id] for item in items]


def _known(batch: Batch, statement: SetSql, ids: Iterable[str | None]) -> set[str]:
    wanted = {one for one in ids if one}
    return (
        {row[0] for row in batch.db.rows(statement, o=batch.organisation_id, ids=packed(wanted))} if wanted else set()
    )


def _first(item: Item) -> Body:
    asked = item.payload
    wanted = {name: change.new for name, change in asked.changes.items()}
    first = {"name": "", "currency": DEFAULT_CURRENCY, "lines": [], "state": ACTIVE}
    place = {"course_id": asked.course_id, "cohort_id": asked.cohort_id}
    return {**first, **place, **wanted, "id": item.target.id, "revision": item.command.id}


def _refusal(item: Item, courses: set[str], cohorts: set[str]) -> Decision | None:
    asked = item.payload
    if not item.accepted and not may_manage_finance(item.author):
        return rejected(item, "not_allowed", text("Your role doesn't set fees. Ask the bursar."))
    of_id = asked.cohort_id or asked.course_id
    if of_id is None or item.target.id != fee_structure_id(of_id):
        return rejected(item, "fees_of_nothing", text("Say which course or class the fees are for."))
    if of_id not in courses | cohorts:
        words = text("The course hasn't been accepted yet. The office decides about both.")
        return held("waits_for_creation", words, FEE_STRUCTURE)
    fault = fee_fault({name: change.new for name, change in asked.changes.items()})
    return rejected(item, "field_invalid", fault) if fault else None


def settle(batch: Batch, item: Item, conflict: Conflict, choices: Mapping[str, str]) -> None:
    """Write the chosen values of fees."""
    body = FEE_KIND.read(batch, [conflict.entity_id]).get(conflict.entity_id)
    sides = {side.command_id: side.values for side in conflict.sides}
    chosen = {name: sides[key][name] for name, key in choices.items() if name in sides[key]}
    if body is not None and any(body[name] != value for name, value in chosen.items()):
        FEE_KIND.update(batch, [{**body, **chosen, "revision": item.command.id}])


def enrolments_changed(batch: Batch, rows: Sequence[ChangedRow]) -> None:
    """Charge the fees of enrolments that begin: made active at once, or confirmed by the office."""
    active = [row for row in rows if row.body and row.body["state"] == EnrolmentState.ACTIVE]
    begins = [row for row in active if row.body and not row.body.get("testing")]
    if not begins:
        return
    structures = [FEE_KIND.body_of(row) for row in batch.db.rows(_FEES, o=batch.organisation_id)]
    if not structures:
        return
    begun = _begun(batch, [row.id for row in begins if row.id not in batch.created])
    bodies: list[Body] = []
    documents: list[str] = []
    courses = _courses_of(batch, begins)
    for row in begins:
        if row.id not in begun and row.body is not None:
            made = _charges(batch, row, row.body, structures, courses.get(row.body["cohort_id"], ""))
            bodies += made
            documents += [row.id] * len(made)
    charged = {
        row[0] for row in batch.db.rows(_CHARGED, o=batch.organisation_id, ids=packed(one["id"] for one in bodies))
    }
    pairs = [(body, key) for body, key in zip(bodies, documents, strict=True) if body["id"] not in charged]
    add_charges(batch, [body for body, _ in pairs], [key for _, key in pairs])


def _courses_of(batch: Batch, rows: Sequence[ChangedRow]) -> dict[str, str]:
    ids = packed(row.body["cohort_id"] for row in rows if row.body)
    return {row[0]: row[1] for row in batch.db.rows(_COHORTS, o=batch.organisation_id, ids=ids)}


def _begun(batch: Batch, ids: Sequence[str]) -> set[str]:
    """Return the enrolments that were more than asked for before this batch: their fees aren't charged anew."""
    if not ids:
        return set()
    found = batch.db.rows(_BEFORE, o=batch.organisation_id, ids=packed(ids))
    states = {row[0]: (orjson.loads(row[1])["body"] or {}).get("state") for row in found}
    return {one for one in ids if states.get(one) not in (None, EnrolmentState.PENDING)}


def _charges(
    batch: Batch, row: ChangedRow, enrolment: Mapping[str, Any], structures: Sequence[Body], course_id: str
) -> list[Body]:
    structure = structure_for(structures, course_id, enrolment["cohort_id"])
    if structure is None:
        return []
    made = Following(row.revision, batch.now)
    day = day_of(batch, batch.now)
    place = {
        "person_id": enrolment["person_id"],
        "enrolment_id": row.id,
        "cohort_id": enrolment["cohort_id"],
        "course_id": course_id or None,
        "made_by": batch.actor.person_id,
        "day": day,
    }
    return [
        fee_body(made, fee_charge_id(row.id, at), fee, structure["currency"], **place)
        for at, fee in enumerate(fee_charges(structure, day))
    ]


COMMANDS = (CommandType("SaveFeeStructure", PAYLOADS["SaveFeeStructure"], save),)
FOLLOWERS = {ENROLMENT: enrolments_changed}
