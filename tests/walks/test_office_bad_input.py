"""Bad days of a desktop with a real server: a damaged store, no room, no keychain, a clock that is a year off."""

import random
from datetime import timedelta

import pytest

from desktop.areas import areas
from desktop.core import meta
from desktop.core.api_client import ApiClient
from desktop.core.http_transport import HttpTransport
from desktop.core.keychain import MemoryKeychain
from desktop.core.offline_sign_in import STORE_NAME, SignInDesk
from desktop.core.outbox import Ask
from desktop.core.settings import Server
from desktop.core.sync_engine import SyncEngine
from shared.core.clock import ManualClock
from shared.core.errors import CampusError
from shared.core.ids import IdMaker
from tests.serving import PASSWORD, TestServer, running_server, server_settings

YEAR = timedelta(days=365).total_seconds()


class Line:
    """A real transport whose plug can be pulled."""

    def __init__(self, url):
        self.real, self.is_up = HttpTransport(url), True

    def send(self, request):
        return (self.real if self.is_up else HttpTransport("http://127.0.0.1:9")).send(request)


@pytest.fixture
def server(tmp_path):
    made = TestServer(server_settings(tmp_path / "server"), ManualClock())
    made.add_person("esi")
    yield made
    made.close()


@pytest.fixture
def line(server):
    with running_server(server.settings, server.app) as url:
        line = Line(url)
        yield line
        line.real.close()


@pytest.fixture
def clock():
    """The desktop's own clock."""
    return ManualClock()


@pytest.fixture
def computer(tmp_path, clock, line):
    return SignInDesk(
        folder=tmp_path / "desktop",
        keychain=MemoryKeychain(is_lasting=True),
        clock=clock,
        ids=IdMaker(clock),
        areas=[area.store for area in areas()],
        make_client=lambda _server: ApiClient(line, clock, lambda _seconds: True),
        scrypt_n=2**4,
    )


@pytest.fixture
def sign_in(computer, line):
    """`sign_in()` signs Esi in, online or offline as it comes."""
    opened = []

    def enter():
        for one in opened:
            one.close()
        opened[:] = [computer.sign_in(Server(url=line.real.url, organisation="km-media"), "esi", PASSWORD)]
        return opened[0]

    yield enter
    for one in opened:
        one.close()


def add(session, given):
    person_id = session.store._ids()
    payload = {"given_name": given, "family_name": "Mensah"}
    return person_id, session.store.commit([Ask("AddPerson", person_id, payload)])[0]


def sync(session, clock):
    return SyncEngine(session.store, session.client, clock, session.actor).run_once()


def people(session):
    return {row["id"]: row["given_name"] for row in session.store.page("person", limit=-1)}


# ------------------------------------------------------------------------------------------------- a damaged store


def spoil_the_middle(session):
    session.store._files.db().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path = session.keys.folder / STORE_NAME
    session.close()
    content = bytearray(path.read_bytes())
    middle = slice(4096, len(content) - 4096)
    content[middle] = random.Random(3).randbytes(len(content[middle]))
    path.write_bytes(content)
    session.close = lambda: None


def test_a_store_damaged_in_its_middle_is_rescued_and_filled_again(sign_in, clock):
    session = sign_in()
    for n in range(20):
        add(session, f"Sent {n}")
    assert sync(session, clock).label == "Up to date"
    for n in range(7):
        add(session, f"Unsent {n}")
    shown = people(session)
    spoil_the_middle(session)
    session = sign_in()
    (said,) = session.notes
    assert said == (
        "The file with your work on this computer was damaged. 7 changes that weren't sent yet were brought back; the"
        " rest is fetched from the server now."
    )
    assert session.store.pending().waiting == 7
    assert sync(session, clock).label == "Up to date"
    assert people(session) == shown
    assert session.store.receipt_counts().applied == 7


def test_a_store_damaged_without_a_network_keeps_what_waits_until_there_is_one(sign_in, clock, line):
    session = sign_in()
    add(session, "Sent")
    sync(session, clock)
    line.is_up = False
    add(session, "Unsent")
    shown = people(session)
    spoil_the_middle(session)
    session = sign_in()
    assert not session.online
    assert "1 change that wasn't sent yet was brought back" in session.notes[0]
    with pytest.raises(CampusError) as told:
        add(session, "Not yet")
    assert told.value.code == "lease_invalid"
    assert told.value.message.endswith("Sign in with a network to renew it.")
    line.is_up = True
    session = sign_in()
    assert sync(session, clock).label == "Up to date"
    assert people(session) == shown
    add(session, "Now")


# ---------------------------------------------------------------------------------------------------------- no room


def test_a_disk_that_is_full_stops_fetching_with_a_sentence_and_goes_on_later(sign_in, clock, server):
    session = sign_in()
    sync(session, clock)
    mine, _ = add(session, "Saved before")
    for n in range(300):
        server.do(server.command("AddPerson", server.new_id(), {"given_name": f"Person {n}", "family_name": "M" * 90}))
    db = session.store._files.db()
    db.execute(f"PRAGMA max_page_count = {db.execute('PRAGMA page_count').fetchone()[0]}")
    engine = SyncEngine(session.store, session.client, clock, session.actor)
    state = engine.run_once()
    assert engine.problem.code == "disk_full"
    assert "Make room" in state.sentence
    assert state.waiting == 1
    assert people(session)[mine] == "Saved before"
    db.execute("PRAGMA max_page_count = 1000000")
    assert engine.run_once().label == "Up to date"
    assert len(people(session)) == 302
    assert session.store.receipt_counts().applied == 1, "sent twice, counted once"


# ---------------------------------------------------------------------------------------------------- no keychain


def test_a_keychain_that_lost_its_key_asks_for_the_network_once(sign_in, computer, clock, line):
    session = sign_in()
    person, _ = add(session, "Waiting")
    session.close()
    session.close = lambda: None
    computer.keychain.delete(f"store {session.profile.device_id}")
    line.is_up = False
    with pytest.raises(CampusError) as told:
        sign_in()
    assert told.value.code == "keychain_missing"
    assert told.value.message == (
        "This computer's keychain doesn't have the key to your work any more. Sign in with a network once;"
        " nothing was lost."
    )
    line.is_up = True
    session = sign_in()
    assert people(session)[person] == "Waiting"
    assert sync(session, clock).label == "Up to date"
    line.is_up = False
    assert people(sign_in())[person] == "Waiting", "and without a network again"


# ------------------------------------------------------------------------------------------------ a clock a year off


@pytest.mark.parametrize("off", [YEAR, -YEAR], ids=["ahead", "behind"])
def test_a_clock_a_year_off_neither_stops_work_nor_shifts_it(sign_in, clock, server, line, off):
    clock.advance(off)
    session = sign_in()
    assert session.online
    assert sync(session, clock).label == "Up to date"
    assert session.store.recall(meta.OFFSET) == pytest.approx(-off * 1000, abs=5_000)
    line.is_up = False
    person, command = add(session, "Made offline")
    assert command.clock_offset == pytest.approx(-off * 1000, abs=5_000)
    session = sign_in()
    assert not session.online
    assert add(session, "After a restart")
    line.is_up = True
    for _ in range(3):
        clock.advance(20 * 60)
        server.clock.advance(20 * 60)
        assert sync(session, clock).label == "Up to date"
    assert people(session)[person] == "Made offline"
    assert session.store.receipt_counts().applied == 2


@pytest.mark.parametrize("off", [YEAR, -YEAR], ids=["ahead", "behind"])
def test_work_can_begin_before_the_first_sync_whatever_the_clock_says(sign_in, clock, off):
    clock.advance(off)
    session = sign_in()
    add(session, "At once")
    assert sync(session, clock).label == "Up to date"


@pytest.mark.parametrize("off", [YEAR, -YEAR], ids=["was ahead", "was behind"])
def test_a_clock_that_is_put_right_does_not_lock_anybody_out(sign_in, clock, line, off):
    clock.advance(off)
    session = sign_in()
    sync(session, clock)
    add(session, "Before")
    clock.advance(-off)
    session = sign_in()
    assert session.online
    assert sync(session, clock).label == "Up to date"
    add(session, "After")
    line.is_up = False
    assert sign_in().store.pending().waiting == 1
