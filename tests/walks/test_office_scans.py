"""Scans and class codes, desktop to desktop: no network in the room, two kiosks on one account, one mark for each."""

import pytest

from desktop.attendance.actions import RollCall
from desktop.attendance.code_actions import CheckIns
from desktop.attendance.code_store import shown_code
from desktop.attendance.scanning import Scanner
from desktop.core.settings import Server
from shared.attendance.check_in import CLASS_CODE, CLASS_CODE_SEED
from shared.attendance.vocabulary import OBSERVATION, AttendanceState, Method
from shared.people.id_card import qr_text
from tests.walks.office import PASSWORD, SLUG, Office, computer
from tests.walks.test_office_leave import School
from tests.walks.test_office_roll import PLAIN, first_sign_in

pytestmark = pytest.mark.slow


@pytest.fixture
def office(tmp_path, database_url):
    return Office(tmp_path / "office", database_url)


@pytest.fixture
def computers(tmp_path):
    names = ("Front desk", "Kiosk at the door", "Kiosk at the back", "Lab 2, place 4")
    made = {name: computer(tmp_path / name, name) for name in names}
    yield made
    for one in made.values():
        one.close()


def scan(place, session_id, number):
    """Hold a card to the kiosk at `place`."""
    call = RollCall(place.desk, session_id)
    card = qr_text(place.desk.actor.organisation_id, number)
    return Scanner(place.desk, call).take(card, Method.KIOSK)


def marks(place, school):
    roll = RollCall(place.desk, school.session).roll
    return [(str(row.mark.state), (row.mark.observation or {}).get("method")) for row in roll.rows]


def signed_in(office, server, computers):
    """A school with a class now: the administrator, Ama at two kiosks and Esi at a lab machine, all with its rows."""
    front, door, back, lab = computers.values()
    with office.serving(*PLAIN) as serving:
        assert serving.told["address"] == server.url
        administrator = front.sign_in(server, "efua")
        school = School(administrator)
        assert administrator.sync().label == "Up to date"
        ama = first_sign_in(door, server, administrator, school.ama, "ama")
        esi = first_sign_in(lab, server, administrator, school.esi, "s-0001")
        again = back.sign_in(server, "ama", PASSWORD)
        for place in (ama, again, esi):
            assert place.sync().label == "Up to date"
    return school, administrator, ama, again, esi


def test_a_class_is_scanned_without_a_network_and_every_desktop_shows_the_same(office, computers):
    office.init()
    server = Server(url=f"http://127.0.0.1:{office.port}", organisation=SLUG)
    school, administrator, ama, again, esi = signed_in(office, server, computers)
    assert len(ama.rows(CLASS_CODE_SEED)) == len(esi.rows(CLASS_CODE)) == 1
    assert esi.rows(CLASS_CODE_SEED) == {}, "a student can check codes, not make them"

    # No network: Ama's screen shows a code, Esi types it; Kofi's card is held to both kiosks.
    session = ama.store.get("class_session", school.session)
    code = shown_code(ama.desk, session).code
    _, became = CheckIns(esi.desk).check_in(code)
    assert became.code == "marked"
    assert [scan(place, school.session, "S-0002").code for place in (ama, again)] == ["marked", "marked"]
    assert scan(ama, school.session, "S-0002").code == "already"
    assert esi.sync().label == "Offline · 1 waiting"

    with office.serving(*PLAIN) as serving:
        assert serving.told["address"] == server.url
        for place in (again, esi, ama, again, esi):
            assert place.sync().label == "Up to date"
        assert administrator.sync().label == "Up to date"
        for place in (ama, again, administrator):
            assert sorted(marks(place, school)) == [("present", "code"), ("present", "kiosk")]
            assert len(place.rows(OBSERVATION)) == 3, "both kiosks' scans are kept"
        own = next(iter(esi.rows(OBSERVATION).values()))
        assert (own["state"], own["method"], own["device_name"]) == ("present", "code", "Lab 2, place 4")
        # What was said by hand stands above a scan that comes later from another computer.
        RollCall(ama.desk, school.session).mark(school.enrolments[1], AttendanceState.ABSENT)
        assert ama.sync().label == "Up to date"
        assert again.sync().label == "Up to date"
        assert scan(again, school.session, "S-0002").code == "beside"
        assert again.sync().label == "Up to date"
        assert ama.sync().label == "Up to date"
        assert ("absent", "hand") in marks(ama, school)
