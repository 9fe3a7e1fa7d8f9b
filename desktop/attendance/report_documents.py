"""The sheets of reports: percentages by student or group, hours for a sponsor, and a register to sign."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.attendance.report_store import Asked, HoursRow
from desktop.attendance.store import read_roll
from desktop.attendance.words import mark_words
from desktop.core.desk import Desk
from desktop.people.table_paper import Paper
from desktop.shell.table_files import Head, Sheet, Value, minutes_words
from desktop.timetable.times import clock_words, local, short_day, zone_of
from shared.attendance.report_rules import GroupRow, StudentRow
from shared.core.errors import CampusError
from shared.core.text import text
from shared.timetable.clashes import day_words

REGISTER_PAPER = Paper(landscape=True, row_height=21.0, upright_lines=True)


def period_words(asked: Asked) -> str:
    """Return `1 Sep 2026 to 18 Dec 2026`."""
    first = text("{day} {year}", day=short_day(asked.first), year=asked.first.year)
    last = text("{day} {year}", day=short_day(asked.last), year=asked.last.year)
    return text("{first} to {last}", first=first, last=last)


def percent_text(percent: int | None) -> str:
    """Return `92 %`, a dash where nothing counts."""
    return "–" if percent is None else text("{percent} %", percent=percent)


def _counts() -> tuple[Head, ...]:
    titles = (text("Present"), text("Late"), text("Left early"), text("Absent"), text("Excused"))
    return (*(Head(title, True, max(0.75, len(title) / 8)) for title in titles), Head(text("Percent"), True, 0.85))


def _numbers(row: StudentRow | GroupRow) -> tuple[Value, ...]:
    tally = row.tally
    return tally.present, tally.late, tally.left_early, tally.absent, tally.excused, tally.percent


def students_sheet(rows: Sequence[StudentRow], about: str) -> Sheet:
    """Return the percentages of students as the screen shows them."""
    own = (Head(text("Number"), share=1.1), Head(text("Student"), share=2.2), Head(text("Cohort"), share=2.2))
    last = Head(text("In a row"), number=True, share=0.8)
    made = tuple((row.number, row.name, row.cohort, *_numbers(row), row.streak) for row in rows)
    return Sheet(text("Attendance by student"), about, (*own, *_counts(), last), made)


def groups_sheet(title: str, name: str, rows: Sequence[GroupRow], about: str) -> Sheet:
    """Return the percentages of groups; `name` is the head of their column."""
    own = (Head(name, share=2.6), Head(text("Students"), number=True, share=0.8))
    last = Head(text("Students below"), number=True, share=1.2)
    made = tuple((row.name, row.students, *_numbers(row), row.below) for row in rows)
    return Sheet(title, about, (*own, *_counts(), last), made)


def hours_sheet(rows: Sequence[HoursRow], about: str) -> Sheet:
    """Return the hours of students as the screen shows them; decimal hours are what sponsors reckon with."""
    heads = (
        Head(text("Number"), share=1.1),
        Head(text("Student"), share=2.2),
        Head(text("Cohort"), share=2.2),
        Head(text("Classes"), True, 0.8),
        Head(text("Planned"), True, 1.1),
        Head(text("Late or left early"), True, 1.6),
        Head(text("Attended"), True, 1.1),
        Head(text("Hours"), True, 0.8),
    )
    made = tuple(
        (
            row.student.number,
            row.student.name,
            row.student.cohort,
            row.hours.classes,
            minutes_words(row.hours.planned),
            minutes_words(row.hours.missed_minutes),
            minutes_words(row.hours.attended),
            round(row.hours.attended / 60, 2),
        )
        for row in rows
    )
    return Sheet(text("Hours attended"), about, heads, made)


def hours_paper() -> Paper:
    """Return the paper of hours: what they are, and where the institute signs."""
    rule = text("Hours attended are the planned hours of the classes attended, minutes late or left early taken off.")
    return Paper(ends=(rule, text("Date, signature and stamp: ______________________________________________")))


def register_sheet(desk: Desk, session_id: str) -> Sheet:
    """Return a class session's register with a column to sign in. Raises CampusError where the class isn't here."""
    roll = read_roll(desk, session_id)
    if roll.session is None:
        raise CampusError("class_session_unknown", text("This class isn't on this computer. Fetch it, then print."))
    zone = zone_of(desk)
    starts, ends = local(roll.session["starts_at"], zone), local(roll.session["ends_at"], zone)
    parts = [
        str((roll.cohort or {}).get("name") or ""),
        f"{day_words(starts)}, {clock_words(starts)}–{clock_words(ends)}",
        str(roll.session.get("room") or ""),
        str(roll.session.get("title") or ""),
    ]
    heads = (
        Head(text("No."), number=True, share=0.4),
        Head(text("Number"), share=1.1),
        Head(text("Student"), share=2.6),
        Head(text("Mark"), share=1.4),
        Head(text("Signature"), share=3.0),
        Head(text("Note"), share=1.6),
    )
    rows = tuple(
        (
            at,
            row.member.number,
            row.member.name,
            mark_words(row.mark.state, row.mark.minutes) if row.is_marked else "",
            "",
            row.note,
        )
        for at, row in enumerate(roll.rows, 1)
    )
    return Sheet(text("Register"), " · ".join(part for part in parts if part), heads, rows)
