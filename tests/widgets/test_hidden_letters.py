"""Letters that nobody sees don't stay in a field of one line; a password keeps whatever was typed."""

import pytest
from PySide6.QtGui import QGuiApplication

from desktop.widgets.text_field import PasswordField, TextField
from shared.core.hidden_letters import hidden_in, seen

HIDDEN = "\u202eabc\u2066d\x07e"


@pytest.mark.parametrize(
    ("given", "lines", "kept"),
    [
        (HIDDEN, False, "abcde"),
        ("one\ntwo\tthree", False, "onetwothree"),
        ("one\ntwo\tthree", True, "one\ntwo\tthree"),
        ("\u0639\u0628\u062f", False, "\u0639\u0628\u062f"),
        ("\u0645\u06cc\u200c\u062e", False, "\u0645\u06cc\u200c\u062e"),
        ("\U0001f469\U0001f3fe\u200d\U0001f393 Ama", False, "\U0001f469\U0001f3fe\u200d\U0001f393 Ama"),
    ],
)
def test_only_what_nobody_sees_is_left_out(given, lines, kept):
    assert seen(given, lines=lines) == kept
    assert hidden_in(kept, lines=lines) == []


def test_what_is_pasted_into_a_field_is_what_one_sees(qtbot):
    field, secret = TextField("AB"), PasswordField()
    for one in (field, secret):
        qtbot.addWidget(one)
    QGuiApplication.clipboard().setText(HIDDEN)
    field.setCursorPosition(1)
    field.paste()
    assert (field.text(), field.cursorPosition()) == ("AabcdeB", 6)
    secret.paste()
    assert "\u202e" in secret.text()
