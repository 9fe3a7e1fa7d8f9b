"""Signing in at a computer: the first time, without a network, after a changed password, after ten wrong ones."""

import base64
import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from desktop.core.api_client import ApiClient
from desktop.core.api_errors import ApiError, no_network
from desktop.core.desk import Desk
from desktop.core.keychain import MemoryKeychain
from desktop.core.local_store import journal_path
from desktop.core.offline_sign_in import STORE_NAME, SignInDesk
from desktop.core.outbox import Ask
from desktop.core.sealed_outbox import read_as_institute
from desktop.core.settings import Server, Settings
from desktop.core.store_lock import StoreBusyError
from desktop.core.transport import Reply
from shared.core.clock import ManualClock, instant_text
from shared.core.errors import CampusError
from tests.core.desktop_kit import NOTE, NOTES, seeded_ids

SERVER = Server(url="http://127.0.0.1:8000", organisation="accra")
LEASES = Ed25519PrivateKey.from_private_bytes(bytes(32))
INSTITUTE = X25519PrivateKey.from_private_bytes(bytes([7] * 32))


def packed(raw):
    return base64.b64encode(raw).decode()


class SignInServer:
    """Signs people in: passwords by name, an escrow secret by device, until it is unplugged."""

    def __init__(self, clock):
        self.clock, self.is_up = clock, True
        self.passwords = {"ama": "a long enough password", "kofi": "another good password"}
        self.people = {"ama": "person-ama", "ama@example.org": "person-ama", "kofi": "person-kofi"}
        self.passwords["ama@example.org"] = self.passwords["ama"]
        self.escrow, self.asked = {}, []
        self.refusal = None

    def send(self, request):
        if not self.is_up:
            raise no_network()
        body = json.loads(request.body)
        self.asked.append((request.path, body))
        if self.refusal is not None:
            return self.reply({"error": "Not now.", "code": self.refusal[1]}, self.refusal[0])
        if self.passwords.get(body.get("name")) != body.get("password"):
            return self.reply({"error": "The name or the password is not right.", "code": "password_wrong"}, 401)
        device_id = body["device"]["id"]
        return self.reply({"data": self.answer(self.people[body["name"]], device_id)})

    def reply(self, value, status=200):
        return Reply(status, {}, json.dumps(value).encode())

    def answer(self, person_id, device_id):
        now = self.clock.now()
        return {
            "access_token": "access",
            "access_expires_at": instant_text(now + timedelta(minutes=15)),
            "refresh_token": "refresh",
            "refresh_expires_at": instant_text(now + timedelta(days=7)),
            "person": {"id": person_id, "name": person_id.title(), "number": "0042", "permissions": ["people.edit"]},
            "organisation": {"id": "organisation", "slug": "accra", "name": "Accra Media School"},
            "device": {
                "id": device_id,
                "install_epoch": 3,
                "escrow_secret": packed(self.escrow.setdefault(device_id, os.urandom(32))),
            },
            "lease": jwt.encode(
                {"aud": "lease", "person_id": person_id, "device_id": device_id, "exp": now + timedelta(days=14)},
                LEASES,
                algorithm="EdDSA",
            ),
            "lease_public_key": packed(LEASES.public_key().public_bytes_raw()),
            "institute_public_key": packed(INSTITUTE.public_key().public_bytes_raw()),
        }


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def server(clock):
    return SignInServer(clock)


@pytest.fixture
def computer(tmp_path, clock, server):
    return SignInDesk(
        folder=tmp_path,
        keychain=MemoryKeychain(is_lasting=True),
        clock=clock,
        ids=seeded_ids(clock),
        areas=[NOTES],
        make_client=lambda _server: ApiClient(server, clock, lambda _seconds: True),
        scrypt_n=2**4,
    )


PASSWORD = "a long enough password"


@pytest.fixture
def signed(computer):
    """Ama signs in online, saves something, and leaves."""
    session = computer.sign_in(SERVER, "Ama ".lower(), PASSWORD)
    save(session, "offline work")
    session.close()
    return session


def save(session, title):
    note = session.actor.person_id and session.store._ids()
    session.store.commit([Ask("AddNote", note, {"title": title})])
    return note


def titles(session):
    return [row["title"] for row in session.store.page(NOTE)]


def code(call, *arguments, **options):
    with pytest.raises(CampusError) as told:
        call(*arguments, **options).close()
    return told.value.code


def test_the_first_sign_in_needs_the_network_and_says_so(computer, server):
    server.is_up = False
    with pytest.raises(CampusError) as told:
        computer.sign_in(SERVER, "ama", PASSWORD)
    assert told.value.code == "first_sign_in_needs_network"
    assert "first sign-in on this computer needs the network" in told.value.message
    assert code(computer.sign_in_offline, SERVER, "ama", PASSWORD) == "first_sign_in_needs_network"


def test_a_sign_in_online_opens_a_store_of_ones_own(computer, server):
    session = computer.sign_in(SERVER, "ama", PASSWORD, keep=True)
    assert session.online
    assert session.actor.name == "Person-Ama"
    assert session.actor.may("people.edit")
    assert session.client.is_signed_in
    asked = server.asked[0][1]
    assert (asked["keep"], asked["organisation"]) == (True, "accra")
    assert len(base64.b64decode(asked["device"]["public_key"])) == 32
    save(session, "one")
    assert session.store.next_request().install_epoch == 3
    session.close()


def test_the_same_person_signs_in_offline_and_finds_the_work(computer, server, signed, clock):
    server.is_up = False
    clock.advance(3600)
    session = computer.sign_in(SERVER, "ama", PASSWORD)
    assert not session.online
    assert session.actor.name == "Person-Ama"
    assert session.actor.may("people.edit")
    assert titles(session) == ["offline work"]
    save(session, "more")
    assert session.client.is_signed_in, "the refresh token of the last sign-in is tried when the line is back"
    session.close()


def test_number_and_spelling_find_the_person_too(computer, server, signed):
    server.is_up = False
    for name in ("AMA", " ama ", "0042"):
        computer.sign_in(SERVER, name, PASSWORD).close()


def test_a_server_in_trouble_counts_as_no_network_but_a_refusal_does_not(computer, server, signed):
    server.refusal = (503, "http_503")
    computer.sign_in(SERVER, "ama", PASSWORD).close()
    server.refusal = (401, "suspended")
    assert code(computer.sign_in, SERVER, "ama", PASSWORD) == "suspended"
    server.refusal = (429, "locked_out")
    assert code(computer.sign_in, SERVER, "ama", PASSWORD) == "locked_out"


def test_a_wrong_password_offline_is_counted(computer, server, signed):
    server.is_up = False
    with pytest.raises(CampusError) as told:
        computer.sign_in(SERVER, "ama", "wrong")
    assert (told.value.code, told.value.details["left"]) == ("password_wrong", 9)


def test_ten_wrong_passwords_lose_nothing(computer, server, signed, clock):
    server.is_up = False
    for _ in range(10):
        code(computer.sign_in, SERVER, "ama", "wrong")
        clock.advance(3600)
    assert code(computer.sign_in, SERVER, "ama", PASSWORD) == "locked_until_online"
    server.is_up = True
    session = computer.sign_in(SERVER, "ama", PASSWORD)
    assert titles(session) == ["offline work"]
    session.close()
    server.is_up = False
    computer.sign_in(SERVER, "ama", PASSWORD).close()


def test_a_password_changed_elsewhere_opens_the_same_store(computer, server, signed):
    server.passwords["ama"] = "a new password, changed elsewhere"
    assert code(computer.sign_in, SERVER, "ama", PASSWORD) == "password_wrong"
    session = computer.sign_in(SERVER, "ama", server.passwords["ama"])
    assert titles(session) == ["offline work"]
    session.close()
    server.is_up = False
    assert code(computer.sign_in, SERVER, "ama", PASSWORD) == "password_wrong"
    computer.sign_in(SERVER, "ama", server.passwords["ama"]).close()


def test_the_same_person_under_another_name_gets_the_same_store(computer, server, signed):
    session = computer.sign_in(SERVER, "ama@example.org", PASSWORD)
    assert titles(session) == ["offline work"]
    assert session.profile.names == ("ama", "ama@example.org")
    session.close()


def test_two_people_on_one_computer_have_two_stores(computer, server, signed):
    session = computer.sign_in(SERVER, "kofi", "another good password")
    assert titles(session) == []
    assert session.store.device_id != signed.store.device_id
    session.close()
    assert {one.name for one in computer.profiles.all(SERVER.url)} == {"Person-Ama", "Person-Kofi"}


def test_the_list_of_people_has_names_only(computer, signed):
    raw = (computer.folder / "people.json").read_text()
    for secret in (PASSWORD, "refresh", "access", "people.edit"):
        assert secret not in raw


def test_nothing_of_the_sign_in_lies_on_the_disk_in_clear(computer, signed):
    for path in computer.folder.rglob("*"):
        raw = path.read_bytes() if path.is_file() else b""
        assert b"offline work" not in raw
        assert b"long enough" not in raw


def test_a_second_start_on_the_same_store_is_told(computer, server):
    session = computer.sign_in(SERVER, "ama", PASSWORD)
    with pytest.raises(StoreBusyError):
        computer.sign_in(SERVER, "ama", PASSWORD)
    assert session.lock.is_called()
    session.close()
    computer.sign_in(SERVER, "ama", PASSWORD).close()


def test_a_second_process_on_the_same_store_is_told(computer, server):
    session = computer.sign_in(SERVER, "ama", PASSWORD)
    script = (
        "import sys; from pathlib import Path; from desktop.core.store_lock import StoreLock, StoreBusyError\n"
        "try:\n    StoreLock(Path(sys.argv[1])).acquire()\nexcept StoreBusyError as told:\n    print(told.code)"
    )
    root = Path(__file__).resolve().parents[2]
    folder = str(session.keys.folder)
    run = subprocess.run(
        [sys.executable, "-c", script, folder], cwd=root, capture_output=True, text=True, timeout=300, check=True
    )
    assert run.stdout.strip() == "store_busy"
    assert session.lock.is_called()
    session.close()


def test_after_the_lease_the_store_reads_only(computer, server, signed, clock):
    server.is_up = False
    clock.advance(timedelta(days=13).total_seconds())
    session = computer.sign_in(SERVER, "ama", PASSWORD)
    save(session, "in time")
    clock.advance(timedelta(days=1).total_seconds())
    with pytest.raises(CampusError) as told:
        save(session, "too late")
    assert told.value.code == "lease_over"
    assert sorted(titles(session)) == ["in time", "offline work"]
    assert len(session.store.next_request().commands) == 2, "what was saved is still sent"
    clock.set(clock.now() - timedelta(days=5))
    with pytest.raises(CampusError):
        save(session, "clock set back")
    session.close()
    assert code(computer.sign_in, SERVER, "ama", PASSWORD) == "clock_set_back"


def test_an_online_sign_in_renews_the_lease(computer, server, signed, clock):
    clock.advance(timedelta(days=20).total_seconds())
    session = computer.sign_in(SERVER, "ama", PASSWORD)
    save(session, "again")
    session.close()


def test_a_clock_a_year_ahead_of_the_server_does_not_end_the_lease(computer, server, clock):
    session = computer.sign_in(SERVER, "ama", PASSWORD)
    clock.advance(timedelta(days=365).total_seconds())
    session.store.remember("clock_offset", round(-timedelta(days=365) / timedelta(milliseconds=1)))
    save(session, "skewed")
    session.close()


def test_a_damaged_store_is_rescued_at_the_next_sign_in(computer, server, signed):
    path = signed.keys.folder / STORE_NAME
    path.write_bytes(os.urandom(8192))
    session = computer.sign_in(SERVER, "ama", PASSWORD)
    assert titles(session) == ["offline work"]
    assert any("1 change that wasn't sent yet was brought back" in note for note in session.notes)
    session.close()


def test_a_server_that_lost_the_escrow_leaves_the_password(computer, server, signed):
    server.escrow.clear()
    session = computer.sign_in(SERVER, "ama", PASSWORD)
    assert titles(session) == ["offline work"]
    session.close()
    session = computer.sign_in(SERVER, "ama", PASSWORD)
    assert session.notes == ()
    session.close()


def test_keys_that_are_gone_put_the_store_aside_for_the_office(computer, server, signed):
    server.escrow.clear()
    computer.keychain.delete(f"store {signed.profile.device_id}")
    session = computer.sign_in(SERVER, "ama", PASSWORD)
    assert titles(session) == []
    assert any("the office can recover it" in note for note in session.notes)
    aside = next(session.keys.folder.glob("unreadable-*"))
    sealed = (aside / journal_path(Path(STORE_NAME)).name).read_bytes()
    assert len(read_as_institute(sealed, INSTITUTE)) == 1
    session.close()


def test_without_a_keychain_it_works_and_is_said(computer, server, clock):
    poor = SignInDesk(
        computer.folder, MemoryKeychain(), clock, computer.ids, [NOTES], computer.make_client, scrypt_n=2**4
    )
    session = poor.sign_in(SERVER, "ama", PASSWORD)
    assert any("no keychain" in note for note in session.notes)
    save(session, "one")
    public = server.asked[-1][1]["device"]["public_key"]
    session.close()
    server.is_up = False
    later = SignInDesk(
        computer.folder, MemoryKeychain(), clock, computer.ids, [NOTES], computer.make_client, scrypt_n=2**4
    )
    session = later.sign_in(SERVER, "ama", PASSWORD)
    assert titles(session) == ["one"]
    assert session.client._device[1].public == public
    session.close()


def test_a_sign_in_that_ended_is_renewed_with_the_store_open(computer, server, clock):
    session = computer.sign_in(SERVER, "ama", PASSWORD)
    save(session, "before")
    session.client.use(None, session.profile.device_id, session.client._device[1])
    assert not session.client.is_signed_in
    assert code(computer.sign_in_again, session, SERVER, "wrong") == "password_wrong"
    computer.sign_in_again(session, SERVER, PASSWORD)
    assert session.client.is_signed_in
    save(session, "after")
    server.people["ama"] = "person-other"
    assert code(computer.sign_in_again, session, SERVER, PASSWORD) == "another_person"
    session.close()


def test_a_desk_saves_and_wakes_sync(computer, clock):
    session = computer.sign_in(SERVER, "ama", PASSWORD)
    woken = []
    desk = Desk(
        store=session.store,
        actor=session.actor,
        open=lambda *_arguments, **_details: None,
        clock=clock,
        ids=computer.ids,
        settings=Settings(),
        sync_now=lambda: woken.append(True),
    )
    commands = desk.commit([Ask("AddNote", desk.ids(), {"title": "one"})])
    assert woken == [True]
    assert commands[0].device_id == session.store.device_id
    assert desk.sync_state().label == "Up to date"
    session.close()


def test_the_network_error_is_kept_behind_the_sentence(computer, server):
    server.is_up = False
    with pytest.raises(CampusError) as told:
        computer.sign_in(SERVER, "ama", PASSWORD)
    assert told.value.details == {"cause": "server_unreachable"}
    assert isinstance(told.value.__cause__, ApiError)
