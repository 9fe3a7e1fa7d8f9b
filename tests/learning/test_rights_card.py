"""What instructors may do in a course, on the course's page: ticked by the office, read by everybody else."""

import pytest

from desktop.learning.course_page import CoursePage
from desktop.learning.lines import STORE as LEARNING
from desktop.learning.right_actions import rights_lines, set_rights
from desktop.people.lines import STORE as PEOPLE
from desktop.shell.page import toasts_of
from desktop.widgets.theme import Scheme, theme
from shared.core.errors import CampusError
from shared.core.ids import derived_id
from shared.learning.course_rights import ALL_RIGHTS, course_right_id
from shared.learning.vocabulary import COHORT, COURSE, COURSE_RIGHT
from shared.people.vocabulary import PERSON, Role
from tests.desks import make_actor, make_desk, plain_areas

COURSE_ID, AMA, KOFI = (derived_id("test", name) for name in ("course", "ama", "kofi"))
REGISTRAR = make_actor(derived_id("person", "registrar"), "Grace", Role.REGISTRAR)
INSTRUCTOR = make_actor(AMA, "Ama", Role.INSTRUCTOR)
COURSE_ROW = (COURSE, {"id": COURSE_ID, "code": "PHOTO", "title": "Photography", "archived": False})


def someone(identity, given):
    return PERSON, {
        "id": identity,
        "given_name": given,
        "family_name": "Owusu",
        "roles": ["instructor"],
        "state": "active",
    }


def cohort(name, *instructors):
    body = {"id": derived_id("cohort", name), "course_id": COURSE_ID, "code": name, "name": name, "archived": False}
    return COHORT, {**body, "instructors": list(instructors)}


ROWS = [COURSE_ROW, someone(AMA, "Ama"), someone(KOFI, "Kofi"), cohort("P-1", AMA), cohort("P-2", AMA, KOFI)]


@pytest.fixture(autouse=True)
def look(qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


@pytest.fixture
def opened(qtbot, tmp_path):
    made = []

    def open_page(rows=ROWS, actor=REGISTRAR):
        areas = (PEOPLE, LEARNING, *(one for one in plain_areas() if not {PERSON, COURSE} & set(one.kinds)))
        desk = make_desk(tmp_path / str(len(made)), actor, rows, areas=areas)
        made.append(desk)
        page = CoursePage(desk.desk, COURSE_ID)
        qtbot.addWidget(page)
        page.resize(1146, 712)
        page.show()
        return desk, page

    yield open_page
    for one in made:
        one.close()


def test_each_instructor_of_the_course_has_a_line_and_may_do_everything(opened):
    made, page = opened()
    assert set(page.rights.checks) == {(one, right) for one in (AMA, KOFI) for right in ALL_RIGHTS}
    assert all(check.isChecked() and check.isEnabled() for check in page.rights.checks.values())
    assert [line.person["id"] for line in rights_lines(made.desk, COURSE_ID)] == [AMA, KOFI]


def test_a_tick_is_saved_and_can_be_taken_back(opened):
    made, page = opened()
    page.rights.checks[AMA, "publish"].click()
    row = made.store.get(COURSE_RIGHT, course_right_id(COURSE_ID, AMA))
    assert row["rights"] == ["edit", "mark", "attend"]
    assert not page.rights.checks[AMA, "publish"].isChecked()
    assert page.rights.checks[KOFI, "publish"].isChecked()
    assert toasts_of(page).toasts[-1].words == "What Ama Owusu may do changed"
    toasts_of(page).toasts[-1].action_button.click()
    assert page.rights.checks[AMA, "publish"].isChecked()
    sent = made.store.next_request().commands
    assert [one.payload["rights"] for one in sent] == [["edit", "mark", "attend"], list(ALL_RIGHTS)]
    assert sent[0].payload["old_rights"] == list(ALL_RIGHTS)


def test_instructors_read_what_they_may_do(opened):
    row = {"course_id": COURSE_ID, "person_id": AMA, "rights": ["attend"], "id": course_right_id(COURSE_ID, AMA)}
    made, page = opened([*ROWS, (COURSE_RIGHT, row)], INSTRUCTOR)
    check = page.rights.checks[AMA, "mark"]
    assert (check.isChecked(), check.isEnabled()) == (False, False)
    assert check.toolTip() == "The office says what instructors may do in a course."
    line = rights_lines(made.desk, COURSE_ID)[0]
    with pytest.raises(CampusError):
        set_rights(made.desk, COURSE_ID, line, ["mark"])


def test_a_course_without_instructors_says_so(opened):
    made, page = opened([COURSE_ROW])
    assert page.rights.checks == {}
    assert page.rights.why.text() == "Nobody teaches a cohort of this course yet."
    made.feed.bring([someone(AMA, "Ama"), cohort("P-1", AMA)])
    page.refresh()
    assert (AMA, "edit") in page.rights.checks
    line = rights_lines(made.desk, COURSE_ID)[0]
    assert set_rights(made.desk, COURSE_ID, line, list(ALL_RIGHTS)) is None
