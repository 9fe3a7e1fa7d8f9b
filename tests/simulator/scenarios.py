"""The failures that others had, each as a scene in which our cure must hold."""

from datetime import timedelta
from typing import Any

from desktop.core import steps
from desktop.core.area import StoreArea
from desktop.core.outbox import Ask
from shared.attendance import rules
from shared.core.sync import SyncRequest, SyncResponse
from tests.simulator.areas import STORE_AREAS
from tests.simulator.device import Device
from tests.simulator.scene import Scene


def cursor_off_by_one(scene: Scene) -> None:
    """Thirty rows come down in pages of two."""
    for at in range(15):
        scene.administer("AddPerson", scene.world.program.context.new_id(), {"given_name": f"New{at}"})
    store = scene.desk.store
    pages = store.next_request
    store.next_request = lambda page_rows=2: pages(page_rows)
    scene.wait(40)
    scene.require_converged(scene.desk)
    scene.finish()


def delete_and_upsert_in_the_wrong_order(scene: Scene) -> None:
    """A tombstone comes, and after it an older state of the same row."""
    store = scene.desk.store
    person = scene.world.institute.students[0]
    key = ("person", person)
    cursor = store.cursor()
    assert cursor is not None
    row = {"kind": "person", "id": person, "revision": person, "scope": f"profile:{person}", "also": None}
    gone = row | {"seq": cursor.seq + 2, "deleted": True, "body": None}
    old = row | {"seq": cursor.seq + 1, "deleted": False, "body": {"id": person, "revision": person}}
    after = cursor.model_copy(update={"seq": cursor.seq + 2}).model_dump()
    request = SyncRequest(protocol=1, device_id=store.device_id, install_epoch=1, cursor=cursor)
    store.settle(request, SyncResponse.model_validate({"cursor": after, "changes": [gone]}))
    again = request.model_copy(update={"cursor": store.cursor()})
    store.settle(again, SyncResponse.model_validate({"cursor": after, "snapshot_changes": [old]}))
    scene.require(store.get(*key) is None, "A row that was deleted is back")


def checkpoint_before_the_data(scene: Scene) -> None:
    """The device crashes after the cursor's time would have come, before the rows are written."""
    scene.ama.link.online = False
    scene.save(scene.kofi, *(scene.mark(scene.kofi, at, "present") for at in range(3)))
    scene.wait(5)
    scene.ama.link.online = True
    scene.ama.compares = False
    scene.ama.crash_at = (steps.SETTLE_OUTCOMES, 0)
    scene.ama.runner.wake(urgent=True)
    scene.wait(40)
    assert scene.ama.crashes == [steps.SETTLE_OUTCOMES]
    held = {key for key in scene.ama.base_rows() if key[0] == "observation"}
    scene.require(len(held) == 3, "Rows were passed over:", held)
    scene.finish()


def restored_server(scene: Scene) -> None:
    """The server is set back behind what it had acknowledged."""
    backup = scene.stage.back_up()
    scene.save(scene.ama, *(scene.mark(scene.ama, at, "present") for at in range(4)))
    scene.wait(5)
    scene.require(not scene.ama.waiting(), "The first exchange failed")
    scene.server.set_back(backup)
    scene.wait(70)
    scene.finish()


def restored_client(scene: Scene) -> None:
    """A computer is set back to an older image and used on: its numbers come a second time."""
    image = scene.ama._disk.image()
    first = scene.save(scene.ama, scene.mark(scene.ama, 0, "present"))
    scene.wait(5)
    scene.ama.close()
    scene.ama.image = image
    scene.ama.start()
    later = scene.save(scene.ama, scene.mark(scene.ama, 1, "late"))
    assert later[0].device_seq == first[0].device_seq
    scene.wait(40)
    scene.finish()


def cloned_image(scene: Scene) -> None:
    """A disk image with unsent work is copied; both computers send it."""
    scene.ama.link.online = False
    scene.save(scene.ama, *(scene.mark(scene.ama, at, "present") for at in range(4)))
    label = "Ama's copy"
    clone = Device(scene.ama.install, scene.around, scene.chance, scene.ama._disk.image(), label)
    clone.start()
    scene.devices.append(clone)
    scene.wait(5)
    scene.ama.link.online = True
    scene.finish()


def reassigned_worker(scene: Scene) -> None:
    """Someone takes over a cohort whose registers others have taken for weeks."""
    cohort = scene.world.institute.cohorts[1]
    scene.save(scene.kofi, *(scene.mark(scene.kofi, at, "present", session=2) for at in range(3)))
    scene.wait(5)
    scene.ama.runner.wake(urgent=True)
    scene.wait(5)
    kofi, ama = scene.kofi.actor.person_id, scene.ama.actor.person_id
    changes = {"instructors": {"old": [kofi], "new": [ama, kofi]}}
    scene.administer("EditCohort", cohort, {"changes": changes})
    scene.ama.runner.wake(urgent=True)
    scene.wait(10)
    marks = scene.ama.store.page("observation", limit=-1)
    scene.require(len(marks) == 3, "The marks of those who taught before are missing:", len(marks))
    scene.finish()


def refused_documents(scene: Scene) -> None:
    """What is refused is kept on both sides, with the reason."""
    (refused,) = scene.save(scene.desk, scene.edit(scene.desk, 0, email="no address"))
    scene.wait(5)
    assert scene.verdict(refused) == "rejected"
    line = scene.desk.store.receipt(limit=1)[0]
    scene.require(line.payload == refused.payload, "The device has no copy of what was refused")
    scene.require(line.sentence, "Nobody says why")
    scene.finish()


def duplicate_attendance_rows(scene: Scene) -> None:
    """A mark is corrected by who made it and confirmed by someone else: it is one mark."""
    scene.save(scene.ama, scene.mark(scene.ama, 0, "absent"))
    scene.save(scene.ama, scene.mark(scene.ama, 0, "present"))
    scene.wait(5)
    scene.kofi.runner.wake(urgent=True)
    scene.wait(5)
    scene.save(scene.kofi, scene.mark(scene.kofi, 0, "present"))
    scene.wait(5)
    for device in (scene.ama, scene.kofi, scene.desk):
        device.runner.wake(urgent=True)
        scene.wait(5)
        found = device.store.page("observation", limit=-1)
        states = [str(rules.effective(found).state)]
        scene.require(len(found) == 3, "The scene isn't what it should be:", len(found))
        scene.require(states == ["present"], "A corrected mark counts as before:", states)
        scene.require(rules.percentage(states) == 100, "The percentage is distorted")
    scene.finish()


def split_submission(scene: Scene) -> None:
    """What was saved together goes in pieces, whose answers are lost, and comes again in other pieces."""
    scene.server.crash_at = ("server: answer made", 0)
    scene.save(scene.ama, *(scene.mark(scene.ama, at, "present") for at in range(4)))
    scene.wait(0.5)
    scene.save(scene.ama, scene.mark(scene.ama, 0, "late"))
    scene.wait(60)
    assert scene.server.crashes == ["server: answer made"]
    scene.finish()


def edit_after_interrupted_upload(scene: Scene) -> None:
    """An edit is on the server, its answer lost, and the person edits on before the next try."""
    scene.server.crash_at = ("server: answer made", 0)
    scene.save(scene.desk, scene.edit(scene.desk, 0, phone="024 555 0001"))
    scene.wait(1)
    scene.desk.link.online = False
    (second,) = scene.save(scene.desk, scene.edit(scene.desk, 0, phone="024 555 0002"))
    scene.wait(20)
    scene.desk.link.online = True
    scene.wait(60)
    scene.finish()
    scene.require(scene.verdict(second) == "applied", "One's own edit was refused:", scene.verdict(second))


def out_of_order_updates(scene: Scene) -> None:
    """Three edits of one field arrive the last one first."""
    store = scene.desk.store
    ordered = store.next_request

    def turned_round(page_rows: int = 500) -> SyncRequest:
        request = ordered(page_rows)
        return request.model_copy(update={"commands": request.commands[::-1]})

    store.next_request = turned_round
    scene.desk.link.online = False
    saved = [scene.save(scene.desk, scene.edit(scene.desk, 0, phone=f"024 555 000{at}"))[0] for at in range(3)]
    scene.desk.link.online = True
    scene.wait(60)
    verdicts = [scene.verdict(one) for one in saved]
    scene.require(verdicts == ["applied"] * 3, "One's own successive edits are a conflict:", verdicts)
    scene.finish()


def unique_collision(scene: Scene) -> None:
    """Two people are given the same number, each without seeing the other."""
    payload = {"given_name": "Efua", "number": "S-100"}
    scene.save(scene.desk, Ask("AddPerson", scene.desk.new_id(), payload))
    second = Ask("AddPerson", scene.desk.new_id(), payload | {"given_name": "Yaw"})
    scene.save(scene.desk, second)
    scene.wait(10)
    there = scene.rows("SELECT id FROM person WHERE id = :id", id=second.target_id)
    told = scene.rows("SELECT body FROM conflict WHERE state = 'open'")
    scene.require(there or any("Yaw" in row[0] for row in told), "A record is silently absent")
    scene.finish()


def unfinished_syncs(scene: Scene) -> None:
    """The same batch is sent twenty times, because no answer ever comes whole."""
    (mark,) = scene.save(scene.ama, scene.mark(scene.ama, 0, "present"))
    scene.wait(5)
    before = _sizes(scene)
    for _ in range(20):
        request = scene.ama.store.next_request().model_copy(update={"commands": (mark,)})
        scene.ama.runner.stop()
        _ask(scene, scene.ama, request)
    scene.require(_sizes(scene) == before, "Repeats leave something behind:", before, _sizes(scene))


def _sizes(scene: Scene) -> list[int]:
    tables = ("command_log", "feed_row", "audit_link", "observation", "quarantine")
    return [scene.rows(f"SELECT count(*) FROM {table}")[0][0] for table in tables]


def _ask(scene: Scene, device: Device, request: SyncRequest) -> Any:
    token = device.client._tokens.access_token
    headers = {"authorization": f"Bearer {token}"}
    return scene.server.ask("POST", "/api/v1/sync", headers, request.model_dump_json().encode())


def one_way_sync(scene: Scene) -> None:
    """A day's work offline meets newer rows of the same things from the server."""
    scene.desk.link.online = False
    for at in range(3):
        scene.save(scene.desk, scene.edit(scene.desk, at, phone=f"024 555 010{at}"))
    for at in range(3):
        person = scene.world.institute.students[at]
        scene.administer("EditPerson", person, {"changes": {"email": {"old": None, "new": f"s{at}@example.org"}}})
    scene.desk.link.online = True
    # The rows come first, as they do when the outbox is longer than one exchange.
    request = scene.desk.store.next_request().model_copy(update={"commands": ()})
    said = _ask(scene, scene.desk, request)
    response = SyncResponse.model_validate_json(said.body[len(b'{"data":') : -1])
    scene.desk.store.settle(request, response)
    shown = scene.desk.store.get("person", scene.world.institute.students[0]) or {}
    scene.require(shown.get("phone") == "024 555 0100", "What was entered here is no longer shown:", shown)
    scene.finish()


def future_clock(scene: Scene) -> None:
    """A computer whose clock is a year ahead marks first; who sees that mark corrects it."""
    scene.ama.set_clock(timedelta(days=365))
    scene.save(scene.ama, scene.mark(scene.ama, 0, "absent"))
    scene.wait(5)
    scene.kofi.runner.wake(urgent=True)
    scene.wait(5)
    scene.save(scene.kofi, scene.mark(scene.kofi, 0, "present"))
    scene.wait(5)
    for device in (scene.kofi, scene.ama):
        device.runner.wake(urgent=True)
        scene.wait(5)
        state = str(rules.effective(device.store.page("observation", limit=-1)).state)
        scene.require(state == "present", "The wrong clock decided:", device.label, state)
    scene.finish()


def stalled_upload(scene: Scene) -> None:
    """The program is killed between sending and the answer."""
    scene.ama.crash_at = (steps.EXCHANGE_ANSWERED, 0)
    scene.server.crash_at = ("server: before the commit", 0)
    scene.save(scene.ama, scene.mark(scene.ama, 0, "present"))
    scene.wait(3)
    scene.ama.kill()
    scene.wait(60)
    scene.finish()


def unknown_table(scene: Scene) -> None:
    """A program that doesn't know registers meets one, and is updated later."""
    known = STORE_AREAS[0]
    kinds = {name: spec for name, spec in known.kinds.items() if name != "register"}
    projections = {name: one for name, one in known.projections.items() if "Register" not in name}
    older = StoreArea(kinds, projections, known.type_versions)
    scene.desk.close()
    around = scene.desk._around
    scene.desk._around = type(around)(**(vars(around) | {"areas": (older,)}))
    scene.desk.start()
    scene.wait(5)
    session = scene.world.institute.sessions[0]
    scene.save(scene.ama, Ask("FinishRegister", rules.register_id(session), {"session_id": session}))
    scene.wait(2)
    scene.save(scene.ama, scene.mark(scene.ama, 0, "present"))
    scene.wait(40)
    scene.desk.close()
    scene.desk._around = around
    scene.desk.compares = False
    scene.desk.start()
    scene.wait(40)
    scene.require(("register", rules.register_id(session)) in scene.desk.base_rows(), "The update brought nothing")
    scene.finish()
