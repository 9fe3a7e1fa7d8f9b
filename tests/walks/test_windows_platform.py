"""An operator at one window reads an institute's records; its administrator sees at another who looked, and why."""

import pytest

from desktop.people.audit_page import AUDIT_PAGE
from desktop.people.platform_dialogs import CodeDialog, NewInstituteDialog, ReasonDialog, RecordsDialog
from desktop.people.platform_page import PLATFORM_PAGE
from desktop.widgets.dialog import Dialog
from desktop.widgets.label import Label
from server.people.platform_service import Platform
from tests.people.test_door_pages import keep_picture
from tests.walks.windows import dialog, house_of

pytestmark = pytest.mark.slow
REASON = "The institute asked by phone to find out why a student is missing."


@pytest.fixture
def house(server, tmp_path, qtbot):
    home = Platform(server.context).make_own()
    server.add_person("yaw", ("platform_administrator",), organisation_id=home)
    for name, role in (("akua", "administrator"), ("esi", "student")):
        server.add_person(name, (role,))
    with house_of(server, tmp_path, qtbot) as made:
        yield made


@pytest.fixture
def yaw(house):
    """The operator's program with the page of institutes."""
    made = house.enter("yaw", house.program("platform"))
    made.main_window.open_page(PLATFORM_PAGE)
    house.wait(lambda: made.main_window.page.chosen)
    return made


def _institutes(page):
    return page.source.rows(page.source.ids(page.table.record_model.query, 0, 99))


def test_an_operator_makes_an_institute_and_sees_how_all_are(house, yaw):
    page = yaw.main_window.page
    house.wait(page.health.isVisible)
    assert (page.numbers["institutes"].text(), page.numbers["people"].text()) == ("1", "2")
    page.new()
    making = dialog(yaw, NewInstituteDialog)
    making.fields["name"].control.setText("Accra Arts")
    making.fields["slug"].control.setText("accra-arts")
    making.save()
    house.wait(lambda: isinstance(Dialog.opened_in(yaw.main_window), CodeDialog))
    Dialog.opened_in(yaw.main_window).reject()
    house.wait(lambda: len(_institutes(page)) == 2)
    assert page.numbers["institutes"].text() == "2"
    keep_picture(yaw.main_window, "platform")


def test_records_open_for_a_reason_which_the_institute_sees(house, yaw):
    page = yaw.main_window.page
    page.read_button.click()
    why = dialog(yaw, ReasonDialog)
    why.go()
    assert why.reason_field.error
    why.reason.setPlainText(REASON)
    why.go()
    house.wait(lambda: isinstance(Dialog.opened_in(yaw.main_window), RecordsDialog))
    records = dialog(yaw, RecordsDialog)
    house.wait(lambda: {row["username"] for row in records.rows} == {"akua", "esi"})
    akua = house.enter("akua")
    akua.main_window.open_page(AUDIT_PAGE)
    log = akua.main_window.page
    house.wait(lambda: any("operator_access_opened" in one["note"] for one in log.asked.rows))
    entry = next(one for one in log.asked.rows if "operator_access_opened" in one["note"])
    log._choose(entry["id"])
    words = {label.text() for label in log.detail.findChildren(Label)}
    assert {"Operator access opened", REASON, "Yaw"} <= words
    keep_picture(akua.main_window, "operator-looked")
