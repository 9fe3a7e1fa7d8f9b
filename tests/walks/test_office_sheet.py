"""A printed sheet keyed in offline on two computers: what agrees is one mark, what differs both people see."""

import pytest

from desktop.attendance.sheet_keying import SheetKeying
from desktop.core.settings import Server
from shared.attendance.vocabulary import OBSERVATION
from tests.walks.office import PASSWORD, SLUG, Office, computer
from tests.walks.test_office_leave import School
from tests.walks.test_office_roll import PLAIN, first_sign_in
from tests.walks.test_office_scans import marks

pytestmark = pytest.mark.slow


@pytest.fixture
def office(tmp_path, database_url):
    return Office(tmp_path / "office", database_url)


@pytest.fixture
def computers(tmp_path):
    made = [computer(tmp_path / name, name) for name in ("Front desk", "Site office", "Staff room")]
    yield made
    for one in made:
        one.close()


def test_the_same_sheet_keyed_in_twice(office, computers):
    office.init()
    server = Server(url=f"http://127.0.0.1:{office.port}", organisation=SLUG)
    front, site, staff = computers
    with office.serving(*PLAIN) as serving:
        assert serving.told["address"] == server.url
        administrator = front.sign_in(server, "efua")
        school = School(administrator)
        assert administrator.sync().label == "Up to date"
        ama = first_sign_in(site, server, administrator, school.ama, "ama")
        again = staff.sign_in(server, "ama", PASSWORD)
        for place in (ama, again):
            assert place.sync().label == "Up to date"

    # No network: line 1 differs, line 2 is the same.
    assert SheetKeying(ama.desk, school.session).save("1l10", rest=True) == 2
    assert SheetKeying(again.desk, school.session).save("1a", rest=True) == 2
    assert ama.sync().label == "Offline · 2 waiting"

    with office.serving(*PLAIN) as serving:
        assert serving.told["address"] == server.url
        assert ama.sync().label == "Up to date"
        for _ in range(2):
            for place in (again, ama, administrator):
                place.sync()
        for place in (ama, again, administrator):
            assert sorted(marks(place, school)) == [("late", "sheet"), ("present", "sheet")]
            assert len(place.rows(OBSERVATION)) == 4, "both sheets are kept"
            assert [one["kind"] for one in place.rows("conflict").values()] == ["observation"]
