"""Work set with a file, more time for one student, and a recording handed in: desktop to desktop, files and all."""

import dataclasses
from datetime import timedelta

import pytest

from desktop.core.file_transfer import FileTransfer
from desktop.core.settings import Server
from desktop.grading.actions import save_assignment
from desktop.grading.extension_actions import grant
from desktop.grading.given_actions import fetch_given, here, keep_given
from desktop.grading.marking_files import read_kept, work_files
from desktop.grading.marking_pack import files_of, take_along
from desktop.grading.marking_store import read_bench
from desktop.grading.my_work_store import my_works
from desktop.grading.work_actions import hand_in, keep_take
from desktop.grading.work_store import Content, file_states, read_work
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.grading.vocabulary import ASSIGNMENT
from tests.grading.sample_files import wav
from tests.walks.office import SLUG, Office, computer
from tests.walks.test_office_leave import School
from tests.walks.test_office_roll import PLAIN, first_sign_in

pytestmark = pytest.mark.slow
BRIEF = b"Three minutes about somebody's work.\n"


@pytest.fixture
def office(tmp_path, database_url):
    return Office(tmp_path / "office", database_url)


@pytest.fixture
def computers(tmp_path):
    made = [computer(tmp_path / name, name) for name in ("Front desk", "Laptop 3", "Lab 2, place 4")]
    yield made
    for one in made:
        one.close()


def _with_files(place):
    """The place's desk with its files, which move when the walk says so."""
    files = FileTransfer(place.store, place.signed_in.client, place.clock)
    return dataclasses.replace(place.desk, files=files)


def _signed_in(server, front, laptop, lab):
    administrator = front.sign_in(server, "efua")
    school = School(administrator)
    assert administrator.sync().label == "Up to date"
    ama = first_sign_in(laptop, server, administrator, school.ama, "ama")
    esi = first_sign_in(lab, server, administrator, school.esi, "s-0001")
    for place in (ama, esi):
        assert place.sync().label == "Up to date"
    administrator.close()
    return school, ama, esi


def _synced(*places):
    """Sync; a file of theirs may still wait for its turn."""
    for place in places:
        assert place.sync().label in {"Up to date", "Sending 1 file"}


def _moved(desk):
    """Move files until none waits."""
    while desk.files.run_once():
        pass


def _set_work(desk, school, clock, tmp_path):
    brief = tmp_path / "Brief.txt"
    brief.write_bytes(BRIEF)
    given = keep_given(desk, (), [brief])
    assert given.refused == ()
    due = clock.now().replace(microsecond=0) - timedelta(hours=1)
    values = {
        "title": "Interview",
        "takes": ["recording"],
        "points": "50",
        "due_at": instant_text(due),
        "cutoff_at": instant_text(due + timedelta(minutes=5)),
        "attachments": [dict(one) for one in given.files],
        "state": "open",
    }
    return save_assignment(desk, school.cohort, None, values), given.files[0], due


def _brief_arrives(teacher, student, brief):
    _moved(teacher)
    fetch_given(student, [brief])
    _moved(student)
    assert here(student, [brief]) == {brief["sha256"]: True}
    assert read_kept(student.store.kept_files, brief["sha256"]) == BRIEF


def test_work_goes_out_with_its_file_and_comes_back_with_a_recording(qapp, office, computers, tmp_path):
    office.init()
    server = Server(url=f"http://127.0.0.1:{office.port}", organisation=SLUG)
    with office.serving(*PLAIN) as serving:
        assert serving.told["address"] == server.url
        school, ama, esi = _signed_in(server, *computers)
        teacher, student = _with_files(ama), _with_files(esi)
        work_id, brief, due = _set_work(teacher, school, ama.clock, tmp_path)
        _synced(ama, esi)
        (listed,) = my_works(student)
        assert (listed.title, listed.overdue, listed.open) == ("Interview", True, False)
        with pytest.raises(CampusError) as problem:
            hand_in(student, read_work(student, work_id), Content("", "", ()))
        assert problem.value.code == "after_cutoff"
        _brief_arrives(teacher, student, brief)
        later = instant_text(due + timedelta(days=2))
        grant(teacher, teacher.store.get(ASSIGNMENT, work_id), school.enrolments[0], later, "The studio was closed.")
        _synced(ama, esi)
        work = read_work(student, work_id)
        assert work.extension["reason"] == "The studio was closed."
        file = keep_take(student, work, (), wav(), "wav")
        hand_in(student, work, Content("", "", (file,)))
        _synced(esi, ama)
        bench = read_bench(teacher, work_id)
        submission = bench.line(school.enrolments[0]).submission
        assert files_of(bench.lines) == [], "what hasn't been sent can't be taken along"
        assert work_files(teacher, submission)[0].why.endswith("hasn't sent it yet.")
        _moved(student)
        _synced(esi, ama)
        take_along(teacher, files_of(read_bench(teacher, work_id).lines))
        _moved(teacher)
    assert read_kept(teacher.store.kept_files, file["sha256"]) == wav()
    assert file_states(student, read_work(student, work_id).content)[file["sha256"]].stored
    (listed,) = my_works(student)
    assert (listed.status, listed.overdue) == ("handed_in", False)
    assert listed.assigned
    assert listed.started <= listed.handed_in
