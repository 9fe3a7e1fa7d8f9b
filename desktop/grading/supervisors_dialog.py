"""The list of those who sign at employers', each with a PIN that is kept as a hash alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.grading.skill_actions import save_supervisor
from desktop.grading.skill_pins import COST, hash_pin
from desktop.grading.skill_store import supervisors
from desktop.people.actions import Done
from desktop.timetable.session_form import side_by_side
from desktop.widgets.background import run_in_background
from desktop.widgets.buttons import danger, primary, secondary
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.form_scroll import FormScroll
from desktop.widgets.label import Label
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.text_field import PasswordField, TextField
from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.vocabulary import Permission

Body = Mapping[str, Any]
_LIST, _HEIGHT = 230, 300


def _tr(words: str) -> str:
    return QCoreApplication.translate("SupervisorsDialog", words)


class SupervisorsDialog(Dialog):
    """Adds supervisors, gives them another PIN, takes them off; ``saved`` gives what is told of it."""

    needs = (Permission.MARKS_RECORD, Permission.MARKS_MODERATE, Permission.MARKS_CORRECT)

    saved = Signal(object)

    def __init__(self, window: QWidget, desk: Desk, cost: int = COST) -> None:
        words = _tr("They sign on your computer, also without a network. Let each type the PIN himself or herself.")
        super().__init__(window, _tr("Supervisors at employers’"), subtitle=words, icon="users", width=720)
        self._desk, self._cost = desk, cost
        self._shown: Body | None = None
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(self._make_list())
        row.addLayout(self._make_form(), 1)
        self.add(row, 1)
        self.remove_button = danger(_tr("Take off"), on_click=self.remove)
        self.foot_words(self.remove_button)
        self.add_cancel(_tr("Close"))
        self.save_button = self.add_button(primary(_tr("Save"), "check", self.save))
        self.on_key("Ctrl+S", self.save)
        self.refresh()
        self._show(None)

    def _make_list(self) -> QWidget:
        box = QWidget()
        box.setFixedWidth(theme().px(_LIST))
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(secondary(_tr("New supervisor"), "plus", lambda: self._show(None)))
        scroll = FormScroll()
        scroll.body.setContentsMargins(0, 0, 8, 0)
        scroll.setFixedHeight(theme().px(_HEIGHT))
        self.list = RowList(selectable=True, name=_tr("Supervisors"))
        self.list.pressed.connect(lambda key: self._show(self.known.get(key)))
        scroll.body.addWidget(self.list)
        scroll.body.addStretch(1)
        column.addWidget(scroll, 1)
        return box

    def _make_form(self) -> QVBoxLayout:
        form = QVBoxLayout()
        form.setSpacing(12)
        self.name, self.employer = TextField(), TextField()
        for field in (self.name, self.employer):
            field.setMaxLength(200)
        self.name_field = Field(_tr("Name"), self.name)
        self.employer_field = Field(_tr("Employer"), self.employer)
        form.addWidget(self.name_field)
        form.addWidget(self.employer_field)
        self.pin, self.again = PasswordField(), PasswordField()
        for field in (self.pin, self.again):
            field.setMaxLength(12)
        self.pin_field = Field(_tr("PIN"), self.pin, hint=_tr("6 to 12 digits."))
        self.again_field = Field(_tr("The PIN again"), self.again)
        form.addLayout(side_by_side((self.pin_field, 1), (self.again_field, 1)))
        self.problem = Label("", "small", "bad", wrap=True)
        self.problem.hide()
        form.addWidget(self.problem)
        form.addStretch(1)
        return form

    def refresh(self) -> None:
        """Read the list anew."""
        self.known = {one["id"]: one for one in supervisors(self._desk)}
        self.list.set_rows([RowContent(key, str(one["name"]), str(one["employer"])) for key, one in self.known.items()])

    def _show(self, supervisor: Body | None) -> None:
        self._shown = supervisor
        body = supervisor or {}
        self.name.setText(str(body.get("name") or ""))
        self.employer.setText(str(body.get("employer") or ""))
        for field in (self.pin, self.again):
            field.clear()
        self.remove_button.setVisible(supervisor is not None)
        if supervisor is None:
            for row in self.list.rows:
                row.setAutoExclusive(False)
                row.setChecked(False)
                row.setAutoExclusive(True)
            self.pin_field.set_hint(_tr("6 to 12 digits."))
        else:
            self.list.choose(supervisor["id"])
            self.pin_field.set_hint(_tr("Empty: the PIN stays."))
        self._tell({})
        self.name.setFocus()

    def _tell(self, problems: Mapping[str, str]) -> None:
        fields = {
            "name_missing": self.name_field,
            "employer_missing": self.employer_field,
            "pin": self.pin_field,
            "again": self.again_field,
        }
        for key, field in fields.items():
            field.set_error(problems.get(key, ""))
        other = problems.get("other", "")
        self.problem.setText(other)
        self.problem.setVisible(bool(other))

    def save(self) -> None:
        """Save the supervisor on show; a new PIN is made into its hash first, in a worker."""
        if self.save_button.busy:
            return
        pin = self.pin.text()
        if pin != self.again.text():
            self._tell({"again": text("The two PINs differ. Type both again.")})
            return
        if not pin and self._shown is not None:
            self._keep(str(self._shown["verifier"]))
            return
        self.save_button.set_busy(True)
        run_in_background(lambda: hash_pin(pin, self._cost), self._keep, self._refuse, self)

    def remove(self) -> None:
        """Take the supervisor on show off the list; what he or she signed stays."""
        if self._shown is not None:
            self._keep(str(self._shown["verifier"]), removed=True)

    def _refuse(self, problem: Exception) -> None:
        if not isinstance(problem, CampusError):
            raise problem
        self.save_button.set_busy(False)
        known = {"name_missing", "employer_missing"}
        key = problem.code if problem.code in known else "pin" if problem.code.startswith("pin_") else "other"
        self._tell({key: problem.message})

    def _keep(self, verifier: str, *, removed: bool = False) -> None:
        self.save_button.set_busy(False)
        name, employer = self.name.text(), self.employer.text()
        try:
            done = save_supervisor(self._desk, self._shown, employer, name, verifier, removed=removed)
        except CampusError as problem:
            self._refuse(problem)
            return
        self.refresh()
        self._show(None)
        self._told(done)

    def _told(self, done: Done) -> None:
        self.saved.emit(done)
