"""Short ways to handle money in scenes: two tills, the office, and what the books say."""

from typing import Any

from desktop.finance import receipt_actions, shift_actions
from desktop.finance.receipt_actions import Part, Share, Taken, Taking
from desktop.finance.till_store import account_of, drawer_of, open_shift, own_till
from shared.core.command import Command
from shared.finance.vocabulary import REQUEST, Method, RequestState
from tests.simulator.device import Device
from tests.simulator.money_desk import desk_of
from tests.simulator.scene import Scene


def opened(scene: Scene, *devices: Device, with_cash: int = 10_000) -> None:
    """Open the drawers of tills."""
    for device in devices:
        shift_actions.open_drawer(desk_of(device), with_cash)
    scene.line_up(*devices)


def drawer(device: Device) -> Any:
    """Return what the drawer of a till ought to hold, as the till shows it."""
    desk = desk_of(device)
    till = own_till(desk)
    assert till is not None
    shift = open_shift(desk, till["id"])
    assert shift is not None
    return drawer_of(desk, shift)


def paid(scene: Scene, device: Device, amount: int, at: int = 0, *parts: Part, on_charge: bool = False) -> Taken:
    """Take money of student number `at`, in cash unless told otherwise; `on_charge`: for what is owed longest."""
    desk, person = desk_of(device), scene.world.institute.students[at]
    goes_to: tuple[tuple[str, str, int], ...] = ()
    if on_charge:
        debt = account_of(desk, person).debts[0]
        goes_to = ((debt.id, debt.what, min(amount, debt.left)),)
    share = Share(person, "Somebody", amount, goes_to)
    return receipt_actions.take_payment(desk, Taking((share,), parts or (Part(Method.CASH, amount, amount),)))


def taken(scene: Scene, payment: Taken) -> Command:
    """Return the command that a payment was saved by."""
    return next(one for one in scene.acknowledged.values() if one.target_id == payment.payment_id)


def verdict(scene: Scene, payment: Taken) -> str:
    """Return what the server made of a payment."""
    return scene.verdict(taken(scene, payment))


def decided(scene: Scene, device: Device, *, approved: bool = True) -> None:
    """Let somebody at a device decide the one thing that waits."""
    waiting = [one for one in device.store.page(REQUEST, limit=-1) if one["state"] == RequestState.WAITING]
    scene.require(len(waiting) == 1, "There isn't one thing to decide:", waiting)
    shift_actions.decide(desk_of(device), waiting[0]["id"], approved=approved, reason="Looked at")


def balance(scene: Scene, at: int = 0) -> int:
    """Return what a student owes, by the entries on the server."""
    person = scene.world.institute.students[at]
    return int(scene.rows("SELECT coalesce(sum(amount), 0) FROM ledger_entry WHERE person_id = :p", p=person)[0][0])


def receipts(scene: Scene) -> list[str]:
    """Return the numbers of all receipts in the books."""
    return [row[0] for row in scene.rows("SELECT number FROM receipt ORDER BY number")]
