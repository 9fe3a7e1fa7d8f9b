"""A class of six for tests of a roll, with short words for what they look at."""

from shared.attendance.vocabulary import AttendanceState
from tests.attendance.classes import NAMES, REGISTRAR, enrolment_id, observation

P, L, A, E = (AttendanceState(word) for word in ("present", "late", "absent", "excused"))
AMINA, BARAKA, CHEN = NAMES[:3]
SMALL = NAMES[:6]


def states(roll):
    """The mark of each student by first name."""
    return {row.member.given: str(row.mark.state) for row in roll.rows}


def mark_of(call, name):
    """State, minutes and note of a student."""
    row = call.roll.row(enrolment_id(name))
    return str(row.mark.state), row.mark.minutes, row.note


def office_says(name, state, supersedes=(), **more):
    """An observation by the office, accepted second."""
    return observation(
        name,
        state,
        author_id=REGISTRAR.person_id,
        author_name=REGISTRAR.name,
        office=True,
        ordinal=2,
        supersedes=list(supersedes),
        **more,
    )
