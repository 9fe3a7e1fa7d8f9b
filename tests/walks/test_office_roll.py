"""The first promise, end to end: a roll taken without a network, nothing lost, both sides of a disagreement seen."""

import json
import random
import secrets
import signal
import subprocess
import sys
from datetime import timedelta

import pytest

from desktop.attendance import walk_ins
from desktop.attendance.actions import RollCall
from desktop.core.outbox import Ask
from desktop.core.settings import Server
from desktop.core.sync_state import Phase
from desktop.shell.conflict_views import open_views
from desktop.timetable.actions import add_unplanned
from shared.attendance.vocabulary import AttendanceState
from shared.core.clock import instant_text
from tests.architecture.house import ROOT
from tests.walks.office import PASSWORD, SLUG, WAIT_SECONDS, Office, computer

pytestmark = pytest.mark.slow

STUDENTS = 40
KILLS = 3
PLAIN = ("--plain-http", "--host", "127.0.0.1")
KINDS = ("class_session", "enrolment", "observation", "register", "conflict")


@pytest.fixture
def office(tmp_path, database_url):
    return Office(tmp_path / "office", database_url)


@pytest.fixture
def registrar(tmp_path):
    made = computer(tmp_path / "front desk", "Front desk")
    yield made
    made.close()


@pytest.fixture
def instructor(tmp_path):
    made = computer(tmp_path / "laptop", "Laptop 3")
    yield made
    made.close()


class School:
    """The institute as the administrator sets it up on the front desk: a cohort of 40 with a class now."""

    def __init__(self, place):
        new, now = place.desk.ids, place.clock.now().replace(microsecond=0)
        self.ama, self.grace, self.course, self.cohort, self.session = (new() for _ in range(5))
        self.students = [new() for _ in range(STUDENTS)]
        self.enrolments = [new() for _ in range(STUDENTS)]
        start, end = now - timedelta(minutes=5), now + timedelta(minutes=85)
        times = {"starts_at": instant_text(start), "ends_at": instant_text(end)}
        cohort = {"course_id": self.course, "code": "PHOTO-1", "name": "Photography 1", "instructors": [self.ama]}
        place.desk.commit([
            Ask("AddPerson", self.ama, person("Ama", "Owusu", username="ama", roles=["instructor"])),
            Ask("AddPerson", self.grace, person("Grace", "Kimani", username="grace", roles=["registrar"])),
            Ask("AddCourse", self.course, {"code": "PHOTO", "title": "Photography"}),
            Ask("AddCohort", self.cohort, cohort),
            *(
                Ask("AddPerson", one, person(f"Student{at:02}", "Mensah", number=f"S-{at:04}"))
                for at, one in enumerate(self.students)
            ),
            *(
                Ask("EnrolPerson", enrolment, {"cohort_id": self.cohort, "person_id": one})
                for enrolment, one in zip(self.enrolments, self.students, strict=True)
            ),
            Ask("PlanClassSession", self.session, {"cohort_id": self.cohort, "room": "Studio 1", **times}),
        ])  # fmt: skip


def person(given, family, **more):
    return {"given_name": given, "family_name": family, **more}


def first_sign_in(at, server, administrator, person_id, name):
    """A temporary password from the office, replaced at once."""
    path = "/api/v1/auth/temporary-password"
    given = administrator.signed_in.client.write("POST", path, {"person_id": person_id}, administrator.desk.ids())
    once = given["data"]["password"]
    signed_in = at.gate.sign_in(server, name, once, keep=True)
    assert signed_in.must_change_password
    at.gate.change_password(signed_in, once, PASSWORD).close()
    return at.sign_in(server, name)


def killed_while_marking(folder, server, session_id, after):
    """Take the roll in a process of its own, killed once `after` marks were saved; gives what it said before."""
    # It goes on after those, yet not to the end of the roll before a busy machine comes to kill it.
    words = [str(folder), server.model_dump_json(), "ama", session_id, str(after + 2)]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.walks.roll_taker", *words], cwd=ROOT, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    process.stdin.write(f"{PASSWORD}\n")
    process.stdin.flush()
    told = json.loads(process.stdout.readline())
    saved = [process.stdout.readline().strip() for _ in range(after)]
    process.send_signal(signal.SIGKILL)
    # Not `communicate`, which would lose what `readline` has read ahead.
    with process.stdin, process.stdout:
        rest = process.stdout.read()
    assert process.wait(WAIT_SECONDS) == -signal.SIGKILL
    return told, saved + rest.split()


def marks(place, session_id):
    return {row.id: row.mark.state for row in RollCall(place.desk, session_id).roll.rows if row.is_marked}


def test_a_roll_taken_without_a_network(office, registrar, instructor):
    office.init()
    server = Server(url=f"http://127.0.0.1:{office.port}", organisation=SLUG)
    with office.serving(*PLAIN) as serving:
        assert serving.told["address"] == server.url
        school, grace, ama = _set_up(server, registrar, instructor)
    ama.close()
    _killed_again_and_again(instructor, server, school)
    ama = _finished_offline(instructor, server, school)
    unplanned, walk_in = _unplanned_with_a_walk_in(ama, school)
    assert ama.sync().label == "Offline · 44 waiting"
    disputed = school.enrolments[7]
    RollCall(grace.desk, school.session).mark(disputed, AttendanceState.EXCUSED)
    with office.serving(*PLAIN) as serving:
        assert serving.told["address"] == server.url
        assert grace.sync().label == "Up to date", "the office was first"
        assert ama.sync().label == "1 needs a decision"
        assert grace.sync().label == "1 needs a decision"
        _receipt_tells_all(ama, disputed)
        conflict_id = _both_see_both_sides(grace, ama, school, disputed)
        view = next(view for view in open_views(ama.desk) if view.id == conflict_id)
        in_class = next(one.id for one in view.versions if one.mine)
        ama.desk.commit([view.ask({"mark": in_class})])
        for place in (ama, grace):
            assert place.sync().label == "Up to date"
        assert open_views(grace.desk) == open_views(ama.desk) == []
        for place in (grace, ama):
            _shows_the_whole_roll(place, school, disputed)
            assert marks(place, unplanned) == {walk_in: AttendanceState.LATE}
        for kind in KINDS:
            assert ama.rows(kind) == grace.rows(kind), kind
        waits = walk_ins.walk_ins(grace.desk)
        assert [(one.enrolment["id"], one.name, one.provisional) for one in waits] == [(walk_in, "Yaa Boateng", True)]


def _set_up(server, registrar, instructor):
    administrator = registrar.sign_in(server, "efua")
    school = School(administrator)
    assert administrator.sync().label == "Up to date"
    grace = first_sign_in(registrar, server, administrator, school.grace, "grace")
    ama = first_sign_in(instructor, server, administrator, school.ama, "ama")
    for place in (grace, ama):
        assert place.sync().label == "Up to date"
    assert len(RollCall(ama.desk, school.session).roll.rows) == STUDENTS
    administrator.close()
    return school, grace, ama


def _finished_offline(instructor, server, school):
    ama = instructor.sign_in(server, "ama")
    assert not ama.signed_in.online
    roll = RollCall(ama.desk, school.session)
    roll.mark_rest()
    roll.finish()
    state = ama.sync()
    assert (state.phase, state.label) == (Phase.OFFLINE, "Offline · 41 waiting")
    ama.close()
    ama = instructor.sign_in(server, "ama")
    assert len(marks(ama, school.session)) == STUDENTS
    assert RollCall(ama.desk, school.session).roll.finished
    return ama


def _shows_the_whole_roll(place, school, disputed):
    roll = RollCall(place.desk, school.session).roll
    assert marks(place, school.session) == dict.fromkeys(school.enrolments, AttendanceState.PRESENT)
    assert roll.finished
    said = {one["state"] for one in roll.row(disputed).observations}
    assert said == {"present", "excused"}, "nothing was overwritten"


def _killed_again_and_again(instructor, server, school):
    seed = secrets.randbits(32)
    chance = random.Random(seed)
    known = 0
    for _ in range(KILLS):
        told, saved = killed_while_marking(instructor.gate.folder, server, school.session, chance.randint(1, 10))
        # What was being written when the kill came may be there or not; what was said to be saved must be.
        assert not told["online"]
        assert known <= told["marked"] <= known + 1, seed
        place = instructor.sign_in(server, "ama")
        kept = marks(place, school.session)
        assert set(saved) <= set(kept), seed
        assert place.store.pending().waiting == len(kept), seed
        assert told["marked"] + len(saved) <= len(kept) <= told["marked"] + len(saved) + 1, seed
        known = len(kept)
        place.close()


def _unplanned_with_a_walk_in(ama, school):
    session_id = add_unplanned(ama.desk, school.cohort, 45, "Studio 2", ama.clock.now())
    roll = RollCall(ama.desk, session_id)
    assert (len(roll.roll.rows), roll.roll.refusal) == (STUDENTS, None)
    walk_in = walk_ins.add_new(ama.desk, roll.roll, "Yaa Boateng", "")
    roll.reload()
    row = roll.roll.row(walk_in)
    assert (row.member.name, row.member.provisional) == ("Yaa Boateng", True)
    roll.mark(walk_in, AttendanceState.LATE, 10)
    return session_id, walk_in


def _receipt_tells_all(ama, disputed):
    counts = ama.store.receipt_counts()
    assert (counts.saved, counts.applied, counts.conflict, counts.waiting) == (44, 43, 1, 0)
    lines = ama.store.receipt(0, 100)
    titles = [line.title for line in lines]
    assert sum(title.endswith(" present") and title.startswith("Marked Student") for title in titles) == STUDENTS
    assert any(title.startswith("Finished the register of ") for title in titles)
    assert any(title.startswith("Added Yaa Boateng to the register of ") for title in titles)
    clash = next(line for line in lines if line.verdict == "conflict")
    assert clash.payload["enrolment_id"] == disputed
    assert (clash.title, clash.sentence) == (
        "Marked Student07 Mensah present", "On the server beside another version. It needs a decision.",
    )  # fmt: skip
    assert {line.sentence for line in lines if line.verdict == "applied"} == {"On the server."}


def _both_see_both_sides(grace, ama, school, disputed):
    mine, theirs = ama.store.conflicts(), grace.store.conflicts()
    assert [one.id for one in mine] == [one.id for one in theirs]
    for place in (ama, grace):
        sides = place.store.conflicts()[0].sides
        assert {(one.author_name, one.device_name, one.values["state"]) for one in sides} == {
            ("Ama Owusu", "Laptop 3", "present"),
            ("Grace Kimani", "Front desk", "excused"),
        }
        assert all(one.observed_at and one.received_at for one in sides)
        row = RollCall(place.desk, school.session).roll.row(disputed)
        assert row.is_disputed
        assert row.mark.state is AttendanceState.EXCUSED, "the first one stands until someone chooses"
        view = open_views(place.desk)[0]
        assert {one.device for one in view.versions} == {"Laptop 3", "Front desk"}
        assert all(one.when for one in view.versions)
    return mine[0].id
