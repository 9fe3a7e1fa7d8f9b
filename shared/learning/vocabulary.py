"""The words of the learning area."""

from enum import StrEnum

ACADEMIC_TERM = "academic_term"
COURSE = "course"
COHORT = "cohort"
ENROLMENT = "enrolment"
COURSE_RIGHT = "course_right"


class CourseCategory(StrEnum):
    """What a course is about."""

    PROGRAMMING = "programming"
    DESIGN = "design"
    BUSINESS = "business"
    MARKETING = "marketing"
    SCIENCE = "science"
    LANGUAGE = "language"
    MUSIC = "music"
    ART = "art"
    MEDIA = "media"
    OTHER = "other"


class Difficulty(StrEnum):
    """How much a course asks of its students."""

    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


class CourseMode(StrEnum):
    """Where a course happens."""

    ON_SITE = "on_site"
    ONLINE = "online"
    MIXED = "mixed"


class EnrolmentState(StrEnum):
    """Where an enrolment stands. `pending` waits for the office, as a walk-in does."""

    PENDING = "pending"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    DROPPED = "dropped"
    CANCELLED = "cancelled"


ATTENDING = frozenset({EnrolmentState.PENDING, EnrolmentState.ACTIVE, EnrolmentState.SUSPENDED})
"""The states whose students appear on a register; suspended ones are shown as such."""
