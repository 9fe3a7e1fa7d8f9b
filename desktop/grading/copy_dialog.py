"""Asks into which cohort a piece of work is copied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.grading.copy_actions import copy_work
from desktop.timetable.session_form import wide_combo
from desktop.timetable.store import Choice
from desktop.widgets.buttons import primary
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from shared.core.errors import CampusError


def _tr(words: str) -> str:
    return QCoreApplication.translate("CopyDialog", words)


class CopyDialog(Dialog):
    """``saved`` gives a sentence of what was done."""

    saved = Signal(str)

    def __init__(self, window: QWidget, desk: Desk, shown: Mapping[str, Any], cohorts: Sequence[Choice]) -> None:
        title = _tr("Copy {work}").format(work=shown["title"])
        super().__init__(window, title, icon="file-text", width=460)
        self._desk, self._shown = desk, shown
        self.cohort = wide_combo([(one.id, one.name) for one in cohorts])
        self.cohort_field = Field(_tr("Into the cohort"), self.cohort)
        self.add(self.cohort_field)
        words = _tr(
            "The copy is a draft that nobody sees yet, with the same times and files. Look at its times, then let"
            " students see it. A rubric goes along into cohorts of the same course."
        )
        self.add(Label(words, "body", "muted", wrap=True))
        self.add_cancel()
        self.save_button = self.add_button(primary(_tr("Copy work"), on_click=self.save))
        self.on_key("Ctrl+Return", self.save)

    def save(self) -> None:
        """Make the copy."""
        try:
            copy_work(self._desk, self._shown, str(self.cohort.chosen or ""))
        except CampusError as problem:
            self.cohort_field.set_error(problem.message)
            return
        self.accept()
        done = _tr("{work} is a draft in {cohort} now")
        self.saved.emit(done.format(work=self._shown["title"], cohort=self.cohort.currentText()))
