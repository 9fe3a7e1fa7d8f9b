"""Enquiries belong to whoever asked: found by mail or phone when someone's data is taken out or erased."""

from typing import Any

import orjson
import pytest

from server.admissions.personal import enquiries_of
from server.assembly import PERSONAL
from server.core.audit import check_chain
from server.core.batch import Origin
from server.core.personal_data import rows_of
from server.people.export_content import content_of
from shared.people.vocabulary import Role
from tests.admissions.ground import Admissions, admissions, file_database
from tests.serving import TestServer
from tests.timetable.planned_server import PlannedServer
from tests.timetable.planning import Office

__all__ = ["admissions", "file_database"]


@pytest.fixture
def served(new_institute: TestServer) -> PlannedServer:
    """An institute with a registrar and students."""
    return PlannedServer(new_institute)


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


def _officer(served: PlannedServer) -> None:
    served.people["dora"] = served.server.add_person("dora", ("administrator",))


def test_a_data_officer_finds_and_empties_what_was_noted_of_somebody_who_only_asked(served: PlannedServer) -> None:
    _officer(served)
    noted = {"name": "Abena Owusu", "phone": "024 555 0121", "source": "fair", "note": "Evening classes for two"}
    made = served.ask("POST", "enquiries", noted).data
    served.ask("POST", f"enquiries/{made['id']}/follow-ups", {"words": "Called Abena", "follow_up_on": "2026-11-27"})
    found = served.ask("POST", "enquirers/search", {"phone": "+233245550121"}, by="dora").data
    assert [(one["id"], one["note"], len(one["said"])) for one in found] == [(made["id"], "Evening classes for two", 1)]
    assert served.ask("POST", "enquirers/search", {}, by="dora").data == []
    assert served.ask("POST", "enquirers/search", {"phone": "024%"}, by="dora").data == []
    for who in ("grace", "esi"):
        assert served.ask("POST", "enquirers/search", {"phone": "024 555 0121"}, by=who).code == "not_allowed"
        told = served.ask("POST", f"enquirers/{made['id']}/erase", {"reason": "Asked for it"}, by=who)
        assert told.code == "not_allowed"
    assert served.ask("POST", f"enquirers/{made['id']}/erase", {"reason": ""}, by="dora").status == 422
    told = served.ask("POST", f"enquirers/{made['id']}/erase", {"reason": "Asked for it"}, by="dora")
    assert (told.status, told.data) == (200, {"id": made["id"], "state": "closed"})
    assert served.ask("POST", "enquirers/search", {"phone": "024 555 0121"}, by="dora").data == []
    body = served.ask("GET", f"enquiries/{made['id']}").data
    assert (body["name"], body["phone"], body["note"], body["said"], body["state"]) == ("", "", "", [], "closed")
    with served.server.context.database.read() as db:
        organisation_id = served.server.organisation_id
        rows = db.rows("SELECT detail FROM command_log WHERE organisation_id = :o", o=organisation_id)
        kept = orjson.dumps([row[0] for row in rows]).decode()
        assert check_chain(db, organisation_id) is None
    assert "Abena" not in kept
    assert "Evening" not in kept
    assert "Asked for it" in kept


def test_it_asks_for_a_fresh_sign_in_and_leaves_applicants_alone(served: PlannedServer) -> None:
    _officer(served)
    made = served.ask("POST", "enquiries", {"name": "Abena", "phone": "024 555 0121", "source": "fair"}).data
    served.token("dora")
    served.server.clock.advance(660)  # type: ignore[attr-defined] # a clock for tests
    told = served.ask("POST", f"enquirers/{made['id']}/erase", {"reason": "Asked for it"}, by="dora")
    assert (told.status, told.code) == (403, "fresh_sign_in_needed")
    unknown = served.ask("POST", f"enquirers/{served.server.new_id()}/erase", {"reason": "Asked for it"}, by="dora")
    assert unknown.status in {403, 404}
