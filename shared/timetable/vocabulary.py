"""The words of the timetable area."""

from enum import StrEnum

CLASS_SESSION = "class_session"


class ClassSessionState(StrEnum):
    """Where a class session stands; `ongoing` and `completed` follow from the clock and are never stored."""

    SCHEDULED = "scheduled"
    ONGOING = "ongoing"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
