"""What an administrator does at one window and somebody else meets at another: factor, suspension, role, right."""

import pytest

from desktop.core.sync_state import Phase
from desktop.people.factor_policy_card import FactorPolicyCard
from desktop.people.institute_page import INSTITUTE_PAGE
from desktop.people.person_doors_card import PersonDoorsCard
from desktop.people.role_dialog import RoleDialog
from desktop.people.role_store import permission_lines
from desktop.people.roles_page import ROLES_PAGE
from desktop.shell.page import toasts_of
from server.people import totp
from shared.attendance.vocabulary import AttendanceState
from shared.people.vocabulary import PersonState
from tests.people.factor_kit import App
from tests.people.test_door_pages import keep_picture
from tests.walks.windows import class_on, dialog, house_of

pytestmark = pytest.mark.slow


@pytest.fixture
def house(server, tmp_path, qtbot):
    server.add_person("grace", ("administrator",), family_name="Ofori-Atta-Mensah of the Long Name")
    with house_of(server, tmp_path, qtbot) as made:
        yield made


def test_a_role_that_needs_a_factor_leads_its_people_to_one(house, qtbot):
    house.server.add_person("ama", ("instructor",))
    grace = house.enter("grace")
    grace.main_window.open_page(INSTITUTE_PAGE)
    grace.main_window.page.findChild(FactorPolicyCard).checks["instructor"].click()
    house.settle(grace)
    program = house.program()
    window = house.give_password(program, "ama")
    house.wait(lambda: window.steps.currentIndex() > 0)
    house.wait(lambda: window.second.set_up.ways.rows)
    assert program.main_window is None
    steps = window.second.set_up
    steps.ways.rows[0].click()
    house.wait(steps.key.text)
    app = App(totp.secret_of(steps.key.text().replace(" ", "")))
    qtbot.keyClicks(steps.code, app.code(house.server))
    house.wait(lambda: len(steps.recovery.codes) == 10)
    steps.recovery.check.click()
    steps.button.click()
    house.wait(lambda: program.main_window is not None)
    house.settle(program)


def test_whoever_is_suspended_at_one_window_is_out_at_the_next_request_of_the_other(house):
    ama = house.server.add_person("ama", ("instructor",), family_name="Owusu")
    away = house.enter("ama")
    grace = house.enter("grace")
    window = grace.main_window
    window.open_page("people.person", ama)
    window.page.head.suspend.click()
    assert toasts_of(window).toasts
    house.settle(grace)
    house.meets(away, lambda: away.workplace.link.state.phase is Phase.SIGNED_OUT)
    keep_picture(away.main_window, "suspended")
    assert house.server.sign_in("ama").code == "suspended"


def test_several_are_suspended_at_once_and_each_window_is_out(house):
    people = [house.server.add_person(name, ("student",), family_name="Zed") for name in ("kofi", "yaw")]
    windows = [house.enter("kofi"), house.enter("yaw")]
    grace = house.enter("grace")
    grace.main_window.open_page("people.list")
    page = grace.main_window.page
    page.filters.filters["role"].choose("student")
    house.wait(lambda: page.table.record_model.rowCount() == len(people))
    page.table.selectAll()
    page.set_states(PersonState.SUSPENDED)
    house.settle(grace)
    keep_picture(grace.main_window, "suspended-list")
    for program in windows:
        house.meets(program, lambda one=program: one.workplace.link.state.phase is Phase.SIGNED_OUT)


def test_whoever_tried_too_often_is_let_in_once_the_office_unlocks(house, expect_log):
    expect_log("locked-out sign-in was tried")
    ama = house.server.add_person("ama", ("instructor",), family_name="Owusu")
    grace, program = house.enter("grace"), house.program()
    for _ in range(5):
        house.server.sign_in("ama", password="wrong")
    window = house.give_password(program, "ama")
    house.wait(lambda: window.form.password_field.error)
    keep_picture(window, "locked-out")
    assert program.main_window is None
    grace.main_window.open_page("people.person", ama)
    card = grace.main_window.page.findChild(PersonDoorsCard)
    card.unlock_button.click()
    house.wait(lambda: any("Unlocked" in str(one.words) for one in toasts_of(card).toasts))
    house.enter("ama", program)


def test_a_role_of_the_institutes_own_is_made_read_given_and_used(house):
    """It takes over a built-in role, so that its holder takes any register, and lends and manages kit."""
    kwesi = house.server.add_person("kwesi", ("student",))
    grace = house.enter("grace")
    window = grace.main_window
    window.open_page(ROLES_PAGE)
    window.page.new_button.click()
    making = dialog(grace, RoleDialog)
    making.name.setText("Lab technician")
    making.over["attendance_officer"].click()
    making.words["kit.manage"].click()
    making.save_button.click()
    window.page.tabs.choose("permissions")
    table = window.page.permissions.record_model
    column = next(one for one in table.columns if one.key == "lab_technician")
    lines = {str(one.line.word): one for one in permission_lines(grace.workplace.desk)}
    assert [column.cell_of(lines[one]).text for one in ("kit.manage", "kit.lend")] == ["Yes", "By Attendance officer"]
    keep_picture(window, "role-table")
    window.open_page("people.person", kwesi)
    token = house.server.sign_in("kwesi").data["access_token"]
    kit = {"name": "Camera 9", "number": "CAM-9"}
    assert house.server.post("/api/v1/kit-items", kit, token).code == "not_allowed"
    window.page.roles.checks["lab_technician"].click()
    house.settle(grace)
    assert house.server.post("/api/v1/kit-items", kit, token).status == 201, "the sign-in that was open already may now"
    used = house.enter("kwesi")
    assert used.workplace.desk.actor.may("kit.manage")
    assert used.workplace.desk.actor.may("registers.take_any")


def rail_of(program):
    return [one.text() for one in program.main_window.rail.items]


def test_an_open_window_follows_a_role_given_and_taken_back_at_another_one(house):
    """Kwesi's window stays open: pages come with the role, and go with it; what he saved goes to the server."""
    kwesi = house.server.add_person("kwesi", ("student",))
    grace, his = house.enter("grace"), house.enter("kwesi")
    window = his.main_window
    before = rail_of(his)
    assert "Equipment" not in before
    grace.main_window.open_page("people.person", kwesi)
    grace.main_window.page.roles.checks["attendance_officer"].click()
    house.settle(grace)
    house.meets(his, lambda: rail_of(his) != before)
    assert window.desk.actor.may("registers.take_any")
    assert his.workplace.desk.actor.may("registers.take_any")
    assert his.workplace.signed_in.actor.may("registers.take_any")
    assert window.top.person.accessibleName().endswith("Attendance officer")
    house.wait(lambda: any("What you may do has changed" in str(one.words) for one in toasts_of(window).toasts))
    keep_picture(window, "rights-more")
    window.open_page("attendance.registers")
    house.unplug(his)
    grace.main_window.page.roles.checks["attendance_officer"].click()
    house.settle(grace)
    his.workplace.link.sync_now()
    assert window.history.here.page == "attendance.registers", "without a network nothing changes"
    house.plug_in(his)
    house.meets(his, lambda: rail_of(his) == before)
    house.wait(lambda: window.history.here.page == "shell.today")
    assert any("isn't open to you any more" in str(one.words) for one in toasts_of(window).toasts)
    keep_picture(window, "rights-less")


@pytest.fixture
def class_today(house):
    """Ama teaches Yaw in a class that is on now: (Ama, course, class session, enrolment)."""
    server = house.server
    ama = server.add_person("ama", ("instructor",), family_name="Owusu")
    yaw = server.add_person("yaw", ("student",), family_name="Mensah")
    course, _cohort, session, enrolment = class_on(server, ama, yaw)
    return ama, course, session, enrolment


def test_a_start_without_the_network_knows_the_rights_that_were_told_last(house):
    kwesi = house.server.add_person("kwesi", ("student",))
    his = house.enter("kwesi")
    change = {"roles": ["attendance_officer"], "old_roles": ["student"]}
    assert house.server.do(house.server.command("SetPersonRoles", kwesi, change)).verdict == "applied"
    house.meets(his, lambda: his.main_window.desk.actor.roles == ("attendance_officer",))
    house.unplug(his)
    lock = his.workplace.signed_in.lock
    his.leave()
    house.wait(lambda: lock._handle is None)
    house.give_password(his, "kwesi")
    house.wait(lambda: his.main_window is not None)
    assert not his.workplace.signed_in.online
    assert "Attendance" in rail_of(his)
    assert his.main_window.top.person.accessibleName().endswith("Attendance officer")
    house.plug_in(his)


def refusal_at(program):
    """Why the register on show can't be taken, as code and sentence; None where it can."""
    return program.main_window.page.roll_call.roll.refusal


def test_a_right_in_a_course_is_taken_and_given_back_and_counts_at_once(house, class_today):
    ama, course, session, enrolment = class_today
    laptop, grace = house.enter("ama"), house.enter("grace")
    grace.main_window.open_page("learning.course", course)
    grace.main_window.page.rights.checks[ama, "attend"].click()
    house.settle(grace)
    laptop.main_window.open_page("attendance.register", session)
    roll = laptop.main_window.page.roll_call
    assert roll.mark(enrolment, AttendanceState.PRESENT), "nobody told this window anything yet"
    store = laptop.workplace.desk.store
    house.meets(laptop, lambda: store.page("conflict", limit=-1))
    (held,) = store.page("conflict", limit=-1)
    assert held["reason"] == "not_teaching", held
    house.wait(lambda: refusal_at(laptop))
    assert "You don't teach this class" in refusal_at(laptop)[1], "the register itself says it now"
    grace.main_window.page.rights.checks[ama, "attend"].click()
    house.settle(grace)
    house.meets(laptop, lambda: not refusal_at(laptop))
    roll = laptop.main_window.page.roll_call
    assert roll.mark(enrolment, AttendanceState.LATE, 5)
    house.settle(laptop)
    kept = [one["state"] for one in grace_sees(grace, house)]
    assert kept == ["late"]


def grace_sees(grace, house):
    """The observations that the office's window has after its next contact."""
    store = grace.workplace.desk.store
    house.meets(grace, lambda: store.page("observation", limit=-1))
    return store.page("observation", limit=-1)
