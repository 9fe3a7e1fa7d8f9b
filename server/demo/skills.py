"""The sample's skills: three courses with a logbook, a supervisor who signs with a PIN, and what was seen so far."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from server.demo.plan import SampleCohort, SamplePlan
from shared.core.ids import derived_id

PIN = "483920"
"""The PIN of the sample's supervisors, as its people have one password."""
_VERIFIER = "$2b$12$u54ecqC.K2WGfAIpn6KoIu6UhRXiPf74ryEovKIna94gHb2S1Ra9G"
_SKILLS = {
    "PHO": (
        ("Expose a portrait", "Camera", "Metered for the face, sharp on the eyes.", "signed", 1),
        ("Set up two lights", "Light", "Key and fill, no double shadow.", "signed", 1),
        ("Back up a card", "Care", "Two copies before the card is cleared.", "count", 3),
    ),
    "FLM": (
        ("Set up a camera", "Camera", "Tripod level, white balance set, sound checked.", "signed", 1),
        ("Light an interview", "Camera", "Key, fill and back light; no shadow on the wall.", "signed", 1),
        ("Record clean sound", "Sound", "No wind, no hum, level at -12 dB.", "count", 2),
        ("Cut a scene", "Editing", "Story first, then sound, then colour.", "signed", 1),
    ),
    "RAD": (
        ("Run the desk for a live hour", "Studio", "No dead air, levels even, news on time.", "signed", 1),
        ("Interview a guest", "Speaking", "Open questions, a clear end.", "count", 2),
    ),
}
_SUPERVISORS = (("Volta Films", "Efua Sarpong"), ("Radio Lagoon", "Kojo Annan"))


@dataclass(frozen=True)
class SampleSeen:
    """What an instructor saw, with the fields of its command and when."""

    id: str
    at: datetime
    fields: Mapping[str, Any]


def sample_supervisors() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield those who sign: id and fields."""
    for employer, name in _SUPERVISORS:
        yield derived_id("sample-supervisor", name), {"employer": employer, "name": name, "verifier": _VERIFIER}


def sample_skills(plan: SamplePlan) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the skills of courses: id and fields."""
    for course_id, course in plan.courses:
        for at, (name, heading, seen, proof, needed) in enumerate(_SKILLS.get(course["code"], ())):
            fields = {"course_id": course_id, "name": name, "heading": heading, "seen": seen, "proof": proof}
            yield _skill_id(course_id, name), {**fields, "needed": needed, "position": at}


def _skill_id(course_id: str, name: str) -> str:
    return derived_id("sample-skill", course_id, name)


def sample_seen(plan: SamplePlan, cohort: SampleCohort, zone: ZoneInfo) -> Iterator[SampleSeen]:
    """Yield what was seen in a cohort; the same cohort has the same logbooks every time."""
    course_id = str(cohort.fields["course_id"])
    codes = {key: str(course["code"]) for key, course in plan.courses}
    chance = random.Random(f"skills {cohort.id}")  # noqa: S311 - a sample must be the same every time
    for name, _heading, _seen, proof, _needed in _SKILLS.get(codes[course_id], ()):
        for enrolment_id, _person_id in cohort.enrolments:
            drawn = chance.random()
            if drawn < 0.45:
                continue
            days = chance.randrange(3, 40)
            fields = {
                "skill_id": _skill_id(course_id, name),
                "enrolment_id": enrolment_id,
                "judged": "competent" if drawn < 0.9 else "not_yet",
                "place": "",
                "signature": None,
            }
            if proof == "signed" and drawn < 0.75:
                fields |= _signed(chance)
            at = datetime.combine(plan.today - timedelta(days=days), time(10, chance.randrange(60)), zone)
            yield SampleSeen(derived_id("sample-seen", enrolment_id, name), at, fields)


def _signed(chance: random.Random) -> Mapping[str, Any]:
    employer, name = chance.choice(_SUPERVISORS)
    who = {"how": "pin", "name": name, "employer": employer, "file": None}
    return {"place": employer, "signature": {**who, "supervisor_id": derived_id("sample-supervisor", name)}}
