"""A lab computer tells how it is, sends the work of those who went home, and gives work to a stick, once each."""

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from desktop.core.lab_machine import Here, LabMachine, bring_in, read_stick
from desktop.core.sync_engine import SyncEngine
from shared.core.computers import LOW_DISK_BYTES, Contact
from shared.core.errors import CampusError
from tests.core.test_desktop_with_server import (  # noqa: F401 - the fixtures of a desktop with a real server
    add,
    clock,
    computer,
    engine,
    line,
    office,
    server,
    session,
    url,
)
from tests.serving import PASSWORD

AT_ONCE = timedelta(0)


@dataclass(frozen=True)
class Lab:
    """A lab computer with someone signed in, and the server it belongs to."""

    machine: LabMachine
    session: Any
    server: Any
    computer: Any
    office: Any
    clock: Any


@pytest.fixture
def lab(request: pytest.FixtureRequest) -> Lab:
    """The fixtures of a desktop with a real server, in one."""
    parts = {name: request.getfixturevalue(name) for name in ("server", "clock", "office", "computer", "session")}
    return Lab(machine=LabMachine(parts["computer"], parts["office"], "0.1.0"), **parts)


def _left_behind(lab: Lab) -> str:
    """Someone saves a person offline and goes home; returns that person's id."""
    lab.server.add_person("yaw", ("administrator",))
    yaw = lab.computer.sign_in(lab.office, "yaw", PASSWORD)
    person = add(yaw, "Left behind")
    yaw.close()
    return person


def _is_there(lab: Lab, person_id: str) -> bool:
    with lab.server.context.database.read() as db:
        return db.one("SELECT id FROM person WHERE id = :id", id=person_id) is not None


def test_the_computer_keeps_its_id_and_makes_a_new_one_where_the_file_is_broken(lab: Lab) -> None:
    first = lab.machine.computer_id()
    assert lab.machine.computer_id() == first
    (lab.machine.computer.folder / "computer.json").write_text("{", encoding="utf-8")
    second = lab.machine.computer_id()
    assert second != first
    assert lab.machine.computer_id() == second


def test_the_attendant_sees_whose_work_waits_where(lab: Lab) -> None:
    _left_behind(lab)
    here = Here(lab.session.profile.person_id, 0)
    assert lab.machine.tell(lab.session.client, here)
    token = lab.server.sign_in("esi").data["access_token"]
    listed = lab.server.get("/api/v1/computers", token).data
    assert [(one["name"], one["unsent"], one["version"]) for one in listed] == [(lab.machine.name, 1, "0.1.0")]
    assert {(one["name"], one["unsent"], one["here"]) for one in listed[0]["people"]} == {
        ("Yaw", 1, False),
        ("Esi", 0, True),
    }
    assert listed[0]["disk_free"] > 0


def test_work_of_someone_gone_is_sent_once_and_leaves_the_list(lab: Lab) -> None:
    person = _left_behind(lab)
    assert lab.machine.send(lab.session.client, timedelta(minutes=10)) == []
    lab.clock.advance(601)
    assert [one.name for one in lab.machine.send(lab.session.client, timedelta(minutes=10))] == ["Yaw"]
    assert _is_there(lab, person)
    assert lab.machine.send(lab.session.client, AT_ONCE) == []
    assert lab.machine.contact().unsent == 0


def test_the_owners_own_sync_later_counts_nothing_twice(lab: Lab) -> None:
    _left_behind(lab)
    lab.machine.send(lab.session.client, AT_ONCE)
    again = lab.computer.sign_in(lab.office, "yaw", PASSWORD)
    assert again.store.pending().waiting == 1
    state = SyncEngine(again.store, again.client, lab.clock, again.actor).run_once()
    assert state.label == "Up to date"
    again.close()
    with lab.server.context.database.read() as db:
        assert db.one("SELECT count(*) FROM person WHERE given_name = 'Left behind'") == (1,)


def test_a_store_in_use_is_left_alone(lab: Lab) -> None:
    add(lab.session, "Still typing")
    assert lab.machine.send(lab.session.client, AT_ONCE) == []


def test_work_is_taken_off_on_a_stick_and_brought_in_once(lab: Lab, tmp_path: Any) -> None:
    person = _left_behind(lab)
    mine = add(lab.session, "Mine, too")
    stick = tmp_path / "work.campuswork"
    with pytest.raises(CampusError, match="can’t be written") as told:
        lab.machine.take_off(tmp_path / "gone" / stick.name)
    assert told.value.code == "file_not_written"
    assert lab.machine.take_off(stick, Here(lab.session.profile.person_id, 1)) == 2
    content = stick.read_text(encoding="utf-8")
    assert "Left behind" not in content
    assert "Mine, too" not in content
    first = bring_in(lab.session.client, stick)
    assert (first.new, first.known, first.held, first.changes) == (2, 0, 0, 2)
    assert _is_there(lab, person)
    assert _is_there(lab, mine)
    again = bring_in(lab.session.client, stick)
    assert (again.new, again.known, again.held) == (0, 2, 0)


def test_a_suspended_persons_work_waits_for_the_office_and_once(lab: Lab, tmp_path: Any) -> None:
    person = _left_behind(lab)
    yaw = next(one for one in lab.machine.people() if one.name == "Yaw")
    token = lab.server.sign_in("esi").data["access_token"]
    lab.server.post("/api/v1/users/state", {"ids": [yaw.person_id], "state": "suspended"}, token)
    stick = tmp_path / "work.campuswork"
    lab.machine.take_off(stick)
    assert bring_in(lab.session.client, stick).held == 1
    assert bring_in(lab.session.client, stick).held == 1
    waiting = lab.server.get("/api/v1/sync/quarantine", token).data
    assert [one["reason"] for one in waiting] == ["sealed_work"]
    assert not _is_there(lab, person)
    released = lab.server.post(f"/api/v1/sync/quarantine/{waiting[0]['id']}/release", {}, token).data
    assert (released["commands"], released["held"]) == (1, 1)
    assert bring_in(lab.session.client, stick).known == 1
    assert lab.server.get("/api/v1/sync/quarantine", token).data == []


@pytest.mark.parametrize("content", [b"", b"hello", b'{"campusdesk_work": 1}', b"[]"])
def test_a_file_that_is_no_stick_is_told(tmp_path: Any, content: bytes) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(content)
    with pytest.raises(CampusError) as told:
        read_stick(path)
    assert told.value.code == "stick_unreadable"
    assert "photo.jpg" in told.value.message
    with pytest.raises(CampusError, match="gone"):
        read_stick(tmp_path / "gone")


def test_a_stick_that_was_tampered_with_is_refused(lab: Lab, tmp_path: Any) -> None:
    _left_behind(lab)
    stick = tmp_path / "work.campuswork"
    lab.machine.take_off(stick)
    whole = json.loads(stick.read_text(encoding="utf-8"))
    sealed = whole["parcels"][0]["sealed"]
    whole["parcels"][0]["sealed"] = ("A" if sealed[0] != "A" else "B") + sealed[1:]
    stick.write_text(json.dumps(whole), encoding="utf-8")
    with pytest.raises(CampusError) as told:
        bring_in(lab.session.client, stick)
    assert told.value.code == "device_unproven"


def test_nothing_waiting_is_said(lab: Lab, tmp_path: Any) -> None:
    with pytest.raises(CampusError) as told:
        lab.machine.take_off(tmp_path / "work.campuswork", Here(lab.session.profile.person_id, 0))
    assert told.value.code == "nothing_waits"
    assert not (tmp_path / "work.campuswork").exists()


def test_a_computer_nobody_has_used_tells_nothing(lab: Lab, tmp_path: Any) -> None:

    fresh = LabMachine(replace(lab.computer, folder=tmp_path / "fresh"), lab.office, "0.1.0")
    assert fresh.people() == []
    assert not fresh.tell(lab.computer.make_client(lab.office))


def test_a_disk_that_cant_be_asked_is_unknown(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Any) -> Any:
        raise OSError

    monkeypatch.setattr("desktop.core.lab_machine.shutil.disk_usage", refuse)
    told = lab.machine.contact()
    assert (told.disk_free, told.disk_size) == (None, None)
    assert LOW_DISK_BYTES > 0
    assert Contact.model_validate_json(told.model_dump_json()) == told
