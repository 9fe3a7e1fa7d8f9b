"""A school with two cohorts over three weeks, for tests of reports and corrections."""

from datetime import timedelta

from shared.core.ids import derived_id
from tests.attendance.classes import (
    NAMES,
    OTHER_COHORT,
    REGISTRAR,
    SESSION,
    START,
    enrolment,
    enrolment_id,
    observation,
    person,
    school,
    session,
)

TERM = derived_id("term", "autumn")
OTHER = derived_id("session", "other")
OTHER_NAME = "Zola Zuma"


def reported(count=8, history=14):
    """`school` with a term, a second cohort of one, late minutes, and a correction by the office."""
    rows = school(NAMES[:count], history=history)
    rows = [(kind, {**body, "minutes": 12} if body.get("state") == "late" else body) for kind, body in rows]
    yesterday = derived_id("session", "1")
    term = {"id": TERM, "name": "Autumn 2026", "starts_on": "2026-11-01", "ends_on": "2026-12-18"}
    marks = [body for _, body in rows if body.get("session_id") == yesterday]
    said = next(body for body in marks if body["enrolment_id"] == enrolment_id(NAMES[0]))
    office = {"author_id": REGISTRAR.person_id, "author_name": REGISTRAR.name, "office": True, "ordinal": 2}
    return [
        *rows,
        ("academic_term", term),
        person(OTHER_NAME, "00042"),
        enrolment(OTHER_NAME, cohort_id=OTHER_COHORT),
        session(OTHER, START - timedelta(days=3), cohort_id=OTHER_COHORT),
        observation(OTHER_NAME, "absent", OTHER),
        observation(NAMES[0], "excused", yesterday, supersedes=[said["id"]], **office),
    ]


__all__ = ["OTHER", "OTHER_NAME", "SESSION", "TERM", "reported"]
