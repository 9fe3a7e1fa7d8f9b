"""Desks with the areas' own kinds of people and learning, and a small school to put in them."""

from typing import Any

from desktop.learning.lines import STORE
from shared.core.ids import derived_id
from shared.learning.vocabulary import ACADEMIC_TERM, COHORT, COURSE, ENROLMENT
from tests.desks import make_desk, plain_areas
from tests.people.desks import AREAS as PEOPLE_AREAS
from tests.people.desks import REGISTRAR, person, person_id

AREAS = (PEOPLE_AREAS[0], STORE, *(area for area in plain_areas() if not {"person", "course"} & set(area.kinds)))


def row_id(name: str) -> str:
    """The id of a course, cohort or enrolment of these tests."""
    return derived_id("row", name)


def course(code: str = "SND", title: str = "Sound engineering", **fields: Any) -> tuple[str, dict[str, Any]]:
    """A course's row."""
    body = {"id": row_id(code), "code": code, "title": title, "description": "", "category": "media"}
    return COURSE, body | {"difficulty": "beginner", "mode": "on_site", "archived": False} | fields


def cohort(code: str = "SND-1B", name: str = "Sound 1B", **fields: Any) -> tuple[str, dict[str, Any]]:
    """A cohort's row."""
    body = {"id": row_id(code), "course_id": row_id("SND"), "code": code, "name": name, "starts_on": "2026-09-07"}
    rest = {"ends_on": "2026-12-18", "room": "Studio 2", "capacity": 3, "instructors": [], "archived": False}
    return COHORT, body | rest | fields


def enrolment(who: str, state: str = "active", **fields: Any) -> tuple[str, dict[str, Any]]:
    """An enrolment's row."""
    body = {"id": row_id(f"enrolment {who}"), "cohort_id": row_id("SND-1B"), "person_id": person_id(who)}
    return ENROLMENT, body | {"state": state, "enrolled_on": "2026-09-01", "testing": False} | fields


def term(name: str = "Term 1", **fields: Any) -> tuple[str, dict[str, Any]]:
    """An academic term's row."""
    days = {"starts_on": "2026-09-07", "ends_on": "2026-12-18"}
    return ACADEMIC_TERM, {"id": row_id(name), "name": name} | days | fields


def school() -> list[tuple[str, dict[str, Any]]]:
    """A course with a cohort: Ama and Kofi attend, Esi dropped out, Yaw walked in; Abena isn't enrolled."""
    people = [
        person("ama", "Ama", "Mensah", number="S-1"),
        person("kofi", "Kofi", "Owusu", number="S-2"),
        person("esi", "Esi", "Quaye", number="S-3"),
        person("yaw", "Yaw", "Darko", provisional=True),
        person("abena", "Abena", "Addo", number="S-5"),
        person("teacher", "Efua", "Nkrumah", roles=["instructor"]),
    ]
    enrolments = [enrolment("ama"), enrolment("kofi"), enrolment("esi", "dropped"), enrolment("yaw", "pending")]
    return [*people, course(), cohort(instructors=[person_id("teacher")]), *enrolments, term()]


def open_desk(folder: Any, rows: Any = None, actor: Any = REGISTRAR) -> Any:
    """A desk with these rows, the small school by default; close it at the end."""
    return make_desk(folder, actor, school() if rows is None else rows, areas=AREAS)
