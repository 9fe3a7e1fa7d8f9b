"""The timetable's rows as both sides know them."""

from shared.core.entity import Entity
from shared.timetable.vocabulary import ClassSessionState


class ClassSession(Entity):
    """One meeting of a cohort (the row's parent). `starts_at` and `ends_at` are instants, `2026-11-20T08:30:00.000Z`.

    An unplanned one was made on the spot by whoever takes its register.
    """

    cohort_id: str
    starts_at: str
    ends_at: str
    room: str = ""
    instructor_id: str | None = None
    title: str = ""
    state: ClassSessionState = ClassSessionState.SCHEDULED
    unplanned: bool = False
