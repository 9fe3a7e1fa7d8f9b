"""A class with work and marks as a device has them, for tests of the gradebook."""

from collections.abc import Mapping
from typing import Any

from desktop.grading.lines import STORE as GRADING
from shared.core.ids import derived_id
from shared.grading.ids import extension_id, grade_scheme_id, mark_id
from tests.attendance.classes import COHORT, INSTRUCTOR, NAMES, enrolment_id, person_id, school
from tests.desks import TestDesk, make_desk, plain_areas

Row = tuple[str, Mapping[str, Any]]
STUDENTS = NAMES[:18]
TITLES = (
    ("Quiz 1", "20"),
    ("Work 1", "100"),
    ("Quiz 2", "20"),
    ("Work 2", "100"),
    ("Project", "100"),
    ("Work 3", "100"),
)


def work_id(title: str) -> str:
    """The id of a piece of work by title."""
    return derived_id("assignment", title)


def work(title: str, points: str = "100", **more: Any) -> Row:
    """A piece of work whose marks are held until they are published."""
    body = {
        "id": work_id(title),
        "revision": work_id(title),
        "cohort_id": COHORT,
        "title": title,
        "instructions": "",
        "work_kind": "manual",
        "takes": [],
        "points": points,
        "opens_at": None,
        "due_at": None,
        "cutoff_at": None,
        "allowed_types": [],
        "most_files": 5,
        "most_bytes": 52_428_800,
        "most_attempts": 0,
        "late": {"kind": "none", "amount": "0", "grace_minutes": 0, "floor_percent": "0"},
        "rubric_version_id": None,
        "category_id": "",
        "group_mode": "none",
        "anonymous": False,
        "markers": 1,
        "peer_reviews": 0,
        "hold_marks": True,
        "extra_credit": False,
        "attachments": [],
        "position": 0,
        "shown": True,
        "state": "open",
        **more,
    }
    return "assignment", body


def mark(title: str, who: str, score: str | None, status: str = "marked", **more: Any) -> Row:
    """A finished mark that students see."""
    key = mark_id(work_id(title), enrolment_id(who))
    body = {
        "id": key,
        "revision": key,
        "assignment_id": work_id(title),
        "cohort_id": COHORT,
        "enrolment_id": enrolment_id(who),
        "person_id": person_id(who),
        "submission_id": None,
        "status": status,
        "score": score,
        "levels": [],
        "feedback": "",
        "finished": True,
        "marked_by": INSTRUCTOR.person_id,
        "marked_by_name": INSTRUCTOR.name,
        "marked_at": "2026-11-18T09:00:00.000Z",
        "released_at": "2026-11-19T09:00:00.000Z",
        **more,
    }
    return "mark", body


def hand_in(title: str, who: str, at: str, attempt: int = 1) -> Row:
    """An attempt that was handed in."""
    key = derived_id("submission", title, who, str(attempt))
    body = {
        "id": key,
        "revision": key,
        "assignment_id": work_id(title),
        "cohort_id": COHORT,
        "enrolment_id": enrolment_id(who),
        "person_id": person_id(who),
        "attempt": attempt,
        "state": "submitted",
        "files": [],
        "text": "",
        "message": "",
        "returned_note": "",
        "handed_in_at": at,
        "received_at": at,
        "clock_suspect": False,
    }
    return "submission", body


def more_time(title: str, who: str, due_at: str, reason: str = "") -> Row:
    """An extension for one student."""
    key = extension_id(work_id(title), enrolment_id(who))
    body = {
        "id": key,
        "revision": key,
        "assignment_id": work_id(title),
        "cohort_id": COHORT,
        "enrolment_id": enrolment_id(who),
        "person_id": person_id(who),
        "due_at": due_at,
        "reason": reason,
        "granted_by": "",
        "granted_by_name": "",
    }
    return "extension", body


def scheme(**more: Any) -> Row:
    """How the cohort's grades come about: letters."""
    key = grade_scheme_id(COHORT)
    bounds = [("80", "A"), ("70", "B"), ("60", "C"), ("50", "D"), ("0", "F")]
    body = {
        "id": key,
        "revision": key,
        "cohort_id": COHORT,
        "categories": [],
        "scale": "letters",
        "bounds": [{"least": least, "word": word} for least, word in bounds],
        "places": 1,
        "state": "open",
        "locked_by_name": "",
        "locked_at": None,
        **more,
    }
    return "grade_scheme", body


def class_rows() -> list[Row]:
    """The course, the cohort and its students."""
    return school(STUDENTS, history=0)


def full_book() -> list[Row]:
    """Six pieces of work; all but the last marked, with late work, missing and excused."""
    rows = class_rows()
    for at, (title, points) in enumerate(TITLES):
        late = {"kind": "percent_per_day", "amount": "10", "grace_minutes": 0, "floor_percent": "50"}
        rows.append(work(title, points, position=at, due_at="2026-11-10T23:59:00.000Z", late=late))
        for place, name in enumerate(STUDENTS):
            if at == len(TITLES) - 1 and place > 3:
                continue
            share = 45 + (place * 37 + at * 23) % 55
            rows.append(
                mark(
                    title,
                    name,
                    f"{int(points) * share // 100}",
                    released_at=None if at == len(TITLES) - 1 else "2026-11-19T09:00:00.000Z",
                    feedback="See page 2." if (place + at) % 11 == 0 else "",
                )
            )
    rows.append(mark("Work 2", "Kofi Boateng", None, "excused"))
    rows.append(mark("Work 3", "Grace Wanjiru", None, "missing", released_at=None))
    rows.append(hand_in("Work 2", "Elif Demir", "2026-11-11T10:00:00.000Z"))
    return [*rows, scheme()]


def open_book(folder: Any, actor: Any = INSTRUCTOR, rows: list[Row] | None = None) -> TestDesk:
    """A desk with the class and its gradebook."""
    return make_desk(folder, actor, full_book() if rows is None else rows, areas=(*plain_areas(), GRADING))
