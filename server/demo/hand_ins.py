"""The sample's open work: a report that every cohort is to write, handed in by some, with more time for one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from server.demo.plan import SampleCohort, SamplePlan
from shared.core.clock import instant_text
from shared.core.ids import derived_id
from shared.grading.ids import extension_id

_ANSWERS = (
    "I recorded twelve interviews at the market. The wind was the hardest part, so I built a small shield.",
    "Our team lit the stage with three lamps. Next time I would move the key light further to the left.",
    "The first plan took too long. After two weeks we cut a third of it and finished with a day to spare.",
    "My mentor showed me how to read the meter before each shot; since then none has been too dark.",
    "I kept a diary of every hour. It shows that editing took twice as long as filming.",
    "We compared four printers for the posters and chose the one nearby, since changes cost nothing there.",
    "At noon I began. The wind was the hardest part, so I built a small shield. My sister lent me her umbrella, too.",
)
_DAYS_GIVEN, _DAYS_LEFT, _MORE_DAYS = 9, 2, 5


@dataclass(frozen=True)
class HandedIn:
    """What one student handed in, with the payload of the command."""

    id: str
    person_id: str
    at: datetime
    payload: Mapping[str, Any]


@dataclass(frozen=True)
class OpenWork:
    """A cohort's open work: its fields, what came in, and the time that one student was given."""

    id: str
    fields: Mapping[str, Any]
    set_at: datetime
    handed_in: tuple[HandedIn, ...]
    extension: tuple[str, Mapping[str, Any]]


def open_work(plan: SamplePlan, cohort: SampleCohort, zone: ZoneInfo) -> OpenWork:
    """Return a cohort's open work; the same cohort has the same every time."""
    work_id = derived_id("sample-work", cohort.id, "Report")
    due = datetime.combine(plan.today + timedelta(days=_DAYS_LEFT), time(16), zone)
    set_at = datetime.combine(plan.today - timedelta(days=_DAYS_GIVEN), time(8), zone)
    *others, (last, _) = cohort.enrolments
    given = {
        "assignment_id": work_id,
        "enrolment_id": last,
        "due_at": instant_text(due + timedelta(days=_MORE_DAYS)),
        "reason": "Away at a family event; agreed by phone.",
    }
    return OpenWork(
        id=work_id,
        fields={
            "cohort_id": cohort.id,
            "title": "Report",
            "instructions": "One page: what you made this term, what went wrong, and what you would do next time.",
            "takes": ["file", "recording", "text"],
            "allowed_types": ["docx", "odt", "pdf"],
            "points": "40",
            "opens_at": instant_text(set_at),
            "due_at": instant_text(due),
            "cutoff_at": instant_text(due + timedelta(days=1)),
            "late": {"kind": "percent_per_day", "amount": "10", "grace_minutes": 15, "floor_percent": "50"},
            "category_id": "project",
            "position": 10,
            "state": "open",
        },
        set_at=set_at,
        handed_in=tuple(_handed_in(work_id, others, set_at)),
        extension=(extension_id(work_id, last), given),
    )


def _handed_in(work_id: str, enrolments: list[tuple[str, str]], set_at: datetime) -> Iterator[HandedIn]:
    for place, ((enrolment_id, person_id), words) in enumerate(zip(enrolments, _ANSWERS, strict=False)):
        payload = {"assignment_id": work_id, "enrolment_id": enrolment_id, "text": words}
        at = set_at + timedelta(days=1 + place, hours=place)
        yield HandedIn(derived_id("sample-hand-in", work_id, enrolment_id), person_id, at, payload)
