"""A class with a rubric, hand-ins with files, and marks, for tests of the workbench."""

import hashlib
import tempfile
from pathlib import Path

from shared.core.ids import derived_id
from tests.attendance.classes import COHORT, INSTRUCTOR, enrolment_id, person_id, school
from tests.grading.book_rows import STUDENTS, hand_in, mark, more_time, open_book, work, work_id
from tests.grading.sample_files import docx, pdf, png, wav

TITLE = "Assignment 3: cash flow plan"
VERSION = derived_id("rubric_version", "cash flow")
LATE = {"kind": "percent_per_day", "amount": "5", "grace_minutes": 0, "floor_percent": "0"}
DUE = "2026-11-15T17:00:00.000Z"


def levels(*given):
    """Levels from (name, low, high)."""
    return [
        {"id": derived_id("level", str(given), name), "name": name, "note": f"{name} work", "low": low, "high": high}
        for name, low, high in given
    ]


CRITERIA = [
    {
        "id": derived_id("criterion", name),
        "name": name,
        "note": "",
        "levels": levels(*given),
    }
    for name, given in (
        (
            "Figures are correct",
            (("Weak", "0", "14"), ("Fair", "15", "24"), ("Good", "25", "34"), ("Very good", "35", "40")),
        ),
        ("Sources and assumptions", (("None", "0", "5"), ("Some", "6", "15"), ("All", "16", "25"))),
        ("Conclusion", (("Missing", "0", "0"), ("Stated", "8", "14"), ("Argued", "15", "20"))),
        ("Layout and language", (("Weak", "0", "5"), ("Good", "6", "11"), ("Very good", "12", "15"))),
    )
]


def rubric():
    """The rubric's version."""
    body = {
        "id": VERSION,
        "revision": VERSION,
        "rubric_id": derived_id("rubric", "cash flow"),
        "course_id": derived_id("course", "accounting"),
        "name": "Cash flow",
        "version": 2,
        "criteria": CRITERIA,
    }
    return "rubric_version", body


def given(place, level, points):
    """A level that was given."""
    criterion = CRITERIA[place]
    return {
        "criterion_id": criterion["id"],
        "level_id": criterion["levels"][level]["id"],
        "points": points,
        "note": "",
    }


FILES = {
    "cash-flow-plan.pdf": pdf(2),
    "cash-flow-plan.docx": docx(),
    "shop.png": png(),
    "talk.wav": wav(),
    "long.pdf": pdf(10),
}


def file_ref(name):
    """A file of a hand-in."""
    content = FILES[name]
    return {"sha256": hashlib.sha256(content).hexdigest(), "name": name, "bytes": len(content), "type": ""}


def submission(who, at, *names, attempt=1, **more):
    """An attempt with files."""
    kind, body = hand_in(TITLE, who, at, attempt)
    return kind, {**body, "files": [file_ref(name) for name in names], **more}


def handed_in(**more):
    """The class: three graded, one late, one without anything, one with more time, the rest new."""
    rows = [*school(STUDENTS, history=0), rubric()]
    rows.append(
        work(
            TITLE,
            work_kind="handed_in",
            takes=["file", "text"],
            due_at=DUE,
            late=LATE,
            rubric_version_id=VERSION,
            **more,
        )
    )
    whole = [given(0, 2, "34"), given(1, 2, "25"), given(2, 1, "14"), given(3, 1, "11")]
    for place, name in enumerate(STUDENTS):
        if name in {"Grace Wanjiru", "Kofi Boateng"}:
            continue
        late = name == "Dalia Haddad"
        at = "2026-11-17T09:00:00.000Z" if late else f"2026-11-1{place % 5}T0{place % 9}:40:00.000Z"
        names = ("cash-flow-plan.pdf", "cash-flow-plan.docx") if late else ("cash-flow-plan.pdf",)
        rows.append(submission(name, at, *names))
    rows += [
        mark(TITLE, name, "84", levels=whole, released_at=None, feedback="Well done.")
        for name in ("Amina Yusuf", "Baraka Otieno", "Chen Wei")
    ]
    rows.append(more_time(TITLE, "Kofi Boateng", "2026-11-22T17:00:00.000Z"))
    return rows


def paper(**more):
    """Work on paper, without a rubric."""
    return [*school(STUDENTS, history=0), work(TITLE, "50", work_kind="paper", **more)]


def open_class(folder, actor=INSTRUCTOR, rows=None, files=tuple(FILES)):
    """A desk with the class, and these files on its disk."""
    here = open_book(folder, actor, handed_in() if rows is None else rows)
    for name in files:
        with tempfile.TemporaryDirectory() as scratch:
            path = Path(scratch) / "file"
            path.write_bytes(FILES[name])
            here.desk.store.kept_files.put(path)
    return here


WORK = work_id(TITLE)
__all__ = ["COHORT", "INSTRUCTOR", "STUDENTS", "WORK", "enrolment_id", "mark", "person_id"]
