"""Two processes on one port: what a caller is told never depends on which of them answers."""

import json
import urllib.error
import urllib.request

import pytest

from tests.core.test_server_commands import _serving, run  # noqa: F401 - a fixture
from tests.redis_server import running_redis

PASSWORD = "a kettle, two birds"
DEVICE = {
    "id": "01a1f7f8-3000-7672-874a-d4a8ff8edb2f",
    "name": "Front desk",
    "public_key": "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
    "install_epoch": 1,
}


@pytest.fixture
def database_url(postgres_url):
    """More than one process is for PostgreSQL."""
    return postgres_url


@pytest.fixture(params=["memory", "redis"])
def two(request, run, tmp_path, monkeypatch):  # noqa: F811 - the fixture of above
    """The address of a server of two processes, each by itself or sharing a Redis."""
    password = tmp_path / "password"
    password.write_text(PASSWORD, encoding="utf-8")
    assert run("init", "--organisation", "km-media", "--username", "efua", "--password-file", password)[0] == 0
    with running_redis() as redis:
        if request.param == "redis":
            monkeypatch.setenv("CAMPUSDESK_REDIS_URL", redis.url)
        with _serving("--port", "0", "--plain-http", "--host", "127.0.0.1", "--workers", "2") as (told, _process):
            yield told["address"], request.param


def _ask(address, path, body=None, token=""):
    """Each over a connection of its own, which either process may take; gives status, headers and content."""
    asked = urllib.request.Request(f"{address}{path}", json.dumps(body).encode() if body else None)  # noqa: S310 - ours
    asked.add_header("Content-Type", "application/json")
    if token:
        asked.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(asked, timeout=60) as told:  # noqa: S310 - our own server
            return told.status, told.headers, json.loads(told.read())
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.headers, json.loads(refused.read())


def _sign_in(address, name="efua", password=PASSWORD):
    body = {"organisation": "km-media", "name": name, "password": password, "device": DEVICE}
    return _ask(address, "/api/v1/auth/sign-in", body)


def test_both_processes_tell_the_same(two):
    address, kind = two
    status, _, told = _sign_in(address)
    assert status == 200, told
    token = told["data"]["access_token"]

    # The catalogue is kept by each process, and none of them gives an old one.
    codes = []
    for at in range(12):
        codes.append(f"K-{at:02}")
        course = {"code": codes[-1], "title": "Photography"}
        assert _ask(address, "/api/v1/courses", course, token)[0] == 201
        for _ in range(3):
            listed = _ask(address, "/api/v1/courses?limit=50&sort=code", token=token)[2]["data"]
            assert [one["code"] for one in listed] == codes

    # Wrong passwords are counted in the database.
    answers = [_sign_in(address, "somebody", f"guess {at}")[0] for at in range(7)]
    assert answers == [401] * 5 + [429] * 2

    # Requests are counted by each process, or by all together in Redis.
    left = [int(_ask(address, "/api/v1/nowhere")[1]["x-ratelimit-remaining"]) for _ in range(30)]
    if kind == "redis":
        assert left == list(range(99, 69, -1))
    else:
        assert 40 <= min(left) <= 85
