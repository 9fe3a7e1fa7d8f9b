"""From an enquiry at the desk to an enrolled student with charges, clicked against a real server."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.admissions import actions
from desktop.admissions.enquiries_page import EnquiriesPage
from desktop.admissions.enquiry_dialogs import ConvertDialog, EnquiryDialog, FollowUpDialog
from desktop.admissions.review_dialogs import DecisionDialog
from desktop.admissions.review_page import ReviewPage
from desktop.core.outbox import Ask
from desktop.core.settings import Server
from desktop.finance.till_store import account_of
from desktop.widgets.dialog import Dialog
from shared.finance.fee_commands import fee_structure_id
from tests.walks.office import SLUG, Office
from tests.walks.test_office_roll import PLAIN, first_sign_in, person

pytestmark = pytest.mark.slow

TUITION, REGISTRATION = 3_500_00, 200_00


def _prepare(efua):
    """A course with a class of one place, what it costs, a published form, and a registrar; returns their ids."""
    new, today = efua.desk.ids, efua.clock.now().date()
    course, cohort, form, grace = new(), new(), new(), new()
    lines = [{"name": "Tuition", "kind": "tuition", "amount": TUITION, "taxes": [], "due_days": 14}]
    fees = {"name": {"old": None, "new": "Photography"}, "lines": {"old": None, "new": lines}}
    days = {"opens_on": (today - timedelta(days=1)).isoformat(), "closes_on": (today + timedelta(days=9)).isoformat()}
    fields = [{"key": "field_1", "label": "Home", "type": "text", "required": True, "choices": []}]
    content = {
        "steps": [{"key": "step_1", "title": "About you", "fields": fields}],
        "documents": [],
        "checks": [{"key": "check_1", "title": "Identity matches the document"}],
        "charges": [{"key": "charge_1", "title": "Registration", "amount": REGISTRATION}],
    }
    whole = {"course_id": course, "title": "Photography, next intake", "fee": 0, "currency": "GHS", **days, **content}
    efua.desk.commit([
        Ask("AddPerson", grace, person("Grace", "Kimani", username="grace", roles=["registrar"])),
        Ask("AddCourse", course, {"code": "PHOTO", "title": "Photography"}),
        Ask("AddCohort", cohort, {"course_id": course, "code": "PHOTO-1", "name": "Photography 1", "capacity": 1}),
        Ask("SaveFeeStructure", fee_structure_id(course), {"course_id": course, "changes": fees}),
        Ask("AddApplicationForm", form, whole),
    ])  # fmt: skip
    assert efua.sync().waiting == 0
    actions.set_form_state(efua.desk, efua.rows("application_form")[form], "published")
    assert efua.sync().waiting == 0
    return grace, course, cohort


def _dialog(page, kind):
    found = Dialog.opened_in(page.window())
    assert isinstance(found, kind), found
    return found


def _ask_at_the_desk(page, course):
    """Note who asks, and what is said the next time."""
    page.new()
    noting = _dialog(page, EnquiryDialog)
    QTest.keyClicks(noting.name, "Esi Appiah")
    QTest.keyClicks(noting.phone, "024 555 0121")
    noting.course.choose(course)
    QTest.keyClick(noting, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    (line,) = page.lines
    page.follow_up(line.id)
    following = _dialog(page, FollowUpDialog)
    following.words.setPlainText("Wants to begin this term")
    following.save()


def _make_an_application(page):
    QTest.mouseClick(page.convert_button, Qt.MouseButton.LeftButton)
    converting = _dialog(page, ConvertDialog)
    QTest.mouseClick(converting.save_button, Qt.MouseButton.LeftButton)
    assert page.lines == []


def _offer(page):
    """Without its check there is no offer; then there is."""
    assert not page.panel.offer_button.isEnabled()
    QTest.mouseClick(page.panel.checks["check_1"], Qt.MouseButton.LeftButton)
    assert page.panel.offer_button.isEnabled()
    QTest.mouseClick(page.panel.offer_button, Qt.MouseButton.LeftButton)
    _dialog(page, DecisionDialog).decide()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_somebody_who_asks_becomes_a_student_who_owes(tmp_path, database_url, computers, shown):
    office = Office(tmp_path / "office", database_url)
    office.init()
    server = Server(url=f"http://127.0.0.1:{office.port}", organisation=SLUG)
    with office.serving(*PLAIN) as serving:
        assert serving.told
        efua = computers["Office"].sign_in(server, "efua")
        efua.sync()
        grace_id, course, cohort = _prepare(efua)
        grace = first_sign_in(computers["Front desk"], server, efua, grace_id, "grace")
        grace.sync()
        enquiries = shown(EnquiriesPage(grace.desk))
        _ask_at_the_desk(enquiries, course)
        _make_an_application(enquiries)
        (application,) = grace.rows("application")
        actions.save_answers(grace.desk, application, {"field_1": "Osu, Accra"})
        actions.submit(grace.desk, application)
        assert grace.sync().waiting == 0
        efua.sync()
        review = shown(ReviewPage(efua.desk, application))
        review.panel.cohort.choose(cohort)
        _offer(review)
        assert efua.sync().waiting == 0
        grace.sync()
        _is_a_student_who_owes(grace, application, cohort)


def _is_a_student_who_owes(place, application, cohort):
    body = place.rows("application")[application]
    assert body["state"] == "approved"
    esi = place.rows("person")[body["person_id"]]
    assert (esi["given_name"], esi["family_name"], esi["roles"], esi["provisional"]) == (
        "Esi",
        "Appiah",
        ["student"],
        False,
    )
    (enrolment,) = place.rows("enrolment").values()
    assert (enrolment["person_id"], enrolment["cohort_id"], enrolment["state"]) == (esi["id"], cohort, "active")
    charged = sorted((one["what"], one["amount"]) for one in place.rows("ledger_entry").values())
    assert charged == [("Registration", REGISTRATION), ("Tuition", TUITION)]
    assert all(one["number"] for one in place.rows("ledger_entry").values())
    assert account_of(place.desk, esi["id"]).balance == TUITION + REGISTRATION
    (enquiry,) = place.rows("enquiry").values()
    assert (enquiry["state"], enquiry["application_id"]) == ("converted", application)
