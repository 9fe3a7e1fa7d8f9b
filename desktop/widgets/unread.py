"""What stands in the fields of a form and can't be read: told at the field before the form does anything."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from desktop.widgets.field import Field, field_of
from desktop.widgets.text_field import NoteField, TextField

_MOST_TOLD = 3


class Unread:
    """Looks over the fields of a form; ``said`` puts sentences where something can't be read.

    A number that isn't one would else count as none at all: an unreadable limit would become no limit. ``elsewhere``
    gets the sentences of fields that have no room of their own for one, an empty text where there is nothing to say.
    """

    def __init__(self, form: QWidget, elsewhere: Callable[[str], object]) -> None:
        self._form, self._elsewhere = form, elsewhere
        self._told: list[Callable[[], object]] = []

    def said(self) -> bool:
        """Say what can't be read and go to the first of it; False where there is nothing to say."""
        self._forget()
        inputs: list[TextField | NoteField] = [*self._form.findChildren(TextField), *self._form.findChildren(NoteField)]
        found = [one for one in inputs if self._counts(one) and one.unread_words]
        beside = []
        for control in found:
            field = field_of(control)
            if field is None:
                control.set_invalid(True)
                self._told.append(partial(_unmark, control))
                beside.append(" ".join(filter(None, (f"{control.accessibleName()}:", control.unread_words))))
            else:
                field.set_error(control.unread_words)
                self._told.append(partial(_unmark, field))
        several = list(dict.fromkeys(beside))  # a column of them says it once
        self._elsewhere(" ".join(several[:_MOST_TOLD]))
        if found:
            found[0].setFocus(Qt.FocusReason.OtherFocusReason)
        return bool(found)

    def _counts(self, control: TextField | NoteField) -> bool:
        return control.isVisibleTo(self._form) and control.isEnabled() and not control.isReadOnly()

    def _forget(self) -> None:
        for clear in self._told:
            clear()
        self._told = []


def _unmark(told: Field | TextField | NoteField) -> None:
    if not isValid(told):
        return
    if isinstance(told, Field):
        told.set_error("")
    else:
        told.set_invalid(False)
