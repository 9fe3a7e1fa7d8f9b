"""Pure decisions of a term's roll-over: days, codes and names of copied cohorts, and what becomes of students."""

import re
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from shared.core.actor import Actor
from shared.learning.vocabulary import EnrolmentState
from shared.people.vocabulary import Permission

LONGEST_CODE = 40
PASS_MARK = "50"  # noqa: S105 - percent
"""Percent that a published grade needs, unless whoever rolls over says another."""


class StudentStep(StrEnum):
    """What becomes of a cohort's students: they stay, are done, go on in the copy, or go on in another cohort."""

    LEAVE = "leave"
    COMPLETE = "complete"
    CONTINUE = "continue"
    PROMOTE = "promote"


MOVES = frozenset({StudentStep.CONTINUE, StudentStep.PROMOTE})
"""The steps that enrol students somewhere."""
TAKEN_ALONG = frozenset({EnrolmentState.ACTIVE, EnrolmentState.COMPLETED})
"""Enrolments whose students a roll-over moves; pending ones wait for the office, suspended ones for a decision."""


def may_roll_over(actor: Actor) -> bool:
    """`terms.roll_over`, beside what making cohorts and enrolling people asks for anyhow."""
    needed = (Permission.TERMS_ROLL_OVER, Permission.COURSES_EDIT, Permission.ENROLMENTS_EDIT)
    return all(actor.may(word) for word in needed)


def runs_in(cohort: Mapping[str, Any], term: Mapping[str, Any]) -> bool:
    """Tell whether a cohort runs on a day of a term; one without days belongs to none."""
    first, last = cohort.get("starts_on"), cohort.get("ends_on")
    if not first and not last:
        return False
    return bool((first or "") <= term["ends_on"] and (last or "9999-12-31") >= term["starts_on"])


def goes_on(cohort: Mapping[str, Any], term: Mapping[str, Any]) -> bool:
    """Tell whether a cohort runs beyond its term, so that it isn't copied unless someone asks for it."""
    return not cohort.get("ends_on") or cohort["ends_on"] > term["ends_on"]


def new_days(
    cohort: Mapping[str, Any], old: Mapping[str, Any], new: Mapping[str, Any]
) -> tuple[str | None, str | None]:
    """Return a copy's first and last day: as far from the term's first day as before, within the new term."""
    first, last = cohort.get("starts_on"), cohort.get("ends_on")
    starts = _moved(first, old["starts_on"], new["starts_on"]) if first else None
    if starts is not None and not new["starts_on"] <= starts <= new["ends_on"]:
        starts = str(new["starts_on"])
    ends = str(new["ends_on"])
    if last and last < old["ends_on"]:
        ends = min(ends, max(_moved(last, old["starts_on"], new["starts_on"]), starts or new["starts_on"]))
    return starts, ends


def _moved(day: str, old_start: str, new_start: str) -> str:
    gap = date.fromisoformat(new_start) - date.fromisoformat(old_start)
    return (date.fromisoformat(day) + gap).isoformat()


def new_name(name: str, old_term: str, new_term: str) -> str:
    """Return a copy's name: the old term's name in it gives way to the new one's."""
    return name.replace(old_term, new_term) if old_term else name


def new_code(code: str, old_term: str, new_term: str, taken: Collection[str]) -> str:
    """Return a code for a copy that isn't `taken`: the old term's mark in it replaced, else the new one's added."""
    before, after = term_mark(old_term), term_mark(new_term)
    marked = re.sub(rf"(?<![A-Za-z0-9]){re.escape(before)}(?![A-Za-z0-9])", after, code) if before else code
    stem = marked if marked != code else f"{code}-{after}"
    tried = (stem, *(f"{stem}-{at}" for at in range(2, len(taken) + 3)))
    return next(one for one in (one[-LONGEST_CODE:].lstrip("-") for one in tried) if one not in taken)


def term_mark(name: str) -> str:
    """Return a term's name in short, for codes: `Term 2` is `T2`, `2027 Spring` is `2027S`."""
    words = re.findall(r"[^\W\d_]+|\d+", name)
    return "".join(word if word.isdigit() else word[0].upper() for word in words)[:12] or "NEXT"


def has_passed(result: str, pass_mark: str) -> bool:
    """Tell whether a published result, a percentage such as `81.5`, reaches the pass mark."""
    try:
        return Decimal(result) >= Decimal(pass_mark)
    except InvalidOperation:
        return False


def step_of(choice: Mapping[str, Any], passed: bool | None) -> StudentStep | None:
    """Return what becomes of a student; None where it goes by grades and nothing is published."""
    if not choice.get("by_grades"):
        return StudentStep(choice["students"])
    if passed is None:
        return None
    return StudentStep(choice["students" if passed else "others"])


def moved_start(start: str, old_first: str | None, new_first: str) -> str:
    """Return the local start of a moved series: its weekday and time stay, its week of the cohort, too.

    `start` is local, such as `2026-09-08T18:00`; the days are those of the old cohort and of its copy.
    """
    day, _, time = start.partition("T")
    began = date.fromisoformat(day)
    offset = max((began - date.fromisoformat(old_first)).days, 0) if old_first else 0
    wanted = date.fromisoformat(new_first) + timedelta(days=offset)
    back = (wanted.weekday() - began.weekday()) % 7
    moved = wanted - timedelta(days=back)
    if moved < date.fromisoformat(new_first):
        moved += timedelta(days=7)
    return f"{moved.isoformat()}T{time}"
