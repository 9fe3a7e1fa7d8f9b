"""A program that opens a long list of reconciliation and matches in it, and prints how long that took, as JSON."""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from benchmarks import desktop_store
from benchmarks.desktop_work import percentile, timed
from desktop.core.desk import Desk
from desktop.core.store_file import open_encrypted
from desktop.finance.reconcile_page import ReconcilePage
from desktop.shell.program import settle_garbage
from desktop.widgets.background import wait_for_background
from shared.core.ids import derived_id
from shared.people.vocabulary import Role

OPEN_EACH, TIMES, MATCHES = 40, 5, 60
"""One line in so many waits for its payment; how often the page is opened; how many lines are matched."""
PEOPLE = 2_000
_TURN = 1
"""Milliseconds that the window waits for what comes next."""
Told = dict[str, tuple[float, float]]


def rows(lines: int) -> Iterator[desktop_store.Row]:
    """Lines of a bank with the payments that they are, most of them matched, spread over two years."""
    yield from desktop_store.rows(PEOPLE)
    for at in range(lines):
        person = derived_id("bench", "person", str(at % PEOPLE))
        line, paid = derived_id("bench", "line", str(at)), derived_id("bench", "paid", str(at))
        day, amount = f"{2025 + at % 2}-{at % 10 + 1:02}-{at % 28 + 1:02}", 10_000 + at
        yield "statement_line", _line(line, at, day, amount), None
        is_open = at % OPEN_EACH == 0
        yield "payment", _payment(paid, at, day, amount, person, "unconfirmed" if is_open else "confirmed"), person
        if not is_open:
            yield "money_match", _match(derived_id("bench", "match", str(at)), line, paid, amount), line


def _line(key: str, at: int, day: str, amount: int) -> dict[str, Any]:
    return {
        "id": key, "origin": "bank", "statement_id": None, "line": at, "day": day, "fingerprint": key, "state": "open",
        "words": f"TRANSFER FROM A PAYER WITH SOME WORDS {at}", "reference": f"FT-{at:06}", "amount": amount,
        "currency": "GHS", "live": True, "problem": "", "reason": "",
    }  # fmt: skip


def _payment(key: str, at: int, day: str, amount: int, person: str, confirmation: str) -> dict[str, Any]:
    tender = {"method": "bank_transfer", "amount": amount, "reference": f"FT-{at:06}"}
    return {
        "id": key, "reference": f"PAY-{at:08}", "state": "completed", "confirmation": confirmation, "amount": amount,
        "currency": "GHS", "tenders": [tender], "person_id": person, "payer_name": "", "sponsor_id": None, "note": "",
        "gateway": "", "metadata": {}, "shift_id": None, "receipt_id": None, "receipt_number": f"R-K3-{at:06}",
        "taken_at": f"{day}T09:00:00.000Z", "taken_by": "", "taken_by_name": "Samuel Njoroge",
    }  # fmt: skip


def _match(key: str, line: str, paid: str, amount: int) -> dict[str, Any]:
    return {
        "id": key, "line_id": line, "goal": "payment", "goal_id": paid, "amount": amount, "difference": 0,
        "effect": "confirmed", "state": "made", "reason": "", "made_at": "2026-11-18T09:00:00.000Z", "made_by": "",
        "made_by_name": "Efua Mensah", "ended_by": None, "ended_by_name": "", "ended_reason": "",
    }  # fmt: skip


def _shown(widget: QWidget) -> QWidget:
    widget.resize(1232, 844)
    widget.show()
    widget.repaint()
    return widget


def _opened(desk: Desk) -> tuple[float, float, float, ReconcilePage]:
    """Milliseconds to the first paint, the longest stand-still after it, and until the whole list is there."""
    made: list[ReconcilePage] = []
    began = time.perf_counter()
    first = timed(lambda: made.append(_shown(ReconcilePage(desk))))  # type: ignore[arg-type] # it is the same widget
    longest = 0.0
    beat = QTimer(interval=_TURN)  # so that waiting for events always ends
    beat.start()
    while not made[0].money.whole:
        turn = time.perf_counter()
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        longest = max(longest, (time.perf_counter() - turn) * 1000 - _TURN)
    return first, longest, (time.perf_counter() - began) * 1000, made[0]


def _work(path: Path, lines: int) -> Told:
    store = desktop_store.opened(path)
    desktop_store.fill(store, rows(lines))
    desk = desktop_store.desk_over(store, (Role.BURSAR,))
    *_, page = _opened(desk)
    settle_garbage()  # as the program does once its window stands
    times = []
    for _ in range(TIMES):  # fonts and modules are there from the second on
        page.deleteLater()
        *took, page = _opened(desk)
        times.append(took)
    page.table.setFocus()
    waits = []
    for _ in range(MATCHES):
        page.table.go_to(page.table.record_model.id_at(3))
        assert page.current().hints, "what it is is known"  # type: ignore[union-attr] # it stands on a row
        waits.append(timed(lambda: (QTest.keyClick(page.table, Qt.Key.Key_Return), page.repaint())))
    assert store.pending().waiting == MATCHES
    wait_for_background()
    ours = [statistics.median(one[at] for one in times) for at in range(3)]
    page.deleteLater()
    store.close()
    told = _bare(path)
    return {
        "open": (ours[0], told["open"]),
        "blocked": (ours[1], told["read"]),
        "whole": (ours[2], told["read"]),
        "match": (percentile(waits, 0.95), told["match"]),
    }


def _bare(path: Path) -> dict[str, float]:
    """A window with one word; all rows read and taken out of JSON by themselves; one row written."""
    label = QLabel("0")
    first = statistics.median(timed(lambda: _shown(QLabel("Reconciliation"))) for _ in range(TIMES))
    db = open_encrypted(path, desktop_store.KEY)
    all_of_it = "SELECT body FROM base WHERE kind IN ('statement_line', 'payment', 'money_match')"
    read = timed(lambda: [json.loads(row[0]) for row in db.execute(all_of_it)])
    db.execute("CREATE TABLE bare (body TEXT)")
    _shown(label)

    def match(at: int) -> None:
        db.execute("INSERT INTO bare VALUES (?)", (f"match {at}" * 60,))
        label.setText(str(at))
        label.repaint()

    wrote = percentile([timed(lambda at=at: match(at)) for at in range(MATCHES)], 0.95)
    db.close()
    return {"open": first, "read": read, "match": wrote}


def main() -> None:
    """Measure and print ours and bare, by name."""
    app = QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory(prefix="campusdesk-money-") as folder:
        told = _work(Path(folder) / "money.store", int(sys.argv[1]))
    print(json.dumps(told), flush=True)
    app.quit()


if __name__ == "__main__":
    main()
