"""The words of the skills logbook and of portfolios: kinds of rows, what an observation says, how it is signed."""

from enum import StrEnum

SKILL = "skill"
SKILL_SUPERVISOR = "skill_supervisor"
SKILL_OBSERVATION = "skill_observation"
PORTFOLIO_ITEM = "portfolio_item"


class Judged(StrEnum):
    """What whoever watched says of a skill."""

    COMPETENT = "competent"
    NOT_YET = "not_yet"


class Proof(StrEnum):
    """What makes a student competent: an employer's signature, or so many observations in a row."""

    SIGNED = "signed"
    COUNT = "count"


class SignedBy(StrEnum):
    """How a supervisor signs: with a PIN of his or her own, or by hand on the screen."""

    PIN = "pin"
    DRAWN = "drawn"


class SkillState(StrEnum):
    """Where a student stands with a skill; `seen`: shown, but it isn't proven yet."""

    NOT_SEEN = "not_seen"
    NOT_YET = "not_yet"
    SEEN = "seen"
    COMPETENT = "competent"


class ObservationState(StrEnum):
    """Whether an observation counts; one that was withdrawn is kept and counts nowhere."""

    KEPT = "kept"
    WITHDRAWN = "withdrawn"
