"""A lost computer: marked, undone while not heard of, told once, and its work kept for the office alone."""

import base64
from pathlib import Path
from typing import Any

import pytest

from shared.core.computers import signed_here, signed_orders
from tests.people.test_delivery import _deliver, _sealed
from tests.serving import TestDevice, TestServer

TIME = "2026-11-20T08:30:00.000Z"
REASON = {"reason": "Left in a taxi"}


def _signed(device: TestDevice, content: str) -> str:
    return base64.b64encode(device.key.sign(content.encode())).decode()


def _orders(server: TestServer, device: TestDevice) -> Any:
    signature = _signed(device, signed_orders(device.id, TIME))
    return server.post("/api/v1/devices/orders", {"device_id": device.id, "timestamp": TIME, "signature": signature})


def _contact(server: TestServer, computer_id: str, signer: TestDevice, *devices: TestDevice) -> Any:
    import orjson

    here = [{"device_id": one.id, "signature": _signed(one, signed_here(computer_id, one.id))} for one in devices]
    report = orjson.dumps(
        {"computer_id": computer_id, "name": "LAB-07", "version": "1", "people": [], "devices": here}
    ).decode()
    signature = _signed(signer, f"contact\n{signer.id}\n{TIME}\n{report}")
    body = {"device_id": signer.id, "timestamp": TIME, "report": report, "signature": signature}
    return server.post("/api/v1/computers/contact", body)


@pytest.fixture
def admin(server: TestServer) -> str:
    server.add_person("boss")
    return str(server.sign_in("boss").data["access_token"])


def test_a_marked_device_is_out_at_once_and_told_by_a_signed_order(server: TestServer, admin: str) -> None:
    ama = server.add_person("ama", ("registrar",))
    device = server.device()
    told = server.sign_in("ama", device).data
    assert _orders(server, device).data == {"orders": []}
    assert server.post(f"/api/v1/devices/{device.id}/lost", REASON, admin).data == {"devices": [device.id]}
    assert server.get("/api/v1/auth/me", told["access_token"]).code == "device_lost"
    refresh = device.refresh_ask(told["refresh_token"])
    assert server.post("/api/v1/auth/refresh", refresh).code == "device_lost"
    assert server.sign_in("ama", device).code == "device_lost"
    order = _orders(server, device).data["orders"][0]
    claims = server.context.tokens.read_wipe_order(order["order"])
    assert claims is not None
    assert claims[:2] == (server.organisation_id, device.id)
    shown = server.get(f"/api/v1/users/{ama}/devices", admin).data
    assert [(one["state"], one["loss"]["reason"], bool(one["loss"]["met_at"])) for one in shown] == [
        ("lost", "Left in a taxi", True)
    ]
    assert server.post("/api/v1/devices/wiped", {"order": order["order"], "delivered": True}).data == {"kept": True}
    assert server.get(f"/api/v1/users/{ama}/devices", admin).data[0]["loss"]["wiped_at"] is not None


def test_a_mark_is_undone_only_until_the_computer_was_told(server: TestServer, admin: str) -> None:
    server.add_person("ama", ("registrar",))
    device = server.device()
    server.sign_in("ama", device)
    path = f"/api/v1/devices/{device.id}/lost"
    server.post(path, REASON, admin)
    assert server.ask("DELETE", path, None, admin).data == {"devices": [device.id]}
    assert server.sign_in("ama", device).status == 200
    assert _orders(server, device).data == {"orders": []}
    server.post(path, REASON, admin)
    assert len(_orders(server, device).data["orders"]) == 1
    refused = server.ask("DELETE", path, None, admin)
    assert (refused.status, refused.code) == (409, "device_met")


def test_a_whole_computer_is_marked_by_what_its_devices_proved(server: TestServer, admin: str) -> None:
    """Somebody who claims that another's device is on his computer proves nothing."""
    devices = []
    for name in ("ama", "yaw", "esi"):
        server.add_person(name, ("student",))
        devices.append(server.device())
        server.sign_in(name, devices[-1])
    computer, others = server.new_id(), server.device()
    others.id = devices[2].id
    assert _contact(server, computer, devices[0], devices[0], devices[1], others).data == {"kept": True, "orders": []}
    marked = server.post(f"/api/v1/computers/{computer}/lost", REASON, admin).data["devices"]
    assert sorted(marked) == sorted([devices[0].id, devices[1].id])
    assert server.get("/api/v1/computers", admin).data[0]["lost_at"] is not None
    orders = _contact(server, computer, devices[1], devices[0], devices[1], devices[2]).data["orders"]
    assert sorted(one["device_id"] for one in orders) == sorted(marked)
    assert server.post(f"/api/v1/computers/{server.new_id()}/lost", REASON, admin).code == "not_found"


def test_work_of_a_lost_device_goes_to_quarantine_only(server: TestServer, admin: str, tmp_path: Path) -> None:
    server.add_person("ama", ("registrar",))
    device = server.device()
    told = server.sign_in("ama", device).data
    _, sealed = _sealed(server, told, device, tmp_path, "Esi")
    server.post(f"/api/v1/devices/{device.id}/lost", REASON, admin)
    assert _deliver(server, device, sealed).data["state"] == "quarantined"


def test_only_the_administrator_marks_and_only_the_device_asks(server: TestServer, admin: str) -> None:
    boss = server.get("/api/v1/auth/me", admin).data["person"]["id"]
    ama = server.add_person("ama", ("registrar",))
    device = server.device()
    token = server.sign_in("ama", device).data["access_token"]
    path = f"/api/v1/devices/{device.id}/lost"
    assert server.post(path, REASON, token).code == "not_allowed"
    assert server.ask("DELETE", path, None, token).code == "not_allowed"
    assert server.get(f"/api/v1/users/{boss}/devices", token).code == "not_allowed"
    assert len(server.get(f"/api/v1/users/{ama}/devices", token).data) == 1
    assert server.post(path, {"reason": " "}, admin).code == "invalid"
    thief = server.device()
    thief.id = device.id
    assert _orders(server, thief).code == "device_unproven"
    assert server.post("/api/v1/devices/wiped", {"order": "eyJ.a.b", "delivered": True}).code == "order_invalid"
    lease = server.context.tokens.lease(server.organisation_id, ama, device.id)
    assert server.post("/api/v1/devices/wiped", {"order": lease, "delivered": True}).code == "order_invalid"
