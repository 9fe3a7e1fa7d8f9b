"""How large a file may be for what it is meant: refused before anything is sent, and told to whoever asks."""

import pytest

from shared.core.file_types import MOST_BYTES
from tests.core.uploads import Caller, metadata, sha
from tests.serving import TestServer, server_settings


@pytest.fixture
def one(trial, sqlite_server):
    """Someone on SQLite alone: the database has no part in it."""
    return Caller.of(sqlite_server, "ama", roles=("student",))


def _begun(caller, name, size, purpose):
    told = metadata(filename=name, sha256=sha(b"x"), **({"purpose": purpose} if purpose else {}))
    return caller.ask("POST", "/api/v1/uploads", upload_length=str(size), upload_metadata=told)


@pytest.mark.parametrize(
    ("purpose", "name", "size", "told"),
    [
        ("", "essay.pdf", MOST_BYTES, 201), ("", "essay.pdf", MOST_BYTES + 1, "file_too_large"),
        ("application", "form.pdf", 10 << 20, 201), ("application", "form.pdf", (10 << 20) + 1, "file_too_large"),
        ("photo", "me.jpg", 5 << 20, 201), ("photo", "me.jpg", (5 << 20) + 1, "file_too_large"),
        ("photo", "me.pdf", 1_000, "file_type_refused"), ("anything", "me.pdf", 1_000, "file_purpose_unknown"),
        ("course_material", "film.mp4", 1_000, "not_allowed"),
    ],
)  # fmt: skip
def test_what_a_file_is_for_says_how_large_it_may_be(one, purpose, name, size, told):
    found = _begun(one, name, size, purpose)
    assert (found.status if told == 201 else found.code) == told
    if told == "file_too_large":
        assert b"MB. Make it smaller, or split it." in found.body


def test_course_materials_are_large_and_an_instructors(trial, sqlite_server):
    instructor = Caller.of(sqlite_server, "kofi", roles=("instructor",))
    assert _begun(instructor, "film.mp4", 500 << 20, "course_material").status == 201
    assert _begun(instructor, "film.mp4", (500 << 20) + 1, "course_material").code == "file_too_large"


def test_limits_are_told_and_the_settings_change_them(trial, tmp_path):
    server = TestServer(server_settings(tmp_path, largest_file_bytes_for={"photo": 1_000_000}))
    try:
        ama = Caller.of(server, "ama", roles=("student",))
        limits = ama.ask("GET", "/api/v1/uploads/limits").data["limits"]
        assert limits["photo"] == {"largest": 1_000_000, "kinds": ["gif", "jpeg", "png", "webp"], "may": True}
        assert (limits["course_material"]["largest"], limits["course_material"]["may"]) == (500 << 20, False)
        assert limits["hand_in"]["largest"] == MOST_BYTES
        assert _begun(ama, "me.jpg", 1_000_001, "photo").code == "file_too_large"
    finally:
        server.close()
