"""What people do at their devices, chosen by chance from what their screens show."""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from desktop.core.outbox import Ask
from shared.attendance import rules
from shared.core.clock import instant_text
from shared.core.conflict import Conflict, is_held, may_settle
from shared.finance.permissions import may_take_payment
from tests.simulator.device import Device
from tests.simulator.grade_doings import publish_grades
from tests.simulator.kit_doings import book_kit, give_back, keep_kit, lend, lift
from tests.simulator.leave_doings import answer_leave, ask_leave, excuses_here, withdraw_leave
from tests.simulator.live_doings import book, plan_meeting, visit
from tests.simulator.marking_doings import (
    close_marks,
    comment,
    give_time,
    hand_in,
    mark_work,
    release,
    set_column,
    set_work,
)
from tests.simulator.moderation_doings import answer, ask_again, judge
from tests.simulator.money_doings import handle_money
from tests.simulator.notice_doings import read_notices
from tests.simulator.online_doings import pay_online
from tests.simulator.place_doings import holiday, numbers, photo, room
from tests.simulator.plan_doings import edit_series, plan_series
from tests.simulator.scan_doings import check_in, scan, show_code
from tests.simulator.skill_doings import observe, show_work
from tests.simulator.timeline import START
from tests.simulator.together_doings import mark_group, review, set_groups

_MONEY = 0.35
"""How much of what people at a till do is about money."""
STATES = ("present", "present", "present", "late", "absent", "absent", "excused", "left_early")
Rows = Sequence[Mapping[str, Any]]
Doing = Callable[[Device, random.Random], list[Ask]]


def _sessions(device: Device) -> Rows:
    return sorted(device.store.page("class_session", limit=-1), key=lambda row: row["id"])


def _class(device: Device, chance: random.Random) -> tuple[Mapping[str, Any], Rows] | None:
    """Choose a class session with those enrolled in its cohort; an unplanned one and the first one more often."""
    sessions = _sessions(device)
    if not sessions:
        return None
    favoured = [one for one in sessions if one["unplanned"] or one["starts_at"] == instant_text(START)]
    session = chance.choice(favoured if favoured and chance.random() < 0.7 else sessions)
    enrolments = device.store.children("enrolment", session["cohort_id"])
    return (session, sorted(enrolments, key=lambda row: row["id"])) if enrolments else None


def _mark(device: Device, session_id: str, enrolment_id: str, state: str, **more: Any) -> Ask:
    """The observation that a click on the register makes: it names what the screen showed."""
    mark = rules.mark_id(session_id, enrolment_id)
    shown = [one for one in device.store.children("observation", session_id) if one["mark_id"] == mark]
    session, enrolment = device.store.get("class_session", session_id), device.store.get("enrolment", enrolment_id)
    if session is not None and enrolment is not None:
        shown += excuses_here(device).of(enrolment["person_id"], enrolment_id, session)
    seen = rules.effective(shown).unsuperseded
    payload = {
        "session_id": session_id,
        "enrolment_id": enrolment_id,
        "state": state,
        "supersedes": list(seen),
        **more,
    }
    return Ask("RecordObservation", mark, payload, seen[-1] if seen else None, id=device.new_id())


def mark_one(device: Device, chance: random.Random) -> list[Ask]:
    """One mark, with minutes or a note now and then."""
    found = _class(device, chance)
    if found is None:
        return []
    session, enrolments = found
    state = chance.choice(STATES)
    more: dict[str, Any] = {"note": f"note {chance.randrange(9)}"} if chance.random() < 0.2 else {}
    if state in {"late", "left_early"}:
        more["minutes"] = chance.choice((5, 10, 15))
    if device.actor.may("registers.correct") and chance.random() < 0.4:
        state, more = "excused", {"method": "excuse"}
    return [_mark(device, session["id"], chance.choice(enrolments)["id"], state, **more)]


def mark_others(device: Device, chance: random.Random) -> list[Ask]:
    """All who have no mark yet are present."""
    found = _class(device, chance)
    if found is None:
        return []
    session, enrolments = found
    marked = {one["mark_id"] for one in device.store.children("observation", session["id"])}
    open_ones = [one for one in enrolments if rules.mark_id(session["id"], one["id"]) not in marked]
    return [_mark(device, session["id"], one["id"], "present") for one in open_ones or enrolments]


def undo(device: Device, chance: random.Random) -> list[Ask]:
    """Take back a mark of one's own."""
    mine = [
        one
        for one in device.store.page("observation", limit=-1)
        if one["author_id"] in (device.actor.person_id, "") and one["state"] != "none"
    ]
    if not mine:
        return []
    one = chance.choice(sorted(mine, key=lambda row: row["id"]))
    return [_mark(device, one["session_id"], one["enrolment_id"], "none")]


def finish(device: Device, chance: random.Random) -> list[Ask]:
    """Close a register or open it again."""
    sessions = _sessions(device)
    if not sessions:
        return []
    session = chance.choice(sessions)
    kind = chance.choice(("FinishRegister", "FinishRegister", "ReopenRegister"))
    shown = device.store.get("register", rules.register_id(session["id"]))
    base = shown["revision"] if shown else None
    return [Ask(kind, rules.register_id(session["id"]), {"session_id": session["id"]}, base)]


def unplanned(device: Device, chance: random.Random) -> list[Ask]:
    """A class made on the spot, with its first marks in the same save."""
    cohorts = sorted(device.store.page("cohort", limit=-1), key=lambda row: row["id"])
    if not cohorts:
        return []
    cohort, session_id = chance.choice(cohorts), device.new_id()
    times = {"starts_at": instant_text(START), "ends_at": instant_text(START + timedelta(hours=1))}
    payload = {"cohort_id": cohort["id"], **times, "unplanned": True, "title": f"Extra {chance.randrange(99)}"}
    first = device.store.children("enrolment", cohort["id"])[:3]
    marks = [_mark(device, session_id, one["id"], chance.choice(STATES)) for one in first]
    return [Ask("PlanClassSession", session_id, payload), *marks]


def walk_in(device: Device, chance: random.Random) -> list[Ask]:
    """Someone who isn't on the list, new or known elsewhere in the institute, and that he or she is present."""
    found = _class(device, chance)
    if found is None:
        return []
    session, enrolments = found
    enrolment_id = device.new_id()
    payload = {"session_id": session["id"], "cohort_id": session["cohort_id"], "person_id": device.new_id()}
    here = {one["person_id"] for one in enrolments}
    known = [one["id"] for one in device.store.page("person", limit=-1) if "student" in (one.get("roles") or ())]
    others = sorted(set(known) - here) if chance.random() < 0.7 else sorted(here & set(known))
    if others and chance.random() < 0.5:
        payload |= {"person_id": chance.choice(others), "known": True}
    else:
        payload |= {"given_name": f"Walk{chance.randrange(99)}", "number": chance.choice((None, None, "S-000"))}
    asks = [Ask("AddWalkIn", enrolment_id, payload)]
    return [*asks, _mark(device, session["id"], enrolment_id, "present")]


def settle(device: Device, chance: random.Random) -> list[Ask]:
    """One click on a disagreement or, in the office, on something held."""
    actor = device.actor
    open_ones = [one for one in device.store.conflicts() if may_settle(actor.person_id, actor.permissions, one)]
    # Whether someone is suspended isn't left to chance here.
    open_ones = [one for one in open_ones if not (one.kind == "person" and "state" in one.fields)]
    if not open_ones:
        return []
    conflict = chance.choice(sorted(open_ones, key=lambda one: one.id))
    return [Ask("SettleConflict", conflict.id, {"choices": _choices(conflict, chance)}, conflict.revision)]


def _choices(conflict: Conflict, chance: random.Random) -> dict[str, str]:
    if is_held(conflict):
        return {"held": chance.choice(("accept", "accept", "refuse"))}
    names = [side.command_id for side in conflict.sides]
    return {name: chance.choice(names) for name in conflict.fields}


def edit_person(device: Device, chance: random.Random) -> list[Ask]:
    """Fields of a student; a value that can't be, and one that someone else has, now and then."""
    people = [one for one in device.store.page("person", limit=-1) if "student" in (one.get("roles") or ())]
    if not people:
        return []
    person = chance.choice(sorted(people, key=lambda row: row["id"])[:3])
    wanted: dict[str, Any] = {"phone": f"024 555 {chance.randrange(10_000):04}"}
    if chance.random() < 0.5:
        wanted["given_name"] = chance.choice(("Abena", "Yaw", "Esi"))
    if chance.random() < 0.1:
        wanted["number"] = f"S-{chance.randrange(6):03}"
    if chance.random() < 0.1:
        wanted = {"email": "no address"}
    changes = {name: {"old": person.get(name), "new": value} for name, value in wanted.items()}
    return [Ask("EditPerson", person["id"], {"changes": changes}, person["revision"])]


def edit_class(device: Device, chance: random.Random) -> list[Ask]:
    """Another room, or a class that is cancelled or planned again."""
    sessions = _sessions(device)
    if not sessions:
        return []
    session = chance.choice(sessions)
    if chance.random() < 0.3:
        wanted = {"state": "scheduled" if session["state"] == "cancelled" else "cancelled"}
    else:
        wanted = {"room": f"Room {chance.randrange(4)}"}
    changes = {name: {"old": session[name], "new": value} for name, value in wanted.items()}
    return [Ask("EditClassSession", session["id"], {"changes": changes}, session["revision"])]


def confirm(device: Device, chance: random.Random) -> list[Ask]:
    """Say who a walk-in is."""
    pending = [one for one in device.store.page("enrolment", limit=-1) if one["state"] == "pending"]
    if not pending:
        return []
    one = chance.choice(sorted(pending, key=lambda row: row["id"]))
    payload: dict[str, Any] = {}
    if chance.random() < 0.5:
        people = [row["id"] for row in device.store.page("person", limit=-1) if not row.get("provisional")]
        payload = {"person_id": chance.choice(sorted(people))} if people else {}
    return [Ask("ConfirmEnrolment", one["id"], payload, one["revision"])]


def move_enrolment(device: Device, chance: random.Random) -> list[Ask]:
    """Another state of an enrolment, or an enrolment that may be there already."""
    rows = sorted(device.store.page("enrolment", limit=-1), key=lambda row: row["id"])
    if not rows:
        return []
    one = chance.choice(rows)
    if chance.random() < 0.4:
        payload = {"cohort_id": one["cohort_id"], "person_id": chance.choice(rows)["person_id"]}
        return [Ask("EnrolPerson", device.new_id(), payload)]
    payload = {"state": chance.choice(("active", "suspended", "cancelled")), "old_state": one["state"]}
    return [Ask("SetEnrolmentState", one["id"], payload, one["revision"])]


def reassign(device: Device, chance: random.Random) -> list[Ask]:
    """Someone no longer teaches a cohort, or does again."""
    cohorts = sorted(device.store.page("cohort", limit=-1), key=lambda row: row["id"])
    staff = [one["id"] for one in device.store.page("person", limit=-1) if "instructor" in (one.get("roles") or ())]
    if not cohorts or not staff:
        return []
    cohort = chance.choice(cohorts)
    new = sorted(one for one in staff if chance.random() < 0.6)
    changes = {"instructors": {"old": cohort["instructors"], "new": new}}
    return [Ask("EditCohort", cohort["id"], {"changes": changes}, cohort["revision"])]


_TEACHING: tuple[tuple[Doing, int], ...] = (
    (mark_one, 9), (mark_others, 6), (undo, 3), (finish, 1), (unplanned, 2), (walk_in, 2), (settle, 3), (scan, 5),
    (show_code, 3), (ask_leave, 2), (answer_leave, 6), (plan_meeting, 1), (visit, 1), (book, 1),
    (lend, 2), (give_back, 2), (book_kit, 1),
    (set_work, 3), (mark_work, 9), (set_column, 3), (release, 3), (give_time, 2), (comment, 2),
    (judge, 4), (answer, 1),
    (observe, 6), (set_groups, 3), (mark_group, 2), (review, 1),
)  # fmt: skip
_OFFICE: tuple[tuple[Doing, int], ...] = (
    (mark_one, 4), (undo, 1), (settle, 6), (edit_person, 4), (edit_class, 3), (confirm, 3), (move_enrolment, 2),
    (reassign, 1), (unplanned, 1), (scan, 2), (ask_leave, 3), (answer_leave, 7), (withdraw_leave, 1), (plan_series, 1),
    (edit_series, 1), (plan_meeting, 2), (book, 1), (room, 2), (holiday, 1), (photo, 2), (numbers, 1),
    (keep_kit, 2), (lend, 4), (give_back, 3), (lift, 1), (book_kit, 1),
    (mark_work, 3), (set_column, 1), (release, 1), (close_marks, 2), (judge, 1), (answer, 1), (publish_grades, 2),
)  # fmt: skip
_AT_THE_LAB: tuple[tuple[Doing, int], ...] = (
    (ask_leave, 3), (withdraw_leave, 2), (check_in, 8), (settle, 2), (visit, 3), (book, 3), (book_kit, 3),
    (hand_in, 8), (ask_again, 2), (read_notices, 3), (show_work, 2), (review, 3), (pay_online, 6),
)  # fmt: skip


def something(device: Device, chance: random.Random) -> list[Ask]:
    """Return what the person at a device asks for next; empty where the screen offers nothing to do."""
    if may_take_payment(device.actor) and chance.random() < _MONEY:
        return handle_money(device, chance)
    return apart_from_money(device, chance)


def apart_from_money(device: Device, chance: random.Random) -> list[Ask]:
    """Do the same of what needs no till and no gateway, which only a simulated device has."""
    if "student" in device.actor.roles:
        doings = _AT_THE_LAB
    else:
        doings = _OFFICE if device.actor.may("core.see_all") else _TEACHING
    doing = chance.choices([one for one, _ in doings], [weight for _, weight in doings])[0]
    return doing(device, chance)
