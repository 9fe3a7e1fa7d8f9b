"""`campusdesk-server check`: finds what somebody changed behind the server's back, mends what the rows decide."""

import json

import pytest
from sqlalchemy import create_engine, text

from server.command_line import main
from tests.serving import TestServer, server_settings


class Place:
    """A server's database with its owner's hand in it, and the command over it."""

    def __init__(self, server, urls, capsys):
        self.server, self.urls, self._capsys = server, urls, capsys

    def change(self, statement, **places):
        engine = create_engine(self.urls.owner_url)
        with engine.begin() as connection:
            connection.execute(text(statement), places)
        engine.dispose()

    def check(self, *words):
        self._capsys.readouterr()
        code = main(["check", "--json", *words])
        told = json.loads(self._capsys.readouterr().out)["found"]
        return code, [(one["code"], one["kind"], one["id"], one["mended"]) for one in told]


@pytest.fixture
def place(tmp_path, migrated_url, monkeypatch, capsys):
    settings = server_settings(tmp_path / "data", migrated_url)
    server = TestServer(settings)
    for name, value in (
        ("DATA_DIR", str(tmp_path / "data")),
        ("DATABASE_URL", migrated_url.application_url),
        ("DATABASE_OWNER_URL", migrated_url.owner_url),
        ("PASSWORD_COST", "4"),
    ):
        monkeypatch.setenv(f"CAMPUSDESK_{name}", value)
    yield Place(server, migrated_url, capsys)
    server.close()


def test_all_agrees_in_a_server_that_people_worked_with(place):
    place.server.add_person("ama", ("instructor",))
    assert place.check() == (0, [])
    assert main(["check"]) == 0
    assert "Everything agrees." in place._capsys.readouterr().out


def test_what_is_told_to_computers_and_found_by_searching_follows_the_row(place):
    ama = place.server.add_person("ama", number="S-1")
    place.change("UPDATE person SET family_name = 'Boateng', search_text = 'nobody' WHERE id = :id", id=ama)
    wanted = [("feed_differs", "person", ama), ("search_differs", "person", ama)]
    assert place.check() == (1, [(*one, False) for one in wanted])
    assert place.check("--mend") == (0, [(*one, True) for one in wanted])
    assert place.check() == (0, [])
    told = place.server.get("/api/v1/users?search=boateng", place.server.sign_in("ama").data["access_token"])
    assert [one["id"] for one in told.data] == [ama]
    place.change("DELETE FROM feed_row WHERE kind = 'person' AND entity_id = :id", id=ama)
    assert place.check("--mend") == (0, [("feed_missing", "person", ama, True)])
    assert place.check() == (0, [])


def test_a_row_that_is_gone_is_taken_back_from_the_computers(place):
    place.server.add_person("efua")
    token = place.server.sign_in("efua").data["access_token"]
    room = place.server.post("/api/v1/rooms", {"name": "Studio 1", "capacity": 12}, token)
    assert room.status == 201, room.body
    place.change("DELETE FROM room WHERE id = :id", id=room.data["id"])
    assert place.check("--mend") == (0, [("feed_left_over", "room", room.data["id"], True)])
    assert place.check() == (0, [])


def test_the_head_of_the_feed_goes_where_its_rows_are(place):
    ama = place.server.add_person("ama")
    place.change("UPDATE feed_row SET seq = seq + 1000 WHERE kind = 'person' AND entity_id = :id", id=ama)
    here = place.server.organisation_id
    assert place.check("--mend") == (0, [("feed_head_behind", "feed_head", here, True)])
    assert place.check() == (0, [])


def test_roles_and_the_log_are_for_a_person_to_decide(place):
    ama = place.server.add_person("ama", ("instructor",))
    place.change("INSERT INTO person_role (organisation_id, person_id, role_key) VALUES (:o, :id, 'bursar')",
                 o=place.server.organisation_id, id=ama)  # fmt: skip
    assert place.check("--mend") == (1, [("roles_differ", "person", ama, False)])
    place.change("UPDATE feed_head SET audit_seq = audit_seq - 1")
    assert [one[0] for one in place.check("--mend")[1]] == ["log_broken", "roles_differ"]


def test_a_file_that_is_lost_or_cut_is_named(place):
    sha256 = "ab" * 32
    place.change(
        "INSERT INTO stored_file (organisation_id, sha256, kind, bytes, stored_at, preview)"
        " VALUES (:o, :id, 'pdf', 9, '2026-11-20T08:30:00.000Z', 'none')",
        o=place.server.organisation_id, id=sha256,
    )  # fmt: skip
    assert place.check() == (1, [("file_missing", "stored_file", sha256, False)])
    folder = place.server.settings.files_path / "stored" / place.server.organisation_id / sha256[:2]
    folder.mkdir(parents=True)
    (folder / sha256).write_bytes(b"short")
    assert place.check() == (1, [("file_size_differs", "stored_file", sha256, False)])
