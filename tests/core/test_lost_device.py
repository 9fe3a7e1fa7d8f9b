"""A lost computer sends what it has, then destroys keys, stores, files and names, whatever interrupts it."""

import re
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from desktop.core.api_client import ApiClient
from desktop.core.device_key import known_device_key
from desktop.core.http_transport import HttpTransport
from desktop.core.keychain import MemoryKeychain
from desktop.core.keys import secret_names
from desktop.core.lab_machine import LabMachine
from desktop.core.lost_device import FILE_NAME, STEPS, TOLD, LostDevices
from desktop.core.wipe_order import read_order
from shared.core.errors import CampusError
from tests.core import test_desktop_with_server as parts
from tests.core.test_desktop_with_server import add
from tests.serving import PASSWORD

# The fixtures of a desktop with a real server.
clock = parts.clock
computer = parts.computer
line = parts.line
office = parts.office
server = parts.server
url = parts.url

REASON = {"reason": "Left in a taxi"}


class PowerCutError(BaseException):
    """What stops everything at a named step."""


def _cut_at(name: str) -> Any:
    def step(reached: str) -> None:
        if reached == name:
            raise PowerCutError

    return step


@pytest.fixture
def desk(request: pytest.FixtureRequest) -> SimpleNamespace:
    """The fixtures of a desktop with a real server, in one."""
    names = ("server", "computer", "office", "line", "url")
    return SimpleNamespace(**{name: request.getfixturevalue(name) for name in names})


@pytest.fixture
def lost(desk: Any) -> Any:
    """Esi and Yaw left work on one computer, the office has marked it as lost; gives their devices and the token."""
    server, computer, office = desk.server, desk.computer, desk.office
    server.add_person("yaw", ("registrar",))
    left = {}
    for name in ("esi", "yaw"):
        session = computer.sign_in(office, name, PASSWORD)
        left[session.profile.device_id] = add(session, f"Work of {name}")
        session.close()
    machine = LabMachine(computer, office, "1")
    client = computer.make_client(office)
    assert machine.meet(client) == []
    server.add_person("boss")
    token = server.sign_in("boss").data["access_token"]
    path = f"/api/v1/computers/{machine.computer_id()}/lost"
    assert sorted(server.post(path, REASON, token).data["devices"]) == sorted(left)
    return machine, client, left, token


def _leftovers(computer: Any) -> list[str]:
    return sorted(one.name for one in computer.folder.rglob("*") if one.is_file())


def _quarantined(server: Any, token: str) -> int:
    return len(server.get("/api/v1/sync/quarantine", token).data)


def test_all_people_of_a_lost_computer_are_sent_and_removed(lost: Any, desk: Any) -> None:
    computer, server = desk.computer, desk.server
    machine, client, left, token = lost
    here = LostDevices(computer)
    wiped = here.obey(client, machine.meet(client))
    assert [(one.name.split()[0], one.delivered) for one in wiped] == [("Yaw", True), ("Esi", True)]
    assert "went to the office" in wiped[0].sentence
    assert _leftovers(computer) == ["computer.json", "people.json", FILE_NAME]
    left_there = (computer.folder / FILE_NAME).read_text() + (computer.folder / "people.json").read_text()
    assert not re.search(r"(?<![\w+/=-])Yaw(?![\w+/=-])", left_there), "as a word: a key can hold its letters"
    assert all(computer.keychain.get(name) is None for device in left for name in secret_names(device))
    assert _quarantined(server, token) == 2
    assert here.tell(client, machine.server.url) == 2
    assert here.tell(client, machine.server.url) == 0
    assert _leftovers(computer) == ["computer.json", "people.json"]
    listed = server.get("/api/v1/computers", token).data[0]
    assert listed["wiped_at"] is not None
    # What waits in quarantine is the office's to let through.
    for one in server.get("/api/v1/sync/quarantine", token).data:
        assert server.post(f"/api/v1/sync/quarantine/{one['id']}/release", {}, token).data["held"] == 1


def test_nothing_is_destroyed_while_the_work_cant_be_sent(lost: Any, desk: Any) -> None:
    computer, line = desk.computer, desk.line
    machine, client, _left, _token = lost
    orders = machine.meet(client)
    before = _leftovers(computer)
    line.is_up = False
    with pytest.raises(CampusError):
        LostDevices(computer).obey(client, orders)
    assert _leftovers(computer) == before
    line.is_up = True
    assert len(LostDevices(computer).obey(client, orders)) == 2


@pytest.mark.parametrize("name", [step for step in STEPS if step != TOLD])
def test_a_power_cut_at_any_step_loses_nothing_and_leaves_nothing(lost: Any, name: str, desk: Any) -> None:
    computer, server = desk.computer, desk.server
    machine, client, left, token = lost
    orders = machine.meet(client)
    with pytest.raises(PowerCutError):
        LostDevices(computer, _cut_at(name)).obey(client, orders)
    again = LostDevices(computer)
    again.resume()
    again.obey(client, machine.meet(client) or [])
    again.tell(client, machine.server.url)
    assert _leftovers(computer) == ["computer.json", "people.json"]
    assert all(computer.keychain.get(secret) is None for device in left for secret in secret_names(device))
    assert _quarantined(server, token) == 2


def test_an_order_of_another_server_or_for_another_device_is_not_obeyed(lost: Any, tmp_path: Path, desk: Any) -> None:
    computer, server = desk.computer, desk.server
    from server.core.keys import load_keys, make_keys
    from server.core.tokens import Tokens

    machine, client, left, _token = lost
    first, second = left
    make_keys(tmp_path / "other.json")
    foreign = Tokens(load_keys(tmp_path / "other.json"), server.clock, 15, 14)
    own = server.context.tokens
    lease = own.lease(server.organisation_id, "someone", first)
    for device, order in (
        (first, foreign.wipe_order(server.organisation_id, first, "loss")),
        (first, own.wipe_order(server.organisation_id, second, "loss")),
        (first, own.wipe_order("another-institute", first, "loss")),
        (first, lease),
        (first, "nonsense"),
        ("nobody", own.wipe_order(server.organisation_id, "nobody", "loss")),
    ):
        assert LostDevices(computer).obey(client, [{"device_id": device, "order": order}]) == []
    assert len(machine.people()) == 2
    assert read_order("x", "y") is None


def test_a_store_that_is_open_waits_and_the_device_may_ask_by_itself(desk: Any) -> None:
    server, computer, office = desk.server, desk.computer, desk.office
    session = computer.sign_in(office, "esi", PASSWORD)
    device_id, client = session.profile.device_id, computer.make_client(office)
    key = known_device_key(computer.keychain, device_id)
    assert key is not None
    here = LostDevices(computer)
    assert here.ask(client, device_id, key, "2026-11-20T08:30:00.000Z") == []
    server.add_person("boss")
    token = server.sign_in("boss").data["access_token"]
    server.post(f"/api/v1/devices/{device_id}/lost", REASON, token)
    orders = here.ask(client, device_id, key, "2026-11-20T08:30:00.000Z")
    assert here.obey(client, orders) == []
    session.close()
    assert [one.delivered for one in here.obey(client, orders)] == [False]
    with pytest.raises(CampusError) as refused:
        computer.sign_in_offline(office, "esi", PASSWORD)
    assert refused.value.code == "first_sign_in_needs_network"
    # The person comes back on the same computer as a new device.
    again = computer.sign_in(office, "esi", PASSWORD)
    assert again.profile.device_id != device_id
    again.close()


_KILLED = """
import os, signal, sys
from pathlib import Path
from desktop.core.keychain import MemoryKeychain
from desktop.core.lost_device import LostDevices, _Wipe
from desktop.core.offline_sign_in import SignInDesk
from shared.core.clock import ManualClock

def step(name):
    if name == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)

desk = SignInDesk(Path(sys.argv[1]), MemoryKeychain(), ManualClock(), lambda: "", (), lambda server: None)
LostDevices(desk, step).resume()
"""


@pytest.mark.parametrize("name", STEPS[2:6])
def test_a_killed_program_goes_on_at_its_next_start(lost: Any, tmp_path: Path, name: str, desk: Any) -> None:
    """The real signal, in a process of its own, after the work was sent and the wipe was noted."""
    computer = desk.computer
    machine, client, left, _token = lost
    with pytest.raises(PowerCutError):
        LostDevices(computer, _cut_at(STEPS[1])).obey(client, machine.meet(client))
    program = tmp_path / "killed.py"
    program.write_text(textwrap.dedent(_KILLED), encoding="utf-8")
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, str(program), str(computer.folder), name], cwd=root, env={"PYTHONPATH": str(root)}, check=False
    )
    assert done.returncode == -signal.SIGKILL
    here = LostDevices(computer)
    assert len(here.resume()) == (0 if name == STEPS[6] else 1)
    assert len(here.obey(client, machine.meet(client) or [])) == len(left) - 1
    assert here.tell(client, machine.server.url) == 2
    assert _leftovers(computer) == ["computer.json", "people.json"]


def test_without_a_keychain_the_key_comes_from_the_open_store(desk: Any) -> None:
    server, url, computer, office = desk.server, desk.url, desk.computer, desk.office
    from dataclasses import replace

    from desktop.core.signed_in import DEVICE_KEY

    bare = replace(computer, keychain=MemoryKeychain())
    session = bare.sign_in(office, "esi", PASSWORD)
    add(session, "Work")
    device_id, packed = session.profile.device_id, session.store.recall(DEVICE_KEY)
    session.close()
    bare = replace(bare, keychain=MemoryKeychain())
    server.add_person("boss")
    token = server.sign_in("boss").data["access_token"]
    server.post(f"/api/v1/devices/{device_id}/lost", REASON, token)
    transport = HttpTransport(url)
    client = ApiClient(transport, computer.clock, lambda _seconds: True)
    order = {"device_id": device_id, "order": server.context.tokens.wipe_order(server.organisation_id, device_id, "x")}
    with pytest.raises(CampusError) as kept:
        LostDevices(bare).obey(client, [order])
    assert kept.value.code == "device_key_missing"
    from desktop.core.device_key import DeviceKey

    assert LostDevices(bare).obey(client, [order], {device_id: DeviceKey(packed)})[0].delivered
    transport.close()
