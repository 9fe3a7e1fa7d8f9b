"""The pure decisions of a roll-over: days, codes, names, and what becomes of a student."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.actor import Actor
from shared.learning.rollover import (
    StudentStep,
    goes_on,
    has_passed,
    may_roll_over,
    moved_start,
    new_code,
    new_days,
    new_name,
    runs_in,
    step_of,
    term_mark,
)

OLD = {"starts_on": "2026-09-07", "ends_on": "2026-12-18"}
NEW = {"starts_on": "2027-01-11", "ends_on": "2027-04-02"}
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def cohort(first: str | None, last: str | None) -> dict[str, str | None]:
    return {"starts_on": first, "ends_on": last}


@pytest.mark.parametrize(
    ("first", "last", "runs", "beyond"),
    [
        ("2026-09-07", "2026-12-18", True, False),
        ("2026-12-18", None, True, True),
        (None, "2026-09-07", True, False),
        ("2026-12-19", "2027-02-01", False, True),
        ("2026-01-01", "2026-09-06", False, False),
        (None, None, False, True),
        ("2026-10-01", "2027-06-30", True, True),
    ],
)
def test_which_cohorts_are_a_terms(first: str | None, last: str | None, runs: bool, beyond: bool) -> None:
    assert (runs_in(cohort(first, last), OLD), goes_on(cohort(first, last), OLD)) == (runs, beyond)


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2026-09-07", "2026-12-18", ("2027-01-11", "2027-04-02")),
        ("2026-09-14", "2026-10-30", ("2027-01-18", "2027-03-05")),
        ("2026-08-01", "2026-12-18", ("2027-01-11", "2027-04-02")),
        ("2026-12-10", "2026-12-17", ("2027-01-11", "2027-04-02")),
        (None, "2026-12-01", (None, "2027-04-02")),
        (None, "2026-08-01", (None, "2027-01-11")),
        ("2026-09-07", None, ("2027-01-11", "2027-04-02")),
    ],
)
def test_a_copy_keeps_its_place_in_the_term(first: str | None, last: str | None, days: tuple) -> None:
    assert new_days(cohort(first, last), OLD, NEW) == days


@given(DAYS, DAYS, DAYS, DAYS)
def test_a_copy_lies_within_the_new_term(one: date, two: date, three: date, four: date) -> None:
    days = sorted(map(date.isoformat, (one, two)))
    new = dict(zip(("starts_on", "ends_on"), sorted(map(date.isoformat, (three, four))), strict=True))
    first, last = new_days(cohort(*days), OLD, new)
    assert new["starts_on"] <= str(first) <= str(last) <= new["ends_on"]


@pytest.mark.parametrize(
    ("code", "terms", "taken", "wanted"),
    [
        ("PHOTO-T1", ("Term 1", "Term 2"), (), "PHOTO-T2"),
        ("PHOTO", ("Term 1", "Term 2"), (), "PHOTO-T2"),
        ("PHOTO", ("Term 1", "Term 2"), ("PHOTO-T2", "PHOTO-T2-2"), "PHOTO-T2-3"),
        ("ART1", ("Term 1", "Term 2"), (), "ART1-T2"),
        ("2026S-A", ("2026 Spring", "2027 Spring"), (), "2027S-A"),
        ("X" * 40, ("Term 1", "Term 2"), (), "X" * 37 + "-T2"),
        ("A", ("...", "!"), (), "A-NEXT"),
    ],
)
def test_codes(code: str, terms: tuple[str, str], taken: tuple[str, ...], wanted: str) -> None:
    made = new_code(code, *terms, taken)
    assert made == wanted
    assert len(made) <= 40


def test_names_and_marks() -> None:
    assert new_name("Photography Term 1", "Term 1", "Term 2") == "Photography Term 2"
    assert new_name("Photography", "Term 1", "Term 2") == "Photography"
    assert new_name("Photography", "", "Term 2") == "Photography"
    assert [term_mark(name) for name in ("Term 2", "2027 Spring", "Élan 3", "")] == ["T2", "2027S", "É3", "NEXT"]


def test_a_result_passes_by_its_mark() -> None:
    assert [has_passed(one, "50") for one in ("50", "49.9", "100", "A")] == [True, False, True, False]


def test_what_becomes_of_a_student() -> None:
    simple = {"students": "complete", "others": "continue", "by_grades": False}
    assert step_of(simple, None) is step_of(simple, False) is StudentStep.COMPLETE
    graded = {**simple, "by_grades": True}
    assert [step_of(graded, one) for one in (True, False, None)] == [StudentStep.COMPLETE, StudentStep.CONTINUE, None]


@given(DAYS, DAYS, DAYS)
def test_a_series_keeps_its_weekday_and_begins_in_the_copy(start: date, old_first: date, new_first: date) -> None:
    moved, _, time = moved_start(f"{start}T18:00", old_first.isoformat(), new_first.isoformat()).partition("T")
    day = date.fromisoformat(moved)
    assert (day.weekday(), time) == (start.weekday(), "18:00")
    assert day >= new_first
    assert (day - new_first).days <= max((start - old_first).days, 0) + 6


def test_a_series_keeps_its_week() -> None:
    assert moved_start("2026-09-08T18:00", "2026-09-07", "2027-01-11") == "2027-01-12T18:00"
    assert moved_start("2026-09-22T18:00", "2026-09-07", "2027-01-11") == "2027-01-26T18:00"
    assert moved_start("2026-09-22T18:00", None, "2027-01-11") == "2027-01-12T18:00"


def test_who_may() -> None:
    def actor(*words: str) -> Actor:
        return Actor(person_id="p", organisation_id="o", name="G", roles=(), permissions=frozenset(words))

    assert may_roll_over(actor("terms.roll_over", "courses.edit", "enrolments.edit"))
    assert not may_roll_over(actor("courses.edit", "enrolments.edit"))
    assert not may_roll_over(actor("terms.roll_over", "courses.edit"))
