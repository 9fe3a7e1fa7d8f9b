"""What takes long begins only when the first window is on the screen."""

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QLabel, QWidget

from desktop.shell.after_paint import AfterPaint


class Painted(QObject):
    """Notes the paint events of a widget."""

    def __init__(self, seen):
        super().__init__()
        self.seen = seen

    def eventFilter(self, watched, event):  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Paint:
            self.seen.append(type(watched).__name__)
        return False


def test_it_begins_once_the_window_and_its_parts_are_painted(qtbot):
    window, seen = QWidget(), []
    label = QLabel("Sign in", window)
    qtbot.addWidget(window)
    notes = Painted(seen)
    for widget in (window, label):
        widget.installEventFilter(notes)
    AfterPaint(window, lambda: seen.append("begun"))
    assert seen == []
    window.show()
    qtbot.waitUntil(lambda: "begun" in seen)
    assert seen.index("begun") > max(seen.index("QWidget"), seen.index("QLabel"))
    window.repaint()
    QCoreApplication.processEvents()
    assert seen.count("begun") == 1


def test_it_begins_all_the_same_where_the_window_is_not_painted(qtbot):
    window, seen = QWidget(), []
    qtbot.addWidget(window)
    AfterPaint(window, lambda: seen.append("begun"))
    qtbot.waitUntil(lambda: seen == ["begun"], timeout=5_000)
