"""A suspended person is out at the next request, whichever way in: one test for each kind of token."""

import base64
from pathlib import Path
from typing import Any

import pytest

from tests.attendance.test_check_in_rest import Class
from tests.people.test_delivery import _deliver, _sealed
from tests.serving import TestDevice, TestServer


class Suspended:
    """Kofi, an instructor, with every kind of token; `suspend` takes all of them away at once."""

    def __init__(self, server: TestServer) -> None:
        self.server = server
        server.add_person("efua")
        self.admin = str(server.sign_in("efua").data["access_token"])
        self.kofi = server.add_person("kofi", ("registrar",))
        self.device: TestDevice = server.device()
        self.told: Any = server.sign_in("kofi", self.device).data
        self.token = str(self.told["access_token"])

    def set_state(self, state: str) -> None:
        answer = self.server.post("/api/v1/users/state", {"ids": [self.kofi], "state": state}, self.admin)
        assert answer.status == 200, answer.json

    def refused(self, answer: Any) -> None:
        assert (answer.status, answer.code) == (401, "suspended")


@pytest.fixture
def kofi(server: TestServer) -> Suspended:
    return Suspended(server)


def test_sign_ins_end_with_the_suspension_and_stay_ended(kofi: Suspended) -> None:
    server = kofi.server
    assert server.get("/api/v1/auth/me", kofi.token).status == 200
    kofi.set_state("suspended")
    assert server.get("/api/v1/auth/me", kofi.token).status == 401
    kofi.set_state("active")
    assert server.get("/api/v1/auth/me", kofi.token).status == 401
    assert server.sign_in("kofi").status == 200


def test_the_access_token(kofi: Suspended) -> None:
    kofi.set_state("suspended")
    for path in ("/api/v1/auth/me", "/api/v1/users", "/api/v1/auth/sign-ins", "/api/v1/courses"):
        kofi.refused(kofi.server.get(path, kofi.token))


def test_the_refresh_token(kofi: Suspended) -> None:
    kofi.set_state("suspended")
    ask = kofi.device.refresh_ask(kofi.told["refresh_token"])
    kofi.refused(kofi.server.post("/api/v1/auth/refresh", ask))


def test_the_password(kofi: Suspended) -> None:
    kofi.set_state("suspended")
    kofi.refused(kofi.server.sign_in("kofi", kofi.device))


def test_the_lease_gets_no_longer_at_any_contact(kofi: Suspended) -> None:
    """Leases come with a refresh, a sign-in and a sync; none of them answers with one."""
    kofi.set_state("suspended")
    refresh = kofi.server.post("/api/v1/auth/refresh", kofi.device.refresh_ask(kofi.told["refresh_token"]))
    sync = kofi.server.post("/api/v1/sync", {}, kofi.token)
    for answer in (refresh, sync, kofi.server.sign_in("kofi", kofi.device)):
        kofi.refused(answer)
        assert b"lease" not in answer.body


def test_sync_and_its_check(kofi: Suspended) -> None:
    paths = ("/api/v1/sync", "/api/v1/sync/check")
    assert {kofi.server.post(path, {}, kofi.token).code for path in paths} <= {"invalid", "malformed"}
    kofi.set_state("suspended")
    for path in paths:
        kofi.refused(kofi.server.post(path, {}, kofi.token))


def test_the_calendar_link(kofi: Suspended) -> None:
    made = kofi.server.post("/api/v1/calendar-links", {"person_id": kofi.kofi}, kofi.token).data
    assert kofi.server.get(made["path"]).status == 200
    kofi.set_state("suspended")
    assert kofi.server.get(made["path"]).code == "gone"


def test_files_and_uploads(kofi: Suspended) -> None:
    kofi.set_state("suspended")
    kofi.refused(kofi.server.get(f"/api/v1/files/{'a' * 64}", kofi.token))
    name = base64.b64encode(b"essay.pdf").decode()
    headers = {"tus-resumable": "1.0.0", "upload-length": "10", "upload-metadata": f"filename {name}"}
    kofi.refused(kofi.server.post("/api/v1/uploads", None, kofi.token, **headers))


def test_the_class_code(server: TestServer) -> None:
    one = Class(server)
    code = one.code()
    answer = server.post("/api/v1/users/state", {"ids": [one.student], "state": "suspended"}, one.admin)
    assert answer.status == 200
    told = one.check_in(code)
    assert (told.status, told.code) == (401, "suspended")
    assert one.marks()[one.own] == "none"


def test_sealed_work_waits_in_quarantine(kofi: Suspended, tmp_path: Path) -> None:
    _, sealed = _sealed(kofi.server, kofi.told, kofi.device, tmp_path, "Esi")
    kofi.set_state("suspended")
    assert _deliver(kofi.server, kofi.device, sealed).data["state"] == "quarantined"
    assert len(kofi.server.get("/api/v1/sync/quarantine", kofi.admin).data) == 1
