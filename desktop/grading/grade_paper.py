"""Grades on paper: of a cohort, of one student's course with what explains it, and of all courses of a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.grading.explain import Line
from desktop.grading.paper_flow import Column, Flow
from desktop.people.table_paper import Letterhead
from shared.core.text import plural, text

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Holder:
    """Whose grade it is."""

    name: str
    number: str

    @property
    def words(self) -> str:
        """Name and number."""
        return " · ".join(part for part in (self.name, self.number) if part)


@dataclass(frozen=True)
class GradeRow:
    """A published grade and the day on which it was published, in words; `grade` None: nothing is published."""

    holder: Holder
    grade: Body | None
    day: str = ""


def cohort_report(head: Letterhead, about: str, rows: Sequence[GradeRow]) -> Flow:
    """Return the published grades of a cohort, and how many students have none yet."""
    flow = Flow(head, text("Grade report"), about)
    columns = (
        Column(text("Number"), 1.3),
        Column(text("Student"), 2.6),
        Column(text("Percent"), 0.9, number=True),
        Column(text("Grade"), 1.5),
        Column(text("Published"), 1.3),
    )
    table = [
        (
            one.holder.number,
            one.holder.name,
            one.grade["result"] if one.grade else "–",
            one.grade["word"] if one.grade else text("not published"),
            one.day,
        )
        for one in rows
    ]
    flow.table(columns, table)
    count = sum(one.grade is not None for one in rows)
    flow.gap()
    flow.paragraph(
        plural("1 of {all} grades is published.", "{n} of {all} grades are published.", count, all=len(rows))
    )
    flow.sign((text("Instructor, date"), text("For the institute, date")))
    return flow


def student_report(
    head: Letterhead, holder: Holder, course: str, lines: Sequence[Line], history: Sequence[Line]
) -> Flow:
    """Return one student's grade with the work that it comes from, and each time that it was published."""
    flow = Flow(head, text("Grade report"), " · ".join(part for part in (holder.words, course) if part))
    flow.heading(text("How the grade came about"))
    for line in lines:
        flow.row(line.what.strip(), line.figure, line.note)
    if history:
        flow.heading(text("History"))
        for line in history:
            flow.row(line.what, line.figure, line.note)
    return flow


def transcript(head: Letterhead, holder: Holder, rows: Sequence[GradeRow], day: str) -> Flow:
    """Return all published grades of a person, the earliest first, with a place for the institute to sign."""
    flow = Flow(head, text("Transcript of grades"), holder.words)
    columns = (
        Column(text("Code"), 1.0),
        Column(text("Course"), 2.8),
        Column(text("Cohort"), 2.0),
        Column(text("Percent"), 0.9, number=True),
        Column(text("Grade"), 1.4),
        Column(text("Published"), 1.3),
    )
    table = [
        (g["course_code"], g["course_title"], g["cohort_name"], g["result"], g["word"], one.day)
        for one in rows
        if (g := one.grade) is not None
    ]
    if table:
        flow.table(columns, table)
    else:
        flow.paragraph(text("No grade is published yet."))
    flow.gap()
    flow.paragraph(text("All grades that were published up to {day}.", day=day), small=True)
    flow.sign((text("For the institute: name, date, stamp"),))
    return flow
