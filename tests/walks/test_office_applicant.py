"""An applicant at the lab: begun offline, paid at the cash desk, filled in offline, offered, undone, kept."""

from datetime import timedelta

import pytest

from desktop.admissions import actions
from desktop.admissions.apply_page import ApplyPage
from desktop.core.outbox import Ask
from desktop.core.settings import Server
from desktop.finance import receipt_actions, shift_actions
from desktop.finance.receipt_actions import Part, Share, Taking
from desktop.finance.till_store import account_of
from desktop.widgets.theme import Scheme, theme
from shared.admissions.commands import fee_charge_id
from shared.admissions.vocabulary import ApplicationState
from shared.core.errors import CampusError
from shared.finance.vocabulary import Method
from tests.walks.office import SLUG, Office, computer
from tests.walks.test_office_cash_desk import _become_a_till
from tests.walks.test_office_roll import PLAIN, first_sign_in, person

pytestmark = pytest.mark.slow
FEE, TUITION = 50_00, 3_500_00


@pytest.fixture
def computers(tmp_path):
    made = {name: computer(tmp_path / name, name) for name in ("Office", "Front desk", "Lab")}
    yield made
    for one in made.values():
        one.close()


def _prepare(efua):
    """A cashier, an applicant, a course with a class, a published form with a fee, and a draft of another."""
    new, today = efua.desk.ids, efua.clock.now().date()
    sam, esi, course, cohort, form, draft = new(), new(), new(), new(), new(), new()
    fields = [{"key": "field_1", "label": "Home", "type": "text", "required": True, "choices": []}]
    whole = {
        "course_id": course,
        "title": "Photography, next intake",
        "fee": FEE,
        "currency": "GHS",
        "opens_on": (today - timedelta(days=1)).isoformat(),
        "closes_on": (today + timedelta(days=9)).isoformat(),
        "steps": [{"key": "step_1", "title": "About you", "fields": fields}],
        "documents": [],
        "checks": [],
        "charges": [{"key": "charge_1", "title": "Tuition", "amount": TUITION}],
    }
    efua.desk.commit([
        Ask("AddPerson", sam, person("Sam", "Njoroge", username="sam", roles=["cashier"])),
        Ask("AddPerson", esi, person("Esi", "Appiah", username="esi", roles=["student"], provisional=True)),
        Ask("AddCourse", course, {"code": "PHOTO", "title": "Photography"}),
        Ask("AddCohort", cohort, {"course_id": course, "code": "PHOTO-1", "name": "Photography 1", "capacity": 2}),
        Ask("AddApplicationForm", form, whole),
        Ask("AddApplicationForm", draft, {**whole, "title": "Not ready yet"}),
    ])  # fmt: skip
    assert efua.sync().waiting == 0
    actions.set_form_state(efua.desk, efua.rows("application_form")[form], "published")
    assert efua.sync().waiting == 0
    return sam, esi, cohort, form, draft


def _page(qtbot, place, row_id):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)
    page = ApplyPage(place.desk, row_id)
    qtbot.addWidget(page)
    page.show()
    return page


def _fills_in(page):
    page.refresh()
    assert page._layers.currentWidget() is page.form
    page.form.fields["field_1"].control.setText("Osu, Accra")
    assert page.form.keep()
    page.form.send()
    assert page._layers.currentWidget() is page.status


def _pays_at_the_desk(sam, esi, application):
    shift_actions.open_drawer(sam.desk, 0)
    goes_to = ((fee_charge_id(application), "Application fee", FEE),)
    taking = Taking((Share(esi, "Esi Appiah", FEE, goes_to),), (Part(Method.CASH, FEE, FEE),))
    receipt_actions.take_payment(sam.desk, taking)
    assert sam.sync().waiting == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_applicant_pays_at_the_desk_and_writes_offline(tmp_path, database_url, computers, qtbot):
    office = Office(tmp_path / "office", database_url)
    office.init()
    server = Server(url=f"http://127.0.0.1:{office.port}", organisation=SLUG)
    with office.serving(*PLAIN) as serving:
        assert serving.told
        efua = computers["Office"].sign_in(server, "efua")
        efua.sync()
        sam_id, esi_id, cohort, form, draft = _prepare(efua)
        sam = first_sign_in(computers["Front desk"], server, efua, sam_id, "sam")
        _become_a_till(sam, efua)
        esi = first_sign_in(computers["Lab"], server, efua, esi_id, "esi")
        esi.sync()
        assert set(esi.rows("application_form")) == {form}, "no draft leaves the office"
        assert draft in efua.rows("application_form")
    # The server is away: the application begins all the same, and its form waits for the fee.
    application = actions.start(esi.desk, esi.rows("application_form")[form])
    page = _page(qtbot, esi, application)
    assert page._layers.currentWidget() is page.status
    with pytest.raises(CampusError):
        actions.save_answers(esi.desk, application, {"field_1": "Osu, Accra"})
    with office.serving(*PLAIN) as serving:
        assert serving.told
        assert esi.sync().waiting == 0
        assert esi.rows("application")[application]["number"].startswith("A-")
        assert esi.rows("person")[esi_id]["number"] is None, "no student before an offer"
        sam.sync()
        _pays_at_the_desk(sam, esi_id, application)
        esi.sync()
        assert esi.rows("application")[application]["fee_paid"] is True
    _fills_in(page)
    with office.serving(*PLAIN) as serving:
        assert serving.told
        assert esi.sync().waiting == 0
        efua.sync()
        body = efua.rows("application")[application]
        assert (body["state"], body["answers"]) == ("pending", {"field_1": "Osu, Accra"})
        _offered_undone_and_kept_once_money_moved(efua, sam, esi_id, application, cohort)
        esi.sync()
        assert esi.rows("application")[application]["state"] == "approved"


def _offered_undone_and_kept_once_money_moved(efua, sam, esi_id, application, cohort):
    actions.decide(efua.desk, application, ApplicationState.APPROVED, "Welcome", "", cohort)
    assert efua.sync().waiting == 0
    assert account_of(efua.desk, esi_id).balance == TUITION
    actions.undo(efua.desk, application, "Wrong class")
    assert efua.sync().waiting == 0
    assert account_of(efua.desk, esi_id).balance == 0
    actions.decide(efua.desk, application, ApplicationState.APPROVED, "Welcome", "", cohort)
    assert efua.sync().waiting == 0
    sam.sync()
    (owed,) = [one for one in account_of(sam.desk, esi_id).debts if one.left]
    goes_to = ((owed.id, owed.what, 1_00),)
    taking = Taking((Share(esi_id, "Esi Appiah", 1_00, goes_to),), (Part(Method.CASH, 1_00, 1_00),))
    receipt_actions.take_payment(sam.desk, taking)
    assert sam.sync().waiting == 0
    efua.sync()
    actions.undo(efua.desk, application, "Too late")
    efua.sync()
    assert efua.rows("application")[application]["state"] == "approved", "money has moved"
