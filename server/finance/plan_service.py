"""What saving an instalment plan does: it is of one student's charges, comes to their total, and keeps what is paid."""

from collections.abc import Iterable, Mapping, Sequence

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, rejected
from server.core.database import Db
from server.core.entities import Body
from server.core.sql import SetSql
from server.finance.ground import Ledgers, day_of, ledgers_of, owners_of, packed, unknown
from server.finance.plan_kinds import PLAN_KIND
from shared.core.text import text
from shared.finance.ledger_rules import Due
from shared.finance.permissions import may_charge, may_manage_finance
from shared.finance.plan_commands import PAYLOADS
from shared.finance.plan_projections import plan_body
from shared.finance.plan_rules import ACTIVE, dues, keeps_paid, parts_of, plan_fault, plan_steps, standing
from shared.finance.vocabulary import INSTALMENT_PLAN, EntryKind

_PLANS = SetSql(
    f"SELECT {PLAN_KIND.selected()} FROM {{ids}} i {{by}} instalment_plan t ON t.person_id = i.id"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :o AND t.state = 'active' ORDER BY t.id"
)


def plans_of(db: Db, organisation_id: str, person_ids: Iterable[str]) -> list[Body]:
    """Return the plans in use of some people."""
    return [PLAN_KIND.body_of(row) for row in db.rows(_PLANS, o=organisation_id, ids=packed(person_ids))]


def dues_of(
    db: Db, organisation_id: str, person_id: str, entries: Sequence[Body], allocations: Sequence[Body]
) -> dict[str, list[Due]]:
    """Return what of a person's planned charges is due on which day, by charge."""
    return dues(plans_of(db, organisation_id, [person_id]), entries, allocations)


def save(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Make plans and change them; what is paid of one stays as it is."""
    owners = owners_of(batch, (key for item in items for key in item.payload.charge_ids))
    ledgers = ledgers_of(batch, {*owners.values(), *(item.payload.person_id for item in items)})
    present = PLAN_KIND.read(batch, (item.target.id for item in items))
    standings = batch.standings(items, {key: body["revision"] for key, body in present.items()})
    living = {one["id"]: one for one in plans_of(batch.db, batch.organisation_id, ledgers.names)}
    decisions: list[Decision] = []
    for item, here in zip(items, standings, strict=True):
        before, after = present.get(item.target.id), plan_body(item.command, item.payload)
        decision = _refusal(item, ledgers, before)
        if decision is None and before is not None and {**before, "revision": ""} == {**after, "revision": ""}:
            decision = agreed(before["revision"])
        if decision is None and here.stale and not item.accepted:
            words = text("Someone else changed this plan meanwhile. Look at it and change it again.")
            decision = rejected(item, "plan_changed", words)
        if decision is None and not item.payload.ended:
            decision = _bad_charges(item, ledgers, living) or _bad_parts(batch, item, ledgers, before)
        if decision is None:
            _write(batch, before, after)
            present[after["id"]] = after
            living.pop(after["id"], None)
            if after["state"] == ACTIVE:
                living[after["id"]] = after
        decisions.append(decision or applied(item.command.id))
    return decisions


def _write(batch: Batch, before: Body | None, after: Body) -> None:
    if before is None:
        PLAN_KIND.insert(batch, [after])
    else:
        PLAN_KIND.update(batch, [after])


def _refusal(item: Item, ledgers: Ledgers, before: Body | None) -> Decision | None:
    asked = item.payload
    if not item.accepted and not (may_charge(item.author) or may_manage_finance(item.author)):
        return rejected(item, "not_allowed", text("Your role doesn't set instalment plans. Ask the bursar."))
    if asked.person_id not in ledgers.names:
        return unknown(INSTALMENT_PLAN)
    if before is not None and before["person_id"] != asked.person_id:
        return rejected(item, "plan_of_another", text("This plan is another student's."))
    return None


def _bad_charges(item: Item, ledgers: Ledgers, living: Mapping[str, Body]) -> Decision | None:
    asked = item.payload
    for key in asked.charge_ids:
        entry = ledgers.entries.get(key)
        if entry is None:
            return unknown(INSTALMENT_PLAN)
        own = (entry["person_id"], entry["currency"], entry["kind"])
        if own != (asked.person_id, asked.currency, EntryKind.CHARGE) or ledgers.reversal_of(key) is not None:
            words = text("A plan is of one student's charges in one currency. One of these isn't.")
            return rejected(item, "not_a_charge", words)
        if any(key in one["charge_ids"] for one in living.values() if one["id"] != item.target.id):
            words = text("{what} is in another plan already. Change that one.", what=entry["what"])
            return rejected(item, "charge_planned", words)
    return None


def _bad_parts(batch: Batch, item: Item, ledgers: Ledgers, before: Body | None) -> Decision | None:
    asked = item.payload
    entries, allocations = ledgers.of(asked.person_id)
    parts = parts_of(plan_body(item.command, asked))
    total = standing(asked.charge_ids, asked.currency, entries, allocations).total
    fault = plan_fault(parts, total)
    if fault is not None:
        return rejected(item, fault.code, fault.message)
    day = day_of(batch, item.command.observed_at)
    if before is not None and before["state"] == ACTIVE and set(before["charge_ids"]) == set(asked.charge_ids):
        steps = plan_steps(before, entries, allocations, day)
        if not keeps_paid(steps, parts):
            words = text("What is paid of a plan stays as it is. Change the instalments that are still open.")
            return rejected(item, "plan_paid", words)
    return None


COMMANDS = (CommandType("SavePlan", PAYLOADS["SavePlan"], save),)
