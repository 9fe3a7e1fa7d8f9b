"""Short words for tests of the register page."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

Key, Mod = Qt.Key, Qt.KeyboardModifier


def press(page, keys, modifier=Mod.NoModifier):
    """Type letters, or press one key, on the view on show."""
    view = page.body.view
    if isinstance(keys, str):
        for letter in keys:
            QTest.keyClick(view, letter, modifier)
    else:
        QTest.keyClick(view, keys, modifier)


def given(page):
    """The current student's first name."""
    return page.body.current.member.given


def state(page, place):
    """State and minutes of the student at a place."""
    mark = page.model.rows[place].mark
    return str(mark.state), mark.minutes
