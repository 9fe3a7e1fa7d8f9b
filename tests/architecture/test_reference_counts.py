"""The Qt bindings must not drop references: a wheel that does kills the program after some thousand calls."""

import sys

from PySide6.QtWidgets import QWidget

CALLS = 1000


def test_updating_a_widget_keeps_the_references_to_none(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        widget.update()
    # From Python 3.12 on None is immortal and its count stands still.
    assert abs(sys.getrefcount(None) - before) < CALLS // 10
