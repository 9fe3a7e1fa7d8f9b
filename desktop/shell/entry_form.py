"""The base of the forms beside signing in: title, fields, one button, and the way back."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.widgets.announce import announce
from desktop.widgets.buttons import Button, Kind
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.text_field import TextField
from desktop.widgets.theme import theme
from shared.core.errors import CampusError

WIDTH, WIDE = 380, 428


class EntryForm(QWidget):
    """``submitted`` asks to go on with what ``values`` holds; ``left`` goes back.

    Fields stand in ``fields`` by name; ``show_problem`` puts a sentence under the field that it is about.
    """

    submitted = Signal()
    left = Signal()

    def __init__(self, *, width: int = WIDTH) -> None:
        super().__init__()
        self.setFixedWidth(theme().px(width))
        self.fields: dict[str, Field] = {}
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self.title = Label("", "figure")
        column.addWidget(self.title)
        self.words = Label("", "body", "text2", wrap=True)
        column.addWidget(self.words)
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(16)
        self.grid.setVerticalSpacing(12)
        self.grid.setColumnStretch(0, 1)
        self.grid.setColumnStretch(1, 1)
        column.addLayout(self.grid)
        self.problem = Label("", "small-medium", "bad", wrap=True)
        self.problem.hide()
        column.addWidget(self.problem)
        self.button = Button(kind=Kind.PRIMARY, size="control-sign-in", on_click=self.submit).stretch()
        column.addWidget(self.button)
        self.back = Button(self.tr("Back to sign-in"), kind=Kind.QUIET, icon="arrow-left", on_click=self.left.emit)
        column.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)

    # ------------------------------------------------------------------------------------------------------- building

    def add_text(
        self, name: str, label: str, control: QWidget | None = None, *, hint: str = "", optional: bool = False,
        place: tuple[int, int] | None = None,
    ) -> Field:  # fmt: skip
        """Add a field below the last one, over both columns, or at a place (row, column)."""
        control = control if control is not None else TextField(sized="sign-in")
        made = Field(label, control, hint=hint, optional=optional)
        self.fields[name] = made
        if place is None:
            self.grid.addWidget(made, self.grid.rowCount(), 0, 1, 2)
        else:
            self.grid.addWidget(made, *place, Qt.AlignmentFlag.AlignTop)
        if isinstance(control, QLineEdit):
            control.returnPressed.connect(self.submit)
            control.textEdited.connect(lambda _text, made=made: made.set_error(""))
        return made

    def add_below(self, button: Button) -> None:
        """Add a further way below the button."""
        self._column.insertWidget(self._column.count() - 1, button, 0, Qt.AlignmentFlag.AlignLeft)

    def line(self, name: str) -> QLineEdit:
        """Return the control of a text field."""
        control = self.fields[name].control
        assert isinstance(control, QLineEdit)  # noqa: S101 - a fault of the program
        return control

    # -------------------------------------------------------------------------------------------------------- filling

    def values(self) -> dict[str, Any]:
        """Return what the text fields hold, by name; passwords exactly as typed."""
        texts = {name: one.control for name, one in self.fields.items() if isinstance(one.control, QLineEdit)}
        return {
            name: line.text() if line.echoMode() is not QLineEdit.EchoMode.Normal else line.text().strip()
            for name, line in texts.items()
        }

    def start(self, **values: str) -> None:
        """Begin with these values, every other text field empty, and the cursor in the first empty one."""
        self.clear_errors()
        self.button.set_busy(False)
        for name, made in self.fields.items():
            if isinstance(made.control, QLineEdit):
                made.control.setText(values.get(name, ""))
        lines = [made.control for made in self.fields.values() if isinstance(made.control, QLineEdit)]
        first = next(
            (line for line in lines if not line.text() and line.isEnabled()), lines[0] if lines else self.button
        )
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def faults(self) -> dict[str, str]:
        """Return a sentence for each field that can't be sent; forms say which."""
        return {}

    def submit(self) -> None:
        """Check what can be checked here, then ask to go on."""
        if self.button.busy:
            return
        self.clear_errors()
        faults = self.faults()
        if faults:
            self._mark(faults)
            return
        self.button.set_busy(True)
        self.submitted.emit()

    def clear_errors(self) -> None:
        """Take errors away."""
        self.problem.hide()
        for made in self.fields.values():
            made.set_error("")

    def show_problem(self, problem: CampusError) -> None:
        """Say under its field what went wrong, or below all of them."""
        self.button.set_busy(False)
        faults = _faults_of(problem, set(self.fields))
        if faults:
            self._mark(faults)
            return
        self.problem.setText(problem.message)
        self.problem.show()
        announce(self, problem.message, urgent=True)

    def _mark(self, faults: dict[str, str]) -> None:
        for name, sentence in faults.items():
            self.fields[name].set_error(sentence)
        first = next(name for name in self.fields if name in faults)
        self.fields[first].control.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self, faults[first], urgent=True)


def _faults_of(problem: CampusError, known: set[str]) -> dict[str, str]:
    told = problem.details.get("fields")
    if isinstance(told, dict) and set(told) & known:
        return {name: str(sentence) for name, sentence in told.items() if name in known}
    about = problem.details.get("field")
    if isinstance(about, str) and about in known:
        return {about: problem.message}
    if problem.code.startswith("code_"):
        return {"code": problem.message} if "code" in known else {}
    if problem.code == "password_refused":
        name = next((one for one in ("new", "password") if one in known), "")
        return {name: problem.message} if name else {}
    return {}
