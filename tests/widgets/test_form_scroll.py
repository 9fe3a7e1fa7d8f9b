"""Forms that are longer than their window: nothing in them is squeezed, and what is said is brought into sight."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.widgets.asking_dialog import AskingDialog
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.form_scroll import FormScroll
from desktop.widgets.notice import Notice
from desktop.widgets.number_field import NumberField
from desktop.widgets.text_field import TextField
from tests.fixtures.windows import bring_forward


@pytest.fixture
def window(qtbot):
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(700, 420)
    bring_forward(qtbot, made)
    return made


def _long(window):
    dialog = AskingDialog(window, "Limits")
    dialog.fields = [Field(f"Limit {at}", NumberField(1, most=9)) for at in range(12)]
    for field in dialog.fields:
        dialog.add(field)
    dialog.end_with("Save")
    return dialog


def _in_sight(scroll, part):
    top = part.mapTo(scroll.viewport(), QPoint(0, 0)).y()
    return top >= 0 and top + part.height() <= scroll.viewport().height()


def test_fields_keep_their_height_and_the_one_that_cant_be_read_comes_into_sight(window, qtbot):
    dialog = _long(window)
    assert dialog.open_dialog()
    scroll = dialog.findChild(FormScroll)
    qtbot.waitUntil(lambda: scroll.verticalScrollBar().maximum() > 0)
    assert window.rect().contains(dialog.box.geometry())
    last = dialog.fields[-1]
    assert not _in_sight(scroll, last)
    last.control.setText("many")
    dialog.save_button.click()
    qtbot.waitUntil(lambda: _in_sight(scroll, last))
    assert last.error == "Enter a number from 0 to 9."
    assert all(field.height() >= field.sizeHint().height() for field in dialog.fields)
    dialog.refuse("None of it can be saved.")
    qtbot.waitUntil(lambda: dialog.refusal.isVisible() and dialog.refusal.height() > 0)
    assert not scroll.isAncestorOf(dialog.refusal), "it is below what scrolls"
    assert window.rect().contains(dialog.box.geometry())


def test_what_is_said_of_the_field_in_which_one_types_comes_into_sight(window, qtbot):
    """The focus goes nowhere: a key of the dialog saved from within the last field."""
    dialog = _long(window)
    dialog.open_dialog()
    scroll, last = dialog.findChild(FormScroll), dialog.fields[-1]
    last.control.setFocus()
    qtbot.waitUntil(lambda: _in_sight(scroll, last) and scroll.verticalScrollBar().value() > 0)
    before = last.height()
    last.set_error("Nobody has this number any more.")
    qtbot.waitUntil(lambda: last.height() > before and _in_sight(scroll, last))
    scroll.verticalScrollBar().setValue(0)
    dialog.fields[0].set_hint("At most nine.")
    qtbot.waitUntil(lambda: dialog.fields[0].height() > before)
    assert scroll.verticalScrollBar().value() == 0, "said once: where one scrolls afterwards, it stays"


def test_a_notice_within_a_form_comes_into_sight_with_each_new_sentence(window, qtbot):
    dialog = _long(window)
    notice = Notice()
    dialog.body.insertWidget(0, notice)
    dialog.open_dialog()
    scroll, last = dialog.findChild(FormScroll), dialog.fields[-1]
    last.control.setFocus()
    qtbot.waitUntil(lambda: _in_sight(scroll, last) and scroll.verticalScrollBar().value() > 0)
    bar = scroll.verticalScrollBar()
    for words in ("No till is open. Open one first.", "Choose one student."):
        notice.say(words)
        qtbot.waitUntil(lambda: notice.isVisible() and _in_sight(scroll, notice))
        bar.setValue(bar.maximum())
    notice.say(notice.said)
    scroll.reveal(last)  # done after whatever was asked for before
    qtbot.waitUntil(lambda: _in_sight(scroll, last))
    assert not _in_sight(scroll, notice)
    notice.say("")
    assert notice.isHidden()


def test_a_form_with_room_scrolls_nothing(window, qtbot):
    dialog = Dialog(window, "One")
    dialog.add(Field("Name", TextField()))
    dialog.open_dialog()
    scroll = dialog.findChild(FormScroll)
    qtbot.waitUntil(lambda: scroll.height() >= scroll.heightForWidth(scroll.width()))
    assert scroll.verticalScrollBar().maximum() == 0


def test_labels_stay_in_one_line_when_one_field_says_more(window, qtbot):
    dialog = Dialog(window, "Two", width=300)
    narrow, wide = Field("Length", NumberField(most=999)), Field("Room", TextField())
    line = QHBoxLayout()
    line.addWidget(narrow, 1)
    line.addWidget(wide, 3)
    dialog.add(line)
    dialog.open_dialog()
    before = narrow.height()
    narrow.set_error("Enter a number of minutes from 0 to 999, as it stands in the plan of the week.")
    qtbot.waitUntil(lambda: narrow.height() > before)
    assert narrow.geometry().top() == wide.geometry().top()
    qtbot.waitUntil(lambda: narrow.height() >= narrow.heightForWidth(narrow.width()))
