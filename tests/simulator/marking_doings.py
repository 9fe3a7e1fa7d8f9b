"""What people do with work and marks at simulated devices: set, handed in twice, marked by two, released, corrected."""

import random
from datetime import timedelta
from typing import Any

from desktop.core.outbox import Ask
from shared.core.clock import instant_text
from shared.core.command import Target
from shared.grading import work_rules
from shared.grading.ids import extension_id, grade_scheme_id, mark_id
from tests.simulator.device import Device
from tests.simulator.timeline import START

_FEW = 2
"""So few pieces of work that two instructors mark the same one."""
_SCORES = ("10", "20", "20.0", "30", "41.5", "50", "7,5")
_WRONG = ("51", "-1", "abc", "1e9")


def _rows(device: Device, kind: str) -> list[dict[str, Any]]:
    return sorted(device.store.page(kind, limit=-1), key=lambda row: row["id"])


def _score(chance: random.Random) -> str:
    return chance.choice(_WRONG if chance.random() < 0.06 else _SCORES)


def _cell(device: Device, chance: random.Random) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Choose a piece of work and one of the class's students."""
    found = _rows(device, "assignment")
    if not found:
        return None
    work = chance.choice(found[:_FEW] if chance.random() < 0.8 else found)
    enrolments = sorted(device.store.children("enrolment", work["cohort_id"]), key=lambda row: row["id"])
    return (work, chance.choice(enrolments)) if enrolments else None


def set_work(device: Device, chance: random.Random) -> list[Ask]:
    """Set work while there is little, else change it, close it, or take it away."""
    found, cohorts = _rows(device, "assignment"), _rows(device, "cohort")
    if cohorts and (len(found) < _FEW or chance.random() < 0.1):
        payload = {
            "cohort_id": chance.choice(cohorts)["id"],
            "title": f"Work {len(found)}",
            "takes": ["text"],
            "points": "50",
            "due_at": instant_text(START + timedelta(hours=chance.choice((-1, 1, 24)))),
            "late": {"kind": "percent_per_day", "amount": "10"},
            "hold_marks": chance.random() < 0.8,
            "markers": chance.choice((1, 1, 2)),
            "state": chance.choice(("open", "open", "open", "draft")),
        }
        return [Ask("AddAssignment", device.new_id(), payload)]
    if not found:
        return []
    one = chance.choice(found)
    if chance.random() < 0.15:
        return [Ask("RemoveAssignment", one["id"], {"back": one["state"] == "removed"}, one["revision"])]
    changes: dict[str, Any] = {"title": f"Work {chance.randrange(4)}"}
    if chance.random() < 0.4:
        changes = {"state": chance.choice(("open", "open", "closed"))}
    payload = {"changes": {name: {"old": one[name], "new": value} for name, value in changes.items()}}
    return [Ask("EditAssignment", one["id"], payload, one["revision"])]


def hand_in(device: Device, chance: random.Random) -> list[Ask]:
    """A student keeps or hands in work: the attempt on screen, or a new one."""
    work = [one for one in _rows(device, "assignment") if one["state"] != "removed"]
    own = {row["cohort_id"]: row for row in _rows(device, "enrolment") if row["person_id"] == device.actor.person_id}
    work = [one for one in work if one["cohort_id"] in own]
    if not work:
        return []
    one = chance.choice(work)
    attempts = [row for row in _rows(device, "submission") if row["assignment_id"] == one["id"]]
    begun = [row for row in attempts if row["state"] == "in_progress" or chance.random() < 0.1]
    enrolment = own[one["cohort_id"]]["id"]
    payload = {"assignment_id": one["id"], "enrolment_id": enrolment, "text": f"Answer {chance.randrange(5)}"}
    kind = chance.choice(("HandIn", "HandIn", "SaveWork"))
    if begun and chance.random() < 0.8:
        target = chance.choice(begun)
        return [Ask(kind, target["id"], payload, target["revision"])]
    return [Ask(kind, device.new_id(), payload)]


def mark_work(device: Device, chance: random.Random) -> list[Ask]:
    """Mark one student's work as the screen shows it; a draft or a wrong figure now and then."""
    found = _cell(device, chance)
    if found is None:
        return []
    work, enrolment = found
    mark = mark_id(work["id"], enrolment["id"])
    present = device.store.get("mark", mark) or {}
    attempts = [
        row for row in device.store.children("submission", work["id"]) if row["enrolment_id"] == enrolment["id"]
    ]
    seen = work_rules.counting(attempts)
    payload: dict[str, Any] = {
        "assignment_id": work["id"],
        "enrolment_id": enrolment["id"],
        "score": _score(chance),
        "feedback": chance.choice(("", "", "Good.", "Look at the light.")),
        "finished": chance.random() < 0.85,
        "submission_id": seen["id"] if seen and chance.random() < 0.7 else None,
    }
    if chance.random() < 0.3 and present:
        payload["reason"] = "Counted twice"
        return [Ask("CorrectMark", mark, payload, present["revision"])]
    return [Ask("RecordMark", mark, payload, present.get("revision"))]


def set_column(device: Device, chance: random.Random) -> list[Ask]:
    """Fill a column of the gradebook, or a part of it."""
    found = _cell(device, chance)
    if found is None:
        return []
    work = found[0]
    enrolments = sorted(row["id"] for row in device.store.children("enrolment", work["cohort_id"]))
    some = chance.sample(enrolments, chance.randint(1, len(enrolments)))
    status = chance.choice(("marked", "marked", "marked", "missing", "excused", "none"))
    score = _score(chance)
    marks = [{"enrolment_id": one, "status": status, "score": score if status == "marked" else None} for one in some]
    return [_many(device, "SetMarks", {"assignment_id": work["id"], "marks": marks}, work["id"], some)]


def release(device: Device, chance: random.Random) -> list[Ask]:
    """Release the marks of one piece of work that the screen shows, all or some."""
    marks = [one for one in _rows(device, "mark") if one["released_at"] is None or chance.random() < 0.1]
    if not marks:
        return []
    work = chance.choice(marks)["assignment_id"]
    some = sorted({one["enrolment_id"] for one in marks if one["assignment_id"] == work and chance.random() < 0.7})
    return [_many(device, "ReleaseMarks", {"assignment_id": work}, work, some)] if some else []


def _many(device: Device, kind: str, payload: dict[str, Any], work: str, enrolments: list[str]) -> Ask:
    """A command on the marks of several students, each with the revision that the screen shows."""
    targets = []
    for one in enrolments:
        mark = mark_id(work, one)
        present = device.store.get("mark", mark)
        targets.append(Target(id=mark, base=present["revision"] if present else None))
    return Ask(kind, targets[0].id, payload, targets[0].base, tuple(targets[1:]))


def give_time(device: Device, chance: random.Random) -> list[Ask]:
    """Give a student more time, take it back, or say something about the work."""
    found = _cell(device, chance)
    if found is None:
        return []
    work, enrolment = found
    ids = {"assignment_id": work["id"], "enrolment_id": enrolment["id"]}
    if chance.random() < 0.4:
        return [Ask("AddMarkNote", device.new_id(), {**ids, "text": "Ask about the lens"})]
    target = extension_id(work["id"], enrolment["id"])
    present = device.store.get("extension", target) or {}
    due = chance.choice((None, instant_text(START + timedelta(hours=chance.choice((48, 72, -90))))))
    return [Ask("GrantExtension", target, {**ids, "due_at": due}, present.get("revision"))]


def comment(device: Device, chance: random.Random) -> list[Ask]:
    """Comment on a place of an attempt, take a comment off, or give an attempt back."""
    attempts = [row for row in _rows(device, "submission") if row["state"] != "in_progress"]
    known = _rows(device, "work_comment")
    if known and chance.random() < 0.3:
        one = chance.choice(known)
        return [Ask("RemoveWorkComment", one["id"], {}, one["revision"])]
    if not attempts:
        return []
    one = chance.choice(attempts)
    if chance.random() < 0.2:
        return [Ask("ReturnWork", one["id"], {"note": "Once more"}, one["revision"])]
    place = {"page": 1, "x": 0.5, "y": 0.5}
    return [Ask("AddWorkComment", device.new_id(), {"submission_id": one["id"], "place": place, "text": "Here"})]


def close_marks(device: Device, chance: random.Random) -> list[Ask]:
    """The office locks a class's marks, opens them, weighs work anew, or archives the class for a while."""
    cohorts = _rows(device, "cohort")
    if not cohorts:
        return []
    one = chance.choice(cohorts)
    scheme = grade_scheme_id(one["id"])
    present = device.store.get("grade_scheme", scheme) or {}
    if one["archived"] or chance.random() < 0.2:
        changes = {"archived": {"old": one["archived"], "new": not one["archived"]}}
        return [Ask("EditCohort", one["id"], {"changes": changes}, one["revision"])]
    if chance.random() < 0.4:
        changes = {"places": {"old": present.get("places", 1), "new": chance.randrange(4)}}
        return [Ask("SetGradeScheme", scheme, {"cohort_id": one["id"], "changes": changes}, present.get("revision"))]
    locked = present.get("state") != "locked" and chance.random() < 0.5
    return [Ask("LockGrades", scheme, {"cohort_id": one["id"], "locked": locked}, present.get("revision"))]
