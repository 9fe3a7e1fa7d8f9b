"""When work that has not come is missing: after the cut-off or else the due time, and never before an extension."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.grading.work_rules import cutoff_at, due_at

Body = Mapping[str, Any]


def last_moment(assignment: Body, extension: Body | None = None) -> datetime | None:
    """Return until when a student's work may still come, None where nothing says so."""
    return cutoff_at(assignment, extension) or due_at(assignment, extension)


def is_over(assignment: Body, now: datetime, extension: Body | None = None) -> bool:
    """Tell whether work that hasn't come is missing; work without any time is as soon as someone says so."""
    last = last_moment(assignment, extension)
    return last is None or now > last
