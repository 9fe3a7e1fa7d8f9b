"""The words of a term's roll-over: what becomes of students, of a cohort, of its classes, and how much there is."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from shared.core.days import short_day
from shared.core.text import plural, text
from shared.learning.rollover import StudentStep

Body = Mapping[str, Any]


def step_words() -> dict[str, str]:
    """Return what each step is called."""
    return {
        str(StudentStep.LEAVE): text("Stay as they are"),
        str(StudentStep.COMPLETE): text("Have completed"),
        str(StudentStep.CONTINUE): text("Go on in the copy"),
        str(StudentStep.PROMOTE): text("Go on in another cohort"),
    }


def students_words(line: Body) -> str:
    """Return what becomes of a cohort's students, in numbers."""
    told = line["students"]
    parts = [
        plural("1 goes on", "{n} go on", told["moved"]) if told["moved"] else "",
        plural("1 completes", "{n} complete", told["completed"]) if told["completed"] else "",
    ]
    said = ", ".join(part for part in parts if part)
    return text("{done} of {n}", done=said, n=told["total"]) if said else plural("1 stays", "{n} stay", told["total"])


def classes_words(line: Body) -> str:
    """Return how many classes a copy gets."""
    n = sum(one["sessions"] for one in line["series"] if one["planned"])
    return plural("1 class", "{n} classes", n) if n else text("none")


def class_words(one: Body) -> str:
    """Return what a series of classes is on the new days."""
    day, _, time = str(one["starts_at_local"]).partition("T")
    first = short_day(date.fromisoformat(day))
    parts = [str(one["title"]), text("from {day}, {time}", day=first, time=time), str(one["room"])]
    n = int(one["sessions"])
    return ", ".join([*(part for part in parts if part), plural("1 class", "{n} classes", n)])


def skipped_words(one: Body) -> str:
    """Return which holidays are left out, or what clashes."""
    if one["clashes"]:
        return str(one["sentence"])
    days = ", ".join(f"{day['name']} {short_day(date.fromisoformat(day['day']))}" for day in one["skipped"])
    return text("Left out: {days}", days=days) if days else ""


def counts_words(counts: Mapping[str, int]) -> str:
    """Return how much a roll-over makes."""
    parts = [
        plural("1 term", "{n} terms", counts["terms"]) if counts["terms"] else "",
        plural("1 cohort copied", "{n} cohorts copied", counts["cohorts"]),
        plural("1 student goes on", "{n} students go on", counts["moved"]),
        plural("1 completes", "{n} complete", counts["completed"]),
        plural("1 class planned", "{n} classes planned", counts["sessions"]),
    ]
    return ", ".join(part for part in parts if part)
