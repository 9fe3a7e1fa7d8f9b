"""One's own password: changed with the present one, with a hint of how strong the new one is."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.shell.page import tell
from desktop.shell.strength_view import StrengthView
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import Button, secondary
from desktop.widgets.card import Card
from desktop.widgets.check import Check
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.text_field import PasswordField
from shared.core.errors import CampusError


class PasswordCard(Card):
    """Closed until it is wanted; what is typed never leaves the fields but for the server."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Password"), parent=parent)
        self._desk = desk
        words = self.tr("It opens your account, and your work on this computer without a network. Any letters will do;"
                        " length is what counts.")  # fmt: skip
        self.add(Label(words, "small", "muted", wrap=True))
        self.present, self.new, self.again = PasswordField(), PasswordField(), PasswordField()
        self.present_field = Field(self.tr("Present password"), self.present)
        self.new_field = Field(self.tr("New password"), self.new)
        self.again_field = Field(self.tr("The same again"), self.again)
        self.strength = StrengthView(self.new, lambda: [desk.actor.name])
        self.end_others = Check(self.tr("Sign me out everywhere else"), checked=True)
        self._parts: tuple[QWidget, ...] = (self.present_field, self.new_field, self.strength, self.again_field,
                                            self.end_others)  # fmt: skip
        for part in self._parts:
            self.add(part)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.open_button = secondary(self.tr("Change the password"), "lock", lambda: self.show_fields(shown=True))
        self.save = Button(self.tr("Save password"), on_click=self.submit)
        self.cancel = Button(self.tr("Cancel"), on_click=lambda: self.show_fields(shown=False))
        for button in (self.open_button, self.save, self.cancel):
            row.addWidget(button)
        row.addStretch(1)
        self.add(row)
        for line in (self.present, self.new, self.again):
            line.returnPressed.connect(self.submit)
        self.show_fields(shown=False)

    def show_fields(self, *, shown: bool) -> None:
        """Open or close the form; it is empty either way."""
        for line, field in self._lines():
            line.clear()
            field.set_error("")
        for part in (*self._parts, self.save, self.cancel):
            part.setVisible(shown)
        self.open_button.setVisible(not shown)
        if shown:
            self.present.setFocus()

    def submit(self) -> None:
        """Check what can be checked here, then ask the server."""
        if self.save.busy:
            return
        for _, field in self._lines():
            field.set_error("")
        if not self.present.text():
            self.present_field.set_error(self.tr("Enter your present password."))
        elif not self.new.text():
            self.new_field.set_error(self.tr("Enter a new password."))
        elif self.new.text() != self.again.text():
            self.again_field.set_error(self.tr("The two differ. Type the second one again."))
        else:
            self._ask(self.present.text(), self.new.text(), self.end_others.isChecked())

    def _ask(self, old: str, new: str, end_others: bool) -> None:
        desk = self._desk
        self.save.set_busy(True)
        run_in_background(
            lambda: desk.change_password(old, new, end_others), self._done, self._failed, self, Lane.NETWORK
        )

    def _done(self, _none: None) -> None:
        self.save.set_busy(False)
        self.show_fields(shown=False)
        tell(self, self.tr("Your password is changed"))

    def _failed(self, problem: Exception) -> None:
        self.save.set_busy(False)
        if not isinstance(problem, CampusError):
            raise problem
        field = self.new_field if problem.code == "password_refused" else self.present_field
        field.set_error(problem.message)
        (self.new if field is self.new_field else self.present).setFocus()

    def _lines(self) -> tuple[tuple[PasswordField, Field], ...]:
        return (self.present, self.present_field), (self.new, self.new_field), (self.again, self.again_field)
