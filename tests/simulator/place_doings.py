"""What the office does to rooms, holidays, photos and numbers at simulated devices."""

import base64
import random
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from desktop.core.outbox import Ask
from shared.people.numbering import FIELDS, numbering_id
from shared.people.photos import HEIGHT, WIDTH, photo_digest, photo_id
from tests.simulator.device import Device
from tests.simulator.timeline import START

# The head of a JPEG file with the size of its picture; nobody here looks at what is behind it.
_JPEG_HEAD = b"\xff\xd8\xff\xc0\x00\x0b\x08" + HEIGHT.to_bytes(2) + WIDTH.to_bytes(2) + b"\x01"


def _rows(device: Device, kind: str) -> list[dict[str, Any]]:
    return sorted(device.store.page(kind, limit=-1), key=lambda row: row["id"])


def _edit(command: str, row: Mapping[str, Any], wanted: Mapping[str, Any]) -> Ask:
    changes = {name: {"old": row[name], "new": value} for name, value in wanted.items()}
    return Ask(command, row["id"], {"changes": changes}, row["revision"])


def room(device: Device, chance: random.Random) -> list[Ask]:
    """A room more, another name, or one that is removed and taken back; few names, so that two want the same one."""
    rows = _rows(device, "room")
    if not rows or chance.random() < 0.4:
        wanted = {"name": f"Room {chance.randrange(5)}", "capacity": chance.choice((None, 20, 40))}
        return [Ask("AddRoom", device.new_id(), wanted)]
    one = chance.choice(rows)
    if chance.random() < 0.4:
        return [_edit("EditRoom", one, {"state": "active" if one["state"] == "removed" else "removed"})]
    changes: dict[str, Any] = {"capacity": chance.choice((10, 30, 50))}
    if chance.random() < 0.5:
        changes["name"] = f"room {chance.randrange(5)}"
    return [_edit("EditRoom", one, changes)]


def holiday(device: Device, chance: random.Random) -> list[Ask]:
    """Days without classes: added, moved, removed, taken back."""
    rows = _rows(device, "holiday")
    first = (START + timedelta(days=chance.randrange(12))).date()
    days = {"starts_on": first.isoformat(), "ends_on": (first + timedelta(days=chance.randrange(3))).isoformat()}
    if not rows or chance.random() < 0.4:
        return [Ask("AddHoliday", device.new_id(), {"name": f"Holiday {chance.randrange(9)}", **days})]
    one = chance.choice(rows)
    if chance.random() < 0.4:
        days = {"state": "active" if one["state"] == "removed" else "removed"}
    return [_edit("EditHoliday", one, days)]


def photo(device: Device, chance: random.Random) -> list[Ask]:
    """A photo of one of few students, or none any more; something that is no picture now and then."""
    people = [one for one in _rows(device, "person") if "student" in (one.get("roles") or ())][:3]
    if not people:
        return []
    place = photo_id(person := chance.choice(people)["id"])
    shown = device.store.get("person_photo", place) or {}
    content = _JPEG_HEAD + bytes([chance.randrange(3)]) * 40
    new: str | None = base64.b64encode(content).decode()
    if chance.random() < 0.3:
        new = chance.choice((None, base64.b64encode(b"no picture").decode()))
    payload = {"person_id": person, "jpeg_base64": new, "old_digest": photo_digest(shown.get("jpeg_base64"))}
    return [Ask("SetPersonPhoto", place, payload, shown.get("revision"))]


def numbers(device: Device, chance: random.Random) -> list[Ask]:
    """The next number for someone without one; a rule, which the office may not set, now and then."""
    rule_id = numbering_id(device.actor.organisation_id)
    rule = device.store.get("numbering_rule", rule_id) or {}
    if chance.random() < 0.1:
        wanted = {"prefix": chance.choice(("S-", "N-")), "year": "none", "digits": 3, "start": chance.choice((1, 3))}
        changes = {name: {"old": rule.get(name), "new": wanted[name]} for name in FIELDS if name in wanted}
        return [Ask("SetNumbering", rule_id, {"changes": changes}, rule.get("revision"))]
    wanting = [one for one in _rows(device, "person") if not one.get("number")]
    if not wanting:
        return []
    one = chance.choice(wanting)
    return [Ask("GiveNumbers", one["id"], {}, one["revision"])]
