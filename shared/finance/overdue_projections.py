"""What pending commands make of holds, exceptions and the policy on screen: a payment at this very desk lifts here."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.core.command import Command
from shared.core.projection import Draft, Projection, ReadRow
from shared.finance.commands import TakePayment
from shared.finance.models import instant_of
from shared.finance.overdue_commands import LiftHold, SparePayer
from shared.finance.policy_rules import FIRST
from shared.finance.refund_rules import FIRST as FIRST_RULE
from shared.finance.vocabulary import FINANCE_POLICY, PAYMENT_EXCEPTION, REFUND_RULE
from shared.learning.holds import HOLD, LIFTED, STANDING, HoldOn, hold_id

Body = Mapping[str, Any]


def lifted_body(hold: Body, command_id: str, at: str) -> dict[str, Any]:
    """Return a hold that the money itself lifts: nobody's doing, and laid again as soon as money is overdue anew."""
    more = {"lifted_by": None, "lifted_by_name": "", "reason": "", "until": None}
    return {**hold, **more, "state": LIFTED, "amount": 0, "lifted_at": at, "revision": command_id}


def lifted_by_hand(command: Command, hold: Body, asked: LiftHold, by: tuple[str, str]) -> dict[str, Any]:
    """Return a hold that someone (id, name) lifts until a day."""
    who = {"lifted_by": by[0] or None, "lifted_by_name": by[1], "reason": asked.reason, "until": asked.until}
    return {**hold, **who, "state": LIFTED, "lifted_at": instant_of(command), "revision": command.id}


def exception_body(command: Command, asked: SparePayer, by: tuple[str, str]) -> dict[str, Any]:
    """Return the exception that someone (id, name) makes for a person."""
    return {
        "id": command.target_id,
        "revision": command.id,
        "person_id": asked.person_id,
        "until": asked.until,
        "reason": asked.reason,
        "author_id": by[0],
        "author_name": by[1],
    }


def holds_paid(command: Command, read: ReadRow) -> Sequence[Draft]:
    """Lift what a payment at the desk covers; the server looks at the whole ledger and says what really stands."""
    taken = TakePayment.model_validate(command.payload)
    found = []
    for one in taken.paid_for:
        for what in HoldOn:
            hold = read(HOLD, hold_id(one.person_id, what))
            if hold is None or hold["state"] != STANDING or hold["currency"] != taken.currency:
                continue
            left = hold["amount"] - one.amount
            paid = {**hold, "amount": left, "revision": command.id}
            body = lifted_body(hold, command.id, instant_of(command)) if left <= 0 else paid
            found.append(Draft(HOLD, hold["id"], body, one.person_id))
    return found


def _set_policy(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(FINANCE_POLICY, command.target_id) or FIRST
    wanted = {name: change.get("new") for name, change in command.payload["changes"].items()}
    body = {**present, **wanted, "id": command.target_id, "revision": command.id}
    return [Draft(FINANCE_POLICY, command.target_id, body)]


def _save_rule(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(REFUND_RULE, command.target_id) or FIRST_RULE
    wanted = {name: change.get("new") for name, change in command.payload["changes"].items()}
    body = {**present, **wanted, "id": command.target_id, "revision": command.id}
    return [Draft(REFUND_RULE, command.target_id, body)]


def _lift(command: Command, read: ReadRow) -> Sequence[Draft]:
    hold = read(HOLD, command.target_id)
    if hold is None:
        return []
    body = lifted_by_hand(command, hold, LiftHold.model_validate(command.payload), ("", ""))
    return [Draft(HOLD, hold["id"], body, hold["person_id"])]


def _spare(command: Command, _read: ReadRow) -> Sequence[Draft]:
    body = exception_body(command, SparePayer.model_validate(command.payload), ("", ""))
    return [Draft(PAYMENT_EXCEPTION, body["id"], body, body["person_id"])]


def _nothing(_command: Command, _read: ReadRow) -> Sequence[Draft]:
    return []


PROJECTIONS: dict[str, Projection] = {
    "SetFinancePolicy": _set_policy,
    "SaveRefundRule": _save_rule,
    "LiftHold": _lift,
    "SparePayer": _spare,
    "RunOverdue": _nothing,
    "RemindPayers": _nothing,
}
