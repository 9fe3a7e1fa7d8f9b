"""A class with skills, observations and a portfolio as a device has them, for tests of the pages."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QColor, QImage

from desktop.core.file_transfer import Chosen, Wanted
from desktop.widgets.background import wait_for_background
from shared.core.file_contents import Sample
from shared.core.file_names import safe_name
from shared.core.file_types import check_file
from shared.core.ids import derived_id
from shared.grading.portfolio import portfolio_item_id
from tests.attendance.classes import COHORT, COURSE, INSTRUCTOR, enrolment_id, person_id
from tests.desks import TestDesk
from tests.grading.book_rows import STUDENTS, class_rows, hand_in, mark, open_book, work
from tests.grading.skill_rows import SUPERVISOR, VERIFIER, by_pin, drawn, observation, skill

__all__ = ["COHORT", "COURSE", "INSTRUCTOR", "SUPERVISOR", "enrolment_id", "person_id"]

Row = tuple[str, Any]
SKILLS = (
    ("Set up a camera", "Camera", "signed", 1, "Tripod level, white balance set, sound checked."),
    ("Light an interview", "Camera", "signed", 1, "Key, fill and back light; no shadow on the wall."),
    ("Record clean sound", "Sound", "count", 3, ""),
    ("Cut a scene", "Editing", "count", 2, "Story first, then sound, then colour."),
    ("Keep cards and batteries", "Care", "signed", 1, ""),
)


def skill_id(name: str) -> str:
    """The id of a skill by name."""
    return derived_id("skill", name)


def course_skills() -> list[Row]:
    """The course's skills."""
    return [
        (
            "skill",
            skill(
                id=skill_id(name),
                course_id=COURSE,
                name=name,
                heading=heading,
                proof=proof,
                needed=needed,
                seen=seen,
                position=at,
            ),
        )
        for at, (name, heading, proof, needed, seen) in enumerate(SKILLS)
    ]


def seen(who: str, name: str, day: int, judged: str = "competent", signature: Any = None, **more: Any) -> Row:
    """What was seen of a student on a day of November."""
    body = observation(day, judged, signature, **more)
    own = {
        "id": derived_id("observation", who, name, str(day)),
        "skill_id": skill_id(name),
        "enrolment_id": enrolment_id(who),
        "person_id": person_id(who),
        "cohort_id": COHORT,
        "observer_id": INSTRUCTOR.person_id,
        "observer_name": INSTRUCTOR.name,
        "witness_id": INSTRUCTOR.person_id if signature else "",
        "witness_name": INSTRUCTOR.name if signature else "",
    }
    return "skill_observation", {**body, **own, **more}


def signer() -> Row:
    """Someone who signs with the PIN of `skill_rows`."""
    body = {"id": SUPERVISOR, "employer": "Volta Films", "name": "Efua Sarpong", "verifier": VERIFIER, "state": "kept"}
    return "skill_supervisor", body


def logbooks() -> list[Row]:
    """The class, its skills, and what was seen so far."""
    rows = [*class_rows(), *course_skills(), signer()]
    for at, who in enumerate(STUDENTS):
        if at % 4 != 3:
            rows.append(seen(who, "Set up a camera", 3, "competent", by_pin() if at % 3 else None, place="Volta Films"))
        if at % 3 == 0:
            rows.append(seen(who, "Light an interview", 6, "not_yet", note="The back light blinds the guest."))
        rows += [seen(who, "Record clean sound", 8 + day) for day in range(at % 4)]
        if at % 5 == 1:
            rows.append(seen(who, "Cut a scene", 12, signature=drawn()))
            rows.append(seen(who, "Cut a scene", 14))
    return rows


def shown_work(who: str) -> list[Row]:
    """Three pieces of work of a student with published marks, two of them in the portfolio, and one that isn't out."""
    rows: list[Row] = []
    captions = {"Portraits": "Light from the window alone.", "Interview": "My first cut with two cameras."}
    for at, title in enumerate(("Portraits", "Interview", "Sound essay", "Final film")):
        kind, body = hand_in(title, who, f"2026-11-1{at}T09:30:00.000Z")
        files = [{"sha256": str(at) * 64, "name": f"{title.lower()}.pdf", "bytes": 900, "type": "pdf"}]
        rows += [
            work(title, work_kind="handed_in", takes=["file"], position=at),
            (kind, {**body, "files": files}),
            mark(title, who, "84", released_at=None if title == "Final film" else "2026-11-19T09:00:00.000Z"),
        ]
        if title in captions:
            item = {
                "id": portfolio_item_id(body["id"]),
                "submission_id": body["id"],
                "assignment_id": body["assignment_id"],
                "enrolment_id": body["enrolment_id"],
                "cohort_id": COHORT,
                "person_id": body["person_id"],
                "caption": captions[title],
                "position": at,
                "state": "kept",
            }
            rows.append(("portfolio_item", item))
    return rows


class KeptFiles:
    """Keeps files as a device does, and notes what is to be sent and fetched; nothing travels."""

    def __init__(self, desk: TestDesk) -> None:
        self.files = desk.store.kept_files
        self.sent: list[Chosen] = []
        self.fetched: list[Wanted] = []
        self.refused: list[Any] = []

    def choose_content(self, name: str, content: bytes, allowed: Any, largest: int) -> Chosen:
        """Check and keep it."""
        word = check_file(name, Sample.of(content), allowed, largest)
        return Chosen(self.files.put_content(content), safe_name(name), len(content), word)

    def send(self, chosen: Any) -> None:
        """Note it."""
        self.sent += chosen

    def waiting(self) -> list[Any]:
        """Nothing stands in the way of what was fetched."""
        return self.refused

    def fetch(self, wanted: Any) -> int:
        """Note it."""
        self.fetched += wanted
        return 0


def open_skills(folder: Any, actor: Any = INSTRUCTOR, rows: Any = None) -> TestDesk:
    """A desk with the class and its skills, and files that stay on it."""
    here = open_book(folder, actor, logbooks() if rows is None else rows)
    files: Any = KeptFiles(here)
    return dataclasses.replace(here, desk=dataclasses.replace(here.desk, files=files))


def picture(side: int = 400) -> bytes:
    """A picture of one colour, as a camera's file."""
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(QColor("#3350C4"))
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(content.data())


@pytest.fixture
def opened(tmp_path, qtbot, plain_look):
    """`opened(Page, actor, rows, ...)` shows a page in a window."""
    desks = []

    def show(make, actor=INSTRUCTOR, rows=None, *given):
        here = open_skills(tmp_path / str(len(desks)), actor, rows)
        desks.append(here)
        page = make(here.desk, *given)
        page.here = here
        qtbot.addWidget(page)
        page.resize(1158, 712)
        page.show()
        return page

    yield show
    wait_for_background()
    for one in desks:
        one.close()
