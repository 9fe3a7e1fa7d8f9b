"""The learning area's rows as both sides know them."""

from shared.core.entity import Entity
from shared.learning.vocabulary import CourseCategory, CourseMode, Difficulty, EnrolmentState


class AcademicTerm(Entity):
    """A term with its first and last day, `YYYY-MM-DD`."""

    name: str
    starts_on: str
    ends_on: str


class Course(Entity):
    """What is taught; it runs as cohorts."""

    code: str
    title: str
    description: str = ""
    category: CourseCategory = CourseCategory.OTHER
    difficulty: Difficulty = Difficulty.BEGINNER
    mode: CourseMode = CourseMode.ON_SITE
    archived: bool = False


class Cohort(Entity):
    """One run of a course (the row's parent), with the people who teach it."""

    course_id: str
    code: str
    name: str
    starts_on: str | None = None
    ends_on: str | None = None
    room: str = ""
    capacity: int | None = None
    instructors: tuple[str, ...] = ()
    archived: bool = False


class Enrolment(Entity):
    """A person in a cohort (the row's parent), once per person and cohort. `testing` staff don't count."""

    cohort_id: str
    person_id: str
    state: EnrolmentState = EnrolmentState.ACTIVE
    enrolled_on: str | None = None
    testing: bool = False
