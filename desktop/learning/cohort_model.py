"""How cohorts, their students and their classes are shown in lists: rows and columns."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtCore import QCoreApplication

from desktop.learning.store import CohortRow, SessionRow, StudentRow
from desktop.learning.words import ENROLMENT_TONES, enrolment_word, read_day, span_words
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.date_field import format_date
from desktop.widgets.list_row import RowContent
from shared.core.text import plural

_tr = partial(QCoreApplication.translate, "Cohorts")


def cohort_content(row: CohortRow, today: date) -> RowContent:
    """Return a cohort as a row of two lines."""
    body = row.body
    facts = [span_words(body.get("starts_on"), body.get("ends_on")), str(body.get("room") or "")]
    facts += [", ".join(row.instructors), plural("{n} student", "{n} students", row.students)]
    word, tone = cohort_state(row, today)
    detail = " · ".join(fact for fact in facts if fact)
    return RowContent(row.id, str(body["name"]), detail, icon="users", badge=(word, tone, ""))


def cohort_state(row: CohortRow, today: date) -> tuple[str, str]:
    """Return where a cohort stands by the calendar, as (word, tone)."""
    first, last = read_day(row.body.get("starts_on")), read_day(row.body.get("ends_on"))
    if row.body.get("archived"):
        return _tr("Archived"), "neu"
    if row.waiting:
        return _tr("{n} to confirm").format(n=row.waiting), "info"
    if first and today < first:
        return _tr("Planned"), "neu"
    return (_tr("Ended"), "neu") if last and today > last else (_tr("Running"), "ok")


def enrolment_cell(state: str) -> Cell:
    """Return the badge of an enrolment's state."""
    tone, sign = ENROLMENT_TONES.get(state, ("neu", ""))
    return Cell(enrolment_word(state), tone, sign)


def student_columns() -> tuple[Column, ...]:
    """Return the columns of a cohort's students."""
    return (
        Column("name", _tr("Student"), _name, CellKind.PERSON, width=260, stretch=True),
        Column("number", _tr("Number"), lambda row: row.person.get("number") or "", width=130),
        Column(
            "phone", _tr("Phone"), lambda row: row.person.get("phone") or "", CellKind.MUTED, width=150, sortable=False
        ),
        Column("enrolled", _tr("Enrolled"), _enrolled, CellKind.MUTED, width=120),
        Column("state", _tr("Enrolment"), _state, CellKind.BADGE, width=130),
    )


def _name(row: StudentRow) -> Cell:
    note = _tr("staff, for testing") if row.enrolment.get("testing") else ""
    return Cell(row.name, number=row.person.get("number") or str(row.person["id"]), detail=note)


def _enrolled(row: StudentRow) -> str:
    day = read_day(row.enrolment.get("enrolled_on"))
    return format_date(day) if day else ""


def _state(row: StudentRow) -> Cell:
    if row.person.get("state") == "suspended":
        return Cell(enrolment_word("suspended"), *ENROLMENT_TONES["suspended"])
    return enrolment_cell(str(row.enrolment.get("state") or "active"))


def session_columns() -> tuple[Column, ...]:
    """Return the columns of a cohort's classes."""
    return (
        Column("starts", _tr("Day"), lambda row: format_date(row.starts.date()), width=130),
        Column("time", _tr("Time"), lambda row: f"{row.starts:%H:%M}–{row.ends:%H:%M}", width=120, sortable=False),
        Column("room", _tr("Room"), lambda row: row.room, CellKind.MUTED, width=140),
        Column("instructor", _tr("Instructor"), lambda row: row.instructor, CellKind.MUTED, width=220, stretch=True),
        Column("state", _tr("State"), _class_state, CellKind.BADGE, width=130),
    )


def _class_state(row: SessionRow) -> Cell:
    words = {
        "cancelled": Cell(_tr("Cancelled"), "neu", "x"),
        "planned": Cell(_tr("Planned"), "neu", "calendar"),
        "now": Cell(_tr("Now"), "info", "clock"),
        "held": Cell(_tr("Held"), "ok", "check"),
    }
    return words[row.state]
