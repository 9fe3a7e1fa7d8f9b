"""A program that works on a large store as a person does, and prints how long each thing took, as JSON.

Times are in milliseconds, memory in megabytes. Beside each stands what the bare libraries take on this machine.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psutil
from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QTableView, QWidget

from benchmarks import desktop_store
from desktop.areas import OPENS, QUICK, areas
from desktop.core.settings import Settings
from desktop.core.store_file import open_encrypted
from desktop.shell.assembly import make_window, own_entries
from desktop.shell.first_look import FirstLook
from desktop.shell.main_window import MainWindow, PersonShown
from desktop.shell.palette_source import find
from desktop.shell.preferences import Preferences
from desktop.timetable.kit_store import people_like, person_on_card
from desktop.widgets.background import wait_for_background
from shared.people.id_card import qr_text

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
SCROLLS = 120
TYPED = ("a", "ak", "akosua", "akosua m", "mens", "kofi 31", "S-0451", "owusu77", "nkr", "people", "photo", "zzz")
ASKED = ("ako", "men", "kof", "owu", "nkr", "akosua m", "S-000451", "S-0451", "zzz")
_Role = Qt.ItemDataRole


def timed(act: Callable[[], object]) -> float:
    """Run `act`, and everything that it asked Qt for; returns milliseconds."""
    began = time.perf_counter()
    act()
    QCoreApplication.sendPostedEvents()
    QApplication.processEvents()
    return (time.perf_counter() - began) * 1000


def percentile(waits: Sequence[float], share: float) -> float:
    """The wait that `share` of them stayed within."""
    ordered = sorted(waits)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def megabytes() -> float:
    """The memory of this process."""
    return float(psutil.Process().memory_info().rss) / 1e6


def work(path: Path) -> dict[str, float]:
    """Do it all with the product."""
    FirstLook.read(path.parent / "none", "light").apply()
    store = desktop_store.opened(path)
    desk = desktop_store.desk_over(store)
    preferences = Preferences(Settings(theme="light"))
    person = PersonShown("Grace Kimani", "E-001", "Registrar")
    window = make_window(desk, areas(), OPENS, preferences, person, quick=QUICK)
    window.resize(1440, 900)
    timed(window.show)
    wait_for_background()
    timed(lambda: None)
    told = {"people_first_paint": _opened(window)}
    table: Any = window.page.table
    told["scroll_step"] = statistics.median(_scrolled(table))
    found = [timed(lambda word=word: find(desk, window_book(window), own_entries(), word)) for word in TYPED * 3]
    told["palette"] = percentile(found, 0.95)
    told["desk_find"] = percentile(_found_at_the_desk(desk), 0.95)
    told["mark"] = percentile(_marked(window), 0.95)
    told["memory"] = megabytes()
    window.close()
    wait_for_background()
    store.close()
    return told


def _found_at_the_desk(desk: Any) -> list[float]:
    """A student at the cash desk, by letters and number, and by a card that was scanned."""
    found = [timed(lambda word=word: people_like(desk, word)) for word in ASKED * 3]
    cards = [qr_text(desktop_store.ORGANISATION, f"S-{at:06}") for at in range(1, 13)]
    return found + [timed(lambda card=card: person_on_card(desk, card)) for card in cards]


def window_book(window: MainWindow) -> Any:
    """The book of the window's pages."""
    return window.book


def _opened(window: MainWindow) -> float:
    """Opening the list of people for the first time, with everything that it loads."""
    return timed(lambda: (window.open_page("people.list"), window.repaint()))


def _scrolled(table: QTableView) -> list[float]:
    """Page by page through the list, each step painted."""
    bar = table.verticalScrollBar()
    step = max(1, bar.pageStep())
    return [timed(lambda at=at: (bar.setValue(at * step), table.viewport().repaint())) for at in range(1, SCROLLS)]


def _marked(window: MainWindow) -> list[float]:
    """Mark a class of 40 twice by keyboard; each mark is on disk and what it changed painted when its time ends."""
    window.open_page("attendance.register", desktop_store.SESSION)
    timed(lambda: None)
    page: Any = window.page
    before = window.desk.store.pending().waiting
    waits = []
    for key in (Qt.Key.Key_P, Qt.Key.Key_A):
        page.body.go_to(0)
        timed(lambda: None)
        for _ in range(desktop_store.CLASS_SIZE):
            view = page.body.view
            waits.append(timed(lambda key=key, view=view: QTest.keyClick(view, key)))
    made = window.desk.store.pending().waiting - before
    assert made == len(waits), (made, len(waits))
    return waits


class _Plain(QAbstractTableModel):
    """100,000 rows that exist as a number alone."""

    def rowCount(self, _parent: Index = _NO_PARENT) -> int:  # noqa: N802 - Qt's name
        return 100_000

    def columnCount(self, _parent: Index = _NO_PARENT) -> int:  # noqa: N802 - same
        return 6

    def data(self, index: Index, role: int = _Role.DisplayRole) -> Any:
        return f"Row {index.row()} {index.column()}" if role == _Role.DisplayRole else None


def bare(path: Path) -> dict[str, float]:
    """What the bare libraries take for the like of it."""
    window = QWidget()
    window.resize(1440, 900)
    timed(window.show)
    told = {"memory": megabytes()}
    model = _Plain()
    table = QTableView()
    table.resize(1200, 700)

    def fill() -> None:
        table.setModel(model)
        table.show()
        table.repaint()

    told["people_first_paint"] = timed(fill)
    told["scroll_step"] = statistics.median(_scrolled(table))
    db = open_encrypted(path, desktop_store.KEY)
    rows = "SELECT body FROM base WHERE row IN (SELECT rowid FROM search WHERE search MATCH ? LIMIT 7)"
    told["palette"] = percentile(
        [timed(lambda word=word: db.execute(rows, (_prefixes(word),)).fetchall()) for word in TYPED * 3],
        0.95,
    )
    told["desk_find"] = percentile(
        [timed(lambda word=word: db.execute(rows, (_prefixes(word),)).fetchall()) for word in ASKED * 3],
        0.95,
    )
    label = QLabel("0")
    label.show()
    db.execute("CREATE TABLE bare (body TEXT)")

    def mark(at: int) -> None:
        db.execute("INSERT INTO bare VALUES (?)", (f"mark {at}" * 60,))
        label.setText(str(at))
        label.repaint()

    told["mark"] = percentile([timed(lambda at=at: mark(at)) for at in range(80)], 0.95)
    db.execute("DROP TABLE bare")
    db.close()
    return told


def _prefixes(typed: str) -> str:
    return " ".join(f'"{word}"*' for word in typed.replace("-", " ").split())


def main() -> None:
    """Run `work` or `bare` on a store."""
    app = QApplication(sys.argv[:1])
    told = (work if sys.argv[1] == "work" else bare)(Path(sys.argv[2]))
    print(json.dumps(told), flush=True)
    app.quit()


if __name__ == "__main__":
    main()
