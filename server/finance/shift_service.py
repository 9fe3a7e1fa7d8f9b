"""What commands about drawers do: open, move cash, count and close with the difference explained."""

from collections.abc import Sequence

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, held, rejected
from server.core.entities import Body, missing
from server.finance.kinds import DESK
from server.finance.shift_queries import drawer_of, next_z
from server.finance.till_kinds import MOVEMENT_KIND, SHIFT_KIND, TILL_KIND
from shared.core.errors import CampusError
from shared.core.text import text
from shared.finance.permissions import may_approve, may_take_payment
from shared.finance.shift_models import closed_shift, movement_body, shift_body
from shared.finance.shift_rules import check_close, check_movement, check_open
from shared.finance.till_commands import PAYLOADS
from shared.finance.vocabulary import CASH_MOVEMENT, SHIFT, ShiftState

_OPEN = (
    f"SELECT {SHIFT_KIND.selected()} FROM shift t"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :o AND t.till_id = :till_id AND t.state = 'open' AND t.id <> :id"
)


def open_shifts(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Open drawers; a till has one at most."""
    tills = TILL_KIND.read(batch, (item.payload.till_id for item in items))
    present = SHIFT_KIND.read(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    for item in items:
        known = present.get(item.target.id)
        decision = agreed(known["revision"]) if known else _open_refusal(batch, item, tills.get(item.payload.till_id))
        if decision is None:
            body = shift_body(item.command, (item.author.person_id, item.author.name))
            SHIFT_KIND.insert(batch, [body])
            decision = applied(item.command.id)
        decisions.append(decision)
    return decisions


def _open_refusal(batch: Batch, item: Item, till: Body | None) -> Decision | None:
    if not item.accepted and not may_take_payment(item.author):
        return rejected(item, "not_allowed", text("Your role doesn't take payments. Ask the bursar."))
    if till is None and batch.origin.device_id:  # it was one before a backup was restored, and has money in its drawer
        words = text("The till hasn't been accepted yet. The office decides about both.")
        return held("waits_for_creation", words, SHIFT, DESK)
    if till is None:
        return rejected(item, "till_unknown", text("There is no such till. Make this computer a till first."))
    if batch.origin.device_id and item.command.device_id != till["device_id"]:
        return rejected(item, "till_of_another_install", text("{till} belongs to another install.", till=till["name"]))
    other = batch.db.one(_OPEN, o=batch.organisation_id, till_id=till["id"], id=item.target.id)
    if other is None or item.accepted:
        return None
    name = SHIFT_KIND.body_of(other)["cashier_name"]
    words = text("{name} has this till's drawer open. Count and close it first.", name=name)
    if batch.origin.device_id:  # the money is in the drawer already
        return held("shift_open", words, SHIFT, DESK, till["name"])
    return rejected(item, "shift_open", words)


def move(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Note what else moves cash."""
    shifts = SHIFT_KIND.read(batch, (item.payload.shift_id for item in items))
    present = MOVEMENT_KIND.read(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    for item in items:
        known = present.get(item.target.id)
        decision = agreed(known["revision"]) if known else _move_refusal(batch, item, shifts.get(item.payload.shift_id))
        if decision is None:
            MOVEMENT_KIND.insert(batch, [movement_body(item.command, (item.author.person_id, item.author.name))])
            decision = applied(item.command.id)
        decisions.append(decision)
    return decisions


def _move_refusal(batch: Batch, item: Item, shift: Body | None) -> Decision | None:
    if not item.accepted and not may_take_payment(item.author):
        return rejected(item, "not_allowed", text("Your role doesn't take payments. Ask the bursar."))
    if shift is None:
        words = text("The drawer hasn't been accepted yet. The office decides about both.")
        return held("waits_for_creation", words, CASH_MOVEMENT, DESK)
    payload = item.payload
    try:
        # What lies in the drawer the till knows best: some of it may still be on its way.
        in_drawer = (
            payload.amount if batch.origin.device_id else drawer_of(batch.db, batch.organisation_id, shift).expected
        )
        check_movement(shift, payload.movement, payload.amount, in_drawer)
    except CampusError as problem:
        return rejected(item, problem.code, problem.message)
    return None


def close(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Close drawers that were counted; what was expected is worked out here, too, beside what the till told."""
    present = SHIFT_KIND.read(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    for item in items:
        shift = present.get(item.target.id)
        decision = missing(batch, item, SHIFT) if shift is None else _close_refusal(item, shift)
        if decision is None and shift is not None:
            payload = item.payload
            expected = drawer_of(batch.db, batch.organisation_id, shift).expected
            told = expected if payload.expected is None else payload.expected
            decision = _count_refusal(item, {**shift, "expected": told})
            if decision is None:
                number = payload.z_number or next_z(batch.db, batch.organisation_id, shift["till_id"])
                body = {**closed_shift(item.command, shift), "expected": expected, "z_number": number}
                SHIFT_KIND.update(batch, [body])
                decision = applied(item.command.id, expected=expected)
        decisions.append(decision or missing(batch, item, SHIFT))
    return decisions


def _close_refusal(item: Item, shift: Body) -> Decision | None:
    if not item.accepted and item.author.person_id != shift["person_id"] and not may_approve(item.author):
        return rejected(item, "not_allowed", text("{name} counts this drawer.", name=shift["cashier_name"]))
    if shift["state"] == ShiftState.CLOSED:
        same = shift["counted"] == item.payload.counted
        if same:
            return agreed(shift["revision"])
    try:
        check_open(shift)
    except CampusError as problem:
        return rejected(item, problem.code, problem.message)
    return None


def _count_refusal(item: Item, shift: Body) -> Decision | None:
    payload = item.payload
    pairs = [(one.worth, one.count) for one in payload.denominations]
    try:
        check_close(shift, payload.counted, pairs, payload.explanation)
    except CampusError as problem:
        return rejected(item, problem.code, problem.message)
    return None


COMMANDS = (
    CommandType("OpenShift", PAYLOADS["OpenShift"], open_shifts),
    CommandType("MoveCash", PAYLOADS["MoveCash"], move),
    CommandType("CloseShift", PAYLOADS["CloseShift"], close),
)
