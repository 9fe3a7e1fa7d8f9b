"""Leave, desktop to desktop: asked at a lab machine without a network, answered, and set when the register opens."""

from datetime import timedelta

import pytest

from desktop.attendance.actions import RollCall
from desktop.attendance.leave_actions import Wanted, answer_leave, ask_leave
from desktop.attendance.leave_store import leave_lines, to_answer
from desktop.attendance.own_store import attendance_of
from desktop.core.outbox import Ask
from desktop.core.settings import Server
from desktop.shell.conflict_views import open_views
from shared.attendance.vocabulary import AttendanceState, LeaveKind, LeaveState
from shared.core.clock import instant_text
from tests.walks.office import SLUG, Office, computer
from tests.walks.test_office_roll import PLAIN, first_sign_in, person

pytestmark = pytest.mark.slow


@pytest.fixture
def office(tmp_path, database_url):
    return Office(tmp_path / "office", database_url)


@pytest.fixture
def computers(tmp_path):
    made = {name: computer(tmp_path / name, name) for name in ("Front desk", "Laptop 3", "Lab 2, place 4")}
    yield made
    for one in made.values():
        one.close()


class School:
    """A cohort of two with a class now, and another one tomorrow."""

    def __init__(self, place):
        new, now = place.desk.ids, place.clock.now().replace(microsecond=0)
        self.ama, self.grace, self.esi, self.kofi = (new() for _ in range(4))
        self.course, self.cohort, self.session, self.later = (new() for _ in range(4))
        self.enrolments = [new(), new()]
        self.day = instant_text(now - timedelta(hours=2)), instant_text(now + timedelta(days=3))
        cohort = {"course_id": self.course, "code": "PHOTO-1", "name": "Photography 1", "instructors": [self.ama]}
        start = now - timedelta(minutes=5)
        self.times = {"starts_at": instant_text(start), "ends_at": instant_text(start + timedelta(minutes=90))}
        place.desk.commit([
            Ask("AddPerson", self.ama, person("Ama", "Owusu", username="ama", roles=["instructor"])),
            Ask("AddPerson", self.grace, person("Grace", "Kimani", username="grace", roles=["registrar"])),
            Ask("AddPerson", self.esi, person("Esi", "Quaye", username="s-0001", number="S-0001", roles=["student"])),
            Ask("AddPerson", self.kofi, person("Kofi", "Mensah", number="S-0002")),
            Ask("AddCourse", self.course, {"code": "PHOTO", "title": "Photography"}),
            Ask("AddCohort", self.cohort, cohort),
            *(
                Ask("EnrolPerson", enrolment, {"cohort_id": self.cohort, "person_id": one})
                for enrolment, one in zip(self.enrolments, (self.esi, self.kofi), strict=True)
            ),
            Ask("PlanClassSession", self.session, {"cohort_id": self.cohort, **self.times}),
        ])  # fmt: skip


def state(place, session_id, enrolment_id):
    return str(RollCall(place.desk, session_id).roll.row(enrolment_id).mark.state)


def test_leave_asked_offline_is_answered_and_set_on_the_register(office, computers):
    office.init()
    server = Server(url=f"http://127.0.0.1:{office.port}", organisation=SLUG)
    with office.serving(*PLAIN) as serving:
        assert serving.told["address"] == server.url
        school, grace, ama, esi = _set_up(server, *computers.values())
    # No network: Esi asks, Ama marks her absent.
    starts, ends = school.day
    ask_leave(esi.desk, Wanted(school.esi, LeaveKind.LEAVE, starts, ends, "A funeral in Tamale"))
    assert esi.sync().label == "Offline · 1 waiting"
    assert leave_lines(esi.desk, school.esi)[0].waiting
    RollCall(ama.desk, school.session).mark(school.enrolments[0], AttendanceState.ABSENT)
    with office.serving(*PLAIN) as serving:
        assert serving.told["address"] == server.url
        for place in (esi, grace, ama):
            assert place.sync().label == "Up to date"
        _answered_twice(school, grace, ama, esi)
        _chosen_and_planned(school, grace)
        for place in (grace, ama, esi):
            assert place.sync().label == "Up to date"
        _excused_everywhere(school, grace, ama, esi)


def _set_up(server, front, laptop, lab):
    administrator = front.sign_in(server, "efua")
    school = School(administrator)
    assert administrator.sync().label == "Up to date"
    grace = first_sign_in(front, server, administrator, school.grace, "grace")
    ama = first_sign_in(laptop, server, administrator, school.ama, "ama")
    esi = first_sign_in(lab, server, administrator, school.esi, "s-0001")
    for place in (grace, ama, esi):
        assert place.sync().label == "Up to date"
    administrator.close()
    return school, grace, ama, esi


def _answered_twice(school, grace, ama, esi):
    """Both answer without knowing of each other; the first answer stands, and who may choose is asked."""
    assert (to_answer(grace.desk), to_answer(ama.desk)) == (1, 1)
    assert state(ama, school.session, school.enrolments[0]) == "absent"
    answer_leave(grace.desk, leave_lines(grace.desk)[0].body, LeaveState.APPROVED, "Our sympathy.")
    answer_leave(ama.desk, leave_lines(ama.desk)[0].body, LeaveState.DECLINED)
    assert grace.sync().label == "Up to date"
    assert ama.sync().label == grace.sync().label == "1 needs a decision"
    assert esi.sync().label == "Up to date"
    shown = leave_lines(esi.desk, school.esi)[0]
    assert (shown.conflict_id is not None, shown.may_decide) == (True, False)
    assert state(ama, school.session, school.enrolments[0]) == "excused"


def _chosen_and_planned(school, grace):
    """Grace keeps her answer, and plans a class in the time of the leave only now."""
    view = open_views(grace.desk)[0]
    mine = next(one.id for one in view.versions if one.mine)
    assert {view.lines[0].values[one.id] for one in view.versions} == {"Approved", "Declined"}
    grace.desk.commit([view.ask({"state": mine})])
    starts = grace.clock.now() + timedelta(days=1)
    times = {"starts_at": instant_text(starts), "ends_at": instant_text(starts + timedelta(hours=1))}
    grace.desk.commit([Ask("PlanClassSession", school.later, {"cohort_id": school.cohort, **times})])


def _excused_everywhere(school, grace, ama, esi):
    for place in (grace, ama):
        assert state(place, school.session, school.enrolments[0]) == "excused"
        assert state(place, school.later, school.enrolments[0]) == "excused"
        assert state(place, school.later, school.enrolments[1]) == "none"
    own = attendance_of(esi.desk, school.esi)[0]
    assert [str(one.mark.state) for one in own.classes] == ["excused", "excused"]
    assert leave_lines(esi.desk, school.esi)[0].body["answer"] == "Our sympathy."
    for kind in ("leave_request", "class_session"):
        assert ama.rows(kind) == grace.rows(kind) == esi.rows(kind), kind
