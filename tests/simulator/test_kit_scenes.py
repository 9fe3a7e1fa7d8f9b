"""The stories of one piece of kit at two counters, played with real devices offline; without its rule each breaks."""

from datetime import timedelta
from typing import Any

import pytest

from desktop.core.outbox import Ask
from server.timetable import kit_lending
from shared.core.clock import instant_text
from shared.timetable.kit_commands import loan_id_of
from tests.simulator.device import Device
from tests.simulator.invariants import BrokenInvariantError
from tests.simulator.scene import Scene
from tests.simulator.timeline import START


def _camera(scene: Scene) -> str:
    """A camera that both counters know, which lose the network then."""
    item = scene.desk.new_id()
    scene.save(scene.desk, Ask("AddKitItem", item, {"name": "Camera 1", "number": "CAM-1"}))
    scene.line_up(scene.desk, scene.ama)
    scene.desk.link.online = scene.ama.link.online = False
    return item


def _lend(scene: Scene, device: Device, item: str, at: int, **more: Any) -> Ask:
    row = device.store.get("kit_item", item) or {}
    person = scene.world.institute.students[at]
    due = instant_text(START + timedelta(days=2))
    return Ask(
        "LendKit", item, {"person_id": person, "person_name": f"Student{at}", "due_at": due, **more}, row["revision"]
    )


def _item(device: Device, item: str) -> dict[str, Any]:
    return device.store.get("kit_item", item) or {}


def lent_at_two_counters(scene: Scene) -> None:
    """Both counters lend the camera offline: each shows it as out at once, both see the disagreement, one settles."""
    item = _camera(scene)
    first = scene.save(scene.desk, _lend(scene, scene.desk, item, 0))[0]
    second = scene.save(scene.ama, _lend(scene, scene.ama, item, 1))[0]
    for device, command in ((scene.desk, first), (scene.ama, second)):
        shown = _item(device, item)["loan_id"]
        scene.require(shown == loan_id_of(command.id), "A counter doesn't show what it lent:", device.label)
    scene.line_up(scene.desk, scene.ama)
    scene.require(scene.verdict(second) == "conflict", "Two loans are no conflict:", scene.verdict(second))
    for device in (scene.desk, scene.ama):
        loans = {row["id"] for row in device.store.page("kit_loan", limit=-1)}
        wanted = {loan_id_of(first.id), loan_id_of(second.id)}
        scene.require(loans == wanted, "A loan is lost:", device.label, loans)
        scene.require(device.store.conflicts(), "A counter doesn't see the disagreement:", device.label)
    conflict = scene.desk.store.conflicts()[0]
    scene.save(scene.desk, Ask("SettleConflict", conflict.id, {"choices": {"borrower": second.id}}, conflict.revision))
    scene.line_up(scene.desk, scene.ama)
    for device in (scene.desk, scene.ama):
        states = {row["id"]: row["state"] for row in device.store.page("kit_loan", limit=-1)}
        scene.require(
            states == {loan_id_of(first.id): "mistaken", loan_id_of(second.id): "out"}, "Not settled:", states
        )
        scene.require(_item(device, item)["loan_id"] == loan_id_of(second.id), "Another has it:", device.label)
    scene.finish()


def lent_and_returned_offline(scene: Scene) -> None:
    """A counter lends and takes back without a network; nothing of it is lost, and everybody sees it afterwards."""
    item = _camera(scene)
    lent = scene.save(scene.ama, _lend(scene, scene.ama, item, 0, condition="Fine"))[0]
    loan = loan_id_of(lent.id)
    row = _item(scene.ama, item)
    back = scene.save(scene.ama, Ask("ReturnKit", item, {"loan_id": loan, "condition": "No cap"}, row["revision"]))[0]
    scene.require(_item(scene.ama, item)["loan_id"] is None, "The counter doesn't show it as in")
    scene.line_up(scene.ama, scene.desk)
    verdicts = scene.verdict(lent), scene.verdict(back)
    scene.require(verdicts == ("applied", "applied"), "Work at the counter wasn't accepted:", verdicts)
    seen = scene.desk.store.get("kit_loan", loan) or {}
    shown = seen.get("state"), seen.get("condition_out"), seen.get("condition_in")
    scene.require(shown == ("back", "Fine", "No cap"), "The office sees something else:", shown)
    scene.finish()


STORIES = (lent_at_two_counters, lent_and_returned_offline)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_a_story_of_kit_ends_well(scene: Scene, story: Any) -> None:
    story(scene)


def test_without_its_rule_two_loans_go_unseen(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kit_lending, "loans_out_of", lambda *_: {})
    with pytest.raises(BrokenInvariantError):
        lent_at_two_counters(scene)
