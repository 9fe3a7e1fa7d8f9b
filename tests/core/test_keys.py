"""The store key's two wraps, wrong passwords, the lease and the device key."""

import base64
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.core import key_file, lease, steps
from desktop.core.device_key import device_key
from desktop.core.key_file import KeyFile
from desktop.core.keychain import MemoryKeychain, open_keychain
from desktop.core.keys import Keys
from shared.core.clock import ManualClock, instant_text
from shared.core.errors import CampusError

ESCROW = bytes(range(32))
PASSWORD = "a long enough password"
FILE = KeyFile(device_id="device", person_id="person", organisation_id="organisation")


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def keychain():
    return MemoryKeychain(is_lasting=True)


@pytest.fixture
def keys(tmp_path, keychain, clock):
    return Keys(tmp_path, keychain, clock, scrypt_n=2**4)


@pytest.fixture
def key(keys):
    return keys.create(FILE, PASSWORD, ESCROW)


def code(call, *arguments):
    with pytest.raises(CampusError) as told:
        call(*arguments)
    return told.value.code


def test_the_password_opens_what_it_wrapped(keys, key):
    assert len(key) == 32
    assert keys.open_with_password(PASSWORD) == key


def test_each_store_has_a_key_of_its_own(tmp_path, keychain, clock, key):
    assert Keys(tmp_path / "other", keychain, clock, scrypt_n=2**4).create(FILE, PASSWORD, ESCROW) != key


def test_neither_key_nor_password_nor_escrow_is_in_the_file(keys, key):
    raw = (keys.folder / key_file.NAME).read_bytes()
    for secret in (key, ESCROW):
        assert base64.b64encode(secret) not in raw
        assert secret.hex().encode() not in raw
    assert PASSWORD.encode() not in raw


def test_a_stolen_disk_without_the_keychain_opens_nothing(keys, key, tmp_path, clock):
    thief = Keys(tmp_path, MemoryKeychain(is_lasting=True), clock, scrypt_n=2**4)
    assert code(thief.open_with_password, PASSWORD) == "keychain_missing"


def test_without_a_keychain_the_password_alone_guards_and_this_is_said(tmp_path, clock):
    poor = Keys(tmp_path, MemoryKeychain(), clock, scrypt_n=2**4)
    key = poor.create(FILE, PASSWORD, ESCROW)
    assert "no keychain" in poor.says_so
    assert Keys(tmp_path, MemoryKeychain(), clock, scrypt_n=2**4).open_with_password(PASSWORD) == key


def test_a_keychain_needs_no_words(keys):
    assert keys.says_so is None


def test_no_store_needs_the_network_first(keys):
    assert code(keys.open_with_password, PASSWORD) == "first_sign_in_needs_network"


@pytest.mark.parametrize(
    ("wrong", "wait"), [(1, 0), (2, 0), (3, 30), (4, 60), (5, 300), (6, 900), (7, 3600), (9, 3600)]
)
def test_the_wait_after_so_many_wrong_passwords(keys, key, clock, wrong, wait):
    for _ in range(wrong):
        assert code(keys.open_with_password, "wrong") == "password_wrong"
        clock.advance(3600)
    clock.advance(-3600)
    if not wait:
        assert keys.open_with_password(PASSWORD) == key
        return
    with pytest.raises(CampusError) as told:
        keys.open_with_password(PASSWORD)
    assert (told.value.code, told.value.details["seconds"]) == ("wait_before_retry", wait)
    clock.advance(wait)
    assert keys.open_with_password(PASSWORD) == key


def ten_wrong(keys, clock):
    codes = []
    for _ in range(10):
        codes.append(code(keys.open_with_password, "wrong"))
        clock.advance(3600)
    return codes


def test_ten_wrong_passwords_delete_the_password_wrap_and_nothing_else(keys, key, clock):
    assert ten_wrong(keys, clock) == ["password_wrong"] * 9 + ["locked_until_online"]
    file = keys.file()
    assert file.password is None
    assert file.escrow is not None
    assert code(keys.open_with_password, PASSWORD) == "locked_until_online"
    assert keys.open_with_escrow(ESCROW, PASSWORD) == key
    assert keys.open_with_password(PASSWORD) == key


def test_a_right_password_resets_the_count(keys, key, clock):
    for _ in range(2):
        code(keys.open_with_password, "wrong")
    assert keys.open_with_password(PASSWORD) == key
    assert keys.file().wrong_passwords == 0
    assert code(keys.open_with_password, "wrong") == "password_wrong"


def test_putting_back_an_old_file_does_not_reset_the_count(keys, key, clock):
    old = (keys.folder / key_file.NAME).read_bytes()
    ten_wrong(keys, clock)
    (keys.folder / key_file.NAME).write_bytes(old)
    assert code(keys.open_with_password, PASSWORD) == "locked_until_online"


def test_clearing_the_keychain_does_not_reset_the_count(keys, key, clock, tmp_path):
    for _ in range(4):
        code(keys.open_with_password, "wrong")
        clock.advance(3600)
    clock.advance(-3600)
    keys.keychain.delete("tries device")
    assert code(keys.open_with_password, PASSWORD) == "wait_before_retry"


def test_ending_the_program_in_the_middle_gives_no_free_try(tmp_path, keychain, clock, key):
    class Kill(BaseException):
        pass

    def step(name):
        if name == steps.KEYS_REPLACED:
            raise Kill

    with pytest.raises(Kill):
        Keys(tmp_path, keychain, clock, scrypt_n=2**4, step=step).open_with_password("wrong")
    assert key_file.read(tmp_path).wrong_passwords == 1


def test_a_clock_set_back_is_noticed(keys, key, clock):
    keys.open_with_password(PASSWORD)
    clock.set(clock.now() - timedelta(days=2))
    with pytest.raises(CampusError) as told:
        keys.open_with_password(PASSWORD)
    assert told.value.code == "clock_set_back"
    assert "Set the clock" in told.value.message


def test_a_wait_can_not_be_shortened_by_setting_the_clock_back(keys, key, clock):
    for _ in range(4):
        code(keys.open_with_password, "wrong")
        clock.advance(3600)
    code(keys.open_with_password, "wrong")
    clock.set(clock.now() - timedelta(minutes=4))
    assert code(keys.open_with_password, PASSWORD) == "wait_before_retry"


def test_a_clock_that_was_ahead_once_is_forgiven_online(keys, key, clock):
    keys.saw(instant_text(clock.now() + timedelta(days=365)))
    assert code(keys.open_with_password, PASSWORD) == "clock_set_back"
    assert keys.open_with_escrow(ESCROW, PASSWORD) == key
    assert keys.open_with_password(PASSWORD) == key


def test_a_password_changed_elsewhere_is_wrapped_anew(keys, key, clock):
    assert keys.open_with_escrow(ESCROW, "another long password") == key
    assert code(keys.open_with_password, PASSWORD) == "password_wrong"
    assert keys.open_with_password("another long password") == key


def test_another_escrow_secret_opens_nothing_and_destroys_nothing(keys, key):
    assert code(keys.open_with_escrow, bytes(32), PASSWORD) == "escrow_refused"
    assert keys.open_with_password(PASSWORD) == key


def test_a_wrap_moved_to_another_device_does_not_open(keys, key):
    moved = keys.file().model_copy(update={"device_id": "other"})
    key_file.write(keys.folder, moved)
    assert code(keys.open_with_escrow, ESCROW, PASSWORD) == "escrow_refused"


def test_a_damaged_key_file_is_said_and_kept(keys, key):
    (keys.folder / key_file.NAME).write_bytes(b"{")
    assert code(keys.open_with_password, PASSWORD) == "key_file_damaged"
    assert (keys.folder / key_file.NAME).exists()


def test_no_keychain_on_this_machine_means_memory():
    """The tests run with keyring's failing backend, as a machine without a secret service does."""
    keychain = open_keychain()
    assert not keychain.is_lasting
    keychain.set("a", "b")
    assert keychain.get("a") == "b"
    keychain.delete("a")
    keychain.delete("a")
    assert keychain.get("a") is None


def test_the_device_key_lasts_in_the_keychain(keychain):
    first = device_key(keychain, "device")
    assert device_key(keychain, "device").public == first.public
    assert device_key(keychain, "other").public != first.public


def test_the_device_key_lasts_in_the_store_where_there_is_no_keychain():
    first = device_key(MemoryKeychain(), "device")
    assert device_key(MemoryKeychain(), "device", first.packed).public == first.public


def test_signatures_hold(keychain):
    key = device_key(keychain, "device")
    public = Ed25519PrivateKey.from_private_bytes(base64.b64decode(key.packed)).public_key()
    public.verify(base64.b64decode(key.sign("refresh")), b"refresh")


SERVER = Ed25519PrivateKey.from_private_bytes(bytes(32))
LEASE_KEY = base64.b64encode(SERVER.public_key().public_bytes_raw()).decode()


def signed(clock, days=14, key=SERVER, **claims):
    now = clock.now()
    content = {
        "aud": "lease",
        "person_id": "person",
        "device_id": "device",
        "organisation_id": "organisation",
        "iat": int(now.timestamp()),
        "exp": int((now + timedelta(days=days)).timestamp()),
        **claims,
    }
    return jwt.encode(content, key, algorithm="EdDSA")


def test_a_lease_holds_for_its_days(clock):
    read = lease.verify(signed(clock), LEASE_KEY, "person", "device")
    read.check(clock.now() + timedelta(days=13, hours=23))
    assert code(read.check, clock.now() + timedelta(days=14)) == "lease_over"


@pytest.mark.parametrize(
    "token",
    [
        lambda clock: signed(clock, key=Ed25519PrivateKey.from_private_bytes(bytes([1] * 32))),
        lambda clock: signed(clock, person_id="someone else"),
        lambda clock: signed(clock, device_id="another"),
        lambda clock: signed(clock, aud="access"),
        lambda _clock: "",
        lambda _clock: "a.b.c",
        lambda clock: signed(clock)[:-4] + "AAAA",
    ],
)
def test_a_lease_of_someone_else_is_none(clock, token):
    assert code(lease.verify, token(clock), LEASE_KEY, "person", "device") == "lease_invalid"
