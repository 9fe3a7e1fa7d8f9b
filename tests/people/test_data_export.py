"""My data: everything that names a person, in JSON and PDF with the files, others masked, taken once."""

import io
import zipfile
from pathlib import Path
from typing import Any

import orjson
import pytest
from pypdf import PdfReader

from server.core.file_stores import make_file_store
from server.core.isolation import acting_for
from server.core.sealed_packages import InvalidTag, opened, seal
from server.people.export_service import ExportService, is_waiting
from shared.people.photos import photo_id
from tests.institute import make_institute
from tests.people.pictures import kept_photo
from tests.people.planted import COUNT, FILE, Planted, plant
from tests.serving import Answer, TestServer


def _plant(server: TestServer, tmp_path: Path) -> Planted:
    institute = make_institute(server.context.database)
    organisation_id = institute.organisation_id
    with acting_for(organisation_id):
        made = plant(institute)
        photo = {"person_id": made.person_id, "jpeg_base64": kept_photo("#3350c4"), "old_digest": ""}

        assert made.person.do("SetPersonPhoto", photo_id(made.person_id), photo).verdict == "applied"
    finished = tmp_path / "finished"
    finished.write_bytes(b"handed in by Zq")
    make_file_store(server.settings).put(organisation_id, FILE, finished)
    server.slug = "kmedia"
    for device in (made.person, made.officer, institute.ama):
        assert device is not None
        server.set_password(device.actor.person_id, organisation_id)
    return made


def _token(server: TestServer, name: str) -> str:
    return str(server.sign_in(name).data["access_token"])


def _own(server: TestServer, planted: Planted) -> str:
    return _token(server, planted.words[8])


def _taken(server: TestServer, planted: Planted, token: str) -> Answer:
    path = f"/api/v1/users/{planted.person_id}/data-export"
    state = server.get(path, token).data
    return server.get(f"{path}/{state['id']}/package", token)


def _opened(answer: Answer) -> dict[str, bytes]:
    assert answer.status == 200, answer.body[:200]
    with zipfile.ZipFile(io.BytesIO(answer.body)) as box:
        return {name: box.read(name) for name in box.namelist()}


def test_of_forty_words_all_are_in_the_package(server: TestServer, tmp_path: Path) -> None:
    planted = _plant(server, tmp_path)
    token = _own(server, planted)
    path = f"/api/v1/users/{planted.person_id}/data-export"
    asked = server.post(path, {}, token)
    assert asked.data["state"] == "waiting"
    assert server.post(path, {}, token).data["id"] == asked.data["id"]
    assert is_waiting(server.context)
    assert ExportService(server.context).run() == 1
    assert server.get(path, token).data["state"] == "ready"
    files = _opened(_taken(server, planted, token))
    told = files["data.json"].decode()
    assert [word for word in planted.words if word not in told] == []
    assert len(planted.words) == COUNT
    paper = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(files["data.pdf"])).pages)
    plain = "".join(paper.split())
    assert [word for word in planted.words if "".join(word.split()) not in plain] == []
    assert any(name.startswith("files/abababab-") and body == b"handed in by Zq" for name, body in files.items())
    assert files["files/photo-1.jpg"].startswith(b"\xff\xd8\xff")


def test_other_peoples_names_are_masked_and_secrets_left_out(sqlite_server: TestServer, tmp_path: Path) -> None:
    server = sqlite_server
    planted = _plant(server, tmp_path)
    token = _own(server, planted)
    server.post(f"/api/v1/users/{planted.person_id}/data-export", {}, token)
    ExportService(server.context).run()
    told = _opened(_taken(server, planted, token))["data.json"].decode()
    for name in ("Ama Owusu", "Grace Kimani", "Dora Officer"):
        assert name not in told, name
    assert "Another person" in told
    tables: dict[str, Any] = orjson.loads(told)["tables"]
    assert {
        "person",
        "profile",
        "private_profile",
        "submission",
        "mark",
        "sign_in",
        "command_log",
        "audit_link",
    } <= set(tables)
    assert "hash" not in tables["credential"][0]
    assert "salt" not in tables["command_log"][0]


def test_a_package_is_taken_once_and_is_gone_after_a_day(sqlite_server: TestServer, tmp_path: Path) -> None:
    server = sqlite_server
    planted = _plant(server, tmp_path)
    token = _own(server, planted)
    path = f"/api/v1/users/{planted.person_id}/data-export"
    server.post(path, {}, token)
    ExportService(server.context).run()
    assert _taken(server, planted, token).status == 200
    assert _taken(server, planted, token).status == 200, "for a line that broke"
    server.clock.advance(16 * 60)
    token = _own(server, planted)
    again = _taken(server, planted, token)
    assert (again.status, again.code) == (409, "export_taken")
    assert server.get(path, token).data["state"] == "gone"
    assert ExportService(server.context).run() == 1
    stored = [one for one in server.settings.files_path.rglob("*") if one.is_file() and one.stat().st_size > 1_000]
    assert stored == []


def test_who_may_and_how_often(sqlite_server: TestServer, tmp_path: Path) -> None:
    server = sqlite_server
    planted = _plant(server, tmp_path)
    path = f"/api/v1/users/{planted.person_id}/data-export"
    teacher, officer = _token(server, "ama"), _token(server, "dora")
    assert server.post(path, {"reason": "x"}, teacher).code == "not_allowed"
    assert server.get(path, teacher).code == "not_allowed"
    assert server.get(f"{path}/{server.new_id()}/package", teacher).code == "not_allowed"
    assert server.post(path, {}, officer).code == "reason_missing"
    assert server.post(path, {"reason": "Asked for by letter"}, officer).data["state"] == "waiting"
    assert server.post(path, {"reason": "x" * 501}, officer).status == 422
    assert server.post(f"/api/v1/users/{server.new_id()}/data-export", {"reason": "x"}, officer).code == "not_found"
    service = ExportService(server.context)
    for _ in range(2):
        service.run()
        assert server.post(path, {"reason": "again"}, officer).data["state"] == "waiting"
    service.run()
    assert server.post(path, {"reason": "again"}, officer).code == "too_many_exports"
    assert server.get(f"/api/v1/users/{planted.room.institute.students[1]}/data-export", officer).code == "not_found"


@pytest.mark.parametrize("size", [0, 1, (1 << 20), (1 << 20) + 1, 3_000_000])
def test_what_is_sealed_opens_with_its_key_alone(tmp_path: Path, size: int) -> None:
    source, target = tmp_path / "plain", tmp_path / "sealed"
    source.write_bytes(bytes(index % 251 for index in range(size)))
    key, _ = seal(source, target)
    assert b"".join(opened(target.open("rb"), key)) == source.read_bytes()
    altered = bytearray(target.read_bytes())
    altered[len(altered) // 2] ^= 1
    target.write_bytes(altered)
    with pytest.raises(InvalidTag):
        list(opened(target.open("rb"), key))
    target.write_bytes(bytes(altered)[: 1 << 20])
    with pytest.raises(InvalidTag):
        list(opened(target.open("rb"), key))
