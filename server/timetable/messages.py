"""What the timetable's own routes take and give, with examples that are true to them."""

from typing import Any, Literal

from pydantic import ConfigDict, Field

from shared.core.command import Id, InstantText
from shared.core.lines import OneLine
from shared.core.strict import StrictModel
from shared.timetable.commands import MOST_REASON, PlanSessionSeries

_COHORT = "01a1f7f8-3000-7672-874a-d4aa4c9175c7"
_SESSION = "01a1f7f8-3000-7672-874a-d4a8ff8edb2f"


class _Given(StrictModel):
    model_config = ConfigDict(extra="forbid")


class SessionPreviewAsk(_Given):
    """A session as it is wanted; with `id` it is one that is there and moves."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "cohort_id": _COHORT,
                "starts_at": "2026-11-20T08:30:00.000Z",
                "ends_at": "2026-11-20T10:00:00.000Z",
                "room": "Studio 2",
            }
        },
    )

    id: Id | None = None
    cohort_id: Id
    starts_at: InstantText
    ends_at: InstantText
    room: str = Field(default="", max_length=100)
    instructor_id: Id | None = None
    stand_in_id: Id | None = None


class SeriesAsk(PlanSessionSeries):
    """A series as it is wanted."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "cohort_id": _COHORT,
                "rule": "FREQ=WEEKLY;BYDAY=MO,WE",
                "starts_at_local": "2026-09-01T08:00",
                "minutes": 90,
                "time_zone": "Africa/Accra",
                "until": "2026-12-18",
                "room": "Studio 2",
            }
        },
    )


class SeriesChange(_Given):
    """Fields of a series that change from a day on, with their new values."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"changes": {"room": "Lab 1"}, "from_day": "2026-10-05"}}
    )

    changes: dict[str, Any] = Field(min_length=1, max_length=20)
    from_day: str = Field(pattern=r"^\d{4}-\d\d-\d\d$")
    despite_clash: bool = False
    cancel_reason: str = Field(default="", max_length=MOST_REASON)


class BookingAsk(_Given):
    """A time of office hours that someone takes."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"starts_at": "2026-11-20T14:15:00.000Z", "topic": "My portfolio"}},
    )

    starts_at: InstantText
    topic: str = Field(default="", max_length=300)


class LinkAsk(_Given):
    """Whose calendar a secret link shows: one cohort's, one person's or one room's."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"cohort_id": _COHORT}})

    cohort_id: Id | None = None
    person_id: Id | None = None
    room: OneLine | None = Field(default=None, max_length=100)


class LinkShown(StrictModel):
    """A secret link. `path` holds the secret and is given once, when the link is made."""

    id: str
    kind: Literal["cohort", "person", "room"]
    subject: str
    name: str
    made_at: str
    path: str | None = None


class Preview(StrictModel):
    """What planning would do: `sessions` with their times, holidays left out, and every clash with its sentence."""

    sessions: list[dict[str, Any]]
    skipped: list[dict[str, Any]]
    holidays: list[dict[str, Any]]
    clashes: list[dict[str, Any]]
    count: int
    sentence: str
    removed_rooms: list[str]


class HolidaysImported(StrictModel):
    """What an import of holidays did, or with `dry_run` would do."""

    dry_run: bool
    events: int
    added: int
    changed: int
    removed: int
    unchanged: int
    sessions_on_holidays: int
    holidays: list[dict[str, Any]]
    errors: list[dict[str, Any]]
    made: list[dict[str, str]]


class MadeHoliday(_Given):
    """A holiday that an import made, and the revision that it got by it."""

    id: Id
    revision: Id


class ImportUndo(_Given):
    """What an import of holidays answered as `made`."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"holidays": [{"id": _SESSION, "revision": _COHORT}]}},
    )

    holidays: list[MadeHoliday] = Field(min_length=1, max_length=60_000)


class ImportUndone(StrictModel):
    """How many holidays of an import are removed now, and how many were left because they were changed since."""

    removed: int
    left: int


LINK_EXAMPLE = {
    "id": "01a1f7f8-3000-7672-874a-d4a8ff8edb30",
    "kind": "cohort",
    "subject": _COHORT,
    "name": "Photography 1",
    "made_at": "2026-11-20T08:00:00.000Z",
    "path": "/api/v1/calendars/01a1f7f830007672874ad4a8ff8edb31kX3v0Jq1mZ4aB7cD9eF2gH5iJ8kL1mN4oP7qR0sT3uV.ics",
}
PREVIEW_EXAMPLE = {
    "sessions": [{"starts_at": "2026-11-20T08:30:00.000Z", "ends_at": "2026-11-20T10:00:00.000Z"}],
    "skipped": [],
    "holidays": [],
    "clashes": [
        {
            "reason": "room",
            "sentence": "Studio 2 is taken: Film 1, Fri 20 Nov 2026, 08:00–09:30.",
            "session_id": _SESSION,
            "cohort_id": _COHORT,
            "cohort": "Film 1",
            "room": "Studio 2",
            "instructor_id": None,
            "instructor": "",
            "starts_at": "2026-11-20T08:00:00.000Z",
            "ends_at": "2026-11-20T09:30:00.000Z",
            "wanted": {"id": "", "starts_at": "2026-11-20T08:30:00.000Z"},
        }
    ],
    "count": 1,
    "sentence": "Studio 2 is taken: Film 1, Fri 20 Nov 2026, 08:00–09:30.",
    "removed_rooms": [],
}
IMPORT_EXAMPLE = {
    "dry_run": True,
    "events": 2,
    "added": 1,
    "changed": 0,
    "removed": 0,
    "unchanged": 1,
    "sessions_on_holidays": 3,
    "holidays": [{"action": "add", "name": "Independence Day", "starts_on": "2027-03-06", "ends_on": "2027-03-06"}],
    "errors": [{"event": 3, "code": "times_invalid", "sentence": "Event 3: its days can't be read."}],
    "made": [{"id": _SESSION, "revision": _COHORT}],
}
UNDO_EXAMPLE = {"removed": 1, "left": 0}
