"""What a person may ask of the timetable."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field, StringConstraints

from shared.core.command import Id, InstantText
from shared.core.days import DayText
from shared.core.fields import FieldChange
from shared.core.lines import OneLine
from shared.core.strict import StrictModel
from shared.timetable import kit_commands
from shared.timetable.vocabulary import SessionKind

LocalText = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d$")]

CLASS_SESSION_FIELDS = (
    "starts_at",
    "ends_at",
    "room",
    "instructor_id",
    "title",
    "state",
    "session_kind",
    "link",
    "credentials",
    "stand_in_id",
    "catches_up_id",
    "cancel_reason",
)
SERIES_FIELDS = (
    "rule",
    "starts_at_local",
    "minutes",
    "room",
    "instructor_id",
    "title",
    "session_kind",
    "link",
    "credentials",
    "until",
    "except_dates",
    "state",
)
MOST_REASON = 200
"""Characters of the reason for which a class is cancelled."""
ROOM_FIELDS = ("name", "branch", "capacity", "state")
HOLIDAY_FIELDS = ("name", "starts_on", "ends_on", "state")


class _Payload(StrictModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class _Meeting(_Payload):
    """What a single session and a series say alike."""

    cohort_id: Id
    room: str = Field(default="", max_length=100)
    instructor_id: Id | None = None
    title: str = Field(default="", max_length=200)
    session_kind: SessionKind = SessionKind.CLASS
    link: str = Field(default="", max_length=500)
    credentials: str = Field(default="", max_length=500)
    despite_clash: bool = False


class PlanClassSession(_Meeting):
    """Plan one class session of a cohort (target: its new id). `unplanned`: made on the spot, offline too.

    `catches_up_id` names the session that this one stands for; `despite_clash` plans it although something clashes.
    """

    starts_at: InstantText
    ends_at: InstantText
    unplanned: bool = False
    catches_up_id: Id | None = None


class EditClassSession(_Payload):
    """Change fields of a class session; the state only to `cancelled` and back to `scheduled`.

    `cancel_reason` says why it is cancelled; a class that takes place again has none.
    """

    changes: dict[str, FieldChange] = Field(min_length=1)
    despite_clash: bool = False


class PlanSessionSeries(_Meeting):
    """Plan class sessions that follow a rule (target: the series' new id); see `models.SessionSeries`.

    The same rule gives the same sessions with the same ids on both sides. `except_dates` are the days that the author
    saw left out; with `skip_holidays` the server leaves out the holidays that it knows besides.
    """

    rule: str = Field(min_length=1, max_length=500)
    starts_at_local: LocalText
    minutes: int = Field(ge=1, le=960)
    time_zone: str = Field(min_length=1, max_length=60)
    until: DayText | None = None
    except_dates: tuple[DayText, ...] = Field(default=(), max_length=400)
    skip_holidays: bool = True


class EditSessionSeries(_Payload):
    """Change a series from the day `from_day` on; what was changed at a single session stays as it is there.

    The state only to `cancelled` and back to `active`; `cancel_reason` is said of each class that this cancels.
    """

    changes: dict[str, FieldChange] = Field(min_length=1)
    from_day: DayText
    despite_clash: bool = False
    cancel_reason: str = Field(default="", max_length=MOST_REASON)


class AddRoom(_Payload):
    """Add a room (target: its new id)."""

    name: OneLine = Field(min_length=1, max_length=100)
    branch: OneLine = Field(default="", max_length=100)
    capacity: int | None = Field(default=None, ge=1, le=100_000)


class EditRoom(_Payload):
    """Change fields of a room; the state to `removed` and back to `active`."""

    changes: dict[str, FieldChange] = Field(min_length=1)


class AddHoliday(_Payload):
    """Add days without classes (target: the holiday's new id)."""

    name: OneLine = Field(min_length=1, max_length=200)
    starts_on: DayText
    ends_on: DayText
    uid: str = Field(default="", max_length=300)


class EditHoliday(_Payload):
    """Change fields of a holiday; the state to `removed` and back to `active`."""

    changes: dict[str, FieldChange] = Field(min_length=1)


class _OwnDoing(_Payload):
    """What one does oneself. The person named is what one's device shows meanwhile; the server takes the author."""

    session_id: Id
    person_id: Id | None = None
    person_name: str = Field(default="", max_length=320)


class JoinLiveSession(_OwnDoing):
    """Say that one has joined a live session now (target: the new visit's id)."""


class LeaveLiveSession(_Payload):
    """Say that one has left it again (target: the visit)."""

    session_id: Id


class BookOfficeHours(_OwnDoing):
    """Take a time of someone's office hours (target: the new booking's id); see `office_hours.slots_of`."""

    starts_at: InstantText
    topic: str = Field(default="", max_length=300)


class CancelOfficeBooking(_Payload):
    """Give a booked time back (target: the booking)."""

    session_id: Id


PAYLOADS: dict[str, type[StrictModel]] = {
    "PlanClassSession": PlanClassSession,
    "EditClassSession": EditClassSession,
    "PlanSessionSeries": PlanSessionSeries,
    "EditSessionSeries": EditSessionSeries,
    "AddRoom": AddRoom,
    "EditRoom": EditRoom,
    "AddHoliday": AddHoliday,
    "EditHoliday": EditHoliday,
    "JoinLiveSession": JoinLiveSession,
    "LeaveLiveSession": LeaveLiveSession,
    "BookOfficeHours": BookOfficeHours,
    "CancelOfficeBooking": CancelOfficeBooking,
    **kit_commands.PAYLOADS,
}
TYPE_VERSIONS: dict[str, int] = dict.fromkeys(PAYLOADS, 1) | {
    "PlanClassSession": 2,
    "EditClassSession": 3,
    "EditSessionSeries": 2,
}


def plan_from_first_version(payload: dict[str, Any]) -> dict[str, Any]:
    """Return a `PlanClassSession` of version 1 as version 2 says it: an ordinary class in a room."""
    return {"session_kind": str(SessionKind.CLASS), "link": "", "credentials": "", "catches_up_id": None, **payload}


def edit_from_first_version(payload: dict[str, Any]) -> dict[str, Any]:
    """Return an `EditClassSession` of version 1 as version 2 says it: whoever made it knew of no clash."""
    return {"despite_clash": False, **payload}


def edit_from_second_version(payload: dict[str, Any]) -> dict[str, Any]:
    """Return an `EditClassSession` of version 2 as version 3 says it: whoever cancelled gave no reason."""
    return dict(payload)  # a reason that someone else gave meanwhile stays


def series_edit_from_first_version(payload: dict[str, Any]) -> dict[str, Any]:
    """Return an `EditSessionSeries` of version 1 as version 2 says it: whoever cancelled gave no reason."""
    return {"cancel_reason": "", **payload}
