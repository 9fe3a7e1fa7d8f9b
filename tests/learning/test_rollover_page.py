"""Rolling a term over on screen, at a real server: looked at, chosen cohort by cohort, done, and taken back."""

import pytest

from desktop.core.api_client import ApiClient
from desktop.core.device_key import DeviceKey
from desktop.core.http_transport import HttpTransport
from desktop.core.tokens import Tokens
from desktop.learning.rollover_dialog import RolloverDialog
from desktop.learning.rollover_page import RolloverPage
from desktop.shell.page import toasts_of
from desktop.widgets.background import wait_for_background
from desktop.widgets.theme import Scheme, theme
from shared.learning.vocabulary import ACADEMIC_TERM
from shared.people.vocabulary import Role
from tests.desks import make_actor
from tests.learning.desks import open_desk
from tests.learning.test_rollover import OLD, School
from tests.serving import running_server


@pytest.fixture
def school(sqlite_server):
    return School(sqlite_server)


@pytest.fixture
def page(qtbot, school, tmp_path):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)
    server, device = school.server, school.server.device()
    tokens = server.sign_in("grace", device).data
    rows = [(ACADEMIC_TERM, {"id": school.term, **OLD})]
    actor = make_actor(school.people["grace"], "Grace Mensah", Role.REGISTRAR, organisation_id=server.organisation_id)
    opened = open_desk(tmp_path / "desk", rows, actor)
    with running_server(server.settings, server.app) as url:
        transport = HttpTransport(url)
        client = ApiClient(transport, server.clock, lambda _seconds: True)
        client.use(Tokens.model_validate(tokens), device.id, DeviceKey())
        object.__setattr__(opened.desk, "client", client)
        shown = RolloverPage(opened.desk)
        qtbot.addWidget(shown)
        shown.resize(1280, 760)
        shown.show()
        yield shown
        wait_for_background()
        transport.close()
    opened.close()


def words(page):
    return [toast.words for toast in toasts_of(page).toasts]


def line(page, code):
    return next(one for one in page.plan["cohorts"] if one["code"] == code)


def dialog(page):
    return next(one for one in page.window().findChildren(RolloverDialog) if one.isVisible())


def looked(page, qtbot):
    qtbot.waitUntil(lambda: page.plan is not None and not page.look_button.busy)
    return page.plan


def test_a_term_is_rolled_over_and_taken_back(qtbot, page, school) -> None:
    before = school.everything()
    page.look()
    assert words(page) == ["Enter the new term's name, its first day and its last day."]
    page.name.setText("Term 2")
    page.look()
    assert looked(page, qtbot)["counts"]["cohorts"] == 2
    assert page.new.chosen == "new"
    assert page.plan["new_term"]["starts_on"] == "2027-01-04", "a Monday after a pause"
    page.open_cohort(school.photo)
    asked = dialog(page)
    assert asked.code.text() == "PHOTO-T2"
    assert asked.lines.rows[0].content.title == "Studio evening, from 5 Jan, 18:00, Studio 2, 15 classes"
    asked.code.setText("PHOTO-NEXT")
    asked.students.choose("continue")
    page.plan = None
    asked.save()
    looked(page, qtbot)
    assert line(page, "PHOTO-T1")["copy"]["code"] == "PHOTO-NEXT"
    assert "3 students go on" in page.summary.text()
    page.carry_out()
    qtbot.waitUntil(lambda: "Term 1 is rolled over into Term 2" in words(page))
    assert len(school.everything()["enrolment"]) == 6
    assert page.back_button.isVisible()
    page.take_back()
    qtbot.waitUntil(page.back_button.isHidden)
    assert school.everything() == before


def test_what_cannot_be_is_said_with_the_servers_sentence(qtbot, page, school) -> None:
    page.name.setText("Term 2")
    page.look()
    looked(page, qtbot)
    page.open_cohort(school.photo)
    asked = dialog(page)
    assert asked.aim_field.isHidden()
    asked.students.choose("promote")
    assert not asked.aim_field.isHidden()
    asked.by_grades.setChecked(True)
    assert not asked.others_field.isHidden()
    asked.save()
    qtbot.waitUntil(lambda: "Choose the cohort to which the students of PHOTO-T1 go." in words(page))
    page.everybody.choose("complete")
    qtbot.waitUntil(lambda: "3 complete" in page.summary.text())
    assert line(page, "PHOTO-T1")["students"]["completed"] == 3


def test_the_list_of_terms_leads_here(qtbot, tmp_path) -> None:
    from desktop.learning.terms_page import TermsPage

    opened = open_desk(tmp_path / "desk")
    shown = TermsPage(opened.desk)
    qtbot.addWidget(shown)
    shown.roll_over()
    assert opened.opened.pages[-1][0] == "learning.rollover"
    opened.close()
