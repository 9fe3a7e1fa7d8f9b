"""Renewing a sign-in: used once, the same answer again within a minute, theft ends it."""

import threading

import pytest

from server.people.refresh_service import Refreshing, token_digest
from server.people.sign_in_messages import RefreshAsk

PATH = "/api/v1/auth/refresh"


@pytest.fixture
def device(server):
    server.add_person("ama", ("registrar",))
    return server.device()


@pytest.fixture
def first(server, device):
    return server.sign_in("ama", device).data


def _refresh(server, device, token):
    return server.post(PATH, device.refresh_ask(token))


def test_a_refresh_gives_new_tokens_of_the_same_sign_in(server, device, first):
    told = _refresh(server, device, first["refresh_token"]).data
    assert told["refresh_token"] != first["refresh_token"]
    assert told["person"] == first["person"]
    assert told["device"] == first["device"]
    old, new = (server.get("/api/v1/auth/me", one["access_token"]).data for one in (first, told))
    assert old["sign_in_id"] == new["sign_in_id"]


def test_the_chain_goes_on_for_weeks(server, device, first):
    token = first["refresh_token"]
    for _ in range(5):
        server.clock.advance(6 * 86_400)
        token = _refresh(server, device, token).data["refresh_token"]


def test_a_lost_answer_is_given_again_within_a_minute(server, device, first):
    told = _refresh(server, device, first["refresh_token"]).data
    server.clock.advance(60)
    again = _refresh(server, device, first["refresh_token"]).data
    assert again["refresh_token"] == told["refresh_token"]
    assert again["refresh_expires_at"] == told["refresh_expires_at"]


def test_after_a_minute_an_old_token_ends_the_sign_in(server, device, first, expect_log):
    told = _refresh(server, device, first["refresh_token"]).data
    server.clock.advance(60.001)
    expect_log("A sign-in was ended: token_reused")
    answer = _refresh(server, device, first["refresh_token"])
    assert (answer.status, answer.code) == (401, "token_reused")
    assert _refresh(server, device, told["refresh_token"]).code == "token_reused"
    assert server.get("/api/v1/auth/me", told["access_token"]).code == "token_reused"


def test_a_token_whose_child_was_used_ends_the_sign_in_at_once(server, device, first, expect_log):
    second = _refresh(server, device, first["refresh_token"]).data
    _refresh(server, device, second["refresh_token"])
    expect_log("A sign-in was ended: token_reused")
    assert _refresh(server, device, first["refresh_token"]).code == "token_reused"


def test_a_used_token_from_another_device_ends_the_sign_in(server, device, first, expect_log):
    _refresh(server, device, first["refresh_token"])
    thief = server.device()
    thief.id = device.id
    expect_log("A refresh wasn't signed by its device")
    expect_log("A sign-in was ended: token_reused")
    assert _refresh(server, thief, first["refresh_token"]).code == "token_reused"


def test_an_unused_token_opens_nothing_without_the_devices_key(server, device, first, expect_log):
    thief = server.device()
    thief.id = device.id
    expect_log("A refresh wasn't signed by its device")
    answer = _refresh(server, thief, first["refresh_token"])
    assert (answer.status, answer.code) == (403, "device_unproven")
    assert _refresh(server, device, first["refresh_token"]).status == 200, "the honest one goes on"


def test_a_signature_over_another_token_or_time_proves_nothing(server, device, first, expect_log):
    ask = {**device.refresh_ask(first["refresh_token"]), "timestamp": "2026-11-20T08:31:00.000Z"}
    expect_log("A refresh wasn't signed by its device")
    assert server.post(PATH, ask).code == "device_unproven"


def test_an_idle_sign_in_runs_out(server, device, first, expect_log):
    server.clock.advance(7 * 86_400)
    expect_log("A sign-in was ended: token_expired")
    answer = _refresh(server, device, first["refresh_token"])
    assert (answer.status, answer.code) == (401, "token_expired")


@pytest.mark.parametrize("token", ["nonsense", "a.b.c"])
def test_what_was_never_a_token_is_refused(server, device, token):
    assert _refresh(server, device, token).status == 401


def test_a_token_is_stored_as_its_digest_alone(server, device, first):
    with server.context.database.read() as db:
        stored = [row[0] for row in db.rows("SELECT digest FROM refresh_token")]
    assert stored == [token_digest(first["refresh_token"])]
    assert first["refresh_token"] not in stored


def test_twenty_refreshes_at_once_give_one_child(server, device, first):
    refreshing = Refreshing(server.context)
    ask = RefreshAsk(**device.refresh_ask(first["refresh_token"]))
    told, start = [], threading.Barrier(20, timeout=60)

    def refresh():
        start.wait()
        told.append(refreshing.refresh(ask)["refresh_token"])

    threads = [threading.Thread(target=refresh) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 20
    assert len(set(told)) == 1
    with server.context.database.read() as db:
        assert db.one("SELECT count(*) FROM refresh_token")[0] == 2


def test_every_end_of_a_sign_in_ends_access_and_refresh(server, device, first):
    token = first["access_token"]
    admin = server.add_person("boss")
    boss = server.sign_in("boss").data["access_token"]
    assert admin
    server.post("/api/v1/auth/temporary-password", {"person_id": first["person"]["id"]}, boss)
    assert server.get("/api/v1/auth/me", token).code == "signed_out"
    assert _refresh(server, device, first["refresh_token"]).code == "signed_out"
