"""The form on the sign-in page: name, password, keep me signed in, and what works without a network."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop.widgets.buttons import Button, Kind
from desktop.widgets.card import Well
from desktop.widgets.check import Check
from desktop.widgets.combo import Combo
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.text_field import PasswordField, TextField
from desktop.widgets.theme import theme
from shared.core.errors import CampusError

if TYPE_CHECKING:  # the first window must not load what only the network needs
    from desktop.shell.server_contact import SamplePerson

WIDTH = 380
NAME_ERRORS = frozenset({"first_sign_in_needs_network", "organisation_unknown", "suspended"})
PASSWORD_ERRORS = frozenset(
    {"password_wrong", "wait_before_retry", "locked_until_online", "locked_out", "password_expired"}
)


class SignInForm(QWidget):
    """380 px wide; ``submitted`` asks to sign in with what ``name``, ``password`` and ``keep`` hold.

    ``wants`` gives another way in: ``forgotten``, ``invited``, ``register``, ``found`` or ``provider:`` with its id.
    """

    submitted = Signal()
    wants = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(theme().px(WIDTH))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._add_head(column)
        self._add_samples(column)
        self.name = TextField(icon="user", sized="sign-in")
        self.name_field = Field(self.tr("Username or staff number"), self.name)
        column.addWidget(self.name_field)
        column.addSpacing(12)
        self.password = PasswordField(sized="sign-in")
        self.password_field = Field(self.tr("Password"), self.password)
        column.addWidget(self.password_field)
        column.addSpacing(12)
        self.keep = Check(self.tr("Keep me signed in on this computer"), checked=True)
        column.addLayout(self._make_keep_row())
        column.addSpacing(16)
        self.button = Button(self.tr("Sign in"), kind=Kind.PRIMARY, size="control-sign-in", on_click=self.submit)
        column.addWidget(self.button.stretch())
        column.addWidget(self._make_providers())
        column.addSpacing(20)
        self.notice = Well(
            "hard-drive",
            self.tr(
                "No network? Anyone who has signed in on this computer in the last 14 days can still sign in and work."
                " Changes are sent later."
            ),
        )
        column.addWidget(self.notice)
        column.addSpacing(12)
        column.addLayout(self._make_ways())
        self.name.returnPressed.connect(self.submit)
        self.password.returnPressed.connect(self.submit)
        self.name.textEdited.connect(lambda _text: self.clear_errors())
        self.password.textEdited.connect(lambda _text: self.clear_errors())

    def _add_head(self, column: QVBoxLayout) -> None:
        column.addWidget(Label(self.tr("Sign in"), "figure"))
        column.addSpacing(2)
        self.subtitle = Label(self.tr("Use your staff or student account."), "body", "text2")
        column.addWidget(self.subtitle)
        self.set_up = Button(
            self.tr("Set up this institute"), icon="building-2", on_click=lambda: self.wants.emit("set_up")
        )
        self.set_up.hide()
        column.addSpacing(20)
        column.addWidget(self.set_up.stretch())

    def _make_keep_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.forgot = Button(self.tr("Forgot password?"), kind=Kind.LINK, on_click=lambda: self.wants.emit("forgotten"))
        row.addWidget(self.keep)
        row.addStretch(1)
        row.addWidget(self.forgot)
        return row

    def _make_providers(self) -> QWidget:
        self.providers = QWidget()
        self._provider_rows = QGridLayout(self.providers)
        self._provider_rows.setContentsMargins(0, 10, 0, 0)
        self._provider_rows.setSpacing(8)
        self.providers.hide()
        return self.providers

    def _make_ways(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(16)
        self.invited = Button(self.tr("I was invited"), kind=Kind.LINK, on_click=lambda: self.wants.emit("invited"))
        self.register = Button(
            self.tr("Register as a student"), kind=Kind.LINK, on_click=lambda: self.wants.emit("register")
        )
        self.found = Button(self.tr("Register an institute"), kind=Kind.LINK, on_click=lambda: self.wants.emit("found"))
        for button in (self.invited, self.register, self.found):
            row.addWidget(button)
        self.register.hide()
        self.found.hide()
        row.addStretch(1)
        return row

    def offer_set_up(self, *, waiting: bool) -> None:
        """Offer to set the institute up while it has no administrator."""
        self.set_up.setVisible(waiting)
        self.subtitle.setText(
            self.tr("This institute has no administrator yet. Set it up with the code that the server showed.")
            if waiting
            else self.tr("Use your staff or student account.")
        )
        self.subtitle.setWordWrap(True)

    def show_ways(self, providers: Sequence[tuple[str, str]], *, registering: bool, founding: bool = False) -> None:
        """Offer the institute's providers (id, name), and to register where students may."""
        self.register.setVisible(registering)
        self.found.setVisible(founding)
        while (item := self._provider_rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for at, (provider_id, name) in enumerate(providers):
            words = self.tr("Sign in with {name}").format(name=name) if len(providers) == 1 else name
            button = Button(words, on_click=partial(self.wants.emit, f"provider:{provider_id}")).stretch()
            button.setAccessibleName(self.tr("Sign in with {name}").format(name=name))
            self._provider_rows.addWidget(button, at // 2, at % 2)
        self.providers.setVisible(bool(providers))

    def _add_samples(self, column: QVBoxLayout) -> None:
        self._people: tuple[SamplePerson, ...] = ()
        self.samples = Combo()
        self.samples.setSizePolicy(self.samples.sizePolicy().Policy.Expanding, self.samples.sizePolicy().Policy.Fixed)
        self.samples_field = Field(
            self.tr("Sample person"), self.samples, hint=self.tr("Everyone in the sample institute is made up.")
        )
        self.samples_field.hide()
        self.samples.activated.connect(lambda _index: self._take_sample())
        column.addWidget(self.samples_field)
        column.addSpacing(8)

    def offer(self, people: Sequence[SamplePerson], roles: dict[str, str]) -> None:
        """Offer a sample's people by role; choosing one fills in name and password."""
        self._people = tuple(people)
        self.samples_field.setVisible(bool(people))
        choices = [(one.username, f"{roles.get(one.role, one.role)} · {one.name}") for one in people]
        self.samples.set_choices([("", self.tr("Choose someone to try a role")), *choices])
        name = self.name.text().strip()
        chosen = next((one for one in people if one.username == name), None if name else next(iter(people), None))
        if chosen is not None and not self.password.text():
            self.samples.choose(chosen.username)
            self._take_sample()

    def _take_sample(self) -> None:
        chosen = next((one for one in self._people if one.username == self.samples.chosen), None)
        if chosen is not None:
            self.clear_errors()
            self.name.setText(chosen.username)
            self.password.setText(chosen.password)
            self.button.setFocus(Qt.FocusReason.OtherFocusReason)

    def submit(self) -> None:
        """Ask to sign in, once both fields hold something."""
        if self.button.busy:
            return
        self.clear_errors()
        if not self.name.text().strip():
            self.name_field.set_error(self.tr("Enter your username, email or number."))
            self.name.setFocus()
        elif not self.password.text():
            self.password_field.set_error(self.tr("Enter your password."))
            self.password.setFocus()
        else:
            self.submitted.emit()

    def set_busy(self, busy: bool) -> None:
        """Show that the sign-in runs."""
        self.button.set_busy(busy)

    def clear_errors(self) -> None:
        """Take errors away."""
        self.name_field.set_error("")
        self.password_field.set_error("")

    def show_problem(self, problem: CampusError) -> None:
        """Say under the field what went wrong; the name stays, the password is selected."""
        field = self.name_field if problem.code in NAME_ERRORS else self.password_field
        field.set_error(problem.message)
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)
        self.password.selectAll()
        if field is self.name_field:
            self.name.setFocus(Qt.FocusReason.OtherFocusReason)
