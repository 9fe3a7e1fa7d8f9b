"""A program that paints, scrolls and works out a gradebook of a thousand students, and tells how long that took."""

import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QApplication, QTableView

from desktop.grading.book_page import BookPage
from desktop.grading.cells import read_cell
from desktop.grading.store import read_book
from shared.grading.vocabulary import MARK
from tests.attendance.classes import COHORT, enrolment, person, school
from tests.desks import make_desk, plain_areas
from tests.grading.book_rows import GRADING, INSTRUCTOR, Row, mark, scheme, work

STUDENTS, WORKS, TIMES, STEPS = 1_000, 20, 9, 40
_NAMES = tuple(f"Student {at:04}" for at in range(STUDENTS))
_Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


class _Bare(QAbstractTableModel):
    """As many cells with nothing to work out."""

    def rowCount(self, _parent: _Index = _NO_PARENT) -> int:  # noqa: N802 - Qt's name
        return STUDENTS

    def columnCount(self, _parent: _Index = _NO_PARENT) -> int:  # noqa: N802 - same
        return WORKS + 1

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        return str(index.row()) if role == Qt.ItemDataRole.DisplayRole else None


def main() -> None:
    """Measure and print the medians as JSON, ours and the raw side's."""
    app = QApplication([])
    with tempfile.TemporaryDirectory(prefix="campusdesk-book-") as folder:
        made = make_desk(Path(folder), INSTRUCTOR, list(_rows()), areas=(*plain_areas(), GRADING))
        desk, bare = made.desk, _Bare()
        page = BookPage(desk, COHORT)
        _painted(page)  # fonts and modules are there from the second on
        told = {
            "paint": [_median(lambda: _painted(BookPage(desk, COHORT))), _median(lambda: _painted(_table(bare)))],
            "scroll": [_scrolled(page.view), _scrolled(_table(bare))],
        }
        book = read_book(desk, COHORT)
        first = book.students[0].enrolment_id
        texts = desk.store.values(MARK, "cell")
        told["one"] = [_median(lambda: book.grade_with(first, {})), _median(lambda: _raw_grade(texts[:WORKS]))]
        told["all"] = [
            _median(lambda: [book.grade_with(one.enrolment_id, {}) for one in book.students]),
            _median(lambda: [_raw_grade(texts[at : at + WORKS]) for at in range(0, len(texts), WORKS)]),
        ]
        made.close()
    app.processEvents()
    print(json.dumps(told))


def _raw_grade(texts: list[str]) -> float:
    """The sum of a student's marks by hand: no lateness, no categories, nothing exact."""
    return sum(float(read_cell(one).score) for one in texts) / max(1, len(texts))


def _median(act: Callable[[], object]) -> float:
    waits = []
    for _ in range(TIMES):
        began = time.perf_counter()
        act()
        waits.append((time.perf_counter() - began) * 1000)
    return statistics.median(waits)


def _painted(widget: BookPage | QTableView) -> BookPage | QTableView:
    widget.resize(1232, 844)
    widget.grab()
    return widget


def _table(model: QAbstractTableModel) -> QTableView:
    view = QTableView()
    view.setModel(model)
    view.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
    view.resize(1232, 844)
    return view


def _scrolled(view: QTableView) -> float:
    """Down the class by notches of the wheel, three rows each, each painted."""
    view.window().show()
    QApplication.processEvents()
    bar = view.verticalScrollBar()
    step = 3 * view.rowHeight(0)
    waits = []
    for at in range(1, STEPS):
        began = time.perf_counter()
        bar.setValue(at * step)
        QApplication.processEvents()
        waits.append((time.perf_counter() - began) * 1000)
    return statistics.median(waits)


def _rows() -> Iterator[Row]:
    yield from school((), history=0)
    for at, name in enumerate(_NAMES):
        yield person(name, f"S-{at:06d}")
        yield enrolment(name)
    categories = [{"id": str(at), "name": f"Kind {at}", "weight": "25", "drop_lowest": at % 2} for at in range(4)]
    yield scheme(categories=categories)
    for column in range(WORKS):
        title = f"Work {column + 1}"
        yield work(title, "100", position=column, category_id=str(column % 4))
        for at, name in enumerate(_NAMES):
            yield mark(title, name, str(40 + (at * 7 + column * 13) % 60))


if __name__ == "__main__":
    main()
