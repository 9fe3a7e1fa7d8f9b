"""Fields: labels, hints, errors, free typing, search."""

from datetime import date

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtWidgets import QCalendarWidget, QLineEdit, QStyle, QStyleOption

from desktop.widgets.combo import Combo
from desktop.widgets.date_field import DateField
from desktop.widgets.field import Field
from desktop.widgets.filter_row import FilterRow, ListHead, SelectionBar, count_words
from desktop.widgets.number_field import MinutesField, NumberField, read_number
from desktop.widgets.text_field import NoteField, PasswordField, SearchField, TextField
from desktop.widgets.theme import theme
from desktop.widgets.unread import Unread

TODAY = date(2026, 11, 20)


def test_an_error_takes_the_hints_place_and_gives_it_back(qtbot):
    control = TextField("0712 55")
    field = Field("Phone", control, hint="With the country's code")
    qtbot.addWidget(field)
    field.show()
    assert control.accessibleName() == "Phone"
    assert control.accessibleDescription() == "With the country's code"
    field.set_error("Add the last digits")
    assert field.error == "Add the last digits"
    assert control.property("invalid") is True
    assert control.accessibleDescription() == "Add the last digits"
    assert field._sign.isVisible()
    field.set_error("")
    assert control.property("invalid") is False
    assert control.accessibleDescription() == "With the country's code"
    assert not field._sign.isVisible()


def test_a_paste_that_is_cut_is_told_until_there_is_room_again(qtbot):
    control = TextField()
    control.setMaxLength(5)
    field = Field("Code", control, hint="On the letter")
    qtbot.addWidget(field)
    field.show()
    control.insert("abcdefgh")
    assert control.text() == "abcde"
    assert control.accessibleDescription() == "Only 5 letters fit here. The rest of what you typed was left out."
    assert field._sign.isVisible()
    assert not field.error
    field.set_error("This code isn't known")
    assert control.accessibleDescription() == "This code isn't known"
    field.set_error("")
    control.backspace()
    assert control.accessibleDescription() == "On the letter"
    assert not field._sign.isVisible()
    control.insert("e")
    assert control.accessibleDescription() == "On the letter"


def test_what_cant_be_read_is_told_when_the_field_is_left(qtbot):
    control = NumberField(least=1, most=40)
    field = Field("Seats", control, hint="Chairs with a table")
    qtbot.addWidget(field)
    field.show()
    qtbot.keyClicks(control, "1,5")
    assert control.accessibleDescription() == "Chairs with a table"
    control.editingFinished.emit()
    assert control.accessibleDescription() == "Enter a number from 1 to 40."
    assert control.text() == "1,5"
    control.setText("15")
    assert control.accessibleDescription() == "Chairs with a table"


def test_an_error_can_be_seen_on_the_outline(qtbot):
    control = TextField("0712 55")
    field = Field("Phone", control)
    qtbot.addWidget(field)
    plain = control.grab().toImage()
    field.set_error("Add the last digits")
    assert control.grab().toImage() != plain


@pytest.mark.parametrize("make", [TextField, NoteField, Combo, PasswordField])
def test_every_control_can_be_marked(qtbot, make):
    control = make()
    field = Field("Name", control, optional=True)
    qtbot.addWidget(field)
    field.set_error("Type a name")
    assert control.property("invalid") is True


def test_a_password_shows_while_asked(qtbot):
    field = PasswordField(sized="sign-in")
    qtbot.addWidget(field)
    field.show()
    assert field.echoMode() is QLineEdit.EchoMode.Password
    assert field.sizeHint().height() == 40
    field.actions()[-1].toggle()
    assert field.echoMode() is QLineEdit.EchoMode.Normal


def test_hidden_letters_are_small_dots(qtbot):
    field = PasswordField()
    qtbot.addWidget(field)
    field.setText("12 letters..")
    field.show()
    # Fusion's own sign is a big black circle, which runs together with its neighbours.
    assert field.displayText() == "•" * 12
    option = QStyleOption()
    option.initFrom(field)
    sign = field.style().styleHint(QStyle.StyleHint.SH_LineEdit_PasswordCharacter, option, field)
    assert chr(sign) == "•"


def test_searching_waits_for_the_typing_and_enter_does_not(qtbot):
    field = SearchField("Name, number or phone")
    qtbot.addWidget(field)
    searched = []
    field.searched.connect(searched.append)
    qtbot.keyClicks(field, "nov")
    assert searched == []
    qtbot.waitUntil(lambda: searched == ["nov"])
    qtbot.keyClicks(field, "a")
    with qtbot.waitSignal(field.jump, timeout=1000) as told:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert told.args == ["nova"]
    assert searched == ["nov", "nova"]


def test_down_leaves_the_search_and_escape_empties_it(qtbot):
    field = SearchField()
    qtbot.addWidget(field)
    qtbot.keyClicks(field, "x")
    with qtbot.waitSignal(field.left_down, timeout=1000):
        qtbot.keyClick(field, Qt.Key.Key_Down)
    with qtbot.waitSignal(field.searched, timeout=1000) as told:
        qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert told.args == [""]
    assert field.text() == ""


def test_a_combo_knows_ids_and_leaves_the_wheel_alone(qtbot):
    combo = Combo([("web", "Web Development"), ("acc", "Accounting")], name="Course")
    qtbot.addWidget(combo)
    assert combo.chosen == "web"
    assert combo.choose("acc")
    assert not combo.choose("gone")
    combo.set_choices([("acc", "Accounting 1B"), ("net", "Networking")])
    assert combo.chosen == "acc"
    changes = []
    combo.currentIndexChanged.connect(changes.append)
    combo.set_choices([("net", "Networking")])
    assert combo.chosen == "net"
    assert changes, "what was chosen is gone, so the page must hear of it"
    assert Combo().chosen is None


def test_a_date_is_rewritten_when_left(qtbot):
    field = DateField(today=lambda: TODAY)
    qtbot.addWidget(field)
    changed = []
    field.changed.connect(changed.append)
    qtbot.keyClicks(field, "+7")
    assert changed == [], "not while typing"
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "27 Nov 2026"
    assert changed == [date(2026, 11, 27)]
    assert field.value == date(2026, 11, 27)


def test_a_text_that_is_no_date_stays_to_be_mended(qtbot):
    field = DateField(date(2026, 11, 27), today=lambda: TODAY)
    qtbot.addWidget(field)
    field.clear()
    qtbot.keyClicks(field, "soon")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "soon"
    assert field.value is None
    assert not field.readable
    field.set_value(None)
    assert field.readable


def test_the_calendar_picks_a_date(qtbot):
    field = DateField(date(2026, 11, 27), today=lambda: TODAY)
    qtbot.addWidget(field)
    field.show()
    qtbot.keyClick(field, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    calendar = field.findChild(QCalendarWidget)
    assert calendar.selectedDate().day() == 27
    calendar.activated.emit(calendar.selectedDate().addDays(1))
    assert field.value == date(2026, 11, 28)
    assert not calendar.isVisible()
    qtbot.mouseClick(field, Qt.MouseButton.LeftButton, pos=QPoint(15, 15))
    assert calendar.isVisible()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1500", 1500),
        ("1,500", 1500),
        (" 1 500 ", 1500),
        ("-3", -3),
        ("−3", -3),
        ("+4", 4),
        ("", None),
        ("4x", None),
        ("²", None),
        ("1,5", None),
        ("1,500,00", None),
        ("1’500", 1500),
        ("1,234,567", 1_234_567),
        ("9" * 5000, None),
    ],
)
def test_numbers_are_read_as_typed(text, number):
    assert read_number(text) == number


def test_a_number_has_bounds_and_steps(qtbot):
    field = NumberField(least=1, most=40, name="Seats")
    qtbot.addWidget(field)
    changed = []
    field.changed.connect(changed.append)
    qtbot.keyClicks(field, "41")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.value is None
    assert not field.readable
    qtbot.keyClick(field, Qt.Key.Key_Backspace)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.value == 4
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert field.value == 5
    field.set_value(1)
    qtbot.keyClick(field, Qt.Key.Key_Down)
    assert field.value == 1
    assert changed == [4, 5]


def test_an_empty_number_steps_to_the_least(qtbot):
    field = NumberField(least=3)
    qtbot.addWidget(field)
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert field.value == 3


def test_minutes_carry_their_unit(qtbot):
    field = MinutesField(8, name="Minutes late")
    qtbot.addWidget(field)
    assert field.text() == "8 min"
    assert field.value == 8
    field.selectAll()
    qtbot.keyClicks(field, "1200")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.value is None


def test_a_note_moves_on_with_tab(qtbot):
    note = NoteField(placeholder="Only staff can read this", lines=2)
    qtbot.addWidget(note)
    assert note.tabChangesFocus()
    assert note.accessibleName() == "Only staff can read this"


def test_filters_say_what_is_chosen_and_can_be_cleared(qtbot):
    row = FilterRow("Find a person")
    qtbot.addWidget(row)
    row.add_filter("state", "State", [("", "All states"), ("active", "Active")])
    combo = row.add_filter("course", "Course", [("", "All courses"), ("web", "Web Development")])
    row.add_filter("role", "Role", [("", "All roles")])
    with pytest.raises(ValueError, match="3 filters"):
        row.add_filter("more", "More", [("", "All")])
    with qtbot.waitSignal(row.changed, timeout=1000):
        combo.choose("web")
    assert row.chosen() == {"course": "web"}
    row.search.setText("nov")
    row.clear()
    assert row.chosen() == {}
    assert row.search.text() == ""
    row.set_count(12, 1204)
    assert row.count.text() == "12 of 1,204"
    assert count_words(1204) == "1,204 in all"


def test_the_bar_stands_in_for_the_filters_while_rows_are_selected(qtbot):
    head = ListHead(FilterRow("Find"), SelectionBar())
    qtbot.addWidget(head)
    head.show()
    head.set_selected(1, 40)
    assert head.filters.isVisible()
    head.set_selected(3, 40)
    assert head.selection.isVisible()
    assert not head.filters.isVisible()
    assert head.selection.words.text() == "3 of 40 selected"
    head.set_selected(0, 40)
    assert head.filters.isVisible()


def test_a_note_that_is_too_long_says_so_and_stays(qtbot):
    note = NoteField(most=10)
    field = Field("Note", note)
    qtbot.addWidget(field)
    unread = Unread(field, lambda _words: None)
    note.setPlainText("x" * 12)
    assert unread.said()
    assert field.error == "This has 12 letters. At most 10 are kept."
    assert len(note.toPlainText()) == 12
    note.setPlainText("x" * 10)
    assert not unread.said()
    assert not field.error


def test_letters_that_nobody_sees_are_left_out_of_a_pasted_note(qtbot):
    note = NoteField()
    qtbot.addWidget(note)
    pasted = QMimeData()
    pasted.setText("one\u202etwo\x07\nthree")
    note.insertFromMimeData(pasted)
    assert note.toPlainText() == "onetwo\nthree"


def test_what_was_typed_without_a_blank_widens_no_field(qtbot):
    field = Field("Paid first", TextField())
    qtbot.addWidget(field)
    words = f"{'x' * 40} is not an amount."
    field.set_error(words)
    assert field.error == field.control.accessibleDescription() == words
    assert field.minimumSizeHint().width() < theme().metrics("small-medium").horizontalAdvance("x" * 40)
