"""The watch of the self-check tells of parts that are windows for a moment, and of nothing else."""

from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from desktop.shell.watch import Watch
from desktop.widgets.label import Label
from desktop.widgets.layouts import show_part


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
    sentence = "Label was a window for a moment. Give it a parent before it is shown."
    assert watch.problems == [f"the first page: {sentence}"]


def test_a_part_told_to_show_before_it_has_a_parent_appears_with_its_page(qtbot):
    window = QWidget()
    window.setWindowTitle("Campusdesk")
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    told, hidden, again = Label("told"), Label("hidden"), Label("again")
    again.hide()
    watch = Watch()
    with watch:
        show_part(told, on=True)
        show_part(hidden, on=False)
        show_part(again, on=True)
        for part in (told, hidden, again):
            column.addWidget(part)
        window.show()
        assert [part.isVisible() for part in (told, hidden, again)] == [True, False, True]
        show_part(hidden, on=True)
        show_part(told, on=False)
        assert [part.isVisible() for part in (told, hidden, again)] == [False, True, True]
    assert watch.early == {}
