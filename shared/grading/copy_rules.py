"""What a copy of a piece of work takes along into another cohort."""

from collections.abc import Mapping
from typing import Any

from shared.grading.commands import AddAssignment
from shared.grading.vocabulary import AssignmentState

Body = Mapping[str, Any]
_LEFT_BEHIND = frozenset({"cohort_id", "state", "position", "category_id", "rubric_version_id"})


def copy_values(shown: Body, scheme: Body, into: Body, *, same_course: bool) -> dict[str, Any]:
    """Return the fields of a copy, a draft that nobody sees yet.

    The category of the same name takes it in, else none does; a rubric goes along within its course. `scheme` is that
    of the work's cohort, `into` that of the cohort it is copied into.
    """
    names = {one["id"]: _plain(one["name"]) for one in scheme["categories"]}
    wanted = names.get(shown["category_id"])
    category = next((one["id"] for one in into["categories"] if _plain(one["name"]) == wanted), "")
    kept = {name: shown[name] for name in AddAssignment.model_fields if name in shown and name not in _LEFT_BEHIND}
    return {
        **kept,
        "category_id": category,
        "rubric_version_id": shown["rubric_version_id"] if same_course else None,
        "state": str(AssignmentState.DRAFT),
    }


def _plain(name: str) -> str:
    return name.strip().casefold()
