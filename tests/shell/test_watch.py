"""The watch of the self-check tells of parts that are windows for a moment, and of nothing else."""

from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from desktop.shell.watch import Watch
from desktop.widgets.label import Label


def test_a_part_that_is_shown_before_it_has_a_parent_is_told(qtbot):
    window = QWidget()
    window.setWindowTitle("Campusdesk")
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    menu = QMenu()
    qtbot.addWidget(menu)
    watch = Watch()
    with watch:
        window.show()
        menu.popup(window.pos())
        menu.close()
        watch.where = "the first page"
        early, late = Label("early"), Label("late")
        early.setVisible(True)
        column.addWidget(early)
        column.addWidget(late)
        late.setVisible(True)
    assert watch.early == {"Label": "the first page"}
    assert watch.problems == []
