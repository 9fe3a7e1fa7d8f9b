"""The stories of one mark and of leave, played with real devices offline; without its rule each breaks."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from desktop.core.outbox import Ask
from server.attendance import leave_service
from shared.attendance import leave_rules, rules, scans
from shared.core.clock import instant_text
from tests.simulator.device import Device
from tests.simulator.invariants import BrokenInvariantError
from tests.simulator.leave_doings import excuses_here
from tests.simulator.scan_doings import check_in, scan, show_code
from tests.simulator.scene import Scene
from tests.simulator.timeline import START
from tests.simulator.world import STUDENTS


def _ask(scene: Scene, device: Device, **more: Any) -> Ask:
    """Leave of the student at the lab for the two days around the first class."""
    payload = {
        "person_id": scene.lab.actor.person_id,
        "kind": "leave",
        "reason": "A funeral",
        "starts_at": instant_text(START - timedelta(hours=3)),
        "ends_at": instant_text(START + timedelta(days=3)),
        **more,
    }
    return Ask("RequestLeave", device.new_id(), payload)


def _answer(device: Device, request_id: str, state: str) -> Ask:
    row = device.store.get("leave_request", request_id)
    assert row is not None
    return Ask("AnswerLeave", request_id, {"state": state, "old_state": row["state"]}, row["revision"])


def _state(device: Device, session: str, person: str) -> str:
    """What a device's register shows of someone in a class session."""
    body = device.store.get("class_session", session) or {}
    enrolment = next(row for row in device.store.children("enrolment", body["cohort_id"]) if row["person_id"] == person)
    seen = [row for row in device.store.children("observation", session) if row["enrolment_id"] == enrolment["id"]]
    return str(rules.effective([*seen, *excuses_here(device).of(person, enrolment["id"], body)]).state)


def excused_everywhere(scene: Scene) -> None:
    """A student asks offline at the lab; Ama, offline, marks absent; the office approves; all say excused."""
    me, session = scene.lab.actor.person_id, scene.world.institute.sessions[0]
    for device in (scene.lab, scene.ama):
        device.link.online = False
    asked = scene.save(scene.lab, _ask(scene, scene.lab))[0]
    scene.save(scene.ama, scene.mark(scene.ama, _place(scene, scene.ama, me), "absent"))
    scene.line_up(scene.lab, scene.desk)
    scene.save(scene.desk, _answer(scene.desk, asked.target_id, "approved"))
    scene.line_up(scene.desk, scene.ama, scene.kofi, scene.lab)
    for device in scene.devices:
        shown = _state(device, session, me)
        scene.require(shown == "excused", "An approved leave doesn't excuse:", device.label, shown)
    later = scene.desk.new_id()
    times = {"starts_at": instant_text(START + timedelta(days=2)), "ends_at": instant_text(START + timedelta(days=2.1))}
    scene.save(scene.desk, Ask("PlanClassSession", later, {"cohort_id": scene.world.institute.cohorts[1], **times}))
    scene.line_up(scene.desk, scene.kofi, scene.lab)
    for device in (scene.desk, scene.kofi, scene.lab):
        shown = _state(device, later, me)
        scene.require(shown == "excused", "A class planned later isn't excused:", device.label, shown)
    scene.finish()


def _place(scene: Scene, device: Device, person: str) -> int:
    rows = [device.store.get("enrolment", one) or {} for one in scene.enrolments(device)]
    return next(at for at, row in enumerate(rows) if row["person_id"] == person)


def decided_differently(scene: Scene) -> None:
    """Ama and the office answer the same request offline, each in another way: a conflict, which the office settles."""
    asked = scene.save(scene.desk, _ask(scene, scene.desk, cohort_id=scene.world.institute.cohorts[0]))[0]
    scene.line_up(scene.desk, scene.ama, scene.lab)
    scene.ama.link.online = scene.desk.link.online = False
    no = scene.save(scene.desk, _answer(scene.desk, asked.target_id, "declined"))[0]
    yes = scene.save(scene.ama, _answer(scene.ama, asked.target_id, "approved"))[0]
    scene.line_up(scene.desk, scene.ama, scene.lab)
    scene.require(scene.verdict(yes) == "conflict", "Two answers that differ are no conflict:", scene.verdict(yes))
    for device in (scene.desk, scene.ama, scene.lab):
        state = (device.store.get("leave_request", asked.target_id) or {})["state"]
        scene.require(state == "declined", "The first answer doesn't stand:", device.label, state)
        scene.require(device.store.conflicts(), "Somebody doesn't see that two answers differ:", device.label)
    conflict = scene.ama.store.conflicts()[0]
    assert {side.command_id for side in conflict.sides} == {no.id, yes.id}
    scene.save(scene.ama, Ask("SettleConflict", conflict.id, {"choices": {"state": yes.id}}, conflict.revision))
    scene.line_up(scene.ama, scene.desk, scene.lab)
    for device in (scene.desk, scene.lab):
        row = device.store.get("leave_request", asked.target_id) or {}
        shown = row["state"], row["decided_by"]
        wanted = "approved", scene.ama.actor.person_id
        scene.require(shown == wanted, "The choice doesn't count:", device.label, shown)
    scene.finish()


def scanned_on_two_devices(scene: Scene) -> None:
    """Both readers are offline and scan everybody, each card twice; nobody counts twice and nobody is asked."""
    chance = scene._chance("cards")
    for device in (scene.ama, scene.kofi):
        device.link.online = False
        for _ in range(12):
            device.commit(scan(device, chance))
    scene.line_up(scene.ama, scene.kofi, scene.desk)
    rows = scene.rows("SELECT mark_id, device_name, count(*) FROM observation GROUP BY mark_id, device_name")
    scene.require(all(row[2] == 1 for row in rows), "A card made two entries at one reader:", rows)
    scene.require(not scene.rows("SELECT id FROM conflict"), "Two scans became a question")
    scene.finish()


def scan_against_hand(scene: Scene) -> None:
    """A scan arrives after the roll that didn't know it: what was marked by hand stands."""
    scene.ama.link.online = False
    session, mark = scene.world.institute.sessions[0], scene.mark(scene.ama, 0, "present")
    payload = {**mark.payload, "method": "card"}
    scene.save(scene.ama, Ask("RecordObservation", mark.target_id, payload, id=mark.id))
    scene.save(scene.kofi, scene.mark(scene.kofi, 0, "absent"))
    scene.line_up(scene.kofi, scene.ama, scene.desk)
    for device in (scene.ama, scene.kofi, scene.desk):
        seen = [row for row in device.store.children("observation", session) if row["mark_id"] == mark.target_id]
        state = str(rules.effective(seen).state)
        scene.require(state == "absent", "A scan beats what was marked by hand:", device.label, state)
    scene.finish()


def taken_twice(scene: Scene) -> None:
    """Ama and Kofi take the same register offline and differ about one: one question, the first one stands."""
    for device, state in ((scene.ama, "absent"), (scene.kofi, "present")):
        device.link.online = False
        marks = [scene.mark(device, at, state if at == 0 else "present") for at in range(STUDENTS[0])]
        scene.save(device, *marks)
    scene.line_up(scene.ama, scene.kofi, scene.desk)
    asked = scene.rows("SELECT entity_id FROM conflict WHERE state = 'open'")
    scene.require(len(asked) == 1, "Not one question:", asked)
    for device in (scene.ama, scene.kofi, scene.desk):
        seen = [row for row in device.store.page("observation", limit=-1) if row["mark_id"] == asked[0][0]]
        state = str(rules.effective(seen).state)
        scene.require(state == "absent", "The first one doesn't stand:", device.label, state)
    scene.finish()


def _no_excuses(patch: pytest.MonkeyPatch) -> None:
    """An approval that reaches the roll's author later excuses only who wasn't marked yet."""
    right = rules.effective

    def wrong(observations: Any) -> rules.Effective:
        rows = list(observations)
        stored = [row for row in rows if not rules.is_derived(row)]
        return right(stored or rows)

    patch.setattr(rules, "effective", wrong)


def _last_answer_wins(patch: pytest.MonkeyPatch) -> None:
    """Whoever answers last overwrites."""
    right = leave_rules.meet
    patch.setattr(leave_service, "meet", lambda request, payload, *, stale: right(request, payload, stale=False))


def _every_scan_counts(patch: pytest.MonkeyPatch) -> None:
    """A reader writes whatever it reads."""
    patch.setattr(scans, "meet", lambda _mark, _standing: scans.Met(scans.Meeting.FRESH))


def _all_alike(patch: pytest.MonkeyPatch) -> None:
    """The latest word counts, whoever said it and how."""
    patch.setattr(rules, "rank", lambda one: 0 if one["state"] == "none" else (one.get("ordinal") or 1 << 60))


STORIES: dict[str, tuple[Callable[[Scene], None], Callable[[pytest.MonkeyPatch], None]]] = {
    "leave approved while the roll was taken offline": (excused_everywhere, _no_excuses),
    "two who decide differently": (decided_differently, _last_answer_wins),
    "the same student scanned on two devices, twice on each": (scanned_on_two_devices, _every_scan_counts),
    "a scan against a mark made by hand": (scan_against_hand, _all_alike),
    "a register taken twice offline by two people": (taken_twice, _all_alike),
}


@pytest.mark.parametrize("story", STORIES)
def test_the_rule_holds(story: str, scene: Scene) -> None:
    STORIES[story][0](scene)


@pytest.mark.parametrize("story", STORIES)
def test_without_the_rule_it_breaks(story: str, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    STORIES[story][1](monkeypatch)
    with pytest.raises(BrokenInvariantError):
        STORIES[story][0](scene)


def test_a_code_on_the_wall_marks_the_student_who_types_it(scene: Scene) -> None:
    chance = scene._chance("codes")
    for _ in range(20):
        show_code(scene.kofi, chance)
    asks = next(found for found in (check_in(scene.lab, chance) for _ in range(50)) if found)
    typed = scene.save(scene.lab, *asks)[0]
    scene.line_up(scene.lab, scene.kofi)
    assert scene.verdict(typed) in {"applied", "rejected"}
    code = scene.lab.wall[typed.payload["session_id"]]
    assert (scene.verdict(typed) == "applied") == (typed.payload["code"] == code)
    scene.finish()
