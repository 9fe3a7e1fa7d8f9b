"""What the commands about overdue money do: policy, run, reminders by hand, lifting holds, and sparing people."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, rejected
from server.core.entities import Body, edit, missing, settler_of
from server.finance.ground import day_of, ledgers_of, unknown
from server.finance.overdue_kinds import EXCEPTION_KIND, POLICY_KIND
from server.finance.overdue_service import AT_ONCE, Aim, Counts, act, concerned, looked_at, policy_of, write_holds
from server.learning import holds as hold_rows
from shared.core.text import text
from shared.finance.overdue_commands import PAYLOADS, finance_policy_id, payment_exception_id
from shared.finance.overdue_projections import exception_body, lifted_by_hand
from shared.finance.permissions import may_approve, may_charge, may_manage_finance
from shared.finance.policy_rules import FIRST, policy_fault
from shared.finance.vocabulary import PAYMENT_EXCEPTION
from shared.learning.holds import HOLD, STANDING

_LONGEST = "2100-01-01"


def set_policy(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Set the policy; the row of what counts at first appears with its first change."""
    policy_id, words = finance_policy_id(batch.organisation_id), text("Your role doesn't set this. Ask the bursar.")
    refused = {item.command.id: rejected(item, "not_allowed", words) for item in items if not _may_set(item)}
    allowed = [item for item in items if item.command.id not in refused]
    for item in allowed:
        if item.target.id == policy_id:
            POLICY_KIND.insert(batch, [{**FIRST, "id": policy_id, "revision": item.target.base or batch.new_id()}])
    edited = edit(batch, POLICY_KIND, allowed, _check) if allowed else []
    made = {item.command.id: decision for item, decision in zip(allowed, edited, strict=True)}
    return [refused.get(item.command.id) or made[item.command.id] for item in items]


def _may_set(item: Item) -> bool:
    return item.accepted or may_manage_finance(item.author)


def _check(_batch: Batch, item: Item, _body: Body, wanted: Mapping[str, Any]) -> Decision | None:
    if not _may_set(item):
        return rejected(
            item, "not_allowed", text("Your role doesn't set what happens to overdue money. Ask the bursar.")
        )
    fault = policy_fault(wanted)
    return rejected(item, "field_invalid", fault) if fault else None


settle_policy = settler_of(POLICY_KIND)
"""Writes the chosen settings."""


def run(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Do what the daily run does, now: holds for everybody, and reminders whose turn it is."""
    decisions = []
    for item in items:
        if not (may_manage_finance(item.author) or may_approve(item.author)):
            words = text("Your role doesn't run what is overdue. Ask the bursar.")
            decisions.append(rejected(item, "not_allowed", words))
            continue
        policy = policy_of(batch.db, batch.organisation_id)
        aim, counts = Aim(day_of(batch, batch.now), policy), Counts()
        ids = concerned(batch.db, batch.organisation_id)
        for at in range(0, len(ids), AT_ONCE):
            act(batch, ids[at : at + AT_ONCE], aim, counts, item.author.person_id)
        decisions.append(applied(item.command.id, **vars(counts)))
    return decisions


def remind(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Remind chosen people; whoever owes nothing, or was reminded by hand today, gets nothing."""
    decisions = []
    for item in items:
        if not item.accepted and not (may_charge(item.author) or may_manage_finance(item.author)):
            words = text("Your role doesn't remind people of what they owe. Ask the bursar.")
            decisions.append(rejected(item, "not_allowed", words))
            continue
        policy, counts = policy_of(batch.db, batch.organisation_id), Counts()
        aim = Aim(day_of(batch, batch.now), policy, lay=False, by_hand=True)
        act(batch, item.payload.person_ids, aim, counts, item.author.person_id)
        decisions.append(applied(item.command.id, reminded=counts.reminded, looked_at=counts.looked_at))
    return decisions


def lift(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Lift holds until a day; what is lifted already stays as it is."""
    present = hold_rows.HOLD_KIND.read(batch, (item.target.id for item in items))
    written: list[Body] = []
    decisions: list[Decision] = []
    for item in items:
        hold = present.get(item.target.id)
        if hold is None:
            decisions.append(missing(batch, item, HOLD))
        elif not item.accepted and not may_approve(item.author):
            words = text("Your role doesn't lift holds. Ask the bursar.")
            decisions.append(rejected(item, "not_allowed", words))
        elif hold["state"] != STANDING:
            decisions.append(agreed(hold["revision"]))
        elif not day_of(batch, item.command.observed_at) <= item.payload.until < _LONGEST:
            decisions.append(_bad_day(item))
        else:
            by = (item.author.person_id, item.author.name)
            written.append(lifted_by_hand(item.command, hold, item.payload, by))
            decisions.append(applied(item.command.id))
    hold_rows.write(batch, (), written)
    return decisions


def _bad_day(item: Item) -> Decision:
    return rejected(item, "day_past", text("This day is past. Choose today or a later day."))


def spare(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Spare people until a day, and lift what stands; a day that is past ends it."""
    present = EXCEPTION_KIND.read(batch, (item.target.id for item in items))
    ledgers = ledgers_of(batch, (item.payload.person_id for item in items))
    decisions: list[Decision] = []
    for item in items:
        asked, before = item.payload, present.get(item.target.id)
        if not item.accepted and not may_approve(item.author):
            words = text("Your role doesn't spare people. Ask the bursar.")
            decisions.append(rejected(item, "not_allowed", words))
        elif item.target.id != payment_exception_id(asked.person_id) or not asked.until < _LONGEST:
            decisions.append(_bad_day(item))
        elif asked.person_id not in ledgers.names:
            decisions.append(unknown(PAYMENT_EXCEPTION))
        else:
            body = exception_body(item.command, asked, (item.author.person_id, item.author.name))
            if before is None:
                EXCEPTION_KIND.insert(batch, [body])
            else:
                EXCEPTION_KIND.update(batch, [body])
            _lift_spared(batch, item, asked.person_id)
            decisions.append(applied(item.command.id))
    return decisions


def _lift_spared(batch: Batch, item: Item, person_id: str) -> None:
    ledgers = ledgers_of(batch, [person_id])
    today = day_of(batch, batch.now)
    aim = Aim(today, policy_of(batch.db, batch.organisation_id), lay=False, remind=False)
    looks = list(looked_at(batch.db, batch.organisation_id, ledgers, [person_id], aim))
    write_holds(batch, looks, today, item.command.id)


SERVICES = {
    "SetFinancePolicy": set_policy,
    "RunOverdue": run,
    "RemindPayers": remind,
    "LiftHold": lift,
    "SparePayer": spare,
}
COMMANDS = tuple(CommandType(name, PAYLOADS[name], service) for name, service in SERVICES.items())
