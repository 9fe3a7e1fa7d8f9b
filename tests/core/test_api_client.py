"""The API client over a real loopback server: freshness, retries, tokens, progress, errors in words."""

import base64
import gzip
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from desktop.core import api_errors
from desktop.core.api_client import ApiClient
from desktop.core.api_errors import ApiError, Sort
from desktop.core.device_key import DeviceKey
from desktop.core.http_transport import HttpTransport
from desktop.core.read_cache import ReadCache
from desktop.core.retry import Backoff
from desktop.core.tokens import Tokens
from desktop.core.transport import Cancel
from shared.core.clock import ManualClock
from shared.core.errors import CampusError
from shared.core.sync import SyncRequest
from tests.core.desktop_web import DEVICE, Pauses, Web, refreshed

TOKENS = Tokens(
    access_token="first",
    access_expires_at="2026-11-20T08:15:00.000Z",
    refresh_token="refresh",
    refresh_expires_at="2026-11-27T08:00:00.000Z",
)


@pytest.fixture
def web():
    web = Web()
    yield web
    web.close()


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def pauses():
    return Pauses()


@pytest.fixture
def key():
    return DeviceKey()


@pytest.fixture
def client(web, clock, pauses, key):
    transport = HttpTransport(web.url)
    client = ApiClient(transport, clock, pauses, Backoff(first=0.5, uniform=lambda _low, high: high))
    client.use(TOKENS, DEVICE, key)
    yield client
    transport.close()


def test_a_read_is_fresh_for_thirty_seconds(web, client, clock):
    web.json("GET", "/api/v1/people", {"data": [1]})
    assert client.get("/api/v1/people")["data"] == [1]
    web.json("GET", "/api/v1/people", {"data": [2]})
    clock.advance(29)
    assert client.get("/api/v1/people")["data"] == [1]
    clock.advance(1)
    assert client.get("/api/v1/people")["data"] == [2]


def test_focus_and_events_make_reads_stale_at_once(web, client):
    web.json("GET", "/api/v1/people", {"data": 1})
    web.json("GET", "/api/v1/courses", {"data": 1})
    client.get("/api/v1/people")
    client.get("/api/v1/courses")
    web.json("GET", "/api/v1/people", {"data": 2})
    web.json("GET", "/api/v1/courses", {"data": 2})
    client.refresh_reads("/api/v1/people")
    assert client.get("/api/v1/people")["data"] == 2
    assert client.get("/api/v1/courses")["data"] == 1
    client.refresh_reads()
    assert client.get("/api/v1/courses")["data"] == 2


def test_an_unchanged_answer_is_not_sent_again(web, client, clock):
    def answer(headers, _body):
        if headers.get("if-none-match") == '"7"':
            return 304, {}, b""
        return 200, {"ETag": '"7"'}, b'{"data": "big"}'

    web.answers["GET", "/api/v1/x"] = answer
    client.get("/api/v1/x")
    clock.advance(31)
    assert client.get("/api/v1/x")["data"] == "big"
    clock.advance(29)
    client.get("/api/v1/x")
    assert len(web.asked) == 2


def test_compressed_answers_are_unpacked(web, client):
    web.answers["GET", "/api/v1/x"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(b'{"data": 5}'))
    assert client.get("/api/v1/x")["data"] == 5
    assert "gzip" in web.asked[0][2]["accept-encoding"]


def test_the_next_page_is_fetched_ahead(web, clock, pauses, key):
    web.answers["GET", "/api/v1/people"] = (200, {}, b'{"data": [], "pagination": {"hasNext": true}}')
    jobs = []
    transport = HttpTransport(web.url)
    client = ApiClient(transport, clock, pauses, in_background=jobs.append)
    client.use(TOKENS, DEVICE, key)
    client.page("/api/v1/people", 1)
    jobs.pop()()
    asked = len(web.asked)
    client.page("/api/v1/people", 2)
    assert len(web.asked) == asked
    transport.close()


def test_the_cache_has_a_size(clock):
    cache = ReadCache(clock, max_bytes=100)
    cache.put("a", 1, None, 60)
    cache.put("b", 2, None, 30)
    cache.known("a")
    cache.put("c", 3, None, 30)
    assert cache.known("b") is None
    assert cache.known("a").value == 1
    cache.put("d", 4, None, 101)
    assert cache.known("d") is None
    cache.clear()
    assert cache.known("a") is None


def test_reads_are_tried_again_after_growing_pauses(web, client, pauses):
    answers = [(503, {}, b""), (503, {"Retry-After": "9"}, b""), (200, {}, b'{"data": 1}')]
    web.answers["GET", "/api/v1/x"] = lambda *_: answers.pop(0)
    assert client.get("/api/v1/x")["data"] == 1
    assert pauses == [0.5, 9.0]


def test_a_long_wait_is_told_and_not_waited_out(web, client, pauses):
    web.answers["GET", "/api/v1/x"] = (
        429,
        {"Retry-After": "762"},
        b'{"error": "Too many.", "code": "too_many_requests"}',
    )
    with pytest.raises(ApiError) as told:
        client.get("/api/v1/x")
    assert (told.value.code, told.value.retry_after, pauses) == ("too_many_requests", 762.0, [])


def test_tries_end(web, client, pauses):
    web.answers["GET", "/api/v1/x"] = (503, {}, b"")
    with pytest.raises(ApiError):
        client.get("/api/v1/x")
    assert len(web.asked) == 4
    pauses.give_up = True
    with pytest.raises(ApiError):
        client.get("/api/v1/x")
    assert len(web.asked) == 5


def test_a_write_is_repeated_under_the_same_key(web, client):
    answers = [(0, {}, b""), (201, {}, b'{"data": {"id": 1}}')]
    web.answers["POST", "/api/v1/people"] = lambda *_: answers.pop(0)
    assert client.write("POST", "/api/v1/people", {"a": 1}, key="K", base="r1")["data"] == {"id": 1}
    keys = [(asked[2]["idempotency-key"], asked[2]["if-match"]) for asked in web.asked]
    assert keys == [("K", '"r1"')] * 2


def test_an_access_token_about_to_run_out_is_renewed_first(web, client, clock, key):
    web.json("POST", "/api/v1/auth/refresh", refreshed())
    web.json("GET", "/api/v1/x", {"data": 1})
    kept, people = [], []
    client.on_tokens = kept.append
    client.on_answer = lambda answer: people.append(answer.actor)
    clock.advance(14 * 60 + 30)
    client.get("/api/v1/x")
    method, path, _, body = web.asked[0]
    asked = json.loads(body)
    assert (method, path) == ("POST", "/api/v1/auth/refresh")
    signed = f"refresh\nrefresh\n{asked['timestamp']}".encode()
    Ed25519PublicKey.from_public_bytes(base64.b64decode(key.public)).verify(
        base64.b64decode(asked["signature"]), signed
    )
    assert web.asked[1][2]["authorization"] == "Bearer second"
    assert kept[0].refresh_token == "refresh-2"
    assert people[0].may("attendance.take")


def test_a_refused_token_is_renewed_once(web, client):
    web.json("POST", "/api/v1/auth/refresh", refreshed())
    web.answers["GET", "/api/v1/x"] = lambda headers, _: (
        (200, {}, b'{"data": 1}') if headers["authorization"] == "Bearer second" else (401, {}, b"{}")
    )
    assert client.get("/api/v1/x")["data"] == 1
    web.answers["GET", "/api/v1/y"] = (401, {}, b'{"code": "token_expired", "error": "Ended."}')
    with pytest.raises(ApiError, match="Ended"):
        client.get("/api/v1/y")


def test_a_sign_in_that_ended_is_said_and_not_tried_for_ever(web, client, clock):
    web.json("POST", "/api/v1/auth/refresh", {"error": "Signed out elsewhere.", "code": "signed_out"}, status=401)
    clock.advance(3600)
    with pytest.raises(ApiError) as told:
        client.get("/api/v1/x")
    assert (told.value.sort, told.value.code) == (Sort.AUTH, "signed_out")
    assert not client.is_signed_in
    with pytest.raises(ApiError, match="Sign in again"):
        client.get("/api/v1/x")
    assert len(web.asked) == 1


def test_a_lost_line_while_renewing_keeps_the_sign_in(web, client, clock):
    web.answers["POST", "/api/v1/auth/refresh"] = (0, {}, b"")
    clock.advance(3600)
    with pytest.raises(ApiError) as told:
        client.get("/api/v1/x")
    assert told.value.sort is Sort.NETWORK
    assert client.is_signed_in


def test_a_wrong_password_is_tried_once(web, client, pauses):
    web.json("POST", "/api/v1/auth/sign-in", {"error": "Not right.", "code": "password_wrong"}, status=401)
    with pytest.raises(ApiError, match="Not right") as told:
        client.sign_in({"name": "a"})
    assert told.value.code == "password_wrong"
    assert len(web.asked) == 1


def test_sync_messages_go_both_ways(web, client):
    web.json("POST", "/api/v1/sync", {"data": {"cursor": {"server_epoch": "e", "seq": 4}, "more": True}})
    response = client.sync(SyncRequest(protocol=1, device_id=DEVICE, install_epoch=1))
    assert (response.cursor.seq, response.more) == (4, True)
    web.json("POST", "/api/v1/sync", {"data": {"nonsense": 1}})
    with pytest.raises(ApiError) as told:
        client.sync(SyncRequest(protocol=1, device_id=DEVICE, install_epoch=1))
    assert told.value.code == "reply_not_understood"


def test_sync_is_left_to_the_engine_to_repeat(web, client, pauses):
    web.answers["POST", "/api/v1/sync"] = (503, {}, b"")
    with pytest.raises(ApiError):
        client.sync(SyncRequest(protocol=1, device_id=DEVICE, install_epoch=1))
    assert (len(web.asked), pauses) == (1, [])


def test_uploads_and_downloads_tell_progress(web, client):
    web.answers["PATCH", "/api/v1/uploads/1"] = (204, {}, b"")
    web.answers["GET", "/api/v1/files/1"] = (200, {}, b"z" * 200_000)
    up, down = [], []
    client.upload("/api/v1/uploads/1", b"x" * 150_000, 150_000, {}, on_progress=lambda *told: up.append(told))
    assert up[-1] == (150_000, 150_000)
    assert len(up) == 3
    assert web.asked[-1][3] == b"x" * 150_000
    assert len(client.download("/api/v1/files/1", on_progress=lambda *told: down.append(told))) == 200_000
    assert down[-1] == (200_000, 200_000)


def test_a_transfer_can_be_cancelled(web, client):
    web.answers["GET", "/api/v1/files/1"] = (200, {}, b"z" * 500_000)
    cancel = Cancel()
    with pytest.raises(CampusError) as told:
        client.download("/api/v1/files/1", on_progress=lambda *_: cancel(), cancel=cancel)
    assert told.value.code == "cancelled"


def test_an_answer_that_never_ends_is_cut(web, client):
    web.answers["GET", "/api/v1/files/1"] = (200, {}, b"z" * 500_000)
    with pytest.raises(ApiError) as told:
        client.download("/api/v1/files/1", max_bytes=100_000)
    assert told.value.sort is Sort.UNKNOWN


def test_signing_out_forgets_the_tokens_even_offline(web, client):
    web.answers["POST", "/api/v1/auth/sign-out"] = (0, {}, b"")
    client.sign_out()
    assert not client.is_signed_in


def test_a_sealed_outbox_is_delivered_without_a_sign_in(web, client, key):
    web.json("POST", "/api/v1/sync/deliver", {"data": {}})
    client.deliver(DEVICE, key, b"sealed")
    _, _, headers, body = web.asked[0]
    assert "authorization" not in headers
    assert base64.b64decode(json.loads(body)["sealed"]) == b"sealed"


@pytest.mark.parametrize(
    ("status", "body", "sort", "code"),
    [
        (400, b'{"error": "Bad.", "code": "bad"}', Sort.VALIDATION, "bad"),
        (401, b"", Sort.AUTH, "http_401"),
        (403, b"{}", Sort.AUTH, "http_403"),
        (404, b"<html>", Sort.UNKNOWN, "http_404"),
        (409, b'{"code": "conflict"}', Sort.CONFLICT, "conflict"),
        (412, b"", Sort.CONFLICT, "http_412"),
        (413, b"", Sort.VALIDATION, "http_413"),
        (422, b'["list"]', Sort.VALIDATION, "http_422"),
        (426, b'{"error": "Update it.", "code": "client_too_old"}', Sort.UNKNOWN, "client_too_old"),
        (429, b"", Sort.SERVER, "http_429"),
        (500, b"\xff", Sort.SERVER, "http_500"),
        (503, b"", Sort.SERVER, "http_503"),
        (302, b"", Sort.UNKNOWN, "http_302"),
    ],
)
def test_errors_are_sorted_and_have_words(status, body, sort, code):
    error = api_errors.from_reply(status, {}, body)
    assert (error.sort, error.code, error.details["status"]) == (sort, code, status)
    for sentence in (error.message, error.what_to_do):
        assert sentence.endswith(".")
        assert not any(word in sentence.lower() for word in ("please", "sorry", "oops", "!", str(status)))


def test_a_redirect_is_not_followed(web, client):
    web.answers["GET", "/api/v1/x"] = (302, {"Location": "http://127.0.0.1:9/elsewhere"}, b"")
    with pytest.raises(ApiError):
        client.get("/api/v1/x")
    assert len(web.asked) == 1


def test_nobody_there_is_a_matter_of_the_network(clock, pauses):
    web = Web()
    web.close()
    with pytest.raises(ApiError) as told:
        ApiClient(HttpTransport(web.url), clock, pauses).sign_in({})
    assert (told.value.sort, told.value.code) == (Sort.NETWORK, "server_unreachable")
