"""The sample's work for groups: one exhibition that a cohort prepares together, not marked yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from server.demo.plan import SampleCohort, SamplePlan
from shared.core.clock import instant_text
from shared.core.ids import derived_id
from shared.grading.group_rules import dealt

_IN_A_GROUP, _DUE_IN = 4, timedelta(days=9)


@dataclass(frozen=True)
class SampleGroups:
    """A piece of work for groups with the fields of its command, and its groups."""

    id: str
    fields: Mapping[str, Any]
    groups: tuple[Mapping[str, Any], ...]


def sample_groups(plan: SamplePlan, cohort: SampleCohort, zone: ZoneInfo) -> SampleGroups:
    """Return a cohort's work for groups; the same cohort has the same groups every time."""
    work_id = derived_id("sample-work", cohort.id, "groups")
    enrolments = [enrolment_id for enrolment_id, _ in cohort.enrolments]
    parts = dealt(enrolments, -(-len(enrolments) // _IN_A_GROUP), work_id)
    return SampleGroups(
        work_id,
        {
            "cohort_id": cohort.id,
            "title": "Exhibition",
            "instructions": "Prepare a wall of the exhibition together.",
            "work_kind": "practical",
            "points": "100",
            "due_at": instant_text(datetime.combine(plan.today, time(16), zone) + _DUE_IN),
            "group_mode": "groups",
            "position": 90,
            "state": "open",
        },
        tuple(
            {"id": derived_id("sample-group", work_id, str(at)), "name": f"Group {at}", "members": part}
            for at, part in enumerate(parts, 1)
        ),
    )
