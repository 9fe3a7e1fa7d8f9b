"""What people do at simulated devices where two mark, and where a student asks for a mark to be looked at again."""

import random
from typing import Any

from desktop.core.outbox import Ask
from shared.grading.ids import mark_id
from shared.grading.moderation_vocabulary import MARK_PART, REGRADE
from shared.grading.part_rules import is_by_two, part_id
from tests.simulator.device import Device


def _rows(device: Device, kind: str) -> list[dict[str, Any]]:
    return sorted(device.store.page(kind, limit=-1), key=lambda row: row["id"])


def judge(device: Device, chance: random.Random) -> list[Ask]:
    """Give one's own mark of some work as one of two, take it back, or finish it; refused where one moderates."""
    work = [one for one in _rows(device, "assignment") if is_by_two(one) or chance.random() < 0.05]
    if not work:
        return []
    one = chance.choice(work[:2])
    enrolments = sorted(row["id"] for row in device.store.children("enrolment", one["cohort_id"]))
    if not enrolments:
        return []
    enrolment, me = chance.choice(enrolments[:3]), device.actor.person_id
    target = part_id(one["id"], enrolment, me)
    present = device.store.get(MARK_PART, target)
    back = present is not None and chance.random() < 0.1
    payload: dict[str, Any] = {
        "assignment_id": one["id"],
        "enrolment_id": enrolment,
        "marker_id": me,
        "status": "none" if back else "marked",
        "score": None if back else chance.choice(("10", "20", "41.5", "51")),
        "feedback": "" if back else chance.choice(("", "Only for me yet")),
        "finished": not back and chance.random() < 0.7,
    }
    return [Ask("RecordMarkPart", target, payload, present["revision"] if present else None)]


def ask_again(device: Device, chance: random.Random) -> list[Ask]:
    """Ask about an own mark, whether it is released and whether one has asked already or not."""
    own = [row for row in _rows(device, "enrolment") if row["person_id"] == device.actor.person_id]
    work = [one for one in _rows(device, "assignment") if one["cohort_id"] in {row["cohort_id"] for row in own}]
    if not work:
        return []
    one = chance.choice(work)
    seen = [each for each in work if device.store.get("mark", mark_id(each["id"], own[0]["id"]))]
    one = chance.choice(seen) if seen and chance.random() < 0.8 else one
    enrolment = next(row["id"] for row in own if row["cohort_id"] == one["cohort_id"])
    payload = {"assignment_id": one["id"], "enrolment_id": enrolment, "reason": f"Look at page {chance.randrange(5)}"}
    return [Ask("AskRegrade", device.new_id(), payload)]


def answer(device: Device, chance: random.Random) -> list[Ask]:
    """Answer a student, maybe one who has been answered since."""
    asked = _rows(device, REGRADE)
    if not asked:
        return []
    one = chance.choice(asked)
    return [Ask("AnswerRegrade", one["id"], {"answer": f"Counted {chance.randrange(3)}"}, one["revision"])]
