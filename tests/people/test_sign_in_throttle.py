"""Guessing is counted five ways, nobody is locked out of his own computer by others, and nothing opens uncounted."""

import base64
import threading
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy

from server.people.sign_in_failures import BOTH, DEVICE, Failures
from server.people.sign_in_messages import signed_sign_in
from shared.core.clock import instant_text
from tests.serving import TestDevice, TestServer, server_settings


class KnownDevice(TestDevice):
    """A device that proves with its key that it is the one that was used before."""

    signed_at = "2026-11-20T08:00:00.000Z"

    @property
    def shown(self) -> dict[str, Any]:
        signature = self.key.sign(signed_sign_in(self.id, self.signed_at).encode())
        return {**super().shown, "signed_at": self.signed_at, "signature": base64.b64encode(signature).decode()}


def _known(server: TestServer) -> KnownDevice:
    device = KnownDevice(server.new_id())
    device.signed_at = instant_text(server.clock.now())
    assert server.sign_in("ama", device).status == 200
    return device


@pytest.fixture
def ama(server: TestServer) -> str:
    return server.add_person("ama", ("registrar",), email="ama@example.org")


def _rows(server: TestServer) -> dict[str, tuple[int, int]]:
    with server.context.database.read() as db:
        rows = db.rows(
            "SELECT kind, failures, tries FROM sign_in_failure WHERE organisation_id = :o", o=server.organisation_id
        )
    return {row[0]: (int(row[1]), int(row[2])) for row in rows}


def test_strangers_lock_nobody_out_of_a_computer_used_before(server: TestServer, ama: str, expect_log: Any) -> None:
    device = _known(server)
    server.wire.address = "10.9.9.9"
    for _ in range(5):
        server.sign_in("ama", password="wrong")
    expect_log("locked-out sign-in")
    assert server.sign_in("ama").code == "locked_out"
    assert server.sign_in("ama", device).status == 200
    # The computer has a counter of its own.
    answers = [server.sign_in("ama", device, password="wrong").code for _ in range(6)]
    assert answers == ["password_wrong"] * 5 + ["locked_out"]
    assert _rows(server)[DEVICE] == (5, 6)


def test_a_device_is_known_by_its_key_alone(server: TestServer, ama: str, expect_log: Any) -> None:
    device = _known(server)
    for _ in range(5):
        server.sign_in("ama", password="wrong")
    expect_log("locked-out sign-in")
    thief = KnownDevice(device.id)
    old = KnownDevice(device.id, device.key)
    old.signed_at = "2026-11-18T08:00:00.000Z"
    nonsense = KnownDevice(device.id, device.key)
    nonsense.signed_at = "yesterday"
    unsigned = TestDevice(device.id, device.key)
    others = KnownDevice(server.new_id())
    for one in (thief, old, nonsense, unsigned, others):
        assert server.sign_in("ama", one).code == "locked_out"
    assert server.sign_in("ama", device).status == 200


def test_slow_guessing_from_one_address_is_found_within_a_day(server: TestServer, ama: str, expect_log: Any) -> None:
    for _ in range(5):
        for _ in range(4):
            assert server.sign_in("ama", password="wrong").code == "password_wrong"
        server.clock.advance(15 * 60 + 1)
    assert _rows(server)[BOTH] == (20, 20)
    server.clock.advance(-15 * 60)
    expect_log("locked-out sign-in")
    assert server.sign_in("ama").code == "locked_out"
    server.wire.address = "10.9.9.9"
    assert server.sign_in("ama").status == 200


def test_an_institute_under_attack_lets_in_computers_it_knows(
    tmp_path: Path, migrated_url: Any, expect_log: Any
) -> None:
    server = TestServer(server_settings(tmp_path / "server", migrated_url, failures_per_organisation=6))
    try:
        server.add_person("ama", ("registrar",))
        device = _known(server)
        for at in range(6):
            server.wire.address = f"10.0.0.{at}"
            assert server.sign_in(f"name{at}", password="wrong").code == "password_wrong"
        expect_log("locked-out sign-in")
        assert server.sign_in("ama").code == "locked_out"
        assert server.sign_in("ama", device).status == 200
        server.clock.advance(60)
        assert server.sign_in("ama").status == 200
    finally:
        server.close()


def test_two_hundred_wrong_sign_ins_over_threads_are_counted_as_two_hundred(
    tmp_path: Path, migrated_url: Any, expect_log: Any
) -> None:
    """Through the whole of it but the wire, ten threads at once; over two processes the figures' command does it."""
    from server.people.sign_in_messages import SignInAsk
    from server.people.sign_in_service import Caller, SignIns
    from shared.core.errors import CampusError

    server = TestServer(server_settings(tmp_path / "server", migrated_url, failures_per_account=200))
    try:
        server.add_person("ama", ("registrar",))
        sign_ins, caller = SignIns(server.context), Caller("10.0.0.1", "guess")
        start, codes = threading.Barrier(10, timeout=60), []
        body = {"organisation": "km-media", "name": "ama", "password": "x", "device": server.device().shown}
        ask = SignInAsk.model_validate(body)

        def work() -> None:
            start.wait()
            for _ in range(20):
                try:
                    codes.append(sign_ins.fail(sign_ins.begin_attempt(ask, caller), caller).code)
                except CampusError as refused:
                    codes.append(refused.code)

        threads = [threading.Thread(target=work) for _ in range(10)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        rows = _rows(server)
        assert len(codes) == 200
        assert set(codes) == {"password_wrong", "locked_out"}
        expect_log("locked-out sign-in")
        # Each try was counted at the account or, once the address or both were locked, refused and counted there.
        counted, refused = rows["account"][1], rows["address"][1] - rows["address"][0]
        assert counted + refused == 200
    finally:
        server.close()


def test_where_nothing_can_be_counted_nobody_gets_in(server: TestServer, ama: str, expect_log: Any) -> None:
    device = _known(server)
    engine = sqlalchemy.create_engine(server.settings.owner_database)
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("ALTER TABLE sign_in_failure RENAME TO away"))
    engine.dispose()
    expect_log("The database can't be reached|A request met a fault")
    for one in (device, server.device()):
        answer = server.sign_in("ama", one)
        assert answer.status in {500, 503}
        assert b"token" not in answer.body


def test_a_lock_is_told_to_the_person_once(server: TestServer, ama: str, expect_log: Any) -> None:
    for _ in range(5):
        server.sign_in("ama", password="wrong")
    expect_log("locked-out sign-in")
    for _ in range(3):
        server.sign_in("ama", password="wrong")
    with server.context.database.read() as db:
        letters = db.rows(
            "SELECT address FROM delivery WHERE organisation_id = :o AND template = 'locked_out'",
            o=server.organisation_id,
        )
    assert [row[0] for row in letters] == ["ama@example.org"]


def test_unlocking_clears_account_both_and_device(server: TestServer, ama: str) -> None:
    device = _known(server)
    server.sign_in("ama", device, password="wrong")
    server.sign_in("ama", password="wrong")
    assert {"account", "both", "device"} <= set(_rows(server))
    failures = Failures(server.settings)
    server.context.database.write(lambda db: failures.forget(db, server.organisation_id, "account", ama))
    assert not {"account", "both", "device"} & set(_rows(server))
