"""The log: one JSON object a line, numbered, masked, rotated and private."""

import io
import json
import logging
import stat

import pytest

from server.core.logs import masked, start_logs
from server.core.request_marks import begin_request
from server.core.settings import Settings
from shared.core.clock import ManualClock

LOG = logging.getLogger("campusdesk.test")


@pytest.fixture
def lines(tmp_path):
    """What is written to the log, as objects."""
    stream = io.StringIO()
    stop = start_logs(Settings(data_dir=tmp_path, log_level="info"), ManualClock(), stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    stop()


def test_a_line_says_when_what_and_for_which_request(lines):
    begin_request("5f3a")
    LOG.info("Signed in %s", "Ɔkɔmfo", extra={"person_id": "p1"})
    begin_request("")
    assert lines() == [
        {
            "time": "2026-11-20T08:00:00.000Z", "level": "info", "logger": "campusdesk.test",
            "message": "Signed in Ɔkɔmfo", "request_id": "5f3a", "person_id": "p1",
        }
    ]  # fmt: skip


def test_what_a_caller_sends_starts_no_line_of_its_own(lines):
    LOG.info("name: %s", 'ama"}\n{"level":"fatal","message":"forged"}\r\x00')
    assert len(lines()) == 1
    assert lines()[0]["level"] == "info"


def test_levels_run_from_debug_to_fatal(lines, expect_log):
    expect_log("the end")
    LOG.debug("unheard")
    LOG.critical("the end")
    assert [(line["level"], line["message"]) for line in lines()] == [("fatal", "the end")]


def test_a_fault_keeps_its_traceback_without_secrets(lines, expect_log):
    expect_log("broken")
    LOG.error("broken", exc_info=RuntimeError("postgresql+psycopg://owner:canary@db/x"))
    assert "RuntimeError" in lines()[0]["fault"]
    assert "canary" not in lines()[0]["fault"]


@pytest.mark.parametrize(
    "line",
    [
        "Authorization: Bearer canary.canary-canary_1",
        "postgresql+psycopg://owner:canary@127.0.0.1/db",
        "redis://:canary@127.0.0.1:6379/0",
        '{"password": "canary"}',
        "password=canary&x=1",
        "{'refresh_token': 'canary', 'x': 1}",
        "current_password = 'canary \\' canary'",
        "escrow_secret: canary",
        "eyJcanary.eyJcanary.canary-_",
    ],
)
def test_secrets_are_masked(line):
    assert "canary" not in masked(line)
    assert "***" in masked(line)


@pytest.mark.parametrize("line", ["GET /api/v1/auth/change-password", "The password process ended with 1", "a:b@c"])
def test_ordinary_lines_stay_as_they_are(line):
    assert masked(line) == line


def test_the_file_is_private_and_rotates(tmp_path):
    path = tmp_path / "logs" / "server.log"
    settings = Settings(data_dir=tmp_path, log_file=path, log_max_bytes=10_000, log_files=2)
    stop = start_logs(settings, ManualClock())
    for number in range(300):
        LOG.info("line %d with some words to fill the file", number)
    stop()
    files = sorted(one.name for one in path.parent.iterdir())
    assert files == ["server.log", "server.log.1", "server.log.2"]
    assert all(stat.S_IMODE(one.stat().st_mode) == 0o600 for one in path.parent.iterdir())
    assert all(one.stat().st_size <= 10_000 for one in path.parent.iterdir())
