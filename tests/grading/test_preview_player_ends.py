"""A page that goes while its recording is being opened takes nothing away from the thread that opens it."""

import os
import subprocess
import sys

_ROUNDS = 60
_OPENED_AND_LEFT = f"""
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from desktop.grading.preview_player import PlayerView
from tests.grading import sample_files as files

app = QApplication([])
for at in range({_ROUNDS}):
    view = PlayerView()
    assert view.load("cello.wav", files.wav())
    if at % 3 == 1:
        view.close_media()
    if at % 3 == 2:
        view.load("again.wav", files.wav())
    view.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
print("all gone")
"""


def test_leaving_in_the_moment_of_opening_ends_nothing_else():
    """In a process of its own: what goes wrong here ends the program."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", _OPENED_AND_LEFT],
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
        env=environment,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "all gone"), done.stderr[-2000:]
