"""What a person may ask of the timetable."""

from pydantic import BaseModel, ConfigDict, Field

from shared.core.command import Id, InstantText
from shared.core.fields import FieldChange

CLASS_SESSION_FIELDS = ("starts_at", "ends_at", "room", "instructor_id", "title", "state")


class _Payload(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class PlanClassSession(_Payload):
    """Plan one class session of a cohort (target: its new id). `unplanned`: made on the spot, offline too."""

    cohort_id: Id
    starts_at: InstantText
    ends_at: InstantText
    room: str = Field(default="", max_length=100)
    instructor_id: Id | None = None
    title: str = Field(default="", max_length=200)
    unplanned: bool = False


class EditClassSession(_Payload):
    """Change fields of a class session; the state only to `cancelled` and back to `scheduled`."""

    changes: dict[str, FieldChange] = Field(min_length=1)


PAYLOADS: dict[str, type[BaseModel]] = {
    "PlanClassSession": PlanClassSession,
    "EditClassSession": EditClassSession,
}
TYPE_VERSIONS: dict[str, int] = dict.fromkeys(PAYLOADS, 1)
