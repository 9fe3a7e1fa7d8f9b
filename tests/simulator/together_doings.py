"""What people do together at simulated devices: groups made and changed, marked as one; work reviewed by students."""

import random
from typing import Any

from desktop.core.outbox import Ask
from shared.core.command import Target
from shared.grading.group_rules import dealt, is_for_groups
from shared.grading.ids import mark_id, work_groups_id
from shared.grading.peer_rules import has_reviews
from shared.grading.work_rules import counting
from tests.simulator.device import Device


def _works(device: Device) -> list[dict[str, Any]]:
    found = [one for one in device.store.page("assignment", limit=-1) if one["state"] != "removed"]
    return sorted(found, key=lambda row: row["id"])


def set_groups(device: Device, chance: random.Random) -> list[Ask]:
    """Make work that nobody handed in yet work for groups, or with reviews; then deal its class out."""
    works = _works(device)
    if not works:
        return []
    work = chance.choice(works)
    if not is_for_groups(work):
        name, value = chance.choice((("group_mode", "groups"), ("peer_reviews", 1)))
        payload = {"changes": {name: {"old": work[name], "new": value}}}
        return [Ask("EditAssignment", work["id"], payload, work["revision"])]
    present = device.store.children("work_group", work["id"])
    enrolments = sorted(row["id"] for row in device.store.children("enrolment", work["cohort_id"]))
    parts = dealt(enrolments, chance.choice((1, 2)), str(chance.randrange(4)))
    known = sorted(one["id"] for one in present)
    ids = [known[at] if at < len(known) and chance.random() < 0.6 else device.new_id() for at in range(len(parts))]
    made = enumerate(zip(ids, parts, strict=True))
    groups = [{"id": key, "name": f"Group {at}", "members": part} for at, (key, part) in made]
    payload = {"assignment_id": work["id"], "groups": groups, "removed": [one for one in known if one not in ids]}
    return [Ask("SetGroups", work_groups_id(work["id"]), payload, present[0]["revision"] if present else None)]


def mark_group(device: Device, chance: random.Random) -> list[Ask]:
    """Give all members of a group one mark, as the screen shows them."""
    groups = [one for one in device.store.page("work_group", limit=-1) if one["members"]]
    if not groups:
        return []
    group = chance.choice(sorted(groups, key=lambda row: row["id"]))
    work = group["assignment_id"]
    members, targets = [], []
    for one in group["members"]:
        enrolment, mark = one["enrolment_id"], mark_id(work, one["enrolment_id"])
        rows = device.store.children("submission", work)
        seen = counting(row for row in rows if row["enrolment_id"] == enrolment)
        members.append({"enrolment_id": enrolment, "submission_id": seen["id"] if seen else None})
        targets.append(Target(id=mark, base=(device.store.get("mark", mark) or {}).get("revision")))
    payload = {"assignment_id": work, "members": members, "score": chance.choice(("20", "30", "41.5"))}
    return [Ask("RecordGroupMark", targets[0].id, payload, targets[0].base, more_targets=tuple(targets[1:]))]


def review(device: Device, chance: random.Random) -> list[Ask]:
    """A student writes a review that is to write; whoever teaches has reviews shared out."""
    tasks = sorted(device.store.page("peer_task", limit=-1), key=lambda row: row["id"])
    if tasks:
        task = chance.choice(tasks)
        payload = {"levels": [], "text": f"Thought {chance.randrange(5)}", "sent": chance.random() < 0.6}
        return [Ask("SaveReview", task["id"], payload, task["revision"])]
    works = [one for one in _works(device) if has_reviews(one)]
    return [Ask("ShareOutReviews", chance.choice(works)["id"], {})] if works else []
