"""Several servers that share a Redis: limits and kept answers count for all, and its loss breaks nothing."""

import asyncio
import logging
import socket

import pytest

from server.core.answer_cache import AnswerCache
from server.core.limits import Limiter, SharedLimiter
from server.core.redis_link import RedisLink
from server.core.settings import LimitRule, load_settings
from shared.core.clock import ManualClock
from shared.core.errors import CampusError
from tests.redis_server import RedisServer, running_redis
from tests.serving import TestServer, server_settings


@pytest.fixture
def redis(monkeypatch):
    # A Redis that is there answers, if late on a busy machine; one that is away is refused at once.
    monkeypatch.setattr("server.core.redis_link._PATIENCE_SECONDS", 60)
    with running_redis() as server:
        yield server


def _close(server):
    server.wire._loop.run_until_complete(server.context.redis.close())
    server.close()


@pytest.fixture
def pair(redis, tmp_path, migrated_url):
    """Two servers over one database and one Redis, as two processes or two machines would be."""
    settings = server_settings(tmp_path / "server", migrated_url, redis_url=redis.url)
    first = TestServer(settings)
    second = TestServer(settings, slug="another")
    second.slug, second.organisation_id = "km-media", first.organisation_id
    yield first, second
    _close(first)
    _close(second)


def _link(url, clock):
    return RedisLink(url, clock.monotonic)


# ------------------------------------------------------------------------------------------------------------- limits


def test_a_caller_has_one_budget_on_all_servers(pair):
    first, second = pair
    answers = [(first, second)[at % 2].get("/api/v1/nowhere") for at in range(102)]
    assert [told.status for told in answers] == [404] * 100 + [429] * 2
    assert [int(told.headers["x-ratelimit-remaining"]) for told in answers[:3]] == [99, 98, 97]
    assert 600 <= int(answers[-1].headers["retry-after"]) <= 900, "Redis counts by the real clock"


def test_people_and_addresses_are_counted_apart_there_too(pair):
    first, second = pair
    first.add_person("ama")
    token = first.sign_in("ama").data["access_token"]
    for _ in range(101):
        first.get("/api/v1/nowhere")
    assert first.get("/api/v1/nowhere").status == 429
    told = second.get("/api/v1/auth/me", token)
    assert (told.status, told.headers["x-ratelimit-limit"], told.headers["x-ratelimit-remaining"]) == (
        200, "1000", "999",
    )  # fmt: skip
    assert "x-ratelimit-limit" not in second.get("/api/health").headers


def test_a_window_ends_in_redis_by_itself(redis):
    clock = ManualClock()

    async def ask():
        link = _link(redis.url, clock)
        limiter = SharedLimiter(Limiter([LimitRule(path="/", anonymous=1, seconds=600)], clock.monotonic), link)
        asked = [await limiter.ask("/", "a", None) for _ in range(2)]
        left = await link.counting.pttl("campusdesk:limit:/:@a")
        await link.close()
        return asked, left

    (first, second), left = asyncio.run(ask())
    assert (first.allowed, first.remaining, second.allowed, second.remaining) == (True, 0, False, 0)
    assert 0 < left <= 600_000


# ------------------------------------------------------------------------------------------------------------- answers


def _courses(server, token):
    told = server.get("/api/v1/courses?sort=code", token)
    assert told.status == 200
    return [course["code"] for course in told.data]


def _add_course(server, code):
    assert server.do(server.command("AddCourse", server.new_id(), {"code": code, "title": code})).verdict == "applied"


def _selects(server, monkeypatch):
    """Counts how often a server asks its database for a list."""
    from server.core import resource_routes

    asked, list_rows = [], resource_routes.list_rows

    def counted(*arguments):
        asked.append(1)
        return list_rows(*arguments)

    monkeypatch.setattr(resource_routes, "list_rows", counted)
    return asked


def test_an_answer_made_by_one_server_is_given_by_the_other_until_something_changes(pair, monkeypatch):
    first, second = pair
    first.add_person("ama")
    token = first.sign_in("ama").data["access_token"]
    _add_course(first, "FTV")
    asked = _selects(first, monkeypatch)
    assert _courses(first, token) == _courses(second, token) == ["FTV"]
    assert len(asked) == 1
    _add_course(second, "RAD")
    assert _courses(first, token) == _courses(second, token) == ["FTV", "RAD"]
    assert len(asked) == 2


def test_an_answer_of_another_version_or_epoch_isnt_given(redis):
    clock = ManualClock()
    link, other = _link(redis.url, clock), _link(redis.url, clock)
    cache, elsewhere = AnswerCache(link=link), AnswerCache(link=other)
    cache.put(("o", "courses", ("a", 1)), "3 epoch", b"one\ntwo")
    assert elsewhere.get(("o", "courses", ("a", 1)), "3 epoch") == b"one\ntwo"
    assert AnswerCache(link=other).get(("o", "courses", ("a", 1)), "3 another") is None
    assert AnswerCache(link=other).get(("o", "courses", ("a", 2)), "3 epoch") is None
    assert 0 < link.keeping.ttl(link.keeping.keys("campusdesk:answer:*")[0]) <= 3_600
    for one in (link, other):
        asyncio.run(one.close())


# --------------------------------------------------------------------------------------------------------------- loss


def test_a_lost_redis_breaks_no_request_and_is_told_once(pair, redis, caplog, expect_log):
    first, _ = pair
    first.add_person("ama")
    token = first.sign_in("ama").data["access_token"]
    _add_course(first, "FTV")
    assert _courses(first, token) == ["FTV"]
    redis.stop()
    expect_log("Redis can't be reached")
    with caplog.at_level(logging.INFO):
        for code in ("RAD", "SND", "TVP"):
            _add_course(first, code)
            first.clock.advance(6)
            assert code in _courses(first, token)
        assert [record.message for record in caplog.records].count(
            "Redis can't be reached (ConnectionError); each process counts for itself meanwhile"
        ) == 1
        # It counts on in memory: nobody gets a thousand requests more by pulling a plug.
        answers = [first.get("/api/v1/nowhere").status for _ in range(101)]
        assert answers[-1] == 429
        redis.start()
        first.clock.advance(6)
        first.get("/api/v1/nowhere")
        assert "Redis answers again" in [record.message for record in caplog.records]
    assert _courses(first, token) == ["FTV", "RAD", "SND", "TVP"]


def test_a_redis_that_was_started_anew_costs_no_request(pair, redis):
    """The connections that were kept open are dead, and one more try finds the new one."""
    first, _ = pair
    assert first.get("/api/v1/nowhere").status == 404
    redis.stop()
    redis.start()
    told = first.get("/api/v1/nowhere")
    assert (told.status, told.headers["x-ratelimit-remaining"]) == (404, "99")
    assert first.context.redis._told is False


def test_a_redis_that_hangs_holds_nobody_up_for_long(tmp_path, expect_log):
    """It takes connections and says nothing: one request waits for its patience, the next ones don't ask."""
    clock = ManualClock()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        link = _link(f"redis://127.0.0.1:{silent.getsockname()[1]}/0", clock)
        cache = AnswerCache(link=link)
        expect_log("Redis can't be reached")
        cache.put("k", "1 e", b"kept here")
        assert link.is_up is False
        assert cache.get("k", "1 e") == b"kept here"
        clock.advance(4)
        assert link.is_up is False
        clock.advance(1)
        assert link.is_up is True
        asyncio.run(link.close())


def test_a_server_starts_without_its_redis(tmp_path, migrated_url, expect_log):
    lost = RedisServer()
    lost.start()
    lost.stop()
    expect_log("Redis can't be reached")
    server = TestServer(server_settings(tmp_path / "server", migrated_url, redis_url=lost.url))
    server.add_person("ama")
    assert server.sign_in("ama").status == 200
    assert server.get("/api/v1/nowhere").headers["x-ratelimit-remaining"] == "99"
    _close(server)


def test_an_address_that_is_no_redis_is_named(tmp_path):
    with pytest.raises(CampusError) as refused:
        load_settings(given={"data_dir": tmp_path, "redis_url": "localhost:6379"})
    assert refused.value.code == "settings_invalid"
    assert "redis_url" in refused.value.message


def test_without_the_setting_the_library_isnt_even_loaded(sqlite_server):
    import subprocess
    import sys

    assert sqlite_server.context.redis is None
    words = "import sys, server.app; sys.exit('redis' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", words], check=False).returncode == 0
