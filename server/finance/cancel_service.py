"""What cancelling an enrolment does to its fees, by the rule of its course; the rules themselves; and a look before."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from server.core.batch import Batch, ChangedRow, CommandType, Decision, Item, applied, rejected
from server.core.database import Db, RepeatTransactionError
from server.core.entities import Body, edit, settler_of
from server.core.sql import SetSql
from server.finance import overdue_follow
from server.finance.cancel_booking import Booking
from server.finance.cancel_kinds import CANCELLATION_KIND, RULE_KIND
from server.finance.ground import Ledgers, day_of, ledgers_of, packed, read_ledgers
from shared.core.errors import CampusError
from shared.core.text import text
from shared.finance.permissions import may_manage_finance
from shared.finance.refund_rules import (
    DONE,
    FIRST,
    PAYLOADS,
    Cancelling,
    cancelling,
    refund_rule_id,
    rule_fault,
    rule_for,
)
from shared.learning.vocabulary import ENROLMENT, EnrolmentState

_RULES = f"SELECT {RULE_KIND.selected()} FROM refund_rule t WHERE t.organisation_id = :o"  # noqa: S608 - our own names
_BEFORE = SetSql(
    "SELECT f.entity_id, f.entry FROM {ids} i {by} feed_row f ON f.entity_id = i.id"
    " WHERE f.organisation_id = :o AND f.kind = 'enrolment'"
)
_PLACES = SetSql(
    "SELECT c.id, c.course_id, c.starts_on FROM {ids} i {by} cohort c ON c.id = i.id WHERE c.organisation_id = :o"
)
_CANCELLED = SetSql(
    f"SELECT {CANCELLATION_KIND.selected()} FROM {{ids}} i {{by}} enrolment_cancellation t ON t.enrolment_id = i.id"  # noqa: S608 - our own names
    f" WHERE t.organisation_id = :o AND t.state = '{DONE}' ORDER BY t.id"
)
_ENROLMENT = "SELECT id, person_id, cohort_id, enrolled_on FROM enrolment WHERE organisation_id = :o AND id = :id"
_ATTENDED = frozenset({EnrolmentState.ACTIVE, EnrolmentState.SUSPENDED, EnrolmentState.COMPLETED})


class _Place(NamedTuple):
    """The course of a class, and its first day."""

    course_id: str
    first_day: str | None


def rules_of(db: Db, organisation_id: str) -> list[Body]:
    """Return the rules of an institute."""
    return [RULE_KIND.body_of(row) for row in db.rows(_RULES, o=organisation_id)]


def _places(db: Db, organisation_id: str, cohort_ids: Sequence[str]) -> dict[str, _Place]:
    rows = db.rows(_PLACES, o=organisation_id, ids=packed(cohort_ids))
    return {str(row[0]): _Place(str(row[1]), row[2]) for row in rows}


def _looked_at(
    rules: Sequence[Body], enrolment: Mapping[str, Any], place: _Place, day: str, ledgers: Ledgers
) -> Cancelling | None:
    rule = rule_for(rules, place.course_id)
    if rule is None:
        return None
    first_day = place.first_day or enrolment.get("enrolled_on") or day
    return cancelling(rule, enrolment["id"], first_day, day, *ledgers.of(enrolment["person_id"]))


def enrolments_changed(batch: Batch, rows: Sequence[ChangedRow]) -> None:
    """Apply the rule to enrolments that were cancelled, and charge those again that come back."""
    ends = [row for row in rows if row.body and row.body["state"] == EnrolmentState.CANCELLED]
    returns = [row for row in rows if row.body and row.body["state"] in _ATTENDED]
    states = _states_before(batch, [row.id for row in (*ends, *returns) if row.id not in batch.created])
    ends = [row for row in ends if states.get(row.id) in _ATTENDED]
    returns = [row for row in returns if states.get(row.id) == EnrolmentState.CANCELLED]
    if ends:
        _cancel(batch, ends)
    if returns:
        _take_up_again(batch, returns)
    if ends or returns:
        overdue_follow.look_anew(batch)


def _states_before(batch: Batch, ids: Sequence[str]) -> dict[str, str]:
    if not ids:
        return {}
    found = batch.db.rows(_BEFORE, o=batch.organisation_id, ids=packed(ids))
    return {str(row[0]): str((orjson.loads(row[1])["body"] or {}).get("state")) for row in found}


def _cancel(batch: Batch, rows: Sequence[ChangedRow]) -> None:
    rules = rules_of(batch.db, batch.organisation_id)
    if not rules:
        return
    bodies = [dict(row.body) | {"revision": row.revision} for row in rows if row.body]
    places = _places(batch.db, batch.organisation_id, [one["cohort_id"] for one in bodies])
    ledgers = ledgers_of(batch, (one["person_id"] for one in bodies))
    today = day_of(batch, batch.now)
    for one in bodies:
        place = places[one["cohort_id"]]
        what = _looked_at(rules, one, place, today, ledgers)
        if what is not None and (what.taken or what.fee):
            booking = Booking(batch, ledgers, one["revision"], text("The enrolment was cancelled"))
            booking.cancel({**one, "course_id": place.course_id}, what)


def _take_up_again(batch: Batch, rows: Sequence[ChangedRow]) -> None:
    ids = packed(row.id for row in rows)
    found = [CANCELLATION_KIND.body_of(row) for row in batch.db.rows(_CANCELLED, o=batch.organisation_id, ids=ids)]
    if not found:
        return
    revisions = {row.id: row.revision for row in rows}
    ledgers = ledgers_of(batch, (one["person_id"] for one in found))
    for one in found:
        Booking(batch, ledgers, revisions[one["enrolment_id"]], text("The enrolment goes on")).undo(one)


def preview(db: Db, organisation_id: str, enrolment_id: str, day: str) -> dict[str, Any]:
    """Return what cancelling an enrolment on a day would do, in minor units. Raises CampusError `not_found`."""
    row = db.one(_ENROLMENT, o=organisation_id, id=enrolment_id)
    if row is None:
        raise CampusError("not_found", text("This enrolment isn't there."))
    enrolment = dict(zip(("id", "person_id", "cohort_id", "enrolled_on"), row, strict=True))
    entries, allocations = read_ledgers(db, organisation_id, packed([enrolment["person_id"]]))
    ledgers = Ledgers({}, {one["id"]: one for one in entries}, allocations)
    place = _places(db, organisation_id, [enrolment["cohort_id"]])[enrolment["cohort_id"]]
    what = _looked_at(rules_of(db, organisation_id), enrolment, place, day, ledgers)
    told: dict[str, Any] = {"enrolment_id": enrolment_id, "person_id": enrolment["person_id"], "day": day}
    if what is None:
        none = {"rule": False, "currency": "", "percent": 0, "reversed": 0, "kept": 0, "fee": 0, "credited": 0}
        return {**told, **none, "pays_back": False, "charges": []}
    charges = [{"entry_id": one.charge["id"], "what": one.charge["what"], "amount": one.net, "kept": one.kept}
               for one in what.taken]  # fmt: skip
    account = ledgers.account(enrolment["person_id"], what.currency)
    paid = sum(one.net - account.open.get(one.charge["id"], 0) for one in what.taken)
    kept = sum(one.kept for one in what.taken)
    return {
        **told,
        "rule": True,
        "currency": what.currency,
        "percent": what.percent,
        "reversed": what.reversed,
        "kept": kept,
        "fee": what.fee,
        "credited": max(0, paid - kept - what.fee),
        "pays_back": what.pays_back,
        "charges": charges,
    }


def save(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Set refund rules; two people who set different ones keep both until someone decides."""
    present = RULE_KIND.read(batch, (item.target.id for item in items))
    decisions: dict[str, Decision] = {}
    changed: list[Item] = []
    for item in items:
        if item.target.id in present:
            changed.append(item)
            continue
        wanted = {name: change.new for name, change in item.payload.changes.items()}
        refusal = _unkept(batch, item, {}, {**FIRST, **wanted})
        if refusal is None:
            first = {**FIRST, **wanted, "id": item.target.id, "revision": item.command.id}
            if not RULE_KIND.insert(batch, [first]):
                raise RepeatTransactionError
            present[item.target.id] = first
        decisions[item.command.id] = refusal or applied(item.command.id)
    edited = edit(batch, RULE_KIND, changed, _unkept) if changed else []
    decisions |= {item.command.id: decision for item, decision in zip(changed, edited, strict=True)}
    return [decisions[item.command.id] for item in items]


def _unkept(batch: Batch, item: Item, body: Body, wanted: Mapping[str, Any]) -> Decision | None:
    if not item.accepted and not may_manage_finance(item.author):
        return rejected(item, "not_allowed", text("Your role doesn't set what goes back. Ask the bursar."))
    after = {**body, **wanted}
    fault = rule_fault(after)
    if fault is not None:
        return rejected(item, "field_invalid", fault)
    if item.target.id != refund_rule_id(after["course_id"] or batch.organisation_id):
        return rejected(item, "rule_of_nothing", text("Say which course the rule is for, or none for all courses."))
    if after["course_id"]:
        sql = "SELECT 1 FROM course WHERE organisation_id = :o AND id = :id"
        if batch.db.one(sql, o=batch.organisation_id, id=after["course_id"]) is None:
            return rejected(item, "course_unknown", text("This course isn't there. Choose another one."))
    return None


settle = settler_of(RULE_KIND)
"""Writes the chosen values of a rule."""


COMMANDS = (CommandType("SaveRefundRule", PAYLOADS["SaveRefundRule"], save),)
FOLLOWERS = {ENROLMENT: enrolments_changed}
