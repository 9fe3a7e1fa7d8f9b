"""The dialog that enrols several people in a cohort at once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.learning.actions import enrol
from desktop.learning.store import enrolled_people
from desktop.people.code_check import CodeCheck, code_line
from desktop.people.person_picker import PersonPicker
from desktop.widgets.buttons import primary
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import IconText, Label
from desktop.widgets.layouts import ScrollColumn, show_part
from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.learning.vocabulary import COHORT
from shared.people.vocabulary import Permission

Costs = Callable[[Desk, str], str]
"""Gives in words what whoever is enrolled in a class is charged: a higher area knows that."""


def no_costs(_desk: Desk, _cohort_id: str) -> str:
    """Say nothing of costs."""
    return ""


class EnrolDialog(Dialog):
    """``enrolled`` gives what was done. The button counts who is chosen and says when the room is full."""

    needs = (Permission.ENROLMENTS_EDIT,)

    enrolled = Signal(object)

    def __init__(self, window: QWidget, desk: Desk, cohort_id: str, costs: Costs = no_costs) -> None:
        self._desk, self._cohort_id = desk, cohort_id
        cohort = desk.store.get(COHORT, cohort_id) or {}
        title = QCoreApplication.translate("EnrolDialog", "Enrol students in {cohort}")
        super().__init__(window, title.format(cohort=cohort.get("name", "")), icon="user-plus", width=560, padded=False)
        self._seats = cohort.get("capacity")
        self._there = enrolled_people(desk, cohort_id)
        taken = dict.fromkeys(self._there, self.tr("Enrolled"))
        self.picker = PersonPicker(desk, taken=taken, placeholder=self.tr("Name, number or phone of a student"))
        self.picker.changed.connect(self._follow)
        column = ScrollColumn(padding=20)
        self.code = code_line()
        hint = self.tr("Whoever has it earns by what these students pay.")
        self.code_field = Field(self.tr("Code of whoever sent them"), self.code, hint=hint, optional=True)
        self.check = CodeCheck(self.code_field, self.code, desk, self._only)
        column.body.addWidget(self.picker)
        self.costs = Label(costs(desk, cohort_id), "small", "text2", wrap=True)
        show_part(self.costs, bool(self.costs.text()))
        column.body.addSpacing(12)
        column.body.addWidget(self.costs)
        column.body.addWidget(self.code_field)
        self.refusal = Label("", "small-medium", "bad", wrap=True)
        self.refusal.hide()
        column.body.addWidget(self.refusal)
        column.body.addStretch(1)
        column.setMinimumHeight(theme().px(440))
        self.add(column)
        self.words = IconText("info", "", "text2")
        self.foot_words(self.words)
        self.add_cancel()
        self.save_button = self.add_button(primary("", on_click=self.save))
        self.on_key("Ctrl+Return", self.save)
        self._follow()

    def first_focus(self) -> QWidget:
        """Begin with the search."""
        return self.picker.search

    def _only(self) -> str:
        """Return who is chosen where that is one: what is said of the code is said of him or her."""
        return self.picker.chosen[0] if len(self.picker.chosen) == 1 else ""

    def _follow(self) -> None:
        n = len(self.picker.chosen)
        one, many = self.tr("Enrol 1 student"), self.tr("Enrol {n} students").format(n=n)
        self.save_button.setText(one if n == 1 else many if n else self.tr("Enrol students"))
        self.save_button.setEnabled(n > 0)
        self.save_button.updateGeometry()
        full = self._seats is not None and len(self._there) + n > self._seats
        if full:
            words = self.tr("{n} of {seats} seats").format(n=len(self._there) + n, seats=self._seats)
            self.words.set_state("circle-alert", words, "warn")
        else:
            self.words.set_state("info", self.tr("Choose one or several") if not n else "", "text2")
        self.words.setVisible(full or not n)

    def save(self) -> None:
        """Enrol everyone chosen."""
        if not self.picker.chosen:
            return
        try:
            done = enrol(self._desk, self._cohort_id, self.picker.chosen, self.code.text())
        except CampusError as problem:
            self.refusal.setText(problem.message)
            self.refusal.show()
            return
        self.accept()
        self.enrolled.emit(done)
