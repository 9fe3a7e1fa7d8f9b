"""What people do with kit at simulated devices: added, lent and taken back at two counters, booked at the lab."""

import base64
import random
from datetime import timedelta
from typing import Any

from desktop.core.outbox import Ask
from shared.core.clock import instant_text
from tests.simulator.device import Device
from tests.simulator.timeline import START

_FEW = 3
"""So few pieces that two counters want the same one."""
# The head of a JPEG file with the size of its picture; nobody here looks at what is behind it.
_JPEG = b"\xff\xd8\xff\xc0\x00\x0b\x08" + (240).to_bytes(2) + (320).to_bytes(2) + b"\x01"


def _rows(device: Device, kind: str) -> list[dict[str, Any]]:
    return sorted(device.store.page(kind, limit=-1), key=lambda row: row["id"])


def _author(device: Device) -> dict[str, str]:
    return {"author_id": device.actor.person_id, "author_name": device.actor.name}


def _photo(chance: random.Random) -> str | None:
    if chance.random() < 0.8:
        return None
    content = _JPEG + bytes([chance.randrange(3)]) * 40 if chance.random() < 0.9 else b"no picture"
    return base64.b64encode(content).decode()


def keep_kit(device: Device, chance: random.Random) -> list[Ask]:
    """A piece more, another condition, or one that is sent to repair, removed or used again; the limits."""
    rows = _rows(device, "kit_item")
    if len(rows) < _FEW or chance.random() < 0.1:
        kind = chance.choice(("item", "item", "item", "studio"))
        wanted = {"name": f"Camera {len(rows)}", "number": f"C-{chance.randrange(6)}", "kit_kind": kind}
        return [Ask("AddKitItem", device.new_id(), {**wanted, "room": "Room 1" if kind == "studio" else ""})]
    one = chance.choice(rows)
    changes: dict[str, Any] = {"condition": f"scratch {chance.randrange(4)}"}
    if chance.random() < 0.3:
        changes = {"state": chance.choice(("in_use", "in_use", "repair", "removed"))}
    payload = {name: {"old": one[name], "new": value} for name, value in changes.items()}
    return [Ask("EditKitItem", one["id"], {"changes": payload}, one["revision"])]


def lend(device: Device, chance: random.Random) -> list[Ask]:
    """Lend what the screen shows as in; one that is out, or for a time that can't be, now and then."""
    items = [one for one in _rows(device, "kit_item") if one["loan_id"] is None or chance.random() < 0.1][:_FEW]
    people = [one for one in _rows(device, "person") if "student" in (one.get("roles") or ())]
    if not items or not people:
        return []
    item, person = chance.choice(items), chance.choice(people)
    due = START + timedelta(hours=chance.choice((24, 30, 48, 72, 72, 9_000, -400)))
    payload = {
        "person_id": person["id"],
        "person_name": str(person.get("given_name") or ""),
        "due_at": instant_text(due),
        "condition": chance.choice(("", "Fine")),
        "photo": _photo(chance),
        **_author(device),
    }
    return [Ask("LendKit", item["id"], payload, item["revision"])]


def give_back(device: Device, chance: random.Random) -> list[Ask]:
    """Take back what the screen shows as out; what is back already, now and then."""
    loans = [one for one in _rows(device, "kit_loan") if one["state"] == "out" or chance.random() < 0.1]
    if not loans:
        return []
    loan = chance.choice(loans)
    item = device.store.get("kit_item", loan["item_id"])
    if item is None:
        return []
    condition = chance.choice(("", "", "Fine", "Lens cap lost"))
    payload = {"loan_id": loan["id"], "condition": condition, "photo": _photo(chance), **_author(device)}
    return [Ask("ReturnKit", item["id"], payload, item["revision"])]


def lift(device: Device, chance: random.Random) -> list[Ask]:
    """Lift the block of a loan, late or not."""
    loans = _rows(device, "kit_loan")
    if not loans:
        return []
    loan = chance.choice(loans)
    return [Ask("LiftKitBlock", loan["id"], {"reason": "The bus", **_author(device)}, loan["revision"])]


def book_kit(device: Device, chance: random.Random) -> list[Ask]:
    """Book one of few times of one of few pieces, or give one back."""
    bookings = [one for one in _rows(device, "kit_booking") if one["state"] == "booked"]
    if bookings and chance.random() < 0.3:
        one = chance.choice(bookings)
        return [Ask("CancelKitBooking", one["id"], {}, one["revision"])]
    items = _rows(device, "kit_item")[:_FEW]
    if not items:
        return []
    starts = START + timedelta(hours=100 + chance.randrange(6))
    payload = {
        "item_id": chance.choice(items)["id"],
        "person_id": device.actor.person_id,
        "person_name": device.actor.name,
        "starts_at": instant_text(starts),
        "ends_at": instant_text(starts + timedelta(hours=chance.choice((1, 2, 2, -1)))),
    }
    return [Ask("BookKit", device.new_id(), payload)]
