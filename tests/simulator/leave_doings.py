"""What people do about leave at their devices: students at the lab, instructors, and the office."""

import random
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from desktop.core.outbox import Ask
from shared.attendance.leave_permissions import may_answer_leave
from shared.attendance.rules import Excuses
from shared.core.clock import instant_text
from tests.simulator.device import Device
from tests.simulator.timeline import START

Rows = list[dict[str, Any]]
_KINDS = ("apology", "leave", "leave")


def _requests(device: Device) -> Rows:
    return sorted(device.store.page("leave_request", limit=-1), key=lambda row: row["id"])


def excuses_here(device: Device) -> Excuses:
    """Return the leave that a device knows, ready for computing marks."""
    return Excuses(_requests(device))


def ask_leave(device: Device, chance: random.Random) -> list[Ask]:
    """Someone asks for days around the classes; the office approves in the same breath now and then."""
    enrolments = sorted(device.store.page("enrolment", limit=-1), key=lambda row: row["id"])
    if not enrolments:
        return []
    one = chance.choice(enrolments)
    starts = START + timedelta(hours=chance.choice((-30, -6, 0, 1, 40)))
    ends = starts + timedelta(hours=chance.choice((1, 8, 30, 60, 0 if chance.random() < 0.1 else 90)))
    payload = {
        "person_id": one["person_id"],
        "kind": chance.choice(_KINDS),
        "cohort_id": one["cohort_id"] if chance.random() < 0.6 else None,
        "starts_at": instant_text(starts),
        "ends_at": instant_text(ends),
        "reason": f"reason {chance.randrange(9)}" if chance.random() < 0.9 else "",
        "author_id": device.actor.person_id,
        "author_name": device.actor.name,
    }
    request_id = device.new_id()
    asks = [Ask("RequestLeave", request_id, payload)]
    if device.actor.may("registers.correct") and chance.random() < 0.4:
        asks.append(Ask("AnswerLeave", request_id, {"state": "approved", "old_state": "asked"}))
    return asks


def answer_leave(device: Device, chance: random.Random) -> list[Ask]:
    """Approve, decline or take an answer back, by what the screen shows."""
    rows = [row for row in _requests(device) if chance.random() < 0.2 or _may(device, row)]
    if not rows:
        return []
    # Few requests and many answers: two who answer one request differently are what this is about.
    row = chance.choice(rows[:4])
    payload = {
        "state": chance.choice(("approved", "approved", "declined", "asked")),
        "old_state": row["state"],
        "answer": chance.choice(("", "", "Fine.", "Bring a letter.")),
        "old_answer": row["answer"],
        "author_id": device.actor.person_id,
        "author_name": device.actor.name,
    }
    return [Ask("AnswerLeave", row["id"], payload, row["revision"])]


def _may(device: Device, row: Mapping[str, Any]) -> bool:
    attended = {one["cohort_id"] for one in device.store.page("enrolment", limit=-1)
                if one["person_id"] == row["person_id"]}  # fmt: skip
    return may_answer_leave(device.actor, row, attended)


def withdraw_leave(device: Device, chance: random.Random) -> list[Ask]:
    """Withdraw a request, or ask again."""
    rows = _requests(device)
    if not rows:
        return []
    row = chance.choice(rows[:4])
    state = "asked" if row["state"] == "withdrawn" else "withdrawn"
    return [Ask("WithdrawLeave", row["id"], {"state": state, "old_state": row["state"]}, row["revision"])]
