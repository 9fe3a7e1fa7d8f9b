"""Copying a piece of work into another cohort; offline, too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop.core.desk import Desk
from desktop.grading.actions import save_assignment
from desktop.timetable.store import Choice, cohort_choices
from shared.grading.copy_rules import copy_values
from shared.grading.ids import grade_scheme_id
from shared.grading.permissions import may_edit_assignments
from shared.grading.projections import scheme_of
from shared.grading.vocabulary import GRADE_SCHEME
from shared.learning.vocabulary import COHORT


def copy_choices(desk: Desk, cohort_id: str) -> list[Choice]:
    """Return the other cohorts in which this person sets work."""
    found = [one for one in cohort_choices(desk) if one.id != cohort_id]
    return [one for one in found if may_edit_assignments(desk.actor, one.id)]


def copy_work(desk: Desk, shown: Mapping[str, Any], cohort_id: str) -> str | None:
    """Copy a piece of work as a draft; returns the copy's id. Raises what `save_assignment` does."""
    store = desk.store
    here, there = (store.get(COHORT, one) or {} for one in (shown["cohort_id"], cohort_id))
    same = bool(here) and here.get("course_id") == there.get("course_id")
    schemes = [scheme_of(store.get(GRADE_SCHEME, grade_scheme_id(one)), one) for one in (shown["cohort_id"], cohort_id)]
    return save_assignment(desk, cohort_id, None, copy_values(shown, schemes[0], schemes[1], same_course=same))
