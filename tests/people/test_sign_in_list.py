"""Sign-ins are listed, ended by their owner or the office, limited in number, and watched for a move too fast."""

from pathlib import Path
from typing import Any

import pytest

from tests.serving import TestServer, server_settings

MINE = "/api/v1/auth/sign-ins"


def _letters(server: TestServer, template: str) -> list[str]:
    with server.context.database.read() as db:
        rows = db.rows(
            "SELECT places FROM delivery WHERE organisation_id = :o AND template = :t ORDER BY made_at",
            o=server.organisation_id,
            t=template,
        )
    return [row[0] for row in rows]


def _kinds(server: TestServer) -> list[str]:
    with server.context.database.read() as db:
        rows = db.rows(
            "SELECT kind FROM security_event WHERE organisation_id = :o ORDER BY at, id", o=server.organisation_id
        )
    return [row[0] for row in rows]


def test_each_sees_and_ends_his_own(server: TestServer) -> None:
    server.add_person("ama", ("registrar",))
    here, there = (server.sign_in("ama", keep=keep).data["access_token"] for keep in (False, True))
    listed = server.get(MINE, here).data
    assert [(one["here"], one["kept"], one["device_name"]) for one in listed] == [
        (False, True, "Front desk"),
        (True, False, "Front desk"),
    ]
    assert {one["last_address"] for one in listed} == {"127.0.0.1"}
    assert server.ask("DELETE", f"{MINE}/{listed[0]['id']}", None, here).data == {"ended": True}
    refused = server.get(MINE, there)
    assert (refused.status, refused.code) == (401, "signed_out")
    assert refused.json["details"] == {"reason": "by_owner"}
    assert "You ended this sign-in" in refused.json["error"]
    assert len(server.get(MINE, here).data) == 1
    assert server.ask("DELETE", f"{MINE}/{listed[0]['id']}", None, here).data == {"ended": False}


def test_all_others_end_at_once(server: TestServer) -> None:
    server.add_person("ama", ("registrar",))
    tokens = [server.sign_in("ama").data["access_token"] for _ in range(3)]
    assert server.ask("DELETE", MINE, None, tokens[1]).data == {"ended": 2}
    assert [server.get(MINE, token).status for token in tokens] == [401, 200, 401]


def test_others_sign_ins_arent_anybodys_business_but_the_administrators(server: TestServer) -> None:
    boss, ama = server.add_person("boss"), server.add_person("ama", ("registrar",))
    admin, token = (server.sign_in(name).data["access_token"] for name in ("boss", "ama"))
    path = f"/api/v1/users/{ama}/sign-ins"
    own = server.get(MINE, admin).data[0]["id"]
    assert server.ask("DELETE", f"{MINE}/{own}", None, token).code == "not_found"
    assert server.get(f"/api/v1/users/{boss}/sign-ins", token).code == "not_allowed"
    assert server.ask("DELETE", f"/api/v1/users/{boss}/sign-ins", None, token).code == "not_allowed"
    assert len(server.get(path, admin).data) == 1
    assert server.get(f"/api/v1/users/{server.new_id()}/sign-ins", admin).code == "person_unknown"
    assert server.ask("DELETE", path, None, admin).data == {"ended": 1}
    refused = server.get(MINE, token)
    assert refused.json["details"] == {"reason": "by_office"}
    assert "sign_in_ended" in _kinds(server)


def test_the_sixth_sign_in_ends_the_oldest_which_is_told_why(server: TestServer) -> None:
    server.add_person("ama", ("registrar",))
    device = server.device()
    first = server.sign_in("ama", device).data
    tokens = []
    for _ in range(5):
        server.clock.advance(1)
        tokens.append(server.sign_in("ama").data["access_token"])
    assert [server.get(MINE, token).status for token in tokens] == [200] * 5
    refused = server.post("/api/v1/auth/refresh", device.refresh_ask(first["refresh_token"]))
    assert (refused.status, refused.code, refused.json["details"]) == (401, "signed_out", {"reason": "too_many"})
    assert "more computers than the institute allows" in refused.json["error"]


def test_a_new_device_tells_the_person_once_and_the_first_one_doesnt(server: TestServer) -> None:
    ama = server.add_person("ama", ("registrar",), email="ama@example.org")
    device = server.device()
    server.sign_in("ama", device)
    server.sign_in("ama", device)
    assert _letters(server, "new_sign_in") == []
    server.sign_in("ama")
    assert len(_letters(server, "new_sign_in")) == 1
    with server.context.database.read() as db:
        notices = db.rows("SELECT person_id FROM notice WHERE organisation_id = :o", o=server.organisation_id)
    assert [row[0] for row in notices] == [ama]


def test_a_sign_in_lasts_so_long_and_no_longer(server: TestServer, expect_log: Any) -> None:
    server.add_person("ama", ("registrar",))
    device = server.device()
    told = server.sign_in("ama", device).data
    for _ in range(15):
        server.clock.advance(6 * 86_400 - 1)
        told = server.post("/api/v1/auth/refresh", device.refresh_ask(told["refresh_token"])).data
    assert told["refresh_expires_at"] < "2027-02-19"
    server.clock.advance(86_400)
    expect_log("A sign-in was ended: too_long")
    refused = server.post("/api/v1/auth/refresh", device.refresh_ask(told["refresh_token"]))
    assert refused.json["details"] == {"reason": "too_long"}


def test_a_sign_in_that_nobody_uses_ends_by_itself(server: TestServer, expect_log: Any) -> None:
    expect_log("A sign-in was ended: token_expired")
    server.add_person("ama", ("registrar",))
    for kept, days in ((False, server.settings.refresh_token_days), (True, server.settings.kept_refresh_token_days)):
        early, late = server.device(), server.device()
        tokens = [server.sign_in("ama", device, keep=kept).data["refresh_token"] for device in (early, late)]
        server.clock.advance(days * 86_400 - 1)
        assert server.post("/api/v1/auth/refresh", early.refresh_ask(tokens[0])).status == 200
        server.clock.advance(1)
        refused = server.post("/api/v1/auth/refresh", late.refresh_ask(tokens[1]))
        assert (refused.status, refused.code) == (401, "token_expired"), refused.body


def test_a_sign_in_used_from_seven_addresses_in_an_hour_ends(server: TestServer, expect_log: Any) -> None:
    server.add_person("ama", ("registrar",), email="ama@example.org")
    token = server.sign_in("ama").data["access_token"]
    for at in range(2, 7):
        server.wire.address = f"10.0.0.{at}"
        assert server.get(MINE, token).status == 200
    server.wire.address = "10.0.0.99"
    expect_log("A sign-in was ended: many_addresses")
    refused = server.get(MINE, token)
    assert refused.json["details"] == {"reason": "many_addresses"}
    assert server.get(MINE, token).status == 401
    assert "suspicious" in _kinds(server)
    assert len(_letters(server, "sign_in_ended")) == 1


def test_a_sign_in_that_moves_slowly_goes_on(server: TestServer) -> None:
    server.add_person("ama", ("registrar",))
    device = server.device()
    told = server.sign_in("ama", device).data
    for at in range(20):
        server.wire.address = f"10.0.1.{at}"
        server.clock.advance(15 * 60)
        told = server.post("/api/v1/auth/refresh", device.refresh_ask(told["refresh_token"])).data
    assert server.get(MINE, told["access_token"]).data[0]["last_address"] == "10.0.1.19"


@pytest.mark.parametrize(("hours", "status"), [(1, 401), (5, 200)])
def test_two_countries_within_hours_end_a_sign_in(
    tmp_path: Path, migrated_url: Any, hours: int, status: int, expect_log: Any
) -> None:
    ranges = tmp_path / "ranges.csv"
    ranges.write_text("# network, country\n41.66.192.0/18,GH\n102.88.0.0/16,ng\n2001:db8::/32,KE\n", encoding="utf-8")
    server = TestServer(server_settings(tmp_path / "server", migrated_url, address_ranges=ranges))
    try:
        server.add_person("ama", ("registrar",), email="ama@example.org")
        device = server.device()
        server.wire.address = "41.66.200.7"
        told = server.sign_in("ama", device).data
        assert server.get(MINE, told["access_token"]).data[0]["country"] == "GH"
        server.wire.address = "102.88.3.4"
        server.clock.advance(hours * 3_600)
        if status == 401:
            expect_log("A sign-in was ended: moved_too_fast")
        answer = server.post("/api/v1/auth/refresh", device.refresh_ask(told["refresh_token"]))
        assert answer.status == status, answer.json
        if status == 401:
            assert answer.json["details"] == {"reason": "moved_too_fast"}
        # A right password from another country is told to the person.
        server.sign_in("ama", device)
        assert len(_letters(server, "new_sign_in")) == (1 if status == 401 else 0)
    finally:
        server.close()
