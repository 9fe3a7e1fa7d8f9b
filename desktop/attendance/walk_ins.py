"""Walk-ins: who might have come in, adding him or her provisionally, and the office's answer to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desktop.attendance.store import Roll
from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.core.queries import Where
from desktop.timetable.store import full_name
from shared.core.errors import CampusError
from shared.core.text import text
from shared.learning.permissions import may_add_walk_in, may_edit_enrolments
from shared.learning.vocabulary import COHORT, ENROLMENT, EnrolmentState
from shared.people.rules import duplicate_score, field_error
from shared.people.vocabulary import PERSON, PersonState

MOST_FOUND = 6
_LIKELY = 35


@dataclass(frozen=True)
class Found:
    """Someone known: `enrolment_id` is set when he or she is on this register already."""

    person_id: str
    name: str
    number: str
    where: str
    enrolment_id: str | None = None


@dataclass(frozen=True)
class WalkIn:
    """Someone who waits for the office: `likely` are people already known who may be the same."""

    enrolment: Mapping[str, Any]
    name: str
    number: str
    provisional: bool
    cohort: str
    day: str
    likely: tuple[Found, ...]


def find_people(desk: Desk, roll: Roll, typed: str) -> list[Found]:
    """Return people of the store whose names or numbers begin with what was typed."""
    if not typed.strip():
        return []
    hits = [hit for hit in desk.store.search(typed, [PERSON], MOST_FOUND * 2) if _is_living(hit.body)][:MOST_FOUND]
    here = {row.member.person_id: row.id for row in roll.rows}
    return [_found(desk, hit.body, here.get(hit.id)) for hit in hits]


def _is_living(person: Mapping[str, Any]) -> bool:
    return bool(person.get("state") != PersonState.INACTIVE)


def _found(desk: Desk, person: Mapping[str, Any], enrolment_id: str | None) -> Found:
    if enrolment_id is not None:
        where = text("On this register")
    else:
        where = ", ".join(_cohorts_of(desk, person["id"])) or text("In no cohort on this computer")
    return Found(person["id"], full_name(person), person.get("number") or "", where, enrolment_id)


def _cohorts_of(desk: Desk, person_id: str) -> list[str]:
    enrolments = desk.store.page(ENROLMENT, [Where("person_id", "=", person_id)], limit=5)
    cohorts = desk.store.many(COHORT, [one["cohort_id"] for one in enrolments])
    return [body["name"] for body in cohorts.values()]


def add_known(desk: Desk, roll: Roll, person_id: str) -> str:
    """Add someone already known to this register, provisionally; returns the enrolment's id."""
    row = next((row for row in roll.rows if row.member.person_id == person_id), None)
    if row is not None:
        return row.id
    person = desk.store.get(PERSON, person_id) or {}
    return _add(
        desk,
        roll,
        person_id,
        {"known": True, "given_name": person.get("given_name") or "", "family_name": person.get("family_name") or ""},
    )


def add_new(desk: Desk, roll: Roll, name: str, number: str) -> str:
    """Add someone unknown with a name and perhaps a number; returns the enrolment's id.

    Raises CampusError `field_invalid` for a name that can't be one.
    """
    words = name.split()
    given, family = (" ".join(words[:-1]), words[-1]) if len(words) > 1 else (name.strip(), "")
    fault = field_error("given_name", given)
    if fault is not None:
        raise CampusError("field_invalid", fault, {"fields": {"given_name": fault}})
    values = {"known": False, "given_name": given, "family_name": family, "number": number.strip() or None}
    return _add(desk, roll, desk.ids(), values)


def _add(desk: Desk, roll: Roll, person_id: str, values: Mapping[str, Any]) -> str:
    if roll.refusal is not None:
        raise CampusError(*roll.refusal)
    cohort_id = (roll.session or {})["cohort_id"]
    if not may_add_walk_in(desk.actor, cohort_id):
        raise CampusError("not_allowed", text("You don't teach this cohort. Ask the office to add the student."))
    enrolment_id = desk.ids()
    payload = {"session_id": roll.session_id, "cohort_id": cohort_id, "person_id": person_id, **values}
    desk.commit([Ask("AddWalkIn", enrolment_id, payload)])
    return enrolment_id


def walk_ins(desk: Desk) -> list[WalkIn]:
    """Return those who wait for the office, the earliest first."""
    pending = desk.store.page(ENROLMENT, [Where("state", "=", str(EnrolmentState.PENDING))], limit=500)
    people = desk.store.many(PERSON, [one["person_id"] for one in pending])
    cohorts = desk.store.many(COHORT, [one["cohort_id"] for one in pending])
    found = []
    for enrolment in sorted(pending, key=lambda one: (one.get("enrolled_on") or "", one["id"])):
        person = people.get(enrolment["person_id"], {})
        found.append(
            WalkIn(
                enrolment=enrolment,
                name=full_name(person) or text("Unknown student"),
                number=person.get("number") or "",
                provisional=bool(person.get("provisional")),
                cohort=cohorts.get(enrolment["cohort_id"], {}).get("name", ""),
                day=enrolment.get("enrolled_on") or "",
                likely=tuple(_likely(desk, person)),
            )
        )
    return found


def _likely(desk: Desk, person: Mapping[str, Any]) -> list[Found]:
    if not person.get("provisional"):
        return []
    scored = []
    for typed in (person.get("family_name") or person["given_name"], person["given_name"]):
        for hit in desk.store.search(typed, [PERSON], 20):
            score, _ = duplicate_score(person, hit.body)
            if hit.id != person["id"] and not hit.body.get("provisional") and score >= _LIKELY:
                scored.append((-score, full_name(hit.body), hit.body))
    unique = {body["id"]: body for _, _, body in sorted(scored, key=lambda one: one[:2])}
    return [_found(desk, body, None) for body in list(unique.values())[:3]]


def known_people(desk: Desk, typed: str) -> list[Found]:
    """Return people who are no walk-ins, for "this is someone already known"."""
    hits = [hit for hit in desk.store.search(typed, [PERSON], MOST_FOUND * 2) if _is_living(hit.body)]
    return [_found(desk, hit.body, None) for hit in hits if not hit.body.get("provisional")][:MOST_FOUND]


def confirm(desk: Desk, enrolment: Mapping[str, Any], person_id: str | None = None) -> None:
    """Confirm a walk-in as a new student, or put it on someone already known."""
    if not may_edit_enrolments(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't enrol people. Ask the office."))
    payload = {"person_id": person_id} if person_id and person_id != enrolment["person_id"] else {}
    desk.commit([Ask("ConfirmEnrolment", enrolment["id"], payload, base=enrolment["revision"])])
