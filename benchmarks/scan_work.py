"""A program that decodes pictures of cards and scans a class by a handheld reader; prints its times as JSON."""

import io
import json
import sys
import time
from pathlib import Path
from typing import Any

import segno
import zxingcpp
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter
from PySide6.QtWidgets import QApplication, QLabel

from benchmarks import desktop_store
from benchmarks.desktop_work import percentile, timed
from desktop.areas import OPENS, QUICK, areas
from desktop.core.settings import Settings
from desktop.core.store_file import open_encrypted
from desktop.shell.assembly import make_window
from desktop.shell.first_look import FirstLook
from desktop.shell.main_window import MainWindow, PersonShown
from desktop.shell.preferences import Preferences
from desktop.widgets.decoding import decode
from shared.people.id_card import qr_text

SCANS = 300
_GAP_MS = 5
_NOT = Qt.KeyboardModifier.NoModifier


def card_picture(text: str, angle: float) -> QImage:
    """A picture of 1280 x 720 with a card in it."""
    file = io.BytesIO()
    segno.make(text, error="m", micro=False).save(file, kind="png", scale=6, border=4)
    code = QImage.fromData(file.getvalue())
    frame = QImage(1280, 720, QImage.Format.Format_RGB32)
    frame.fill(QColor(40, 44, 52))
    painter = QPainter(frame)
    painter.translate(QPointF(640, 360))
    painter.rotate(angle)
    painter.drawImage(QPointF(-code.width() / 2, -code.height() / 2), code)
    painter.end()
    return frame


def decoded(frames: int) -> dict[str, float]:
    """Decode pictures one after the other, with the product and with the bare library."""
    pictures = [card_picture(qr_text(desktop_store.ORGANISATION, f"S-{at:06}"), 11.0 * at) for at in range(20)]
    began = time.perf_counter()
    for at in range(frames):
        assert decode(pictures[at % len(pictures)]) is not None
    ours = frames / (time.perf_counter() - began)
    plain = [one.convertToFormat(QImage.Format.Format_Grayscale8) for one in pictures]
    formats = zxingcpp.BarcodeFormats((zxingcpp.BarcodeFormat.QRCode,))
    began = time.perf_counter()
    for at in range(frames):
        assert zxingcpp.read_barcodes(plain[at % len(plain)], formats=formats)
    return {"frames": ours, "bare_frames": frames / (time.perf_counter() - began)}


class Reader:
    """Types as a handheld reader does: the system's times on the presses are 5 ms apart."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window.windowHandle()
        self._at = 1_000

    def _press(self, key: int, letter: str) -> None:
        self._at += _GAP_MS
        press = QKeyEvent(QEvent.Type.KeyPress, key, _NOT, letter)
        press.setTimestamp(self._at)
        QApplication.sendEvent(self._window, press)

    def scan(self, text: str) -> float:
        """Type a card; returns the milliseconds from its Enter to the painted screen."""
        self._at += 200
        for letter in text:
            self._press(Qt.Key.Key_A, letter)
        return timed(lambda: self._press(Qt.Key.Key_Return, "\r"))


def scanned(path: Path) -> dict[str, float]:
    """Scan a class of 40 in the main window, then the same cards over and over."""
    store = desktop_store.opened(path)
    desk = desktop_store.desk_over(store)
    preferences = Preferences(Settings(theme="light"))
    window = make_window(desk, areas(), OPENS, preferences, PersonShown("Grace Kimani", "E-001"), quick=QUICK)
    window.resize(1440, 900)
    window.show()
    window.activateWindow()
    window.open_page("attendance.register", desktop_store.SESSION)
    page: Any = window.page
    page.scan.sounds.on = False
    page.scan.turn_on("reader")
    while QApplication.focusWindow() is None:
        timed(lambda: None)
    answered: list[str] = []
    page.scan.took.connect(lambda: answered.append(page.scan.list.card.accessibleName()))
    reader, before = Reader(window), store.pending().waiting
    waits = [reader.scan(f"S-{at:06}") for at in range(desktop_store.CLASS_SIZE)]
    made = store.pending().waiting - before
    assert made == desktop_store.CLASS_SIZE, made
    answered.clear()
    began = time.perf_counter()
    for at in range(SCANS):
        reader.scan(f"S-{at % desktop_store.CLASS_SIZE:06}")
    took = time.perf_counter() - began
    window.close()
    store.close()
    return {"scan": percentile(waits, 0.95), "all": took, "lost": float(SCANS - len(answered))}


def bare(path: Path) -> float:
    """What the bare library and a label take for the like of it."""
    db = open_encrypted(path, desktop_store.KEY)
    db.execute("CREATE TABLE bare (body TEXT)")
    label = QLabel("0")
    label.show()

    def scan(at: int) -> None:
        db.execute("INSERT INTO bare VALUES (?)", (f"scan {at}" * 60,))
        label.setText(str(at))
        label.repaint()

    told = percentile([timed(lambda at=at: scan(at)) for at in range(80)], 0.95)  # type: ignore[misc]  # its own at
    db.close()
    return told


def main() -> None:
    """Measure on the store given, with as many pictures as given."""
    app = QApplication(sys.argv[:1])
    path = Path(sys.argv[1])
    FirstLook.read(path.parent / "none", "light").apply()
    print(json.dumps({**decoded(int(sys.argv[2])), **scanned(path), "bare_scan": bare(path)}), flush=True)
    app.quit()


if __name__ == "__main__":
    main()
