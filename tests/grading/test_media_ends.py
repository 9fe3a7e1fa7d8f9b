"""What goes while the system plays or records takes nothing away from the threads that are still at it."""

import os
import subprocess
import sys

import pytest

_PLAYED = """
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from desktop.grading.preview_player import PlayerView
from tests.grading import sample_files as files

app = QApplication([])
for at in range(60):
    view = PlayerView()
    assert view.load("cello.wav", files.wav())
    if at % 3 == 1:
        view.close_media()
    if at % 3 == 2:
        view.load("again.wav", files.wav())
    view.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
print("all gone", flush=True)
"""
_RECORDED = """
import os
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication
from desktop.grading.recorder import Recorder
from tests.grading.fed_recorder import FedInputs

app = QApplication([])
for at in range(12):
    recorder = Recorder(FedInputs())
    assert recorder.start(8 << 20, pictures=bool(at % 2))
    loop = QEventLoop()
    QTimer.singleShot(30 + at * 8, loop.quit)
    loop.exec()
    if at % 3 == 1:
        recorder.close()
    recorder.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
print("all gone", flush=True)
os._exit(0)  # the program itself waits for recordings as it closes its pages
"""


@pytest.mark.parametrize("left", [_PLAYED, _RECORDED], ids=["played", "recorded"])
def test_leaving_in_the_middle_ends_nothing_else(left: str) -> None:
    """In a process of its own: what goes wrong here ends the program."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", left]
    done = subprocess.run(command, capture_output=True, text=True, timeout=280, check=False, env=environment)
    assert (done.returncode, done.stdout.strip()) == (0, "all gone"), done.stderr[-2000:]
