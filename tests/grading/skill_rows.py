"""Skills and observations as both sides know them, for tests of the rules."""

from typing import Any

from shared.core.ids import derived_id
from tests.grading.work_rows import COHORT, ENROLMENT, PERSON

COURSE, SKILL, SUPERVISOR = (derived_id("test", one) for one in ("course", "skill", "supervisor"))
# The PIN 483920, hashed with the least cost that bcrypt takes.
PIN, VERIFIER = "483920", "$2b$04$uPrINK3RZIE1a0frw/Yxg.qJNaFg5Vav7to9aixepG6oGumteXCUG"
PNG = "1" * 64


def skill(**more: Any) -> dict[str, Any]:
    """A skill that an employer signs for."""
    return {
        "id": SKILL,
        "revision": SKILL,
        "course_id": COURSE,
        "name": "Set up a camera",
        "seen": "Tripod level, white balance set.",
        "heading": "Camera",
        "position": 0,
        "proof": "signed",
        "needed": 1,
        "state": "kept",
        **more,
    }


def drawn(name: str = "Efua Sarpong") -> dict[str, Any]:
    """A signature by hand."""
    file = {"sha256": PNG, "name": "signature.png", "bytes": 900, "type": "png"}
    return {"how": "drawn", "name": name, "employer": "Volta Films", "supervisor_id": None, "file": file}


def by_pin(name: str = "Efua Sarpong") -> dict[str, Any]:
    """A signature by PIN."""
    return {"how": "pin", "name": name, "employer": "Volta Films", "supervisor_id": SUPERVISOR, "file": None}


def observation(number: int, judged: str = "competent", signature: Any = None, **more: Any) -> dict[str, Any]:
    """The observation of a student on day `number` of November."""
    at = f"2026-11-{number:02}T10:00:00.000Z"
    return {
        "id": derived_id("observation", str(number)),
        "revision": SKILL,
        "skill_id": SKILL,
        "enrolment_id": ENROLMENT,
        "cohort_id": COHORT,
        "person_id": PERSON,
        "judged": judged,
        "note": "",
        "place": "",
        "files": [],
        "observer_id": "",
        "observer_name": "Ama Owusu",
        "at": at,
        "signature": signature,
        "signed_at": at if signature else None,
        "witness_id": "",
        "witness_name": "",
        "state": "kept",
        "withdrawn_reason": "",
        "withdrawn_by_name": "",
        **more,
    }
