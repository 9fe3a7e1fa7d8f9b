"""The sample's kit: what a media school lends and books, with one piece late, some out and some booked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from server.demo.plan import SamplePlan
from shared.core.clock import instant_text
from shared.core.ids import derived_id

# Number, name, category, courses by their codes, condition.
_PIECES = (
    ("CAM-01", "Canon EOS R10", "Cameras", ("PHO",), ""),
    ("CAM-02", "Canon EOS R10", "Cameras", ("PHO",), "Scratch on the lens hood"),
    ("CAM-03", "Nikon Z50", "Cameras", ("PHO", "GRD"), ""),
    ("VID-01", "Sony FX30 with cage", "Film cameras", ("FLM",), ""),
    ("VID-02", "Sony FX30 with cage", "Film cameras", ("FLM",), "One battery of three is weak"),
    ("TRI-01", "Manfrotto tripod 190X", "Tripods", (), ""),
    ("TRI-02", "Manfrotto tripod 190X", "Tripods", (), "A clamp sticks"),
    ("TRI-03", "Fluid head tripod", "Tripods", ("FLM",), ""),
    ("LIG-01", "LED panel set, three lights", "Lights", ("PHO", "FLM"), ""),
    ("LIG-02", "Softbox 80 cm", "Lights", ("PHO",), ""),
    ("REC-01", "Zoom H5 recorder", "Sound", ("RAD", "FLM", "MUS"), ""),
    ("REC-02", "Zoom H5 recorder", "Sound", ("RAD", "FLM", "MUS"), ""),
    ("MIC-01", "Boom with shotgun microphone", "Sound", ("FLM", "RAD"), "Wind shield torn"),
)
_STUDIOS = (("ST-01", "Studio 1"), ("ST-02", "Sound stage"))
# Number, course of the borrower, student, days ago it went out, days until it is due, days ago it came back, condition.
_LOANS: tuple[tuple[str, str, int, int, int, int | None, str], ...] = (
    ("CAM-02", "PHO", 9, 12, -8, 6, "Scratch on the lens hood"),
    ("TRI-02", "PHO", 12, 9, -6, 7, ""),
    ("CAM-01", "PHO", 4, 2, 1, None, ""),
    ("VID-01", "FLM", 6, 5, -2, None, "All three batteries full"),
    ("REC-01", "RAD", 3, 1, 2, None, ""),
    ("TRI-01", "FLM", 3, 1, 4, None, ""),
)
# Number, course of the borrower, student, days from today, hour, hours, what for.
_BOOKINGS = (
    ("CAM-03", "PHO", 7, 1, 10, 3, "Portraits in the market"),
    ("LIG-01", "FLM", 2, 2, 9, 6, "Interview for the final film"),
    ("ST-02", "MUS", 1, 3, 18, 2, "Choir recording"),
)
_COUNTER = time(9, 0)


@dataclass(frozen=True)
class SampleKit:
    """One command about kit: when, what, on which row; `loan` names the loan by the number of its piece."""

    at: datetime
    kind: str
    target: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    piece: str = ""


def pieces(plan: SamplePlan) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (id, fields) of all pieces and studios."""
    courses = {str(fields["code"]): course_id for course_id, fields in plan.courses}
    for number, name, category, codes, condition in _PIECES:
        yield (
            derived_id("sample-kit", number),
            {
                "name": name,
                "number": number,
                "category": category,
                "condition": condition,
                "course_ids": [courses[code] for code in codes],
            },
        )
    for number, name in _STUDIOS:
        fields = {"name": name, "number": number, "category": "Studios", "kit_kind": "studio", "room": name}
        yield derived_id("sample-kit", number), fields


def _student(plan: SamplePlan, code: str, place: int) -> str:
    """Return a student of a course's first cohort."""
    cohort = next(one for one in plan.cohorts if str(one.fields["code"]).startswith(code))
    return cohort.enrolments[place % len(cohort.enrolments)][1]


def doings(plan: SamplePlan, now: datetime) -> list[SampleKit]:
    """Return loans, returns and bookings in the order in which they happened; `now` is in the institute's zone."""
    found: list[SampleKit] = []
    for number, code, place, out, due, back, condition in _LOANS:
        begins = datetime.combine(plan.today - timedelta(days=out), _COUNTER, now.tzinfo)
        ends = datetime.combine(plan.today + timedelta(days=due), time(16, 0), now.tzinfo)
        target = derived_id("sample-kit", number)
        person = {"person_id": _student(plan, code, place), "due_at": instant_text(ends), "condition": condition}
        found.append(SampleKit(begins, "LendKit", target, person, number))
        if back is not None:
            returned = datetime.combine(plan.today - timedelta(days=back), time(11, 30), now.tzinfo)
            found.append(SampleKit(returned, "ReturnKit", target, {"condition": condition}, number))
    for number, code, place, day, hour, hours, purpose in _BOOKINGS:
        begins = datetime.combine(plan.today + timedelta(days=day), time(hour), now.tzinfo)
        payload = {
            "item_id": derived_id("sample-kit", number),
            "person_id": _student(plan, code, place),
            "starts_at": instant_text(begins),
            "ends_at": instant_text(begins + timedelta(hours=hours)),
            "purpose": purpose,
        }
        asked = datetime.combine(plan.today - timedelta(days=1), _COUNTER, now.tzinfo)
        found.append(SampleKit(asked, "BookKit", derived_id("sample-kit-booking", number), payload))
    return sorted((one for one in found if one.at <= now), key=lambda one: (one.at, one.kind, one.target))
