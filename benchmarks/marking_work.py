"""A program that marks a class of 30 by keyboard, and prints how long each thing took, as JSON.

Each pair is ours and what the bare libraries take: Qt's PDF module alone, one row in SQLCipher and one label.
"""

import io
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtPdf import QPdfDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from reportlab.pdfgen import canvas

from benchmarks import desktop_store
from benchmarks.desktop_work import percentile, timed
from desktop.core.local_store import LocalStore
from desktop.core.store_file import open_encrypted
from desktop.grading.marking_page import MarkingPage
from desktop.shell.first_look import FirstLook
from desktop.widgets.background import wait_for_background
from shared.core.ids import derived_id
from shared.core.sync import Change, Cursor, SyncResponse
from shared.grading.commands import AddAssignment
from shared.grading.models import Assignment, Submission
from shared.grading.vocabulary import SubmissionState

CLASS = 30
PAGES = 10
WORK = derived_id("bench", "work")
_VERSION = derived_id("bench", "version")
_COHORT = derived_id("bench", "cohort")
_HANDED_IN = "2026-11-19T09:00:00.000Z"


def pdf(author: int) -> bytes:
    """A text of ten pages, another one for each student."""
    out = io.BytesIO()
    paper = canvas.Canvas(out, pagesize=(595, 842))
    for page in range(PAGES):
        for line in range(42):
            words = f"Student {author}, page {page}, line {line}: sales are highest in December and lowest in February."
            paper.drawString(56, 780 - 17 * line, words)
        paper.showPage()
    paper.save()
    return out.getvalue()


def _rows(store: LocalStore, folder: Path) -> Iterator[tuple[str, dict[str, Any], str]]:
    criteria = [
        {
            "id": f"c{at}", "name": f"Criterion {at}", "note": "",
            "levels": [
                {"id": f"l{at}{place}", "name": f"Level {place}", "note": "", "low": str(6 * place),
                 "high": str(6 * place + 5)}
                for place in range(4)
            ],
        }
        for at in range(4)
    ]  # fmt: skip
    version = {"id": _VERSION, "rubric_id": "r", "course_id": "c", "name": "Plan", "version": 1, "criteria": criteria}
    yield "rubric_version", version, "r"
    asked = AddAssignment(cohort_id=_COHORT, title="Plan", rubric_version_id=_VERSION).model_dump(mode="json")
    work = Assignment(id=WORK, revision=WORK, **{**asked, "state": "open"})
    yield "assignment", work.model_dump(mode="json"), _COHORT
    for at in range(CLASS):
        source = folder / str(at)
        source.write_bytes(pdf(at))
        sha256 = store.kept_files.put(source)
        key = derived_id("bench", "submission", str(at))
        made = Submission(
            id=key, revision=key, assignment_id=WORK, cohort_id=_COHORT, attempt=1, state=SubmissionState.SUBMITTED,
            enrolment_id=derived_id("bench", "enrolment", str(at)), person_id=derived_id("bench", "person", str(at)),
            handed_in_at=_HANDED_IN, received_at=_HANDED_IN,
        )  # fmt: skip
        files = [{"sha256": sha256, "name": "plan.pdf", "bytes": source.stat().st_size, "type": "pdf"}]
        yield "submission", {**made.model_dump(mode="json"), "files": files}, WORK


def _filled(path: Path, folder: Path) -> LocalStore:
    desktop_store.build(path, CLASS)
    store = desktop_store.opened(path)
    changes = [
        Change(seq=1000 + at, kind=kind, id=body["id"], revision=body["id"], parent=parent, scope="all",
               body={**body, "revision": body["id"]})
        for at, (kind, body, parent) in enumerate(_rows(store, folder))
    ]  # fmt: skip
    answer = SyncResponse(changes=tuple(changes), cursor=Cursor(server_epoch="bench", seq=2000))
    store.settle(store.next_request(), answer)
    return store


def _until_shown(page: MarkingPage) -> None:
    """Wait until the first page of the file is painted, and nothing is asked for any more."""
    until = time.perf_counter() + 10
    view = page.preview.pages
    while view.count != PAGES or 0 not in view.drawn_pages():
        QApplication.processEvents()
        assert time.perf_counter() < until, "no page in ten seconds"
    view.viewport().repaint()


def _settle(page: MarkingPage) -> None:
    """Let the other pages in sight be drawn: someone who judges has looked first."""
    while page.preview.pages.drawing:
        QApplication.processEvents()
    timed(lambda: None)


def _step(page: MarkingPage) -> None:
    page.step(1)
    _until_shown(page)


def work(store: LocalStore) -> tuple[float, float]:
    """Go through the class, then mark it; returns both times at p95."""
    page = MarkingPage(desktop_store.desk_over(store), WORK, {})
    page.resize(1232, 844)
    timed(page.show)
    page.open_student(page.list.beside("", 0))
    _until_shown(page)
    shown = []
    for _ in range(CLASS - 2):
        _settle(page)
        shown.append(timed(lambda: _step(page)))
    page.open_student(page.list.model.lines[0].id)
    saved: list[float] = []
    for place in range(CLASS):
        page.open_student(page.list.model.lines[place].id)
        _until_shown(page)
        _settle(page)
        for key in (Qt.Key.Key_3, Qt.Key.Key_4, Qt.Key.Key_2, Qt.Key.Key_3):
            assert page.panel.rubric is not None
            tile = page.panel.rubric.boxes[page.panel.rubric.current].tiles[0]
            saved.append(timed(lambda key=key, tile=tile: QTest.keyClick(tile, key)))
        assert "Saved here" in page.panel.saved.words.text()
    waiting = store.pending().waiting
    assert waiting == len(saved), (waiting, len(saved))
    page.close()
    wait_for_background()
    return percentile(shown, 0.95), percentile(saved, 0.95)


def bare(path: Path) -> tuple[float, float]:
    """Open and draw the first page by the module alone; write a row and a label."""
    label = QLabel("0")
    timed(label.show)
    made = [pdf(at) for at in range(CLASS)]

    def show(content: bytes) -> None:
        buffer = QBuffer()
        buffer.setData(QByteArray(content))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        document = QPdfDocument()
        document.load(buffer)
        document.render(0, QSize(520, 736))
        document.close()

    shown = [timed(lambda content=content: show(content)) for content in made]
    db = open_encrypted(path, desktop_store.KEY)
    db.execute("CREATE TABLE bare (body TEXT)")

    def save(at: int) -> None:
        db.execute("INSERT INTO bare VALUES (?)", (f"mark {at}" * 60,))
        label.setText(str(at))
        label.repaint()

    saved = [timed(lambda at=at: save(at)) for at in range(4 * CLASS)]
    db.close()
    return percentile(shown, 0.95), percentile(saved, 0.95)


def main() -> None:
    """Measure both sides."""
    app = QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory(prefix="campusdesk-bench-") as place:
        folder = Path(place)
        FirstLook.read(folder / "none", "light").apply()
        store = _filled(folder / "a.store", folder)
        ours = work(store)
        store.close()
        raw = bare(folder / "a.store")
    print(json.dumps({"shown": [ours[0], raw[0]], "saved": [ours[1], raw[1]]}), flush=True)
    app.quit()


if __name__ == "__main__":
    main()
