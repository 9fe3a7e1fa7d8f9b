"""Sets when attendance warns: below which percentage, and after how many absences in a row."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from desktop.attendance.leave_actions import policy_of, set_policy
from desktop.core.desk import Desk
from desktop.widgets.buttons import primary
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.number_field import NumberField
from shared.core.errors import CampusError
from shared.people.vocabulary import Permission


def _tr(words: str) -> str:
    return QCoreApplication.translate("PolicyDialog", words)


class PolicyDialog(Dialog):
    """``saved`` says that something is different now."""

    needs = (Permission.ORGANISATION_EDIT,)

    saved = Signal()

    def __init__(self, window: QWidget, desk: Desk) -> None:
        hint = _tr("Counts for the whole institute: on Today, and on each student's own page.")
        super().__init__(window, _tr("When attendance warns"), subtitle=hint, icon="circle-alert", width=420)
        self._desk = desk
        present = policy_of(desk)
        self.threshold = NumberField(int(present["threshold"]), least=1, most=100)
        words = _tr("In percent of the classes recorded; excused ones don't count.")
        self.threshold_field = Field(_tr("Attendance below"), self.threshold, hint=words)
        self.streak = NumberField(int(present["streak"]), least=2, most=20)
        self.streak_field = Field(_tr("Absences in a row"), self.streak, hint=_tr("Excused classes are passed over."))
        self.add(self.threshold_field)
        self.add(self.streak_field)
        self.add_cancel()
        self.save_button = self.add_button(primary(_tr("Save"), on_click=self.save))
        self.on_key("Ctrl+S", self.save)

    def save(self) -> None:
        """Save what differs."""
        threshold, streak = self.threshold.value, self.streak.value
        self.threshold_field.set_error("" if threshold is not None else _tr("Enter a number from 1 to 100."))
        self.streak_field.set_error("" if streak is not None else _tr("Enter a number from 2 to 20."))
        if threshold is None or streak is None:
            return
        try:
            changed = set_policy(self._desk, {"threshold": threshold, "streak": streak})
        except CampusError as problem:
            self.streak_field.set_error(problem.message)
            return
        self.accept()
        if changed:
            self.saved.emit()
