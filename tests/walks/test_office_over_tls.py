"""An office set up by its commands, and desktops that reach it over TLS: real processes, real faults."""

import contextlib
import signal

import pytest
from cryptography import x509

from desktop.core import local_store
from desktop.core.keychain import MemoryKeychain
from desktop.core.outbox import Ask
from desktop.core.retry import Backoff
from desktop.core.sync_runner import SyncRunner
from desktop.core.sync_state import Phase
from desktop.shell.server_contact import meet
from shared.core.errors import CampusError
from shared.core.sync import PROTOCOL
from tests import postgres as running
from tests.walks.office import PASSWORD, SLUG, WAIT_SECONDS, Office, computer

pytestmark = pytest.mark.slow

AWAY = "The server can't reach its database. Work goes on offline and is sent when it is back."


@pytest.fixture
def office(tmp_path, database_url):
    return Office(tmp_path / "office", database_url)


@pytest.fixture
def small_office(tmp_path, sqlite_url):
    """The same on SQLite alone, for what the database has no part in."""
    return Office(tmp_path / "office", sqlite_url)


@pytest.fixture
def laptop(tmp_path):
    made = computer(tmp_path / "laptop", "Laptop 3", MemoryKeychain(is_lasting=True))
    yield made
    made.close()


def add(place, given):
    person_id = place.desk.ids()
    place.desk.commit([Ask("AddPerson", person_id, {"given_name": given, "family_name": "Mensah"})])
    return person_id


def refusal(call, *arguments):
    with pytest.raises(CampusError) as told:
        call(*arguments)
    return told.value


def leaf(office):
    return x509.load_pem_x509_certificate((office.folder / "tls" / "server.pem").read_bytes())


def test_a_desktop_pins_the_office_by_its_fingerprint_and_syncs(office, laptop):
    told = office.init()
    with office.serving() as serving:
        ready = serving.told
        met = meet(f"https://localhost:{office.port}")
        assert met.office.fingerprint == told["fingerprint"] == ready["fingerprint"]
        assert not met.compared, "a person compares it"
        assert meet(told["enrolment"]).compared, "the QR code brings the fingerprint along"
        server = laptop.gate.institute(met.server(), SLUG)
        assert server.name == "KM Media Training Institute"
        place = laptop.sign_in(server, "efua")
        assert place.signed_in.online
        person = add(place, "Ama")
        assert place.sync().label == "Up to date"
        assert place.store.receipt()[0].verdict == "applied"
        other = computer(laptop.gate.folder.with_name("front desk"), "Front desk")
        seen = other.sign_in(server, "efua")
        seen.sync()
        assert seen.store.get("person", person)["given_name"] == "Ama"
        other.close()


def test_a_renewed_certificate_goes_unnoticed(small_office, laptop):
    office = small_office
    office.init()
    with office.serving() as serving:
        server = meet(serving.told["address"]).server(SLUG)
        place = laptop.sign_in(server, "efua")
        add(place, "Ama")
        assert place.sync().label == "Up to date"
    before = leaf(office)
    office.more["CERTIFICATE_NAMES"] = '["office.example"]'
    add(place, "Kofi")
    assert place.sync().label == "Offline · 1 waiting"
    with office.serving() as serving:
        assert serving.told["port"] == office.port
        assert leaf(office).serial_number != before.serial_number
        assert leaf(office).public_key() != before.public_key()
        assert place.sync().label == "Up to date"


def test_another_authority_is_a_hard_stop_until_a_person_compares_again(small_office, laptop):
    office = small_office
    office.init()
    with office.serving() as serving:
        serving.told  # noqa: B018 - it is ready then
        server = meet(f"https://localhost:{office.port}").server(SLUG)
        place = laptop.sign_in(server, "efua")
        place.sync()
    for file in (office.folder / "tls").iterdir():
        file.unlink()
    told = office.init()
    person = add(place, "Ama")
    with office.serving() as serving:
        assert serving.told["fingerprint"] == told["fingerprint"]
        state = place.sync()
        assert (state.phase, state.label, state.tone) == (Phase.CERTIFICATE_CHANGED, "Server not trusted", "bad")
        assert place.engine.problem.code == "certificate_changed"
        assert state.sentence == (
            "This server doesn't show the certificate of your office, so nothing was sent to it. Ask the"
            " administrator: another machine may be answering in its place."
        )
        assert state.waiting == 1
        place.close()
        assert refusal(laptop.sign_in, server, "efua").code == "certificate_changed"
        assert refusal(laptop.gate.reach, server).code == "certificate_changed"
        again = meet(f"https://localhost:{office.port}")
        assert again.office.fingerprint == told["fingerprint"]
        place = laptop.sign_in(again.server(SLUG), "efua")
        assert place.store.get("person", person)["given_name"] == "Ama", "kept over all of it"
        assert place.sync().label == "Up to date"


def test_a_code_of_another_office_is_refused(small_office):
    told = small_office.init()
    with small_office.serving() as serving:
        serving.told  # noqa: B018 - it is ready then
        pin = told["fingerprint"].replace(" ", "")
        forged = told["enrolment"].replace(pin, pin[::-1])
        assert refusal(meet, forged).code == "fingerprint_differs"


def test_a_desktop_that_keeps_its_connection_does_not_hold_up_a_stop(small_office, laptop):
    small_office.more["GRACEFUL_STOP_SECONDS"] = "3600"  # longer than the walk waits for the end
    small_office.init()
    with small_office.serving() as serving:
        serving.told  # noqa: B018 - it is ready then
        server = meet(f"https://localhost:{small_office.port}").server(SLUG)
        assert laptop.sign_in(server, "efua").sync().label == "Up to date"
    assert serving.process.returncode == -signal.SIGTERM


@pytest.mark.parametrize("address", ["http://office.example.org:8620", "http://192.0.2.7:8620"])
def test_plain_http_leaves_this_machine_never(laptop, address):
    problem = refusal(meet, address)
    assert problem.code == "server_not_encrypted"
    assert problem.message.startswith("Passwords and marks only travel encrypted. Write https:// before ")


def test_a_second_server_on_the_same_port_says_so_and_the_first_goes_on(small_office):
    small_office.init()
    with small_office.serving() as serving:
        address = serving.told["address"]
        done = small_office.run("serve")
        assert done.returncode == 1
        assert done.stderr == (
            f"Port {small_office.port} is taken by another program, or not allowed."
            " Stop that program, or choose another --port.\n"
        )
        assert meet(address).office is not None


@pytest.mark.parametrize(
    ("spoken", "code", "sentence"),
    [
        (
            PROTOCOL - 1, "client_too_old",
            "This program is too old for the server. Update it. Your work is kept on this computer.",
        ),
        (
            PROTOCOL + 1, "server_too_old",
            "The server is older than this program. Ask the office to update it. Your work is kept here.",
        ),
    ],
)  # fmt: skip
def test_another_version_is_said_and_what_waits_is_kept(small_office, laptop, monkeypatch, spoken, code, sentence):
    small_office.init()
    with small_office.serving("--plain-http", "--host", "127.0.0.1") as serving:
        place = laptop.sign_in(meet(serving.told["address"]).server(SLUG), "efua")
        person = add(place, "Ama")
        with monkeypatch.context() as other:
            other.setattr(local_store, "PROTOCOL", spoken)
            state = place.sync()
        assert (state.label, state.waiting, state.sentence) == ("Update needed", 1, sentence)
        assert (place.engine.problem.code, place.engine.problem.status) == (code, 426)
        assert place.store.get("person", person)["given_name"] == "Ama"
        assert place.sync().label == "Up to date"


# ------------------------------------------------------------------------------------------------ the database is away


@pytest.fixture
def own_postgres(tmp_path):
    """A PostgreSQL that this test may stop and start."""
    with running.running_postgres() as server:
        yield server


@contextlib.contextmanager
def stopped(server):
    running._run("pg_ctl", "--pgdata", f"{server.folder}/data", "--mode", "fast", *running.PATIENT, "stop")
    try:
        yield
    finally:
        running.restart_postgres(server)


class Planned:
    """A scheduler that does nothing by itself: what is due next, and after how long."""

    def __init__(self):
        self.jobs = []

    def after(self, seconds, job):
        entry = (seconds, job)
        self.jobs.append(entry)
        return lambda: self.jobs.remove(entry) if entry in self.jobs else None

    def run(self):
        seconds, job = self.jobs.pop(0)
        job()
        return seconds


def started(place):
    """A runner that has synced once, what it has planned, and the states it told."""
    plan, heard = Planned(), []
    runner = SyncRunner(place.engine, plan, Backoff(uniform=lambda _low, high: high), heard.append)
    runner.start()
    plan.run()
    return runner, plan, heard


def test_a_database_that_is_down_at_start_and_goes_away_later(tmp_path, own_postgres, laptop):
    office = Office(tmp_path / "office", own_postgres.urls(own_postgres.create_database()))
    told = office.init()
    with office.serving() as serving:
        serving.end()
    with contextlib.ExitStack() as at_the_end:
        with stopped(own_postgres):
            serving = at_the_end.enter_context(office.serving("--wait", "1000"))
            assert serving.complained.wait(WAIT_SECONDS)
            assert serving.complaints == ["The database can't be reached yet. Trying again for 1000 seconds."]
            done = office.run("serve", "--wait", "0")
            assert done.returncode == 1
            assert done.stderr.startswith("The database can't be reached: ")
        ready = serving.told
        assert ready["fingerprint"] == told["fingerprint"], "it came up by itself"

        server = meet(ready["address"]).server(SLUG)
        place = laptop.sign_in(server, "efua")
        runner, plan, heard = started(place)
        assert heard[-1].label == "Up to date"
        with stopped(own_postgres):
            person = add(place, "Ama")
            runner.wake()
            plan.run()
            state = heard[-1]
            assert (state.phase, state.label, state.sentence) == (Phase.OFFLINE, "Offline · 1 waiting", AWAY)
            assert (place.engine.problem.code, place.engine.problem.status) == ("database_away", 503)
            assert plan.jobs[0][0] >= place.engine.problem.retry_after > 0
            place.close()
            place = laptop.sign_in(server, "efua", PASSWORD)
            assert not place.signed_in.online, "signing in goes on, too"
            assert place.store.get("person", person)["given_name"] == "Ama"
            _, plan, heard = started(place)
            assert heard[-1].label == "Offline · 1 waiting"
        assert plan.run() > 0
        assert heard[-1].label == "Up to date", "nobody did anything"
        assert place.store.receipt_counts().applied == 1
