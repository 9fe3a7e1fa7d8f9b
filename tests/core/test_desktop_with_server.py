"""The desktop's core against the real server over loopback: sign in, work offline, sync, refresh, check, deliver."""

import os

import pytest

from desktop.core import meta
from desktop.core.api_client import ApiClient
from desktop.core.area import KindSpec, StoreArea
from desktop.core.connections import damage_mark
from desktop.core.http_transport import HttpTransport
from desktop.core.keychain import MemoryKeychain
from desktop.core.local_store import journal_path
from desktop.core.offline_sign_in import STORE_NAME, SignInDesk
from desktop.core.outbox import Ask
from desktop.core.sealed_delivery import deliver_others
from desktop.core.sealed_outbox import read_as_institute
from desktop.core.settings import Server
from desktop.core.sync_engine import SyncEngine
from desktop.core.sync_state import Phase
from server.people.credentials import institute_private_key
from shared.attendance import commands as attendance_commands
from shared.attendance import rules as attendance
from shared.core.clock import ManualClock
from shared.core.errors import CampusError
from shared.core.ids import IdMaker
from shared.learning import commands as learning_commands
from shared.learning import rules as learning
from shared.people import commands as people_commands
from shared.people import rules as people
from shared.people.profile_fields import row_id
from shared.timetable import commands as timetable_commands
from shared.timetable import rules as timetable
from tests.serving import PASSWORD, TestServer, running_server, server_settings

PEOPLE = StoreArea(
    {
        "person": KindSpec(people.sort_text, people.search_text),
        **dict.fromkeys(("organisation", "role", "branch", "profile", "private_profile"), KindSpec()),
    },
    people.PROJECTIONS,
    people_commands.TYPE_VERSIONS,
)
LEARNING = StoreArea(
    {kind: KindSpec() for kind in ("course", "cohort", "enrolment", "academic_term", "course_right")},
    learning.PROJECTIONS,
    learning_commands.TYPE_VERSIONS,
)
TIMETABLE = StoreArea({"class_session": KindSpec()}, timetable.PROJECTIONS, timetable_commands.TYPE_VERSIONS)
ATTENDANCE = StoreArea(
    {"observation": KindSpec(), "register": KindSpec()}, attendance.PROJECTIONS, attendance_commands.TYPE_VERSIONS
)
AREAS = (PEOPLE, LEARNING, TIMETABLE, ATTENDANCE)


class Line:
    """A real transport whose plug can be pulled."""

    def __init__(self, url):
        self.real, self.is_up = HttpTransport(url), True

    def send(self, request):
        if not self.is_up:
            return HttpTransport("http://127.0.0.1:9").send(request)
        return self.real.send(request)


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def server(tmp_path, clock):
    server = TestServer(server_settings(tmp_path / "server"), clock)
    server.add_person("esi")
    yield server
    server.close()


@pytest.fixture
def url(server):
    with running_server(server.settings, server.app) as url:
        yield url


@pytest.fixture
def line(url):
    line = Line(url)
    yield line
    line.real.close()


@pytest.fixture
def office(url):
    return Server(url=url, organisation="km-media")


@pytest.fixture
def computer(tmp_path, clock, line):
    return SignInDesk(
        folder=tmp_path / "desktop",
        keychain=MemoryKeychain(is_lasting=True),
        clock=clock,
        ids=IdMaker(clock),
        areas=AREAS,
        make_client=lambda _server: ApiClient(line, clock, lambda _seconds: True),
        scrypt_n=2**4,
    )


@pytest.fixture
def session(computer, office):
    session = computer.sign_in(office, "esi", PASSWORD)
    yield session
    session.close()


@pytest.fixture
def engine(session, clock):
    return SyncEngine(session.store, session.client, clock, session.actor)


def add(session, given, **fields):
    person_id = session.store._ids()
    payload = {"given_name": given, "family_name": "Mensah", **fields}
    session.store.commit([Ask("AddPerson", person_id, payload)])
    return person_id


def test_the_first_sync_brings_the_institute(session, engine):
    assert engine.run_once().label == "Up to date"
    assert session.store.count("person") >= 1
    assert session.store.search("esi")
    assert session.store.recall(meta.SCOPES)


def test_offline_work_reaches_the_server_once_and_comes_back_as_truth(session, engine, line, server):
    engine.run_once()
    line.is_up = False
    people = [add(session, f"Ama {n}") for n in range(30)]
    shown = session.store.get("person", people[0])
    change = {"given_name": {"old": "Ama 0", "new": "Abena"}}
    session.store.commit([Ask("EditPerson", people[0], {"changes": change}, base=shown["revision"])])
    assert engine.run_once().label == "Offline · 31 waiting"
    line.is_up = True
    state = engine.run_once()
    assert (state.label, state.phase) == ("Up to date", Phase.IDLE)
    counts = session.store.receipt_counts()
    assert (counts.saved, counts.applied) == (31, 31)
    person = session.store.get("person", people[0])
    assert (person["given_name"], session.store.waiting("person", people[0])) == ("Abena", False)
    left = session.store._files.db().execute("SELECT count(*) FROM draft").fetchone()[0]
    assert left == 0


def test_a_refused_command_comes_back_with_the_servers_sentence(session, engine):
    person_id = session.store._ids()
    session.store.commit([Ask("AddPerson", person_id, {"given_name": "", "family_name": ""})])
    engine.run_once()
    line = session.store.receipt(only="refused")[0]
    assert line.verdict == "rejected"
    assert line.sentence
    assert session.store.get("person", person_id) is None


def test_two_devices_that_disagree_both_see_it(session, engine, computer, office, clock, server, tmp_path, line):
    person = add(session, "Ama")
    engine.run_once()
    server.add_person("yaw")
    other = computer.sign_in(office, "yaw", PASSWORD)
    theirs = SyncEngine(other.store, other.client, clock, other.actor)
    theirs.run_once()
    for one, name in ((session, "Akosua"), (other, "Adwoa")):
        base = one.store.get("person", person)["revision"]
        changes = {"given_name": {"old": "Ama", "new": name}}
        one.store.commit([Ask("EditPerson", person, {"changes": changes}, base=base)])
    for run in (engine, theirs, engine):
        state = run.run_once()
    assert state.label == "1 needs a decision"
    mine, seen = session.store.conflicts(), other.store.conflicts()
    assert [one.id for one in mine] == [one.id for one in seen]
    assert {side.values["given_name"] for side in mine[0].sides} == {"Akosua", "Adwoa"}
    assert session.store.get("person", person)["given_name"] == "Akosua"
    chosen = next(side.command_id for side in mine[0].sides if side.values["given_name"] == "Adwoa")
    choice = {"choices": {"given_name": chosen}}
    session.store.commit([Ask("SettleConflict", mine[0].id, choice, base=mine[0].revision)])
    assert session.store.get("person", person)["given_name"] == "Adwoa", "shown at once"
    for run in (engine, theirs):
        assert run.run_once().label == "Up to date"
    for one in (session, other):
        assert one.store.get("person", person)["given_name"] == "Adwoa"
        assert one.store.conflicts() == []
    other.close()


def test_tokens_are_renewed_and_last_over_an_offline_start(session, engine, computer, office, clock, line):
    clock.advance(20 * 60)
    assert engine.run_once().label == "Up to date"
    assert session.store.recall("tokens")["refresh_token"] == session.client._tokens.refresh_token
    add(session, "Waiting")
    session.close()
    line.is_up = False
    again = computer.sign_in(office, "esi", PASSWORD)
    assert not again.online
    line.is_up = True
    clock.advance(20 * 60)
    later = SyncEngine(again.store, again.client, clock, again.actor)
    assert later.run_once().label == "Up to date"
    again.close()
    session.store.close = session.lock.release = session.on_close = lambda: None


def test_the_daily_check_finds_a_row_that_went_wrong(session, engine):
    person = add(session, "Ama")
    engine.run_once()
    session.store._files.db().execute("DELETE FROM base WHERE id = ?", (person,))
    engine.want_check()
    engine.run_once()
    assert session.store.get("person", person)["given_name"] == "Ama"


def test_a_wrong_password_is_refused_with_a_sentence(computer, office):
    with pytest.raises(CampusError) as told:
        computer.sign_in(office, "esi", "not the right one")
    assert told.value.code == "password_wrong"


def test_the_institute_can_read_what_lies_on_the_disk(session, server):
    add(session, "Unsent")
    sealed = journal_path(session.keys.folder / STORE_NAME).read_bytes()
    with server.context.database.read() as db:
        private = institute_private_key(db, server.context.keys, server.organisation_id)
    assert [command.type for command in read_as_institute(sealed, private)] == ["AddPerson"]


def test_the_work_of_someone_gone_home_is_delivered_and_done(session, computer, office, server, clock, engine):
    server.add_person("yaw", ("administrator",))
    yaw = computer.sign_in(office, "yaw", PASSWORD)
    person = add(yaw, "Left behind")
    yaw.close()
    assert deliver_others(computer, session.client, office.url) == [], "yaw may come back any minute"
    clock.advance(13 * 3600)
    assert [one.name for one in deliver_others(computer, session.client, office.url)] == ["Yaw"]
    assert deliver_others(computer, session.client, office.url) == [], "the same work is delivered once"
    token = server.sign_in("esi").data["access_token"]
    assert server.get("/api/v1/sync/quarantine", token).data == []
    assert server.get(f"/api/v1/users/{person}", token).data["given_name"] == "Left behind"


def test_two_people_share_a_computer(session, engine, computer, office, server, clock, line):
    """Each has a store and a device of one's own; what one saves offline is sent in that one's name."""
    server.add_person("yaw")
    yaw = computer.sign_in(office, "yaw", PASSWORD)
    assert yaw.store.device_id != session.store.device_id
    theirs = SyncEngine(yaw.store, yaw.client, clock, yaw.actor)
    for run in (engine, theirs):
        assert run.run_once().label == "Up to date"
    mine, other = add(session, "Ama"), add(yaw, "Kofi")
    yaw.close()
    line.is_up = False
    again = computer.sign_in(office, "YAW ", PASSWORD)
    assert again.store.get("person", mine) is None, "what waits in another's store is not shown"
    line.is_up = True
    assert SyncEngine(again.store, again.client, clock, again.actor).run_once().label == "Up to date"
    engine.run_once()
    engine.run_once()
    assert {session.store.get("person", one)["given_name"] for one in (mine, other)} == {"Ama", "Kofi"}
    again.close()


def test_a_name_that_went_to_someone_else_opens_that_ones_own_store(session, engine, computer, office, server, clock):
    """The number on a card, or a username, is given to another person: the earlier one's store stays closed."""
    engine.run_once()
    esi = session.actor.person_id
    revision = session.store.get("person", esi)["revision"]
    change = {"username": {"old": "esi", "new": "esi.m"}}
    session.store.commit([Ask("EditPerson", esi, {"changes": change}, base=revision)])
    assert engine.run_once().label == "Up to date"
    newcomer = server.add_person("esi")
    other = computer.sign_in(office, "esi", PASSWORD)
    assert other.actor.person_id == newcomer
    assert other.store.device_id != session.store.device_id
    assert other.store.path != session.store.path
    with pytest.raises(CampusError) as told:
        computer.sign_in_again(session, office, PASSWORD)
    assert told.value.code == "another_person"
    other.close()
    found = computer.profiles.find(office.url, office.organisation, "esi")
    assert found.person_id == newcomer, "offline, too, the name is the newcomer's"


def spoil(path, whole):
    """Overwrite a store file: all of it, or the upper two thirds, where the rows are."""
    size = path.stat().st_size
    start = 0 if whole else size // 3
    with path.open("r+b") as file:
        file.seek(start)
        file.write(os.urandom(size - start))
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


@pytest.mark.parametrize("whole", [True, False])
def test_a_store_damaged_while_offline_keeps_its_unsent_work_until_it_is_delivered(
    computer, office, server, clock, line, whole
):
    first = computer.sign_in(office, "esi", PASSWORD)
    SyncEngine(first.store, first.client, clock, first.actor).run_once()
    line.is_up = False
    people = [add(first, f"Ama {n}") for n in range(20)]
    path = first.store.path
    first.close()
    spoil(path, whole)

    rescued = computer.sign_in(office, "esi", PASSWORD)
    assert not rescued.online
    assert "20 changes that weren't sent yet were brought back" in rescued.notes[0]
    assert "fetched from the server now" not in rescued.notes[0]
    assert [rescued.store.get("person", one)["given_name"] for one in people][:2] == ["Ama 0", "Ama 1"]
    assert "Nothing can be saved here until you have signed in" in rescued.notes[0]
    with pytest.raises(CampusError) as told:
        add(rescued, "After")
    assert told.value.code == "lease_invalid"
    engine = SyncEngine(rescued.store, rescued.client, clock, rescued.actor)
    assert engine.run_once().waiting == len(people)
    rescued.close()

    later = computer.sign_in(office, "esi", PASSWORD)  # another start without a network loses nothing either
    left = later.store.pending()
    assert left.waiting + left.sending == len(people)
    line.is_up = True
    computer.sign_in_again(later, office, PASSWORD)
    SyncEngine(later.store, later.client, clock, later.actor).run_once()
    counts = later.store.receipt_counts()
    assert (counts.applied, counts.waiting) == (len(people), 0)
    assert all(later.store.get("person", one)["revision"] for one in people)
    assert not any(later.store.waiting("person", one) for one in people)
    later.close()


def test_work_goes_on_offline_where_the_permission_survived_the_damage(computer, office, clock, line):
    first = computer.sign_in(office, "esi", PASSWORD)
    SyncEngine(first.store, first.client, clock, first.actor).run_once()
    line.is_up = False
    people = [add(first, "Ama")]
    damage_mark(first.store.path).touch()  # as a read of a damaged page leaves it
    first.close()
    rescued = computer.sign_in(office, "esi", PASSWORD)
    assert "You can go on working" in rescued.notes[0]
    people.append(add(rescued, "Kofi"))
    assert rescued.actor.permissions
    line.is_up = True
    SyncEngine(rescued.store, rescued.client, clock, rescued.actor).run_once()
    assert rescued.store.receipt_counts().applied == len(people), "the kept sign-in delivers it, without a question"
    rescued.close()


def test_what_only_some_rights_show_comes_and_goes_with_them_at_the_next_exchange(computer, office, server, clock):
    """Both roles see the whole institute, so no scope changes; contacts of a student are the registrar's alone."""
    abena = server.add_person("abena", ("bursar",))
    student = server.add_person("ama", ("student",))
    edit = {"person_id": student, "changes": {"address": {"old": None, "new": "12 Castle Road, Kumasi"}}}
    target = row_id("private_profile", student)
    assert server.do(server.command("EditPrivateProfile", target, edit)).verdict == "applied"
    session = computer.sign_in(office, "abena", PASSWORD)
    engine = SyncEngine(session.store, session.client, clock, session.actor)
    engine.follow_actor(session.become)
    try:
        engine.run_once()
        assert session.store.count("private_profile") == 0
        for roles, old, seen in ((["registrar"], ["bursar"], 1), (["bursar"], ["registrar"], 0)):
            command = server.command("SetPersonRoles", abena, {"roles": roles, "old_roles": old})
            assert server.do(command).verdict == "applied"
            waiting = add(session, "Waiting")
            assert engine.run_once().label.startswith(("Up to date", "1 needs"))
            assert session.store.count("private_profile") == seen
            assert session.actor.may("people.edit") == bool(seen)
            judged = session.store.get("person", waiting)
            assert bool(judged) == bool(seen), "what was saved under old rights is judged by the new ones"
    finally:
        session.close()
