"""What a cashier does with till and drawer: makes this computer a till, opens, moves cash, counts and closes."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.core.server_asking import client_of
from desktop.finance.account_store import currency_of, today_of
from desktop.finance.till_lines import z_series
from desktop.finance.till_store import TILL_KEY, drawer_of, install_of, open_shift, own_till
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.text import text
from shared.finance.permissions import may_approve, may_take_payment
from shared.finance.request_rules import decide_fault
from shared.finance.shift_rules import check_close, check_movement, check_opening
from shared.finance.till_rules import check_till
from shared.finance.vocabulary import REQUEST, SHIFT, Method, Movement

_TILLS = "/api/v1/tills"


def make_till(desk: Desk, name: str) -> Mapping[str, Any]:
    """Ask the server to make this install a till; blocks. Returns the till, active or waiting for approval.

    The private key stays in this store. Raises CampusError `server_unreachable`, `not_allowed`, `name_missing`.
    """
    if not name.strip():
        raise CampusError("name_missing", text("Enter a name for the till, such as Front desk 2."))
    client = client_of(desk, text("A till is made at the server. Connect first."))
    kept = desk.store.recall(TILL_KEY) or {}
    install = install_of(desk)
    if (kept.get("device_id"), kept.get("install_epoch")) == tuple(install) and kept.get("key"):
        key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(kept["key"]))
    else:
        key = Ed25519PrivateKey.generate()
        secret = base64.b64encode(key.private_bytes_raw()).decode()
        desk.store.remember(TILL_KEY, {**install._asdict(), "key": secret, "till_id": ""})
    public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    asked = {"name": name.strip(), "install_epoch": install.install_epoch, "public_key": public}
    till: Mapping[str, Any] = client.write("POST", _TILLS, asked, desk.ids())["data"]
    desk.store.remember(TILL_KEY, {**(desk.store.recall(TILL_KEY) or {}), "till_id": till["id"]})
    desk.sync_now()
    return till


def approve_till(desk: Desk, till_id: str) -> None:
    """Let a till print receipts, or renew its certificate; blocks. Raises CampusError."""
    client = client_of(desk, text("A till is approved at the server. Connect first."))
    client.write("POST", f"{_TILLS}/{till_id}/approve", {}, desk.ids())
    desk.sync_now()


def open_drawer(desk: Desk, opening_float: int) -> str:
    """Open this till's drawer; returns the shift's id.

    Raises CampusError `not_allowed`, the codes of `check_till`, `shift_open`, `bad_amount`.
    """
    _check_cashier(desk)
    till = check_till(own_till(desk), install_of(desk), today_of(desk))
    check_opening(opening_float, open_shift(desk, till["id"]))
    shift_id = desk.ids()
    payload = {
        "till_id": till["id"],
        "currency": currency_of(desk),
        "opening_float": opening_float,
        "opened_at": instant_text(desk.clock.now()),
        **_author(desk),
    }
    desk.commit([Ask("OpenShift", shift_id, payload)])
    return shift_id


def move_cash(desk: Desk, shift_id: str, movement: Movement, amount: int, reason: str = "") -> str:
    """Note what else moves cash; returns the movement's id.

    Raises CampusError `not_allowed`, `no_shift`, `shift_closed`, `bad_amount`, `drawer_too_small`.
    """
    _check_cashier(desk)
    shift = desk.store.get(SHIFT, shift_id)
    check_movement(shift, movement, amount, drawer_of(desk, shift).expected if shift else 0)
    movement_id = desk.ids()
    payload = {
        "shift_id": shift_id,
        "movement": str(movement),
        "amount": amount,
        "reason": reason.strip(),
        "moved_at": instant_text(desk.clock.now()),
        **_author(desk),
    }
    desk.commit([Ask("MoveCash", movement_id, payload)])
    return movement_id


def close_drawer(
    desk: Desk,
    shift_id: str,
    counted: int,
    denominations: Sequence[tuple[int, int]] = (),
    explanation: str = "",
    others: Sequence[tuple[Method, int]] = (),
) -> None:
    """Close a drawer that was counted; its Z report gets the till's next number.

    Raises CampusError `not_allowed`, `no_shift`, `shift_closed`, `count_differs`, `difference_unexplained`.
    """
    _check_cashier(desk)
    shift = desk.store.get(SHIFT, shift_id)
    expected = drawer_of(desk, shift).expected if shift else 0
    check_close({**shift, "expected": expected} if shift else None, counted, denominations, explanation)
    known: Mapping[str, Any] = shift or {}
    payload = {
        "denominations": [{"worth": worth, "count": count} for worth, count in denominations if count],
        "counted": counted,
        "others": [{"method": str(method), "amount": amount} for method, amount in others],
        "explanation": explanation.strip(),
        "closed_at": instant_text(desk.clock.now()),
        "expected": expected,
        "till_id": known["till_id"],
    }

    def fill(number: int) -> Mapping[str, Any]:
        return {**payload, "z_number": number}

    desk.commit([Ask("CloseShift", shift_id, base=known["revision"], series=z_series(known["till_id"]), fill=fill)])


def decide(desk: Desk, request_id: str, *, approved: bool, reason: str = "") -> None:
    """Approve or refuse what someone else asked for. Raises CampusError `not_allowed`, `second_person` and others."""
    if not may_approve(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't decide about this. Ask the bursar."))
    request = desk.store.get(REQUEST, request_id)
    if request is None:
        raise CampusError("request_unknown", text("This request is no longer on this computer."))
    fault = decide_fault(request, desk.actor.person_id)
    if fault is not None:
        raise CampusError(*fault)
    payload = {"approved": approved, "reason": reason.strip(), **_author(desk)}
    desk.commit([Ask("DecideRequest", request_id, payload, base=request["revision"])])


def withdraw(desk: Desk, request_id: str) -> None:
    """Take one's own request back. Raises CampusError `not_allowed`."""
    request = desk.store.get(REQUEST, request_id)
    if request is None or request["asked_by"] not in ("", desk.actor.person_id):
        raise CampusError("not_allowed", text("Only who asked takes a request back."))
    desk.commit([Ask("WithdrawRequest", request_id, _author(desk), base=request["revision"])])


def _author(desk: Desk) -> dict[str, str]:
    return {"author_id": desk.actor.person_id, "author_name": desk.actor.name}


def _check_cashier(desk: Desk) -> None:
    if not may_take_payment(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't take payments. Ask the bursar."))
