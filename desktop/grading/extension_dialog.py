"""Asks until when one student may hand a piece of work in, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.grading.extension_actions import extension_of, grant
from desktop.grading.moment_field import MomentField
from desktop.timetable.times import local, local_now, moment_words, zone_of
from desktop.widgets.buttons import danger, primary
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError


def _tr(words: str) -> str:
    return QCoreApplication.translate("ExtensionDialog", words)


class ExtensionDialog(Dialog):
    """``saved`` gives a sentence of what was done."""

    saved = Signal(str)

    def __init__(
        self, window: QWidget, desk: Desk, assignment: Mapping[str, Any], enrolment_id: str, name: str
    ) -> None:
        title = _tr("More time for {name}").format(name=name)
        super().__init__(window, title, subtitle=str(assignment["title"]), icon="clock", width=460)
        self._desk, self._assignment, self._enrolment_id, self._name = desk, assignment, enrolment_id, name
        shown = extension_of(desk, assignment["id"], enrolment_id) or {}
        zone = zone_of(desk)
        due = moment_words(local(assignment["due_at"], zone), local_now(desk, zone).date())
        self.add(Label(_tr("For the class it is due {when}.").format(when=due), "body", "muted", wrap=True))
        self.until = MomentField(desk, _tr("Due for this student"), shown.get("due_at"), optional=False)
        self.add(self.until)
        self.reason = TextField()
        self.reason.setMaxLength(300)
        self.reason.setText(str(shown.get("reason") or ""))
        self.add(Field(_tr("Reason"), self.reason, hint=_tr("The student reads it."), optional=True))
        if shown:
            self.foot_words(danger(_tr("Take back"), "x", self.take_back))
        self.add_cancel()
        words = _tr("Change the time") if shown else _tr("Give more time")
        self.save_button = self.add_button(primary(words, on_click=self.save))
        self.on_key("Ctrl+S", self.save)
        self.on_key("Ctrl+Return", self.save)

    def save(self) -> None:
        """Give the time that the fields say."""
        due_at, fine = self.until.read()
        if fine and due_at is not None:
            done = _tr("{name} has more time for {work}")
            self._grant(due_at, done)

    def take_back(self) -> None:
        """Let the class's time count again."""
        self._grant(None, _tr("{name} has the same time for {work} as the class"))

    def _grant(self, due_at: str | None, done: str) -> None:
        try:
            changed = grant(self._desk, self._assignment, self._enrolment_id, due_at, self.reason.text())
        except CampusError as problem:
            self.until.day_field.set_error(problem.message)
            return
        self.accept()
        if changed:
            self.saved.emit(done.format(name=self._name, work=self._assignment["title"]))
