"""Live sessions and office hours at simulated devices: planned, joined, left, booked, given back."""

import random
from datetime import timedelta
from typing import Any

from desktop.core.outbox import Ask
from shared.core.clock import instant_text
from shared.timetable.office_hours import slots_of
from tests.simulator.device import Device
from tests.simulator.timeline import START


def _sessions(device: Device, kind: str) -> list[dict[str, Any]]:
    found = [one for one in device.store.page("class_session", limit=-1) if one.get("session_kind") == kind]
    return sorted((one for one in found if one["state"] != "cancelled"), key=lambda row: row["id"])


def _self(device: Device) -> dict[str, Any]:
    return {"person_id": device.actor.person_id, "person_name": device.actor.name}


def plan_meeting(device: Device, chance: random.Random) -> list[Ask]:
    """A live session or office hours of a cohort; a link that is none now and then."""
    cohorts = sorted(device.store.page("cohort", limit=-1), key=lambda row: row["id"])
    if not cohorts:
        return []
    kind = chance.choice(("live", "office_hours", "office_hours"))
    starts = START + timedelta(hours=chance.randrange(1, 200))
    payload = {
        "cohort_id": chance.choice(cohorts)["id"],
        "session_kind": kind,
        "starts_at": instant_text(starts),
        "ends_at": instant_text(starts + timedelta(minutes=30)),
        "link": "https://meet.example/room" if chance.random() < 0.9 else "the usual room",
        "despite_clash": chance.random() < 0.7,
    }
    return [Ask("PlanClassSession", device.new_id(), payload)]


def visit(device: Device, chance: random.Random) -> list[Ask]:
    """Join a live session, or leave it."""
    sessions = _sessions(device, "live")
    if not sessions:
        return []
    session = chance.choice(sessions)
    own = [one for one in device.store.children("live_visit", session["id"]) if not one.get("left_at")]
    own = [one for one in own if one["person_id"] == device.actor.person_id]
    if own and chance.random() < 0.6:
        one = chance.choice(sorted(own, key=lambda row: row["id"]))
        return [Ask("LeaveLiveSession", one["id"], {"session_id": session["id"]}, one["revision"])]
    return [Ask("JoinLiveSession", device.new_id(), {"session_id": session["id"], **_self(device)})]


def book(device: Device, chance: random.Random) -> list[Ask]:
    """Take a time of office hours, or give one back. There are two times, so that others want the same one."""
    sessions = _sessions(device, "office_hours")
    if not sessions:
        return []
    session = chance.choice(sessions)
    bookings = sorted(device.store.children("office_booking", session["id"]), key=lambda row: row["id"])
    standing = [one for one in bookings if one["state"] == "booked"]
    if standing and chance.random() < 0.4:
        one = chance.choice(standing)
        return [Ask("CancelOfficeBooking", one["id"], {"session_id": session["id"]}, one["revision"])]
    free = [one for one in slots_of(session, bookings) if one.booking_id is None]
    if not free:
        return []
    payload = {"session_id": session["id"], "starts_at": chance.choice(free).starts_at, **_self(device)}
    return [Ask("BookOfficeHours", device.new_id(), payload)]
