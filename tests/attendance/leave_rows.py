"""Leave requests around the class of today, for tests of leave."""

from collections.abc import Mapping
from typing import Any

from shared.core.ids import derived_id
from shared.people.vocabulary import Role
from tests.attendance.classes import NAMES, REGISTRAR, person_id
from tests.desks import make_actor

AMINA, BARAKA, CHEN = NAMES[:3]
STUDENT = make_actor(person_id(AMINA), AMINA, Role.STUDENT)
OFFICER = make_actor(derived_id("person", "esi"), "Esi Quaye", Role.ATTENDANCE_OFFICER)
ADMIN = make_actor(derived_id("person", "ada"), "Ada Mills", Role.ADMINISTRATOR)
DAY = {"starts_at": "2026-11-20T00:00:00.000Z", "ends_at": "2026-11-21T00:00:00.000Z"}


def request_id(name: str, key: str = "") -> str:
    """The id of a student's request."""
    return derived_id("leave", name, key)


def leave(name: str, state: str = "asked", key: str = "", **more: Any) -> tuple[str, Mapping[str, Any]]:
    """A request's row for the whole of today."""
    decided = state in ("approved", "declined")
    body = {
        "id": request_id(name, key),
        "revision": derived_id("revision", name, key, state),
        "person_id": person_id(name),
        "kind": "leave",
        "cohort_id": None,
        **DAY,
        "reason": "A funeral in Tamale",
        "state": state,
        "asked_by": person_id(name),
        "asked_by_name": name,
        "asked_at": "2026-11-19T09:00:00.000Z",
        "decided_by": REGISTRAR.person_id if decided else None,
        "decided_by_name": REGISTRAR.name if decided else "",
        "decided_at": "2026-11-19T10:00:00.000Z" if decided else None,
        "answer": "",
        **more,
    }
    return "leave_request", body
