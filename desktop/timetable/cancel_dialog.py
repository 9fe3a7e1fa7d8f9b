"""Asks why a class is cancelled: a short reason, which may stay empty, before anything is saved."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.widgets.buttons import danger
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.text_field import TextField
from shared.people.vocabulary import Permission
from shared.timetable.commands import MOST_REASON


def _tr(words: str) -> str:
    return QCoreApplication.translate("CancelDialog", words)


class CancelDialog(Dialog):
    """Says what is cancelled, takes the reason and calls ``cancel(reason)``; closing it cancels nothing."""

    needs = (Permission.SESSIONS_PLAN,)

    def __init__(self, window: QWidget, title: str, what: str, cancel: Callable[[str], object]) -> None:
        super().__init__(window, title, subtitle=what, icon="x", width=480)
        self._cancel = cancel
        self.reason = TextField()
        self.reason.setMaxLength(MOST_REASON)
        hint = _tr("Students and instructors read it, and calendars show it.")
        self.add(Field(_tr("Reason"), self.reason, optional=True, hint=hint))
        self.add_cancel(_tr("Leave it as it is"))
        self.save_button = self.add_button(danger(title, on_click=self.save))
        for key in ("Return", "Ctrl+S", "Ctrl+Return"):
            self.on_key(key, self.save)

    def save(self) -> None:
        """Cancel with the reason that stands there."""
        self.accept()
        self._cancel(self.reason.text().strip())
