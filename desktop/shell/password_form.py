"""The step after a sign-in with a temporary password: choose an own one."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.widgets.buttons import Button, Kind
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.text_field import PasswordField
from desktop.widgets.theme import theme
from shared.core.errors import CampusError

WIDTH = 380
SHORTEST = 12


class PasswordForm(QWidget):
    """``submitted`` gives the new password; both fields must agree and hold as many characters as the server asks."""

    submitted = Signal(str)
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shortest = SHORTEST
        self.setFixedWidth(theme().px(WIDTH))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(Label(self.tr("Choose a password"), "figure"))
        words = self.tr("The one you signed in with was for once, or is too short to stand alone. Your new password"
                        " also protects your work on this computer, so choose one that nobody guesses.")  # fmt: skip
        column.addWidget(Label(words, "body", "text2", wrap=True))
        self.first = PasswordField(sized="sign-in")
        self.first_field = Field(self.tr("New password"), self.first)
        column.addWidget(self.first_field)
        self.second = PasswordField(sized="sign-in")
        self.second_field = Field(self.tr("The same again"), self.second)
        column.addWidget(self.second_field)
        column.addSpacing(4)
        self.button = Button(
            self.tr("Save password"), kind=Kind.PRIMARY, size="control-sign-in", on_click=self.submit
        ).stretch()
        column.addWidget(self.button)
        column.addWidget(Button(self.tr("Cancel"), kind=Kind.QUIET, on_click=self.cancelled.emit))
        self.first.returnPressed.connect(self.second.setFocus)
        self.second.returnPressed.connect(self.submit)

    def start(self, shortest: int = SHORTEST) -> None:
        """Begin with empty fields; a password needs at least ``shortest`` characters."""
        self._shortest = shortest
        hint = self.tr("At least {n} characters. Three words you can see work.").format(n=shortest)
        self.first_field.set_hint(hint)
        self.first.clear()
        self.second.clear()
        self.first_field.set_error("")
        self.second_field.set_error("")
        self.first.setFocus(Qt.FocusReason.OtherFocusReason)

    def submit(self) -> None:
        """Check both fields, then give the password on."""
        self.first_field.set_error("")
        self.second_field.set_error("")
        if len(self.first.text()) < self._shortest:
            self.first_field.set_error(self.tr("Add characters until there are {n}.").format(n=self._shortest))
            self.first.setFocus()
        elif self.first.text() != self.second.text():
            self.second_field.set_error(self.tr("The two differ. Type the second one again."))
            self.second.setFocus()
            self.second.selectAll()
        else:
            self.submitted.emit(self.first.text())

    def show_problem(self, problem: CampusError) -> None:
        """Say under the field why the server doesn't take it."""
        self.button.set_busy(False)
        self.first_field.set_error(problem.message)
        self.first.setFocus()
        self.first.selectAll()
