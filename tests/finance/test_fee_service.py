"""Fees on both databases: who sets them, what an enrolment is charged by them, and that it is charged once."""

from typing import Any

import pytest

from shared.core.outcome import Outcome
from shared.finance.fee_commands import fee_structure_id
from shared.people.vocabulary import Role
from tests.institute import Institute

LINES = [
    {
        "name": "Tuition",
        "kind": "tuition",
        "amount": 100_000,
        "taxes": [{"name": "VAT", "rate": 1_500}],
        "due_days": 14,
    },
    {"name": "Materials", "kind": "other", "amount": 5_000},
]


@pytest.fixture
def bursar(institute: Institute) -> Institute:
    """The small institute with a bursar."""
    institute.device("bursar", Role.BURSAR, "Efua Bursar")
    return institute


def save(institute: Institute, by: str = "bursar", base: str | None = None, **changes: Any) -> Outcome:
    """Set the fees of the course."""
    return of(institute, {"course_id": institute.course_id}, by, base, **changes)


def of(
    institute: Institute, place: dict[str, str], by: str = "bursar", base: str | None = None, **more: Any
) -> Outcome:
    """Set the fees of a course or of a cohort."""
    wanted = more or {"name": "Photography", "lines": LINES}
    changes = {name: {"old": None, "new": value} for name, value in wanted.items()}
    target = fee_structure_id(next(iter(place.values())))
    return institute.devices[by].do("SaveFeeStructure", target, {**place, "changes": changes}, base)


def charges(institute: Institute, person_id: str) -> list[tuple[Any, ...]]:
    """Return (what, amount, due, number) of someone's charges."""
    sql = (
        "SELECT what, amount, due_on, number FROM ledger_entry WHERE organisation_id = :o AND person_id = :p"
        " ORDER BY amount DESC"
    )
    with institute.parts.database.read() as db:
        return [tuple(row) for row in db.rows(sql, o=institute.organisation_id, p=person_id)]


def enrolled(institute: Institute, cohort_id: str = "", **more: Any) -> tuple[str, str]:
    """Enrol a new student; returns the ids of person and enrolment."""
    system, person_id, enrolment = institute.devices["system"], institute.parts.new_id(), institute.parts.new_id()
    person = system.command("AddPerson", person_id, {"given_name": "Esi", "family_name": "Appiah"})
    payload = {"cohort_id": cohort_id or institute.cohort_id, "person_id": person_id, **more}
    told = system.send(person, system.command("EnrolPerson", enrolment, payload))
    assert {one.verdict for one in told} == {"applied"}
    return person_id, enrolment


def rest(institute: Institute, enrolment: str) -> None:
    """Suspend an enrolment and let it go on."""
    for old, state in (("active", "suspended"), ("suspended", "active")):
        with institute.parts.database.read() as db:
            sql = "SELECT revision FROM enrolment WHERE organisation_id = :o AND id = :id"
            row = db.one(sql, o=institute.organisation_id, id=enrolment)
        assert row is not None
        payload = {"state": state, "old_state": old}
        assert institute.devices["system"].do("SetEnrolmentState", enrolment, payload, row[0]).verdict == "applied"


def test_an_enrolment_is_charged_in_its_own_transaction(bursar: Institute) -> None:
    assert save(bursar).verdict == "applied"
    person_id, enrolment = enrolled(bursar)
    assert charges(bursar, person_id) == [
        ("Tuition", 115_000, "2026-12-04", "I-2026-0001"),
        ("Materials", 5_000, "2026-11-20", "I-2026-0001"),
    ]
    rest(bursar, enrolment)
    assert len(charges(bursar, person_id)) == 2


def test_a_walk_in_is_charged_when_the_office_confirms(bursar: Institute) -> None:
    save(bursar)
    person_id, enrolment = enrolled(bursar, state="pending")
    assert charges(bursar, person_id) == []
    told = bursar.devices["system"].do("ConfirmEnrolment", enrolment, {}, None)
    assert told.verdict == "applied", told
    assert len(charges(bursar, person_id)) == 2


def test_who_was_enrolled_before_there_were_fees_isnt_charged(bursar: Institute) -> None:
    save(bursar)
    rest(bursar, bursar.enrolments[0])
    assert charges(bursar, bursar.students[0]) == []


def test_a_cohorts_own_fees_go_before_its_courses(bursar: Institute) -> None:
    save(bursar)
    own = [{"name": "Evening class", "amount": 70_000}]
    assert of(bursar, {"cohort_id": bursar.cohort_id}, name="Evenings", lines=own).verdict == "applied"
    assert [row[0] for row in charges(bursar, enrolled(bursar)[0])] == ["Evening class"]


def test_retired_fees_charge_nobody(bursar: Institute) -> None:
    base = save(bursar).revision
    assert save(bursar, base=base, state="retired").verdict == "applied"
    assert charges(bursar, enrolled(bursar)[0]) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"lines": [{"name": "Tuition", "amount": 0}]}, "field_invalid"),
        ({"lines": [{"name": "Tuition", "amount": 1, "taxes": [{"name": "VAT", "rate": 10_001}]}]}, "field_invalid"),
        ({"currency": "CEDI"}, "field_invalid"),
        ({"state": "gone"}, "field_invalid"),
        ({"name": " "}, "field_invalid"),
        ({"colour": "red"}, "field_invalid"),
    ],
)
def test_fees_that_cant_be(bursar: Institute, changes: dict[str, Any], code: str) -> None:
    assert save(bursar, **changes).code == code


def test_who_sets_fees_and_for_what(bursar: Institute) -> None:
    assert save(bursar, by="registrar").code == "not_allowed"
    assert of(bursar, {"course_id": bursar.parts.new_id()}).code == "waits_for_creation"
    target = bursar.parts.new_id()
    wrong = {"course_id": bursar.course_id, "changes": {"name": {"old": None, "new": "Photography"}}}
    assert bursar.devices["bursar"].do("SaveFeeStructure", target, wrong).code == "fees_of_nothing"


def test_two_who_set_other_fees_keep_both(bursar: Institute) -> None:
    base = save(bursar).revision
    dearer, cheaper = [{"name": "Tuition", "amount": 2}], [{"name": "Tuition", "amount": 1}]
    assert save(bursar, base=base, lines=dearer).verdict == "applied"
    told = save(bursar, base=base, lines=cheaper)
    assert (told.verdict, told.details["fields"]) == ("conflict", ["lines"])
    choice = {"choices": {"lines": told.command_id}}
    assert bursar.devices["bursar"].do("SettleConflict", told.conflict_id or "", choice).verdict == "applied"
    with bursar.parts.database.read() as db:
        row = db.one("SELECT lines FROM fee_structure WHERE organisation_id = :o", o=bursar.organisation_id)
    assert row is not None
    assert '"amount":1' in row[0]
