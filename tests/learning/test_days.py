"""Terms and cohorts have days of the calendar and end after they begin, whoever says otherwise, by whatever way."""

import pytest

from shared.learning.rules import is_turned
from tests.institute import Institute

TURNED = {"starts_on": "2027-04-02", "ends_on": "2027-01-11"}


@pytest.mark.parametrize(
    ("body", "turned"),
    [
        (TURNED, True),
        ({"starts_on": "2027-01-11", "ends_on": "2027-01-11"}, False),
        ({"starts_on": "2027-01-11", "ends_on": None}, False),
        ({"starts_on": None, "ends_on": "2027-01-11"}, False),
        ({}, False),
    ],
)
def test_which_days_are_turned(body: dict, turned: bool) -> None:
    assert is_turned(body) is turned


def test_terms_and_cohorts_that_end_before_they_begin_are_refused(institute: Institute) -> None:
    do, new_id = institute.registrar.do, institute.parts.new_id
    term = do("AddAcademicTerm", new_id(), {"name": "Turned", **TURNED})
    cohort = do("AddCohort", new_id(), {"course_id": institute.course_id, "code": "T", "name": "Turned", **TURNED})
    assert [one.code for one in (term, cohort)] == ["field_invalid"] * 2
    good = {"name": "Term 9", "starts_on": "2027-01-11", "ends_on": "2027-04-02"}
    made = do("AddAcademicTerm", new_id(), good)
    assert made.verdict == "applied"
    edit = institute.registrar.edit(
        "EditAcademicTerm", made.target_id, made.revision, ends_on=("2027-04-02", "2027-01-01")
    )
    assert edit.code == "field_invalid"
    days = institute.registrar.edit(
        "EditCohort", institute.cohort_id, None, starts_on=(None, "2030-01-01"), ends_on=(None, "2029-01-01")
    )
    assert days.code == "field_invalid"


@pytest.mark.parametrize("day", ["2026-02-30", "0000-01-01", "2026-1-5", "soon", 20261120, ["2026-11-20"]])
def test_what_is_no_day_is_refused(institute: Institute, day: object) -> None:
    """A term with 30 February made every report about it a fault of the server's."""
    do, new_id = institute.registrar.do, institute.parts.new_id
    good = {"name": "Term 9", "starts_on": "2027-01-11", "ends_on": "2027-04-02"}
    assert do("AddAcademicTerm", new_id(), {**good, "starts_on": day}).verdict == "rejected"
    made = do("AddAcademicTerm", new_id(), good)
    for name in ("starts_on", "ends_on"):
        edit = institute.registrar.edit("EditAcademicTerm", made.target_id, made.revision, **{name: (good[name], day)})
        assert edit.code == "field_invalid"
        edit = institute.registrar.edit("EditCohort", institute.cohort_id, None, **{name: (None, day)})
        assert edit.code == "field_invalid"
    gone = institute.registrar.edit("EditAcademicTerm", made.target_id, made.revision, ends_on=("2027-04-02", None))
    assert gone.code == "field_invalid"
