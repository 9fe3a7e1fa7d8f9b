"""Nobody is born after today: held to by both sides, by the institute's own day."""

import pytest

from desktop.people.actions import add_person, edit_person
from shared.core.clock import parse_instant
from shared.core.errors import CampusError
from shared.people.vocabulary import ORGANISATION, PERSON
from tests.people.desks import REGISTRAR, person, person_id

TODAY, TOMORROW = "2026-11-20", "2026-11-21"
"""By the clock of the tests, in Accra."""
SENTENCE = "2026-11-21 is still to come, so nobody was born then. Check the year."
IN_AUCKLAND = (
    ORGANISATION,
    {"id": REGISTRAR.organisation_id, "name": "KM Media", "slug": "km", "time_zone": "Pacific/Auckland"},
)


def born(institute, value):
    new = institute.parts.new_id()
    return new, institute.registrar.do("AddPerson", new, {"given_name": "Esi", "date_of_birth": value})


def test_the_server_takes_today_and_refuses_tomorrow(institute):
    _, kept = born(institute, TODAY)
    assert kept.verdict == "applied"
    _, refused = born(institute, TOMORROW)
    assert (refused.verdict, refused.code, refused.message) == ("rejected", "field_invalid", SENTENCE)
    assert refused.details == {"fields": {"date_of_birth": SENTENCE}}


def test_an_edit_is_held_to_it_and_other_fields_of_such_a_person_still_change(institute):
    institute.clock.set(parse_instant("2026-11-21T08:00:00Z"))
    new, made = born(institute, TOMORROW)
    institute.clock.set(parse_instant("2026-11-20T08:00:00Z"))
    registrar = institute.registrar
    named = registrar.edit("EditPerson", new, made.revision, other_names=("", "Adwoa"))
    assert named.verdict == "applied"
    refused = registrar.edit("EditPerson", new, named.revision, date_of_birth=(TOMORROW, "2031-01-01"))
    assert (refused.verdict, refused.code) == ("rejected", "field_invalid")


def test_the_day_is_the_institutes(institute):
    institute.clock.set(parse_instant("2026-11-20T23:59:00Z"))
    assert born(institute, TOMORROW)[1].verdict == "rejected"
    institute.clock.set(parse_instant("2026-11-20T12:00:00Z"))
    moved = "UPDATE organisation SET time_zone = 'Pacific/Auckland' WHERE id = :o"
    institute.parts.database.write(lambda db: db.run(moved, o=institute.organisation_id))
    assert born(institute, TOMORROW)[1].verdict == "applied"


def test_a_form_is_refused_over_rest(new_institute):
    new_institute.add_person("efua")
    token = new_institute.sign_in("efua").data["access_token"]
    body = {"given_name": "Ama", "family_name": "Mensah", "date_of_birth": "2098-01-01"}
    told = new_institute.post("/api/v1/users", body, token)
    assert (told.status, told.code) == (422, "field_invalid")


def test_the_desk_says_it_before_anything_is_saved(desks):
    made = desks([person("ama")])
    with pytest.raises(CampusError) as refused:
        add_person(made.desk, {"given_name": "Esi", "date_of_birth": TOMORROW})
    assert refused.value.details["fields"] == {"date_of_birth": SENTENCE}
    with pytest.raises(CampusError):
        edit_person(made.desk, made.store.get(PERSON, person_id("ama")), {"date_of_birth": TOMORROW})
    assert made.store.pending().waiting == 0
    add_person(made.desk, {"given_name": "Esi", "date_of_birth": TODAY})


def test_the_desk_goes_by_the_institutes_day(desks):
    made = desks([IN_AUCKLAND])
    made.clock.set(parse_instant("2026-11-20T12:00:00Z"))
    assert add_person(made.desk, {"given_name": "Esi", "date_of_birth": TOMORROW}).id
