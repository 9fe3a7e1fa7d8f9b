"""Notices, desktop to desktop: told of marks published offline, read offline at one machine, known at another."""

from datetime import timedelta

import pytest

from desktop.core.outbox import Ask
from desktop.core.settings import Server
from desktop.messaging.actions import mark_all_read, mark_read
from desktop.messaging.store import newest_notices, unread_count, unread_ids
from shared.core.clock import instant_text
from shared.grading.ids import mark_id
from tests.walks.office import SLUG, Office, computer
from tests.walks.test_office_leave import School
from tests.walks.test_office_roll import PLAIN, first_sign_in

pytestmark = pytest.mark.slow


@pytest.fixture
def office(tmp_path, database_url):
    return Office(tmp_path / "office", database_url)


@pytest.fixture
def computers(tmp_path):
    made = {name: computer(tmp_path / name, name) for name in ("Front desk", "Laptop 3", "Lab 2, place 4", "Lab 1")}
    yield made
    for one in made.values():
        one.close()


def titles(place):
    """What someone is told of lessons; that a second computer was signed in at is told, too, and once."""
    found = newest_notices(place.desk)
    assert len([one for one in found if one["category"] == "system"]) <= 1
    return [one["title"] for one in found if one["category"] != "system"]


def test_marks_published_offline_are_told_of_and_reading_agrees_everywhere(office, computers):
    office.init()
    server = Server(url=f"http://127.0.0.1:{office.port}", organisation=SLUG)
    with office.serving(*PLAIN) as serving:
        assert serving.told["address"] == server.url
        school, ama, esi, other = _set_up(server, *computers.values())
        # The server's own turn, a quarter of a minute after its start, is over: the next one comes in five minutes.
        assert office.run("jobs", "run").returncode == 0
        work = _set_work(ama, school)
        for place in (ama, esi, other):
            assert place.sync().label == "Up to date"
    assert titles(esi) == titles(other) == ["New work: Portraits"]
    # No network: Esi reads at one machine; Ama marks and publishes on the bus.
    assert mark_read(esi.desk, unread_ids(esi.desk)) == 2
    assert esi.sync().label == "Offline · 1 waiting"
    assert (unread_count(esi.desk), unread_count(other.desk)) == (0, 2)
    _mark_and_publish(ama, school, work)
    done = office.run("jobs", "run", "--json")
    assert (done.returncode, '"reminders": 2' in done.stdout) == (0, True), done.stderr
    with office.serving(*PLAIN) as serving:
        assert serving.told["address"] == server.url
        for place in (ama, esi, other):
            assert place.sync().label == "Up to date"
        assert "Marks of Portraits are out" in titles(esi)
        assert len(titles(esi)) == 3, "the work, its reminder and the mark"
        assert unread_count(other.desk) == 2, "what was read at the other machine is read here"
        assert mark_all_read(other.desk) == mark_all_read(esi.desk) == 2
        for place in (other, esi, other):
            assert place.sync().label == "Up to date"
    assert esi.rows("notice") == other.rows("notice")
    assert unread_count(esi.desk) == 0
    assert newest_notices(ama.desk) == [], "each person's own"


def _set_up(server, front, laptop, lab, second):
    administrator = front.sign_in(server, "efua")
    school = School(administrator)
    assert administrator.sync().label == "Up to date"
    ama = first_sign_in(laptop, server, administrator, school.ama, "ama")
    esi = first_sign_in(lab, server, administrator, school.esi, "s-0001")
    other = second.sign_in(server, "s-0001")
    for place in (ama, esi, other):
        assert place.sync().label == "Up to date"
    administrator.close()
    return school, ama, esi, other


def _set_work(ama, school):
    """Work that is due in half an hour, so that it is a reminder's time."""
    work = ama.desk.ids()
    due = instant_text(ama.clock.now() + timedelta(minutes=30))
    payload = {"cohort_id": school.cohort, "title": "Portraits", "takes": ["text"], "points": "50", "due_at": due}
    ama.desk.commit([Ask("AddAssignment", work, {**payload, "state": "open"})])
    return work


def _mark_and_publish(ama, school, work):
    enrolment = school.enrolments[0]
    target = mark_id(work, enrolment)
    (marked,) = ama.desk.commit(
        [Ask("RecordMark", target, {"assignment_id": work, "enrolment_id": enrolment, "score": "40"})]
    )
    ama.desk.commit([Ask("ReleaseMarks", target, {"assignment_id": work}, marked.id)])
    assert ama.sync().label == "Offline · 2 waiting"
