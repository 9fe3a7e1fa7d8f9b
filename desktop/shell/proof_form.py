"""Asks for one proof of who one is: a code or the password, with other ways to choose; it lets codes be sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from desktop.shell.code_field import CodeField
from desktop.shell.factor_words import field_name, not_whole, way_choice, what_to_do
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import Button, link
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.text_field import PasswordField
from shared.core.errors import CampusError

if TYPE_CHECKING:  # the window is loaded before anything that speaks to a server
    from desktop.core.messages import WayShown

SENT = frozenset({"mail", "sms"})


class ProofForm(QWidget):
    """``proved`` gives the kind and the code or password."""

    proved = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._send: Callable[[str], str] = lambda _kind: ""
        self._ways: tuple[WayShown, ...] = ()
        self._kind, self._busy = "app", False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self.words = Label("", "body", "text2", wrap=True)
        column.addWidget(self.words)
        self.code, self.password = CodeField(), PasswordField(sized="sign-in")
        self.code_field, self.password_field = Field("", self.code), Field("", self.password)
        column.addWidget(self.code_field)
        column.addWidget(self.password_field)
        row = QHBoxLayout()
        self.again = link(self.tr("Send another code"), self.send_code)
        self.other = link(self.tr("Use another way"), self.choose_way)
        row.addWidget(self.other)
        row.addStretch(1)
        row.addWidget(self.again)
        column.addLayout(row)
        self.code.complete.connect(self.submit)
        self.code.returnPressed.connect(self.submit)
        self.password.returnPressed.connect(self.submit)
        self.code.textEdited.connect(lambda _text: self.code_field.set_error(""))
        self.password.textEdited.connect(lambda _text: self.password_field.set_error(""))

    @property
    def kind(self) -> str:
        """The way that is asked for."""
        return self._kind

    def start(self, ways: Sequence[WayShown], send: Callable[[str], str]) -> None:
        """Begin with the first of these ways; ``send(kind)`` blocks and returns where the code went."""
        self._ways, self._send = tuple(ways), send
        self.other.setVisible(len(self._ways) > 1)
        self.take_way(self._ways[0].kind if self._ways else "password")

    def take_way(self, kind: str) -> None:
        """Ask by this way; a code that has to be sent is sent at once."""
        self._kind = kind
        self.set_busy(False)
        field = self.password_field if kind == "password" else self.code_field
        field.label.setText(field_name(kind))
        field.control.setAccessibleName(field_name(kind))
        field.set_error("")
        self.password.clear()
        self.code.take_kind(kind)
        self.code_field.setVisible(field is self.code_field)
        self.password_field.setVisible(field is self.password_field)
        self.again.setVisible(kind in SENT)
        self.words.setText(what_to_do(kind, self._to(kind)))
        field.control.setFocus(Qt.FocusReason.OtherFocusReason)
        if kind in SENT:
            self.send_code()

    def choose_way(self) -> None:
        """Offer the other ways."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for way in self._ways:
            if way.kind != self._kind:
                take = partial(self.take_way, way.kind)
                menu.addAction(way_choice(way.kind, way.to)).triggered.connect(lambda _checked=False, take=take: take())
        menu.popup(self.other.mapToGlobal(self.other.rect().bottomLeft()))

    def send_code(self) -> None:
        """Let a code be sent by the way that is asked for."""
        kind, send = self._kind, self._send
        self.again.set_busy(True)
        run_in_background(lambda: send(kind), self._was_sent, self._not_sent, self, Lane.NETWORK)

    def _was_sent(self, to: str) -> None:
        self.again.set_busy(False)
        if self._kind in SENT:
            self.words.setText(what_to_do(self._kind, to))

    def _not_sent(self, problem: Exception) -> None:
        self.again.set_busy(False)
        self.show_problem(problem)

    def submit(self) -> None:
        """Give the proof on, once it is whole."""
        if self._busy:
            return
        typed = self.password.text() if self._kind == "password" else self.code.text().strip()
        whole = bool(typed) if self._kind == "password" else self.code.is_whole
        if not whole:
            self._field.set_error(not_whole(self._kind))
            self._field.control.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.set_busy(True)
        self.proved.emit(self._kind, typed)

    @property
    def _field(self) -> Field:
        return self.password_field if self._kind == "password" else self.code_field

    def _to(self, kind: str) -> str:
        return next((way.to for way in self._ways if way.kind == kind), "")

    def set_busy(self, busy: bool) -> None:
        """Take no second proof while one is looked at."""
        self._busy = busy

    def show_problem(self, problem: Exception) -> None:
        """Say under the field what went wrong, and select what was typed."""
        self.set_busy(False)
        if not isinstance(problem, CampusError):
            raise problem
        self._field.set_error(problem.message)
        control = self.password if self._kind == "password" else self.code
        control.setFocus(Qt.FocusReason.OtherFocusReason)
        control.selectAll()


def busy_with(form: ProofForm, button: Button) -> None:
    """Let a button show that a proof of this form is looked at; it presses the form's own submit."""
    button.clicked.connect(lambda _checked=False: form.submit())
    form.proved.connect(lambda _kind, _proof: button.set_busy(True))
