"""One's own password, temporary ones, and which are taken."""

import signal
import threading
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.password_policy import check_password
from server.core.passwords import PasswordProcess, hash_here, pre_hash
from server.people.credentials import temporary_password
from shared.core.errors import CampusError
from tests.processes import halted
from tests.serving import PASSWORD

NEW = "three boats on the Volta"
CHANGE = "/api/v1/auth/change-password"
TEMPORARY = "/api/v1/auth/temporary-password"
PATIENCE = 120.0


@pytest.fixture
def ama(server):
    return server.add_person("ama", ("student",))


@pytest.fixture
def boss(server):
    server.add_person("boss")
    return server.sign_in("boss").data["access_token"]


def test_a_changed_password_counts_at_once_and_ends_the_other_sign_ins(server, ama):
    here, there = server.sign_in("ama").data, server.sign_in("ama").data
    assert server.post(CHANGE, {"current": PASSWORD, "new": NEW}, here["access_token"]).status == 200
    assert server.get("/api/v1/auth/me", here["access_token"]).status == 200
    assert server.get("/api/v1/auth/me", there["access_token"]).code == "signed_out"
    assert server.sign_in("ama").code == "password_wrong"
    assert server.sign_in("ama", password=NEW).status == 200


def test_the_present_password_is_needed_and_guessing_it_locks(server, ama, expect_log):
    token = server.sign_in("ama").data["access_token"]
    for _ in range(5):
        assert server.post(CHANGE, {"current": "wrong", "new": NEW}, token).code == "current_password_wrong"
    assert server.post(CHANGE, {"current": PASSWORD, "new": NEW}, token).code == "locked_out"


@pytest.mark.parametrize("new", ["short", "password1234", "km-media-2026", "aaaaaaaaaaaaaa"])
def test_a_weak_new_password_is_refused_with_the_reason(server, ama, new):
    token = server.sign_in("ama").data["access_token"]
    answer = server.post(CHANGE, {"current": PASSWORD, "new": new}, token)
    assert (answer.status, answer.code) == (422, "password_refused")
    assert answer.json["details"]["reason"] in {"too_short", "common", "name", "too_simple"}


def test_a_temporary_password_must_be_changed_first(server, ama, boss):
    told = server.post(TEMPORARY, {"person_id": ama}, boss).data
    assert told["expires_at"] == "2026-12-04T08:00:00.000Z"
    signed = server.sign_in("ama", password=told["password"]).data
    assert signed["must_change_password"] is True
    token = signed["access_token"]
    refused = server.post("/api/v1/auth/unlock", {"person_id": ama}, token)
    assert (refused.status, refused.code) == (403, "password_change_needed")
    assert server.get("/api/v1/auth/me", token).data["must_change_password"] is True
    assert server.post(CHANGE, {"current": told["password"], "new": NEW}, token).status == 200
    assert server.post("/api/v1/auth/unlock", {"person_id": ama}, token).code == "not_allowed"


def test_a_temporary_password_runs_out(server, ama, boss):
    password = server.post(TEMPORARY, {"person_id": ama}, boss).data["password"]
    server.clock.advance(timedelta(days=14).total_seconds())
    assert server.sign_in("ama", password=password).code == "temporary_password_expired"


def test_who_may_give_out_passwords(server, ama):
    server.add_person("reg", ("registrar",))
    server.add_person("kofi", ("student",))
    boss_id = server.add_person("boss2")
    reg = server.sign_in("reg").data["access_token"]
    kofi = server.sign_in("kofi").data["access_token"]
    assert server.post(TEMPORARY, {"person_id": ama}, reg).status == 200
    assert server.post(TEMPORARY, {"person_id": boss_id}, reg).code == "not_allowed"
    assert server.post(TEMPORARY, {"person_id": ama}, kofi).code == "not_allowed"


def test_nobody_reaches_into_another_institute(server, boss):
    other = server.add_organisation("other", "Other School")
    stranger = server.add_person("yaw", ("student",), other)
    assert server.post(TEMPORARY, {"person_id": stranger}, boss).code == "person_unknown"


def test_passwords_are_stored_as_hashes_and_never_logged(server, ama, caplog):
    server.sign_in("ama")
    server.sign_in("ama", password="my secret guess of today")
    with server.context.database.read() as db:
        hashed = db.one("SELECT hash, algorithm FROM credential WHERE person_id = :p", p=ama)
    assert hashed[0].startswith("$2b$")
    assert hashed[1] == "bcrypt-hmac-sha256"
    assert PASSWORD not in caplog.text
    assert "my secret guess of today" not in caplog.text


# ------------------------------------------------------------------------------------------------------------ the rules


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("eleven char", "too_short"),
        ("x" * 257, "too_long"),
        ("abababababab", "too_simple"),
        ("qwertyuiop123", "too_simple"),
        ("0987654321qwerty", "too_simple"),
        ("password12345", "common"),
        ("P@ssw0rd2026!", "common"),
        ("welcome-welcome", "common"),
        ("ghana ghana 1957", "common"),
        ("letmein password", "common"),
        ("KM Media 2026!", "name"),
        ("ama.mensah.2026", "name"),
    ],
)
def test_passwords_that_are_refused(password, reason):
    with pytest.raises(CampusError) as refused:
        check_password(password, ["KM Media", "km-media", "Ama", "Mensah", "ama.mensah"], 12)
    assert refused.value.details["reason"] == reason


@pytest.mark.parametrize(
    "password", [PASSWORD, NEW, "correct horse battery staple", "ɔkɔtɔ nwo anoma da", "Mensah keeps nine grey goats"]
)
def test_passwords_that_are_taken(password):
    check_password(password, ["KM Media", "Mensah"], 12)


def test_a_temporary_password_would_be_taken():
    for _ in range(50):
        check_password(temporary_password(), ["KM Media"], 12)


@given(st.text(min_size=1, max_size=200))
def test_any_password_fits_into_bcrypt(password):
    assert len(pre_hash(password, b"p" * 32)) == 44


def test_letters_that_look_alike_are_the_same_and_case_is_not():
    assert pre_hash("ﬁle café", b"p") == pre_hash("file café", b"p")
    assert pre_hash("File", b"p") != pre_hash("file", b"p")
    assert pre_hash("file", b"p") != pre_hash("file", b"q")


# ---------------------------------------------------------------------------------------------------------- the process


@pytest.fixture
def process():
    made = PasswordProcess(b"p" * 32, cost=4, queue=3)
    yield made
    made.close()


def test_the_process_checks_and_hashes(process):
    hashed = process.hash(PASSWORD).result(PATIENCE)
    assert process.check(PASSWORD, hashed).result(PATIENCE) is True
    assert process.check(PASSWORD + " ", hashed).result(PATIENCE) is False
    assert process.check(PASSWORD, hash_here(PASSWORD, b"p" * 32, 4)).result(PATIENCE) is True
    assert process.check(PASSWORD, None).result(PATIENCE) is False


def test_tails_beyond_72_bytes_count(process):
    long = "a kettle, two birds " * 10
    hashed = process.hash(long + "x").result(PATIENCE)
    assert process.check(long + "y", hashed).result(PATIENCE) is False


def test_beyond_the_queue_callers_are_told_to_come_back(process):
    slow = PasswordProcess(b"p" * 32, cost=12, queue=2)
    try:
        worker = halted(slow)
        waiting = [slow.hash("x"), slow.hash("y")]
        with pytest.raises(CampusError) as busy:
            slow.hash("z")
        worker.send_signal(signal.SIGCONT)
        assert (busy.value.code, busy.value.details["retry_after"]) == ("busy", 3)
        assert all(one.result(PATIENCE).startswith("$2b$12$") for one in waiting)
        assert slow.hash("z").result(PATIENCE)
    finally:
        slow.close()


def test_a_killed_process_is_started_again(process, expect_log):
    expect_log("The password process ended")
    worker = halted(process)
    waiting = process.hash("x")
    worker.kill()
    with pytest.raises(CampusError):
        waiting.result(PATIENCE)
    assert process.hash("x").result(PATIENCE)


def test_nobody_waits_for_ever_where_another_process_is_begun_at_once(process, expect_log, monkeypatch):
    expect_log("The password process ended")
    worker, seen = halted(process), threading.Event()
    waiting = process.hash("x")
    ended = worker.wait
    # Its reader hears of the end only when the next one runs already.
    monkeypatch.setattr(worker, "wait", lambda: seen.wait(PATIENCE) and ended())
    worker.kill()
    ended()
    assert process.hash("y").result(PATIENCE)
    seen.set()
    with pytest.raises(CampusError):
        waiting.result(PATIENCE)


def test_who_waits_when_the_server_ends_is_told_so(process, monkeypatch):
    worker = halted(process)
    waiting = process.hash("x")

    def end():
        for one in (signal.SIGTERM, signal.SIGCONT):  # once it goes on, it ends before anything else
            worker.send_signal(one)

    monkeypatch.setattr(worker, "terminate", end)
    process.close()
    with pytest.raises(CampusError):
        waiting.result(PATIENCE)


def test_the_process_knows_none_of_our_settings(process, monkeypatch):
    from server.core.passwords import _without_secrets

    monkeypatch.setenv("CAMPUSDESK_DATABASE_URL", "postgresql://owner:canary@localhost/x")
    assert not any("canary" in value for value in _without_secrets().values())


def test_an_unknown_person_costs_as_much_as_a_known_one(process):
    assert process.nobody.startswith("$2b$04$")
    assert PasswordProcess(b"p", cost=12).nobody.startswith("$2b$12$")
