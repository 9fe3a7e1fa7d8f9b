"""What people at simulated devices do with skills and portfolios: keep, record, sign, take back, show."""

import random

from desktop.core.outbox import Ask
from shared.core.command import Target
from shared.grading.portfolio import portfolio_item_id
from tests.simulator.device import Device

_FEW = 1
"""So few skills that two instructors observe the same one, and most of what is done is watching and signing."""
_SHEET = {"sha256": "5" * 64, "name": "signature.png", "bytes": 900, "type": "png"}


def _rows(device: Device, kind: str) -> list[dict[str, object]]:
    return sorted(device.store.page(kind, limit=-1), key=lambda row: str(row["id"]))


def observe(device: Device, chance: random.Random) -> list[Ask]:
    """Keep a skill while there are few, else record, sign or take back what was seen of one."""
    skills, courses = _rows(device, "skill"), _rows(device, "course")
    if len(skills) < _FEW:
        payload = {"course_id": chance.choice(courses)["id"], "name": f"Skill {len(skills)}"} if courses else None
        return [] if payload is None else [Ask("SaveSkill", device.new_id(), payload)]
    drawn = chance.random()
    if drawn < 0.1:
        one = chance.choice(skills)
        payload = {"course_id": one["course_id"], "name": f"Skill {chance.randrange(4)}"}
        return [Ask("SaveSkill", str(one["id"]), payload, str(one["revision"]))]
    seen = _rows(device, "skill_observation")
    if seen and drawn < 0.3:
        return [_signed(seen, chance)]
    if seen and drawn < 0.4:
        one = chance.choice(seen)
        payload = {"reason": "Another student", "back": one["state"] == "withdrawn"}
        return [Ask("WithdrawSkillObservation", str(one["id"]), payload, str(one["revision"]))]
    enrolments = _rows(device, "enrolment")
    if not enrolments:
        return []
    payload = {
        "skill_id": chance.choice(skills)["id"],
        "enrolment_id": chance.choice(enrolments)["id"],
        "judged": chance.choice(("competent", "competent", "not_yet")),
        "note": f"note {chance.randrange(9)}",
    }
    return [Ask("RecordSkillObservation", device.new_id(), payload)]


def _signed(seen: list[dict[str, object]], chance: random.Random) -> Ask:
    chosen = chance.sample(seen, min(len(seen), 3))
    name = chance.choice(("Efua", "Kojo"))
    signature = {"how": "drawn", "name": name, "employer": "Volta Films", "supervisor_id": None, "file": _SHEET}
    first, *more = [Target(id=str(one["id"]), base=str(one["revision"])) for one in chosen]
    return Ask("SignSkillObservations", first.id, {"signature": signature}, first.base, tuple(more))


def show_work(device: Device, chance: random.Random) -> list[Ask]:
    """Take own work into the portfolio, with its mark published or not, change its caption, or take it out."""
    mine = [one for one in _rows(device, "submission") if one["person_id"] == device.actor.person_id]
    if not mine:
        return []
    submission = str(chance.choice(mine)["id"])
    target = portfolio_item_id(submission)
    present = device.store.get("portfolio_item", target)
    payload = {
        "submission_id": submission,
        "caption": f"caption {chance.randrange(5)}",
        "removed": chance.random() < 0.2,
    }
    return [Ask("SavePortfolioItem", target, payload, present["revision"] if present else None)]
