"""Computers tell how they are, signed by a device; the attendant lists them."""

import base64
import json
from typing import Any

from tests.serving import TestDevice, TestServer

COMPUTER = "01a1f7f8-3000-7672-874a-d4a8ff8edb2f"


def _contact(server: TestServer, device: TestDevice, **more: Any) -> Any:
    report = {"computer_id": COMPUTER, "name": "LAB-07", "version": "0.1.0", "disk_free": 9, "disk_size": 10}
    return _send(server, device, json.dumps({**report, **more}))


def _send(server: TestServer, device: TestDevice, report: str, timestamp: str = "2026-11-20T08:32:00.000Z") -> Any:
    signature = device.key.sign(f"contact\n{device.id}\n{timestamp}\n{report}".encode())
    body = {
        "device_id": device.id,
        "timestamp": timestamp,
        "report": report,
        "signature": base64.b64encode(signature).decode(),
    }
    return server.post("/api/v1/computers/contact", body)


def _signed_in(server: TestServer, name: str = "efua", role: str = "administrator") -> tuple[TestDevice, str, str]:
    person_id = server.add_person(name, (role,))
    device = server.device()
    return device, server.sign_in(name, device).data["access_token"], person_id


def test_a_computer_is_listed_with_what_it_told_last(server: TestServer) -> None:
    device, token, person_id = _signed_in(server)
    people = [{"person_id": person_id, "unsent": 3, "last_at": "2026-11-20T07:00:00.000Z"}]
    assert _contact(server, device).status == 200
    assert _contact(server, device, people=people, disk_free=4).status == 200
    listed = server.get("/api/v1/computers", token).data
    assert len(listed) == 1
    only = listed[0]
    assert (only["id"], only["name"], only["unsent"], only["disk_free"], only["disk_size"]) == (
        COMPUTER,
        "LAB-07",
        3,
        4,
        10,
    )
    assert only["people"][0]["name"] == "Efua"
    assert only["version"] == "0.1.0"


def test_a_clock_that_is_off_shows(server: TestServer) -> None:
    device, token, _ = _signed_in(server)
    now = server.clock.now()
    _send(
        server, device, json.dumps({"computer_id": COMPUTER, "name": "LAB-07", "version": "1"}), "2026-11-22T08:30:00Z"
    )
    only = server.get("/api/v1/computers", token).data[0]
    assert only["last_contact_at"] == now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert only["clock_off"] > 24 * 3600 * 1000


def test_computers_with_unsent_work_come_first(server: TestServer) -> None:
    device, token, person_id = _signed_in(server)
    other = "01a1f7f8-3000-7672-874a-d4a8ff8edb30"
    _contact(server, device, name="A")
    _contact(server, device, computer_id=other, name="B", people=[{"person_id": person_id, "unsent": 1}])
    assert [one["name"] for one in server.get("/api/v1/computers", token).data] == ["B", "A"]


def test_what_isnt_signed_or_cant_be_read_is_refused(server: TestServer) -> None:
    device, _, _ = _signed_in(server)
    stranger = server.device()
    assert _contact(server, stranger).code == "device_unproven"
    forged = TestDevice(device.id)
    assert _contact(server, forged).code == "device_unproven"
    assert _send(server, device, "{").code == "malformed"
    assert _send(server, device, json.dumps({"computer_id": "x", "name": "", "version": ""})).code == "malformed"
    report = json.dumps({"computer_id": COMPUTER, "name": "LAB", "version": "1"})
    assert _send(server, device, report, "yesterday").code == "malformed"
    assert _contact(server, device, people=[{"person_id": COMPUTER, "unsent": -1}]).code == "malformed"


def test_only_an_attendant_sees_computers_and_only_those_of_the_institute(server: TestServer) -> None:
    device, token, _ = _signed_in(server)
    _contact(server, device)
    _, student, _ = _signed_in(server, "kofi", "student")
    assert server.get("/api/v1/computers", student).code == "not_allowed"
    assert server.get("/api/v1/computers").status == 401
    server.add_person("esi", ("attendance_officer",))
    officer = server.sign_in("esi").data["access_token"]
    assert len(server.get("/api/v1/computers", officer).data) == 1
    other = server.add_organisation("accra")
    server.add_person("yaw", ("administrator",), other)
    server.slug = "accra"
    assert server.get("/api/v1/computers", server.sign_in("yaw").data["access_token"]).data == []
    assert server.get("/api/v1/computers", token).data != []


def test_a_computer_that_is_gone_leaves_the_list(server: TestServer) -> None:
    device, token, _ = _signed_in(server)
    _contact(server, device)
    assert server.ask("DELETE", f"/api/v1/computers/{COMPUTER}", None, token).status == 200
    assert server.get("/api/v1/computers", token).data == []
    assert server.ask("DELETE", f"/api/v1/computers/{COMPUTER}", None, token).code == "not_found"
    _contact(server, device)
    assert len(server.get("/api/v1/computers", token).data) == 1


def test_photo_and_numbers_over_rest(server: TestServer) -> None:
    from tests.people.pictures import kept_photo

    _, token, _ = _signed_in(server)
    rule = {"prefix": "KM", "year": "short", "digits": 3, "start": 5}
    assert server.ask("PUT", "/api/v1/numbering", rule, token).data["digits"] == 3
    assert server.ask("PUT", "/api/v1/numbering", {**rule, "digits": 4}, token).data["digits"] == 4
    made = server.post("/api/v1/users", {"given_name": "Abena", "family_name": "Darko"}, token)
    assert made.data["number"] == "KM26-0005"
    person = made.data["id"]
    assert server.get(f"/api/v1/users/{person}/photo", token).code == "not_found"
    photo = kept_photo()
    assert (
        server.ask("PUT", f"/api/v1/users/{person}/photo", {"jpeg_base64": photo}, token).data["jpeg_base64"] == photo
    )
    assert server.get(f"/api/v1/users/{person}/photo", token).data["jpeg_base64"] == photo
    assert server.ask("PUT", f"/api/v1/users/{person}/photo", {"jpeg_base64": None}, token).status == 200
    assert server.get(f"/api/v1/users/{person}/photo", token).code == "not_found"
    outcomes = server.post("/api/v1/users/numbers", {"ids": [person]}, token).data
    assert [one["verdict"] for one in outcomes] == ["agreed"]
