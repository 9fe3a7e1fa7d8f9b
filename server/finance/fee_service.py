"""What saving fees does, and what an enrolment is charged by them in its own transaction."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from server.core.batch import Batch, ChangedRow, CommandType, Decision, Item, applied, held, rejected
from server.core.database import RepeatTransactionError
from server.core.entities import Body, chosen_values, edit
from server.core.sql import SetSql
from server.finance import fee_subscriptions
from server.finance.charge_service import add_charges
from server.finance.fee_subscriptions import Beginning
from server.finance.ground import day_of, packed
from server.finance.kinds import FEE_KIND
from shared.core.conflict import Conflict
from shared.core.currencies import DEFAULT_CURRENCY
from shared.core.text import text
from shared.finance.fee_commands import PAYLOADS, fee_charge_id, fee_structure_id
from shared.finance.fee_periods import is_by_period, period_fault
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
        if refusal is None and item.target.id not in present:
            refusal = _unkept(batch, item, {}, _first(item))
        if refusal is not None:
            decisions[item.command.id] = refusal
        elif item.target.id in present:
            changed.append(item)
        else:
            fresh.append(_first(item))
            decisions[item.command.id] = applied(item.command.id)
    if len(FEE_KIND.insert(batch, fresh)) < len(fresh):
        raise RepeatTransactionError
    edited = edit(batch, FEE_KIND, changed, _unkept) if changed else []
    after = FEE_KIND.read(batch, [*present, *(one["id"] for one in fresh)])
    fee_subscriptions.keep_prices(batch, present.values(), after.values())
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
    first = {"name": "", "currency": DEFAULT_CURRENCY, "lines": [], "by_period": {}, "state": ACTIVE}
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


def _unkept(_batch: Batch, item: Item, body: Body, wanted: Mapping[str, Any]) -> Decision | None:
    fault = period_fault({**body, **wanted})
    return rejected(item, "field_invalid", fault) if fault else None


def settle(batch: Batch, item: Item, conflict: Conflict, choices: Mapping[str, str]) -> None:
    """Write the chosen values of fees."""
    body = FEE_KIND.read(batch, [conflict.entity_id]).get(conflict.entity_id)
    chosen = chosen_values(conflict, choices)
    if body is not None and any(body[name] != value for name, value in chosen.items()):
        after = {**body, **chosen, "revision": item.command.id}
        FEE_KIND.update(batch, [after])
        if period_fault(after) is None:
            fee_subscriptions.keep_prices(batch, [body], [after])


def enrolments_changed(batch: Batch, rows: Sequence[ChangedRow]) -> None:
    """Charge the fees of enrolments that begin: made active at once, or confirmed by the office.

    Fees by the period begin a subscription instead, which ends with the enrolment.
    """
    fee_subscriptions.end(batch, rows)
    active = [row for row in rows if row.body and row.body["state"] == EnrolmentState.ACTIVE]
    begins = [row for row in active if row.body and not row.body.get("testing")]
    if not begins:
        return
    structures = [FEE_KIND.body_of(row) for row in batch.db.rows(_FEES, o=batch.organisation_id)]
    if not structures:
        return
    before = _states_before(batch, [row.id for row in begins if row.id not in batch.created])
    begun = {key for key, state in before.items() if state != EnrolmentState.PENDING}
    bodies: list[Body] = []
    documents: list[str] = []
    courses = _courses_of(batch, begins)
    periodic: list[Beginning] = []
    for row in begins:
        enrolment = dict(row.body or {})
        course_id = courses.get(enrolment["cohort_id"], "")
        structure = structure_for(structures, course_id, enrolment["cohort_id"])
        if structure is not None and is_by_period(structure):
            periodic.append(Beginning(row, structure, course_id))
        elif structure is not None and row.id not in begun:
            made = _charges(batch, row, enrolment, structure, course_id)
            bodies += made
            documents += [row.id] * len(made)
    charged = {
        row[0] for row in batch.db.rows(_CHARGED, o=batch.organisation_id, ids=packed(one["id"] for one in bodies))
    }
    pairs = [(body, key) for body, key in zip(bodies, documents, strict=True) if body["id"] not in charged]
    add_charges(batch, [body for body, _ in pairs], [key for _, key in pairs])
    fee_subscriptions.begin(batch, periodic, before)


def _courses_of(batch: Batch, rows: Sequence[ChangedRow]) -> dict[str, str]:
    ids = packed(row.body["cohort_id"] for row in rows if row.body)
    return {row[0]: row[1] for row in batch.db.rows(_COHORTS, o=batch.organisation_id, ids=ids)}


def _states_before(batch: Batch, ids: Sequence[str]) -> dict[str, str]:
    """Return in which states enrolments were before this batch; what was more than asked for isn't charged anew."""
    if not ids:
        return {}
    found = batch.db.rows(_BEFORE, o=batch.organisation_id, ids=packed(ids))
    states = {row[0]: (orjson.loads(row[1])["body"] or {}).get("state") for row in found}
    return {key: str(state) for key, state in states.items() if state is not None}


def _charges(
    batch: Batch, row: ChangedRow, enrolment: Body, structure: Mapping[str, Any], course_id: str
) -> list[Body]:
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
