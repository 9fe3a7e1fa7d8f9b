"""Sealed work that arrives without a sign-in, on both databases: done once, or kept for the office."""

import base64
from pathlib import Path
from typing import Any

from desktop.core.sealed_outbox import Owner, SealedOutbox
from desktop.core.store_file import REAL_DISK
from tests.serving import TestDevice, TestServer

TIME = "2026-11-20T08:30:00.000Z"


def _sealed(server: TestServer, told: Any, device: TestDevice, folder: Path, given_name: str) -> tuple[str, str]:
    """The id of a person whom someone adds without a network, and the sealed outbox with it."""
    owner = Owner(server.organisation_id, told["person"]["id"], device.id)
    key = base64.b64decode(told["institute_public_key"])
    path = folder / f"{given_name}.outbox"
    outbox = SealedOutbox(path, b"k" * 32, owner, key, REAL_DISK)
    person_id = server.new_id()
    command = server.command("AddPerson", person_id, {"given_name": given_name})
    outbox.append([command.model_copy(update={"device_id": device.id})])
    outbox.close()
    return person_id, base64.b64encode(path.read_bytes()).decode()


def _deliver(server: TestServer, device: TestDevice, sealed: str) -> Any:
    signature = device.key.sign(f"deliver\n{device.id}\n{TIME}\n{sealed}".encode())
    body = {
        "device_id": device.id,
        "timestamp": TIME,
        "sealed": sealed,
        "signature": base64.b64encode(signature).decode(),
    }
    return server.post("/api/v1/sync/deliver", body)


def _names(server: TestServer) -> list[str]:
    with server.context.database.read() as db:
        return [row[0] for row in db.rows("SELECT given_name FROM person ORDER BY given_name")]


def test_work_of_someone_who_may_act_is_done_once(server: TestServer, tmp_path: Path) -> None:
    server.add_person("efua")
    device = server.device()
    told = server.sign_in("efua", device).data
    _, sealed = _sealed(server, told, device, tmp_path, "Esi")
    first = _deliver(server, device, sealed).data
    assert (first["state"], first["commands"]) == ("done", 1)
    again = _deliver(server, device, sealed).data
    assert (again["state"], again["id"]) == ("known", first["id"])
    assert _names(server) == ["Efua", "Esi"]
    assert server.get("/api/v1/sync/quarantine", told["access_token"]).data == []


def test_what_the_author_may_not_do_is_refused_as_if_sent_by_him(server: TestServer, tmp_path: Path) -> None:
    server.add_person("kofi", ("student",))
    device = server.device()
    told = server.sign_in("kofi", device).data
    _, sealed = _sealed(server, told, device, tmp_path, "Esi")
    assert _deliver(server, device, sealed).data["state"] == "done"
    assert _names(server) == ["Kofi"]
    with server.context.database.read() as db:
        assert db.one("SELECT verdict FROM command_log WHERE device_id = :id", id=device.id) == ("rejected",)


def test_work_of_someone_suspended_is_kept_once_for_the_office(server: TestServer, tmp_path: Path) -> None:
    server.add_person("efua")
    token = server.sign_in("efua").data["access_token"]
    kofi = server.add_person("kofi", ("registrar",))
    device = server.device()
    told = server.sign_in("kofi", device).data
    _, sealed = _sealed(server, told, device, tmp_path, "Esi")
    server.post("/api/v1/users/state", {"ids": [kofi], "state": "suspended"}, token)
    kept = _deliver(server, device, sealed).data
    assert kept["state"] == "quarantined"
    assert _deliver(server, device, sealed).data["id"] == kept["id"]
    assert [one["id"] for one in server.get("/api/v1/sync/quarantine", token).data] == [kept["id"]]
    assert _names(server) == ["Efua", "Kofi"]


def test_work_in_anothers_name_is_never_done(server: TestServer, tmp_path: Path) -> None:
    """A device signs what is sealed for another person's device: the office decides."""
    server.add_person("efua")
    mine = server.device()
    told = server.sign_in("efua", mine).data
    server.add_person("kofi", ("student",))
    other = server.device()
    server.sign_in("kofi", other)
    _, sealed = _sealed(server, told, mine, tmp_path, "Esi")
    assert _deliver(server, other, sealed).data["state"] == "quarantined"
    assert _names(server) == ["Efua", "Kofi"]


def test_what_nobody_can_open_is_kept(server: TestServer) -> None:
    server.add_person("efua")
    device = server.device()
    server.sign_in("efua", device)
    assert _deliver(server, device, base64.b64encode(b"torn").decode()).data["state"] == "quarantined"
    assert _deliver(server, device, "not base64!").code == "malformed"
