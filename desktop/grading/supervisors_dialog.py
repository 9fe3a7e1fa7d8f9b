"""The list of those who sign at employers', each with a PIN that is kept as a hash alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.grading.listed_dialog import Body, ListedDialog
from desktop.grading.skill_actions import save_supervisor
from desktop.grading.skill_pins import COST, hash_pin
from desktop.grading.skill_store import supervisors
from desktop.timetable.session_form import side_by_side
from desktop.widgets.background import run_in_background
from desktop.widgets.field import Field
from desktop.widgets.list_row import RowContent
from desktop.widgets.text_field import PasswordField, TextField
from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.vocabulary import Permission

_LIST, _HEIGHT = 230, 300


def _tr(words: str) -> str:
    return QCoreApplication.translate("SupervisorsDialog", words)


class SupervisorsDialog(ListedDialog):
    """Adds supervisors, gives them another PIN, takes them off."""

    needs = (Permission.MARKS_RECORD, Permission.MARKS_MODERATE, Permission.MARKS_CORRECT)

    def __init__(self, window: QWidget, desk: Desk, cost: int = COST) -> None:
        words = _tr("They sign on your computer, also without a network. Let each type the PIN himself or herself.")
        super().__init__(window, _tr("Supervisors at employers’"), subtitle=words, icon="users", width=720)
        self._desk, self._cost = desk, cost
        self.put_together(self._make_form(), _tr("Supervisors"), _tr("New supervisor"), (_LIST, theme().px(_HEIGHT)))

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
        return form

    def rows(self) -> Sequence[Body]:
        """Return the supervisors."""
        return supervisors(self._desk)

    def line(self, body: Body) -> RowContent:
        """Return a supervisor with the employer."""
        return RowContent(body["id"], str(body["name"]), str(body["employer"]))

    def fill(self, body: Body | None) -> None:
        """Fill the form; a PIN is never shown."""
        supervisor = body or {}
        self.name.setText(str(supervisor.get("name") or ""))
        self.employer.setText(str(supervisor.get("employer") or ""))
        for field in (self.pin, self.again):
            field.clear()
        self.pin_field.set_hint(_tr("6 to 12 digits.") if body is None else _tr("Empty: the PIN stays."))
        self._tell({})

    def _tell(self, problems: Mapping[str, str]) -> None:
        fields = {
            "name_missing": self.name_field,
            "employer_missing": self.employer_field,
            "pin": self.pin_field,
            "again": self.again_field,
        }
        for key, field in fields.items():
            field.set_error(problems.get(key, ""))
        self.say_problem(problems.get("other", ""))

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
        self.told(done)
