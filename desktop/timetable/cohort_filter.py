"""The filter of a page that shows one cohort: those to choose from, and which one it begins with."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from desktop.core.desk import Desk
from desktop.timetable.store import Choice
from desktop.widgets.filter_row import FilterRow

_COHORT = "cohort"


def _tr(words: str) -> str:
    return QCoreApplication.translate("CohortFilter", words)


def add_cohorts(filters: FilterRow, choices: Sequence[Choice]) -> None:
    """Offer these cohorts under the key `cohort`; where there is none it says so."""
    named = [(one.id, one.name) for one in choices]
    filters.add_filter(_COHORT, _tr("Cohort"), named or [("", _tr("No cohort"))])


def begin_with(filters: FilterRow, desk: Desk, choices: Sequence[Choice], cohort_id: str | None, kept: str) -> None:
    """Choose the cohort that was asked for, or the one that the store remembers under `kept`, where it is offered."""
    names = {one.id for one in choices}
    wanted = cohort_id if cohort_id in names else desk.store.recall(kept)
    if wanted in names:
        filters.filters[_COHORT].choose(wanted)
