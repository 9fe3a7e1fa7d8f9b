"""Cards, cameras, kiosks and class codes at simulated devices; a second scan makes no entry, as the screen has it."""

import random
from collections.abc import Mapping
from typing import Any

from desktop.core.outbox import Ask
from shared.attendance import class_code, rules, scans
from shared.attendance.check_in import CLASS_CODE_SEED
from tests.simulator.device import Device
from tests.simulator.leave_doings import excuses_here

READERS = ("card", "card", "camera", "kiosk")
_WRONG = "0000ABCD"


def _seen(device: Device, session: Mapping[str, Any], enrolment: Mapping[str, Any]) -> list[dict[str, Any]]:
    mark = rules.mark_id(session["id"], enrolment["id"])
    shown = [one for one in device.store.children("observation", session["id"]) if one["mark_id"] == mark]
    return [*shown, *excuses_here(device).of(enrolment["person_id"], enrolment["id"], session)]


def _makes_entry(seen: list[dict[str, Any]]) -> bool:
    return scans.meet(rules.effective(seen), tuple(rules.unsuperseded(seen))).makes_entry


def scan(device: Device, chance: random.Random) -> list[Ask]:
    """Some students hold their cards to a reader, some of them twice."""
    sessions = [one for one in device.store.page("class_session", limit=-1) if one["state"] != "cancelled"]
    if not sessions:
        return []
    session = chance.choice(sorted(sessions, key=lambda row: row["id"])[:3])
    enrolments = sorted(device.store.children("enrolment", session["cohort_id"]), key=lambda row: row["id"])
    method = chance.choice(READERS)
    asks: list[Ask] = []
    for one in chance.choices(enrolments, k=min(3, len(enrolments))):
        mark = rules.mark_id(session["id"], one["id"])
        if not _makes_entry(_seen(device, session, one)) or mark in {ask.target_id for ask in asks}:
            continue
        state, minutes = scans.state_when(session, device.now())
        payload = {"session_id": session["id"], "enrolment_id": one["id"], "state": str(state), "minutes": minutes,
                   "method": method, "supersedes": []}  # fmt: skip
        asks.append(Ask("RecordObservation", mark, payload, id=device.new_id()))
    return asks


def show_code(device: Device, chance: random.Random) -> list[Ask]:
    """Put the code of a class on the wall; nothing is saved by that."""
    seeds = sorted(device.store.page(CLASS_CODE_SEED, limit=-1), key=lambda row: row["id"])
    if seeds:
        seed = chance.choice(seeds)
        session = device.store.get("class_session", seed["session_id"])
        step = class_code.step_at(session, device.now()) if session else None
        if step is not None:
            device.wall[seed["session_id"]] = class_code.code_at(seed["session_id"], seed["seed"], step)
    return []


def check_in(device: Device, chance: random.Random) -> list[Ask]:
    """A student types the code on the wall, old or new, or something else."""
    sessions = device.store.many("class_session", sorted(device.wall))
    enrolments = {one["cohort_id"]: one for one in device.store.page("enrolment", limit=-1)
                  if one["person_id"] == device.actor.person_id}  # fmt: skip
    there = [one for one in sessions.values() if one["cohort_id"] in enrolments]
    if not there:
        return []
    session = chance.choice(there)
    enrolment = enrolments[session["cohort_id"]]
    if not _makes_entry(_seen(device, session, enrolment)):
        return []
    code = _WRONG if chance.random() < 0.1 else device.wall[session["id"]]
    payload = {"session_id": session["id"], "enrolment_id": enrolment["id"], "code": code}
    return [Ask("CheckInByCode", rules.mark_id(session["id"], enrolment["id"]), payload, id=device.new_id())]
