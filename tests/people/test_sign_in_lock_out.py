"""Guessing passwords: counted before they are looked at, locked for longer each time, unlocked by an administrator."""

import threading

import pytest

from server.people.sign_in_failures import ACCOUNT, ADDRESS, Failures
from shared.core.errors import CampusError


@pytest.fixture
def ama(server):
    return server.add_person("ama", ("student",))


def _fail(server, times, name="ama"):
    return [server.sign_in(name, password="wrong") for _ in range(times)]


def test_the_sixth_try_is_refused_though_the_password_is_right(server, ama, expect_log):
    assert [answer.code for answer in _fail(server, 5)] == ["password_wrong"] * 5
    expect_log("locked-out sign-in")
    answer = server.sign_in("ama")
    assert (answer.status, answer.code) == (429, "locked_out")
    assert answer.headers["retry-after"] == "60"
    assert answer.json["error"] == "Too many wrong passwords. Try again in 1 minute, or ask an administrator to unlock."


def test_after_the_wait_the_right_password_opens_and_clears(server, ama):
    _fail(server, 5)
    server.clock.advance(60)
    assert server.sign_in("ama").status == 200
    assert [answer.code for answer in _fail(server, 4)] == ["password_wrong"] * 4
    assert server.sign_in("ama").status == 200


def test_the_delay_grows_to_an_hour(server, ama, expect_log):
    expect_log("locked-out sign-in")
    _fail(server, 5)
    waits = []
    for _ in range(5):
        waits.append(int(server.sign_in("ama").headers["retry-after"]))
        server.clock.advance(waits[-1])
        assert server.sign_in("ama", password="wrong").code == "password_wrong"
    assert waits == [60, 300, 900, 3600, 3600]


def test_failures_of_long_ago_dont_count(server, ama):
    _fail(server, 4)
    server.clock.advance(15 * 60 + 1)
    assert [answer.code for answer in _fail(server, 4)] == ["password_wrong"] * 4
    assert server.sign_in("ama").status == 200


def test_an_unknown_name_is_locked_like_a_known_one(server, ama, expect_log):
    expect_log("locked-out sign-in")
    answers = _fail(server, 6, "nobody")
    assert [answer.code for answer in answers] == ["password_wrong"] * 5 + ["locked_out"]


def test_each_name_of_a_person_counts_for_the_same_account(server, ama, expect_log):
    expect_log("locked-out sign-in")
    server.add_person("esi", ("student",), email="esi@example.org", number="77")
    for name in ("esi", "esi@example.org", "77", "ESI", "Esi@example.org"):
        assert server.sign_in(name, password="wrong").code == "password_wrong"
    assert server.sign_in("77").code == "locked_out"


def test_fifty_guesses_at_once_are_fifty_guesses(server, ama):
    failures, database = Failures(server.settings), server.context.database
    now, start, granted = server.clock.now(), threading.Barrier(10, timeout=60), []

    def guess():
        start.wait()
        for _ in range(5):
            counted = database.write(lambda db: failures.count(db, server.organisation_id, ACCOUNT, ama, now))
            granted.append(counted.granted)

    threads = [threading.Thread(target=guess) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(granted), sum(granted)) == (50, 5)


def test_an_address_is_locked_after_fifty_failures_and_a_lab_signs_in_freely(server, ama, expect_log):
    failures, now = Failures(server.settings), server.clock.now()
    for _ in range(60):
        assert server.sign_in("ama").status == 200

    def count():
        return server.context.database.write(
            lambda db: failures.count(db, server.organisation_id, ADDRESS, server.wire.address, now)
        )

    for _ in range(49):
        count()
    assert server.sign_in("ama").status == 200
    count()
    expect_log("locked-out sign-in")
    assert server.sign_in("ama").code == "locked_out"
    server.wire.address = "127.0.0.2"
    assert server.sign_in("ama").status == 200


def test_an_administrator_unlocks(server, ama, expect_log):
    server.add_person("boss")
    token = server.sign_in("boss").data["access_token"]
    _fail(server, 5)
    expect_log("locked-out sign-in")
    assert server.sign_in("ama").code == "locked_out"
    assert server.post("/api/v1/auth/unlock", {"person_id": ama}, token).data == {"unlocked": True}
    assert server.sign_in("ama").status == 200
    assert server.post("/api/v1/auth/unlock", {"person_id": ama}, token).data == {"unlocked": False}
    assert server.post("/api/v1/auth/unlock", {"person_id": server.new_id()}, token).code == "person_unknown"


def test_others_dont_unlock(server, ama):
    server.add_person("reg", ("registrar",))
    token = server.sign_in("reg").data["access_token"]
    answer = server.post("/api/v1/auth/unlock", {"person_id": ama}, token)
    assert (answer.status, answer.code) == (403, "not_allowed")


def test_unlocking_leaves_a_link_in_the_audit_chain(server, ama):
    from server.core.audit import check_chain

    server.add_person("boss")
    token = server.sign_in("boss").data["access_token"]
    _fail(server, 2)
    server.post("/api/v1/auth/unlock", {"person_id": ama}, token)
    with server.context.database.read() as db:
        notes = [row[0] for row in db.rows("SELECT note FROM audit_link ORDER BY audit_seq")]
        assert check_chain(db, server.organisation_id) is None
    assert '"sign_in_unlocked"' in notes[-1]


def test_counting_refuses_nobody_of_another_institute(server, ama):
    other = server.add_organisation("other", "Other School")
    server.add_person("ama", ("student",), other)
    _fail(server, 5)
    server.slug = "other"
    assert server.sign_in("ama").status == 200


def test_the_sentence_says_minutes():
    from server.people.sign_in_failures import locked_out
    from shared.core.clock import ManualClock

    refused = locked_out("2026-11-20T08:14:30.000Z", ManualClock().now())
    assert isinstance(refused, CampusError)
    assert "15 minutes" in refused.message
