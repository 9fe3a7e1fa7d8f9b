"""A stolen disk: forty planted strings, one of each kind of data, and not one of them readable on any file."""

import base64
import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from desktop.areas import areas
from desktop.core import wrong_passwords
from desktop.core.api_client import ApiClient
from desktop.core.keychain import MemoryKeychain
from desktop.core.offline_sign_in import STORE_NAME, SignInDesk
from desktop.core.store_file import open_encrypted
from desktop.core.wrong_passwords import MOST
from shared.core.errors import CampusError
from shared.core.ids import IdMaker
from tests.core import test_desktop_with_server as parts
from tests.core.test_desktop_with_server import add
from tests.serving import PASSWORD

# The fixtures of a desktop with a real server.
clock = parts.clock
engine = parts.engine
line = parts.line
office = parts.office
server = parts.server
session = parts.session
url = parts.url

PLANTED = [f"plantedzebra{at:02}" for at in range(40)]
STARTED = b"SQLite format 3"


@pytest.fixture
def desk(request: pytest.FixtureRequest) -> SimpleNamespace:
    """These fixtures in one."""
    names = ("computer", "session", "engine", "server", "line", "office", "clock")
    return SimpleNamespace(**{name: request.getfixturevalue(name) for name in names})


@pytest.fixture
def computer(tmp_path: Path, clock: Any, line: Any) -> SignInDesk:
    """A computer with all areas of the desktop and a keychain."""
    return SignInDesk(
        folder=tmp_path / "desktop",
        keychain=MemoryKeychain(is_lasting=True),
        clock=clock,
        ids=IdMaker(clock),
        areas=tuple(area.store for area in areas()),
        make_client=lambda _server: ApiClient(line, clock, lambda _seconds: True),
        scrypt_n=2**4,
    )


def _forms(planted: str) -> list[bytes]:
    """How a string may lie on a disk in clear."""
    turned = base64.b64encode(planted.encode()).rstrip(b"=")[:-1]
    return [
        planted.encode(),
        planted.encode("utf-16-le"),
        planted.encode("utf-16-be"),
        turned,
        planted.encode().hex().encode(),
    ]


def _found(folder: Path, planted: list[str]) -> list[str]:
    contents = [one.read_bytes() for one in folder.rglob("*") if one.is_file()]
    contents += [str(one.relative_to(folder)).encode() for one in folder.rglob("*")]
    return [one for one in planted if any(form in content for form in _forms(one) for content in contents)]


def test_no_planted_string_lies_on_the_disk_open_closed_or_unsent(tmp_path: Path, desk: Any) -> None:
    computer, session, engine, server, line = desk.computer, desk.session, desk.engine, desk.server, desk.line
    for at in range(15):  # rows that came from the server
        server.add_person(f"person{at}", ("student",), family_name=PLANTED[at])
    for at in range(15, 20):
        add(session, "Sent", other_names=PLANTED[at])
    engine.run_once()
    assert engine.run_once().label == "Up to date", engine.problem
    assert session.store.count("person") == 21
    line.is_up = False
    for at in range(20, 30):  # unsent work: in the outbox and in the sealed journal beside the store
        add(session, "Unsent", other_names=PLANTED[at])
    for at in range(30, 35):  # what is kept for a page, drafts among it
        session.store.remember(f"draft:person:{PLANTED[at]}", {"text": PLANTED[at]})
    for at in range(35, 40):  # files that wait
        source = tmp_path / f"{PLANTED[at]}.txt"
        source.write_text(f"An essay about {PLANTED[at]}. " * 2_000, encoding="utf-8")
        session.store.kept_files.put(source)
        assert session.store.kept_files is not None
    folder = computer.folder
    assert len(list(folder.rglob("campusdesk.*"))) >= 4, "store, its log, the journal and the files are there"
    assert _found(folder, PLANTED) == []
    session.store.close()
    assert _found(folder, PLANTED) == []
    assert not any(one.read_bytes().startswith(STARTED) for one in folder.rglob("*") if one.is_file())
    # The search is able to find: the same string in clear is found at once.
    (folder / "note.txt").write_bytes(PLANTED[7].encode("utf-16-le"))
    assert _found(folder, PLANTED) == [PLANTED[7]]


def test_a_copied_disk_opens_neither_without_the_keychain_nor_with_every_file(tmp_path: Path, desk: Any) -> None:
    """The thief has all files and even the password, but no keychain."""
    computer, session, office = desk.computer, desk.session, desk.office
    session.close()
    stolen = tmp_path / "stolen"
    shutil.copytree(computer.folder, stolen)
    thief = replace(computer, folder=stolen, keychain=MemoryKeychain(is_lasting=True))
    with pytest.raises(CampusError) as refused:
        thief.sign_in_offline(office, "esi", PASSWORD)
    assert refused.value.code == "keychain_missing"
    store = next(stolen.rglob(STORE_NAME))
    for key in (bytes(32), b"k" * 32):
        with pytest.raises(CampusError) as unread:
            open_encrypted(store, key)
        assert unread.value.code == "store_damaged"


def test_ten_guesses_hold_though_every_file_is_put_back(tmp_path: Path, desk: Any) -> None:
    """Whoever restores a copy of the disk after each guess finds the count in the keychain; its wait holds as well."""
    computer, session, office, clock = desk.computer, desk.session, desk.office, desk.clock
    session.close()
    copy = tmp_path / "copy"
    shutil.copytree(computer.folder, copy)

    def guess() -> str:
        shutil.rmtree(computer.folder)
        shutil.copytree(copy, computer.folder)
        with pytest.raises(CampusError) as refused:
            computer.sign_in_offline(office, "esi", "a guess of mine")
        return refused.value.code

    codes = [guess() for _ in range(3)]
    assert codes == ["password_wrong"] * 3
    assert guess() == "wait_before_retry"
    for wrong in range(3, MOST):
        clock.advance(wrong_passwords.wait_after(wrong))
        assert guess() == ("password_wrong" if wrong < MOST - 1 else "locked_until_online")
    clock.advance(7_200)
    shutil.rmtree(computer.folder)
    shutil.copytree(copy, computer.folder)
    with pytest.raises(CampusError) as locked:
        computer.sign_in_offline(office, "esi", PASSWORD)
    assert locked.value.code == "locked_until_online"
    # With the network the person is let in, and the work is there.
    again = computer.sign_in(office, "esi", PASSWORD)
    again.close()
