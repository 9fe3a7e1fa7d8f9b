"""Enquiries belong to whoever asked: found by mail or phone when someone's data is taken out or erased."""

from typing import Any

import orjson
import pytest

from server.admissions.personal import enquiries_of
from server.assembly import PERSONAL
from server.core.batch import Origin
from server.core.personal_data import rows_of
from server.people.export_content import content_of
from shared.people.vocabulary import Role
from tests.admissions.ground import Admissions, admissions, file_database
from tests.timetable.planning import Office

__all__ = ["admissions", "file_database"]


def _ask(admissions: Admissions, **more: Any) -> str:
    values = {"name": "Ama Mensah", "source": "fair", **more}
    told = admissions.do("RecordEnquiry", admissions.new(), values)
    assert told.verdict == "applied", told
    return told.target_id


def _person(admissions: Admissions, **more: Any) -> str:
    values = {"given_name": "Ama", "family_name": "Mensah", "roles": ["student"], **more}
    told = admissions.do("AddPerson", admissions.new(), values, admissions.institute.devices["system"])
    assert told.verdict == "applied", told
    return told.target_id


def _found(admissions: Admissions, email: str | None, phone: str | None) -> set[str]:
    with admissions.institute.parts.database.read() as db:
        return set(enquiries_of(db, admissions.institute.organisation_id, email, phone))


@pytest.mark.parametrize("phone", ["024 555 0121", "+233 24 555 0121", "00233245550121", "(024) 555-0121"])
def test_a_phone_number_is_the_same_however_it_is_written(admissions: Admissions, phone: str) -> None:
    own = _ask(admissions, phone="0245550121")
    _ask(admissions, phone="0245550122")
    assert _found(admissions, None, phone) == {own}


def test_a_mail_address_is_the_same_in_any_case_and_nothing_finds_nobody(admissions: Admissions) -> None:
    own = _ask(admissions, email="Ama@Example.org")
    other = _ask(admissions, phone="12345")
    assert _found(admissions, "ama@example.ORG", None) == {own}
    assert _found(admissions, None, None) == set()
    assert _found(admissions, "", "12345") == set(), "too short to tell people apart"
    assert other


def test_a_package_holds_the_enquiry_and_an_erasure_empties_it(admissions: Admissions) -> None:
    own = _ask(admissions, phone="0245550121", note="Asks for evening classes")
    admissions.do("FollowUpEnquiry", own, {"words": "Called Ama back", "follow_up_on": None}, base=None)
    other = _ask(admissions, name="Kojo Owusu", phone="0245550199", note="Weekend")
    person_id = _person(admissions, phone="+233245550121")
    organisation_id = admissions.institute.organisation_id
    with admissions.institute.parts.database.read() as db:
        content = content_of(db, organisation_id, PERSONAL, person_id)
        found = rows_of(db, organisation_id, PERSONAL, person_id)
    assert [one["id"] for one in content.tables["enquiry"]] == [own]
    assert "Asks for evening classes" in str(content.tables["enquiry"])
    assert own in found.owned["enquiry"]
    officer = admissions.institute.device("officer", Role.ADMINISTRATOR, "Dora Officer")
    rest = Office(officer.institute, officer.actor, Origin(""))
    told = rest.do("ErasePerson", person_id, {"reason": "Asked for it"})
    assert told.verdict == "applied", told
    sql = "SELECT name, phone, email, note, said FROM enquiry WHERE organisation_id = :organisation_id AND id = :id"
    assert admissions.rows(sql, id=own) == [("", "", "", "", "[]")]
    assert admissions.rows(sql, id=other)[0][0] == "Kojo Owusu"
    assert admissions.row("enquiry", own)["note"] == ""
    details = admissions.rows("SELECT detail FROM command_log WHERE organisation_id = :organisation_id")
    kept = orjson.dumps([row[0] for row in details]).decode()
    assert "evening classes" not in kept
    assert "Called Ama back" not in kept
    assert "Weekend" in kept
