"""A published grade line by line: what it says, the work that it comes from, and each time that it was published."""

from collections.abc import Mapping, Sequence
from typing import Any

from desktop.core.desk import Desk
from desktop.grading.explain import Line
from desktop.grading.grade_store import grade_entries, told_words
from desktop.grading.words import status_word
from desktop.timetable.times import local, local_now, moment_words, zone_of
from shared.core.text import text
from shared.grading.vocabulary import MarkStatus

Body = Mapping[str, Any]


def statement_lines(grade: Body) -> list[Line]:
    """Return how a published grade came about: each category with its work, and the result."""
    lines = []
    for part in grade["lines"]:
        figure = text("{earned} of {possible}", earned=part["earned"], possible=part["possible"])
        if part["percent"] is None:
            lines.append(Line(part["name"] or text("All work"), "–", text("Nothing counted.")))
        else:
            note = text("weighs {share} percent", share=part["share"]) if part["name"] else ""
            lines.append(Line(part["name"] or text("All work"), f"{figure} · {part['percent']} %", note))
        lines += [_work_line(one) for one in part["work"]]
    if not grade["lines"]:
        lines.append(Line(text("How it came about"), "", text("Appears when the server has accepted the grade.")))
    lines.append(Line(text("Grade"), told_words((grade["result"], grade["word"]))))
    return lines


def _work_line(work: Body) -> Line:
    notes = []
    if work["dropped"]:
        notes.append(text("one of the lowest, left out"))
    if work["extra_credit"]:
        notes.append(text("extra credit"))
    status = MarkStatus(work["status"])
    if status is MarkStatus.MARKED:
        figure = text("{score} of {points}", score=work["counts"], points=work["points"])
    else:
        figure = status_word(status) or text("Not graded")
    return Line(f"    {work['title']}", figure, ", ".join(notes))


def entry_lines(desk: Desk, enrolment_id: str) -> list[Line]:
    """Return each time that a student's grade was published, the latest first: what it said, by whom, when and why."""
    zone = zone_of(desk)
    today = local_now(desk, zone).date()
    lines = []
    for one in grade_entries(desk, enrolment_id):
        who = " · ".join(
            part for part in (one.get("by_name") or "", moment_words(local(one["at"], zone), today)) if part
        )
        note = f"{who}: {one['reason']}" if one.get("reason") else who
        lines.append(Line(text("Published"), told_words((one["result"], one["word"])), note))
    return lines


def published_words(desk: Desk, grades: Sequence[Body]) -> list[tuple[str, str, str]]:
    """Return course, grade and when it was published, for each of a student's grades."""
    zone = zone_of(desk)
    today = local_now(desk, zone).date()
    rows = []
    for one in grades:
        course = " · ".join(part for part in (one["course_title"], one["cohort_name"]) if part)
        when = moment_words(local(one["published_at"], zone), today)
        rows.append((course, told_words((one["result"], one["word"])), when))
    return rows
