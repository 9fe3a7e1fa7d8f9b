"""A real server on a real socket: it stays quick while people sign in, and goes on while others write."""

import concurrent.futures
import json
import signal
import urllib.error
import urllib.request

import pytest

from tests.processes import halted
from tests.serving import PASSWORD, TestServer, running_server, server_settings

PEOPLE = 8


@pytest.fixture
def running(tmp_path, migrated_url):
    """A server whose passwords cost what they cost in an office."""
    made = TestServer(server_settings(tmp_path / "server", migrated_url, password_cost=12))
    made.add_person("ama")
    with running_server(made.settings, made.app) as address:
        yield made, address
    made.wire.close()


def _ask(url, body=None):
    asked = urllib.request.Request(url, json.dumps(body).encode() if body else None)  # noqa: S310 - our own server
    asked.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(asked, timeout=120) as told:  # noqa: S310 - same
            return told.status
    except urllib.error.HTTPError as refused:
        return refused.code


def test_health_is_told_while_people_sign_in(running):
    server, address = running

    def sign_in(_number):
        body = {"organisation": "km-media", "name": "ama", "password": PASSWORD, "device": server.device().shown}
        return _ask(f"{address}/api/v1/auth/sign-in", body)

    passwords = server.context.passwords
    worker = halted(passwords)
    with concurrent.futures.ThreadPoolExecutor(PEOPLE) as people:
        try:
            signing_in = [people.submit(sign_in, number) for number in range(PEOPLE)]
            # Checked one after another in this process, or waited for in each of its threads, no health were told now.
            while not passwords.waiting:
                assert _ask(f"{address}/api/health") == 200
            assert [_ask(f"{address}/api/health") for _ in range(PEOPLE)] == [200] * PEOPLE
            assert not any(one.done() for one in signing_in)
        finally:
            worker.send_signal(signal.SIGCONT)
        assert [one.result() for one in signing_in] == [200] * PEOPLE


def test_guesses_at_once_are_refused_from_the_sixth_on(running, expect_log):
    server, address = running
    server.context.passwords._cost = 4
    expect_log("locked-out sign-in")

    def guess(number):
        body = {
            "organisation": "km-media",
            "name": "ama",
            "password": f"guess {number}",
            "device": server.device().shown,
        }
        return _ask(f"{address}/api/v1/auth/sign-in", body)

    with concurrent.futures.ThreadPoolExecutor(12) as strangers:
        answers = sorted(strangers.map(guess, range(24)))
    assert answers == [401] * 5 + [429] * 19


def test_a_full_queue_turns_people_away_with_a_time_to_come_back(tmp_path, sqlite_server):
    server = sqlite_server
    server.add_person("ama")
    server.context.passwords._queue = 0
    answer = server.sign_in("ama")
    assert (answer.status, answer.code) == (429, "busy")
    assert answer.headers["retry-after"] == "3"
