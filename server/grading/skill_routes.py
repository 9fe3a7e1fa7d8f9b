"""The REST face of the skills logbook: skills, and what was seen of them."""

from fastapi import APIRouter

from server.core.context import Context
from server.core.resource_routes import resource_router
from server.core.resources import Resource
from server.core.submission import Submission
from server.grading.skill_kinds import OBSERVATION_KIND, SKILL_KIND

_ID = "01a1f7f8-3000-7672-874a-d4a8ff8edb60"
_COURSE = "01a1f7f8-3000-7672-874a-d4a8ff8edb61"
_ENROLMENT = "01a1f7f8-3000-7672-874a-d4a8ff8edb62"
_REVISION = "01a1f7f8-3000-7672-874a-d4a9f55daf8f"
SKILLS = Resource(
    family="skills",
    kind=SKILL_KIND,
    add="SaveSkill",
    edit="",  # a skill is kept as a whole, on the revision that was seen
    filters={"course_id": "course_id", "state": "state", "proof": "proof"},
    sorts=("position", "name"),
    default_sort="position",
    name="skill",
    example={
        "id": _ID,
        "revision": _REVISION,
        "course_id": _COURSE,
        "name": "Set up a camera",
        "seen": "Tripod level, white balance set, sound checked.",
        "heading": "Camera",
        "position": 0,
        "proof": "signed",
        "needed": 1,
    },
)
OBSERVATIONS = Resource(
    family="skill-observations",
    kind=OBSERVATION_KIND,
    add="RecordSkillObservation",
    edit="",  # only ever added; signed and taken back at a desktop
    filters={
        "cohort_id": "cohort_id",
        "enrolment_id": "enrolment_id",
        "person_id": "person_id",
        "skill_id": "skill_id",
        "state": "state",
    },
    sorts=("at",),
    default_sort="at",
    name="observation",
    example={
        "id": "01a1f7f8-3000-7672-874a-d4a8ff8edb63",
        "revision": _REVISION,
        "skill_id": _ID,
        "enrolment_id": _ENROLMENT,
        "judged": "competent",
        "note": "Steady in the wind.",
        "place": "Volta Films",
    },
)


def routers(context: Context) -> list[APIRouter]:
    """Return the routes of the skills logbook."""
    submission = Submission(context.door, context.clock, context.new_id)
    return [resource_router(one, context, submission) for one in (SKILLS, OBSERVATIONS)]
