"""What people do at a till and in the books of simulated devices, by the actions of the program's own pages."""

import base64
import random
from collections.abc import Callable
from typing import Any

from desktop.core import meta
from desktop.core.outbox import Ask
from desktop.finance import account_actions, discount_actions, plan_actions, receipt_actions, shift_actions
from desktop.finance.account_store import ledger_of, open_charges
from desktop.finance.plan_store import charges_for, plans_of
from desktop.finance.receipt_actions import Part, Share, Taking
from desktop.finance.till_store import TILL_KEY, account_of, drawer_of, open_shift, own_till
from shared.core.money import split_evenly
from shared.finance.permissions import may_charge, may_manage_finance, may_take_payment
from shared.finance.vocabulary import (
    DISCOUNT,
    FEE_STRUCTURE,
    LEDGER_ENTRY,
    PAYMENT,
    RECEIPT,
    REQUEST,
    TILL,
    Confirmation,
    EntryKind,
    Method,
    Movement,
    RequestState,
    TillState,
)
from tests.simulator.device import Device
from tests.simulator.money_desk import DeskOf, NothingError, at_server, desk_of, tried
from tests.simulator.money_world import CURRENCY

_OTHERS = (Method.CARD, Method.MOBILE_MONEY, Method.BANK_TRANSFER, Method.CHEQUE)
_MOVES = (Movement.DROP, Movement.PAY_IN, Movement.PAY_OUT, Movement.BANK, Movement.NO_SALE)
_REASON = "Somebody said so"
Doing = Callable[[Device, random.Random], list[Ask]]
Row = dict[str, Any]


def _doing(act: Callable[[DeskOf, random.Random], Any]) -> Doing:
    """Return what people choose from: it saves by itself, so nothing is left to be saved."""

    def do(device: Device, chance: random.Random) -> list[Ask]:
        tried(lambda: act(desk_of(device), chance))
        return []

    do.__name__ = act.__name__
    return do


def _rows(desk: DeskOf, kind: str) -> list[Row]:
    return sorted(desk.store.page(kind, limit=-1), key=lambda row: row["id"])


def _students(desk: DeskOf) -> list[str]:
    people = [row for row in _rows(desk, "person") if "student" in (row.get("roles") or ())]
    if not people:
        raise NothingError
    return [row["id"] for row in people][:6]


def at_the_till(device: Device, chance: random.Random) -> list[Ask]:
    """Take money, or whatever is in its way: a computer that is no till any more, or a drawer that is closed."""
    desk = desk_of(device)
    till, kept = own_till(desk), desk.store.recall(TILL_KEY) or {}
    ready = till is not None and till["state"] == TillState.ACTIVE and kept.get("till_id") == till["id"]
    if not ready or int(desk.store.recall(meta.EPOCH, 1)) != (till or {}).get("install_epoch"):
        become_a_till(device, desk)
    elif till is not None and open_shift(desk, till["id"]) is None:
        tried(lambda: shift_actions.open_drawer(desk, chance.choice((0, 5_000, 20_000))))
    else:
        tried(lambda: receipt_actions.take_payment(desk, taking(desk, chance)))
    return []


def become_a_till(device: Device, desk: DeskOf) -> None:
    """Ask the server for a series of one's own; the key is the simulator's, so that a seed plays the same again."""
    epoch = int(desk.store.recall(meta.EPOCH, 1))
    kept = desk.store.recall(TILL_KEY) or {}
    if (kept.get("device_id"), kept.get("install_epoch")) != (desk.store.device_id, epoch):
        key = base64.b64encode(device.chance.getrandbits(256).to_bytes(32, "big")).decode()
        kept = {"device_id": desk.store.device_id, "install_epoch": epoch, "key": key, "till_id": ""}
        desk.store.remember(TILL_KEY, kept)
    at_server(device, lambda at: shift_actions.make_till(at, device.label))


def approve_till(device: Device, _chance: random.Random) -> list[Ask]:
    """Whoever manages money approves the tills that wait."""
    desk = desk_of(device)
    waiting = [row["id"] for row in _rows(desk, TILL) if row["state"] == TillState.WAITING]
    if waiting and may_manage_finance(desk.actor):
        at_server(device, lambda at: shift_actions.approve_till(at, waiting[0]))
    return []


def taking(desk: DeskOf, chance: random.Random) -> Taking:
    """A payment of one or two students: what is owed, less, or more; in cash, by other means, or both."""
    people = chance.sample(_students(desk), chance.choice((1, 1, 1, 2)))
    shares = tuple(_share(desk, chance, one) for one in people)
    total = sum(share.amount for share in shares)
    other = chance.choice((0, 0, 0, total, chance.randint(0, total)))
    parts = [Part(Method.CASH, total - other, total - other + chance.choice((0, 50)))] if total > other else []
    if other:
        parts.append(Part(chance.choice(_OTHERS), other, reference=f"T-{chance.randrange(99)}"))
    return Taking(shares, tuple(parts))


def _share(desk: DeskOf, chance: random.Random, person_id: str) -> Share:
    debts = account_of(desk, person_id).debts[:3]
    goes_to = [(one.id, one.what, max(1, one.left // chance.choice((1, 1, 2)))) for one in debts]
    goes_to = goes_to[: chance.randrange(3)]
    amount = sum(part for _, _, part in goes_to) + chance.choice((0, 0, 777))
    return Share(person_id, person_id[-4:], amount or chance.randint(1, 9_000), tuple(goes_to))


@_doing
def move_cash(desk: DeskOf, chance: random.Random) -> None:
    """Something else moves cash, or the drawer is opened for nothing."""
    shift = _own_shift(desk)
    if shift is not None:
        movement = chance.choice(_MOVES)
        amount = 0 if movement is Movement.NO_SALE else chance.choice((1, 500, 2_500))
        shift_actions.move_cash(desk, shift["id"], movement, amount, "Change")


@_doing
def close_drawer(desk: DeskOf, chance: random.Random) -> None:
    """Count and close; now and then something is missing, which is explained."""
    shift = _own_shift(desk)
    if shift is not None:
        missing = chance.choice((0, 0, 0, 100))
        counted = max(0, drawer_of(desk, shift).expected - missing)
        shift_actions.close_drawer(desk, shift["id"], counted, explanation="Somebody miscounted")


def _own_shift(desk: DeskOf) -> Any:
    till = own_till(desk)
    return open_shift(desk, till["id"]) if till else None


@_doing
def ask_back(desk: DeskOf, chance: random.Random) -> None:
    """Ask that a receipt be voided, or that some of a payment goes back."""
    payments = [one for one in _rows(desk, PAYMENT) if one["receipt_id"]]
    if not payments:
        return
    payment = chance.choice(payments)
    if chance.random() < 0.5 and desk.store.get(RECEIPT, payment["receipt_id"]):
        receipt_actions.ask_void(desk, payment["receipt_id"], _REASON)
        return
    entries = [one for one in _rows(desk, LEDGER_ENTRY) if one["payment_id"] == payment["id"]]
    person = chance.choice(entries)["person_id"] if entries else payment["person_id"]
    amount = chance.choice((payment["amount"], max(1, payment["amount"] // 3)))
    way = Method(payment["gateway"]) if payment["gateway"] else chance.choice((Method.CASH, Method.BANK_TRANSFER))
    receipt_actions.ask_refund(desk, payment["id"], str(person), amount, way, _REASON)


@_doing
def decide(desk: DeskOf, chance: random.Random) -> None:
    """Decide what somebody else asked for, or take back what one asked for oneself."""
    waiting = [one for one in _rows(desk, REQUEST) if one["state"] == RequestState.WAITING]
    if not waiting:
        return
    request = chance.choice(waiting)
    if request["asked_by"] in ("", desk.actor.person_id) and chance.random() < 0.3:
        shift_actions.withdraw(desk, request["id"])
    else:
        shift_actions.decide(desk, request["id"], approved=chance.random() < 0.75, reason="Looked at")


@_doing
def confirm_money(desk: DeskOf, chance: random.Random) -> None:
    """Say that the money of a payment came, or that it never did."""
    payments = [one for one in _rows(desk, PAYMENT) if one["confirmation"] == Confirmation.UNCONFIRMED]
    payments = [one for one in payments if not one["gateway"]]
    if payments:
        one = chance.choice(payments)
        payload = {"came": chance.random() < 0.7, "reason": _REASON}
        desk.commit([Ask("ConfirmPayment", one["id"], payload, one["revision"])])


@_doing
def keep_books(desk: DeskOf, chance: random.Random) -> None:
    """Charge somebody, take a charge back, let credit pay, or move money to somebody else."""
    acts = (_charge, _charge, _reverse, _use_credit, _use_credit, _move)
    chance.choice(acts)(desk, chance)


def _charge(desk: DeskOf, chance: random.Random) -> None:
    amount = chance.choice(("0.01", "120.50", "75", "1000"))
    due_on = chance.choice((None, "2026-11-25", "2027-01-31"))
    account_actions.charge(desk, chance.choice(_students(desk)), f"Fee {chance.randrange(9)}", amount, due_on=due_on)


def _entry(desk: DeskOf, chance: random.Random, *kinds: str) -> Row | None:
    rows = [one for one in _rows(desk, LEDGER_ENTRY) if one["kind"] in kinds]
    return chance.choice(rows) if rows else None


def _reverse(desk: DeskOf, chance: random.Random) -> None:
    entry = _entry(desk, chance, EntryKind.CHARGE, EntryKind.DISCOUNT, EntryKind.SCHOLARSHIP)
    if entry is not None:
        account_actions.reverse(desk, entry["id"], _REASON)


def _use_credit(desk: DeskOf, chance: random.Random) -> None:
    account_actions.use_credit(desk, chance.choice(_students(desk)), CURRENCY)


def _move(desk: DeskOf, chance: random.Random) -> None:
    entry = _entry(desk, chance, EntryKind.PAYMENT)
    if entry is not None:
        account_actions.move(desk, entry["id"], chance.choice(_students(desk)), _REASON)


@_doing
def plan(desk: DeskOf, chance: random.Random) -> None:
    """Let somebody pay in parts, change that, or end it."""
    person = chance.choice(_students(desk))
    shown = next(iter(plans_of(desk, person)), None)
    if shown is not None and chance.random() < 0.2:
        plan_actions.end(desk, shown)
        return
    charges = [one.id for one in charges_for(desk, person, CURRENCY, shown)][: chance.choice((1, 2))]
    ledger = ledger_of(desk, person, CURRENCY)
    total = sum(line.entry["amount"] for line in ledger.lines if line.id in charges)
    amounts = split_evenly(total, chance.choice((2, 3, 5)))
    parts = [(f"2026-12-{1 + at * 4:02}", amount) for at, amount in enumerate(amounts)]
    plan_actions.save(desk, person, CURRENCY, charges, parts, shown)


@_doing
def discount(desk: DeskOf, chance: random.Random) -> None:
    """Give a discount of few, or change what it comes to."""
    rows = _rows(desk, DISCOUNT)
    if not rows:
        return
    shown = chance.choice(rows)
    if chance.random() < 0.2:
        discount_actions.save(desk, {"rate": chance.choice((500, 1_000, 2_500))}, shown)
        return
    person = chance.choice(_students(desk))
    charges = open_charges(desk, person, CURRENCY)
    if charges:
        discount_actions.grant(desk, chance.choice(charges)["id"], shown["id"])


def fees(device: Device, chance: random.Random) -> list[Ask]:
    """Another price of a course; what was charged stays."""
    rows = sorted(device.store.page(FEE_STRUCTURE, limit=-1), key=lambda row: row["id"])
    if not rows:
        return []
    shown = chance.choice(rows)
    lines = [{**line, "amount": line["amount"] + chance.choice((1, 100))} for line in shown["lines"]]
    changes = {"lines": {"old": shown["lines"], "new": lines}}
    places = {"course_id": shown["course_id"], "cohort_id": shown["cohort_id"]}
    return [Ask("SaveFeeStructure", shown["id"], {**places, "changes": changes}, shown["revision"])]


_DOINGS: tuple[tuple[Callable[[Any], bool], Doing, int], ...] = (
    (may_take_payment, at_the_till, 14), (may_take_payment, move_cash, 2), (may_take_payment, close_drawer, 2),
    (may_take_payment, ask_back, 5), (may_take_payment, decide, 7), (may_charge, confirm_money, 2),
    (may_charge, keep_books, 5), (may_charge, plan, 2), (may_charge, discount, 2),
    (may_manage_finance, approve_till, 2), (may_manage_finance, fees, 1),
)  # fmt: skip


def handle_money(device: Device, chance: random.Random) -> list[Ask]:
    """Do one thing with money that the person's permissions allow."""
    allowed = [(doing, weight) for may, doing, weight in _DOINGS if may(device.actor)]
    if not allowed:
        return []
    doing = chance.choices([one for one, _ in allowed], [weight for _, weight in allowed])[0]
    return doing(device, chance)
