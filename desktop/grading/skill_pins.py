"""PINs of supervisors, checked on this computer without a network: growing waits, and a lock after ten wrong ones.

The count is on disk before a PIN is looked at, so that nobody gets a try for nothing by ending the program.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import bcrypt

from desktop.core.desk import Desk
from desktop.core.wrong_passwords import MOST, wait_after
from shared.core.clock import instant_text, parse_instant
from shared.core.errors import CampusError
from shared.core.text import plural, text
from shared.grading.skill_rules import pin_fault

COST = 12
"""A try takes about a quarter of a second; a million PINs take days."""
_FACT = "skill_pin "


def hash_pin(pin: str, cost: int = COST) -> str:
    """Return what a PIN is checked by. Raises CampusError `pin_invalid`, `pin_too_easy`."""
    fault = pin_fault(pin)
    if fault is not None:
        raise CampusError(fault.code, fault.sentence)
    return bcrypt.hashpw(pin.encode(), bcrypt.gensalt(cost)).decode()


def check_pin(desk: Desk, supervisor: Mapping[str, Any], pin: str) -> None:
    """Check a PIN; blocks for about a quarter of a second. Raises CampusError `pin_wrong`, `pin_wait`, `pin_locked`."""
    store, name = desk.store, _FACT + supervisor["id"]
    known = store.recall(name) or {}
    if known.get("verifier") != supervisor["verifier"]:
        known = {"wrong": 0, "at": None, "verifier": supervisor["verifier"]}
    _check_wait(desk, supervisor, known)
    wrong = int(known["wrong"]) + 1
    store.remember(name, {**known, "wrong": wrong, "at": instant_text(desk.clock.now())})
    # A PIN is ASCII, and bcrypt takes no more than 72 bytes of anything.
    if not bcrypt.checkpw(pin.encode()[:72], supervisor["verifier"].encode()):
        raise _wrong(supervisor, MOST - wrong)
    store.forget(name)


def _check_wait(desk: Desk, supervisor: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    if known["wrong"] >= MOST:
        raise _locked(supervisor)
    if known["at"] is None:
        return
    whole = timedelta(seconds=wait_after(known["wrong"]))
    # A clock that was set back doesn't end the wait, and doesn't stretch it either.
    left = min(whole, parse_instant(known["at"]) + whole - desk.clock.now()).total_seconds()
    if left > 0:
        n = -(-int(left) // 60) if left > 60 else round(left) or 1
        words = (
            plural("Wait {n} minute, then type the PIN again.", "Wait {n} minutes, then type the PIN again.", n)
            if left > 60
            else plural("Wait {n} second, then type the PIN again.", "Wait {n} seconds, then type the PIN again.", n)
        )
        raise CampusError("pin_wait", words, {"seconds": round(left)})


def _wrong(supervisor: Mapping[str, Any], left: int) -> CampusError:
    if left <= 0:
        return _locked(supervisor)
    words = plural(
        "This isn't the PIN of {name}. {n} try is left on this computer.",
        "This isn't the PIN of {name}. {n} tries are left on this computer.",
        left,
        name=supervisor["name"],
    )
    return CampusError("pin_wrong", words)


def _locked(supervisor: Mapping[str, Any]) -> CampusError:
    words = text(
        "Ten wrong PINs were typed for {name}. Sign by hand, or let {name} set a new PIN.", name=supervisor["name"]
    )
    return CampusError("pin_locked", words)
