"""The step after the password: the code of the second factor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.shell.proof_form import ProofForm, busy_with
from desktop.widgets.buttons import Button, Kind
from desktop.widgets.label import Label
from desktop.widgets.theme import theme

if TYPE_CHECKING:  # the window is loaded before anything that speaks to a server
    from desktop.core.half_sign_in import HalfSignIn

WIDTH = 380


class FactorForm(QWidget):
    """``proved`` gives the kind and the code for the sign-in that ``start`` was given; ``cancelled`` gives it up."""

    proved = Signal(str, str)
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(theme().px(WIDTH))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(Label(self.tr("Confirm that it is you"), "figure"))
        self.proof = ProofForm()
        self.proof.proved.connect(self.proved)
        column.addWidget(self.proof)
        column.addSpacing(4)
        self.button = Button(self.tr("Sign in"), kind=Kind.PRIMARY, size="control-sign-in").stretch()
        busy_with(self.proof, self.button)
        column.addWidget(self.button)
        column.addWidget(Button(self.tr("Back"), kind=Kind.QUIET, on_click=self.cancelled.emit))

    def start(self, half: HalfSignIn) -> None:
        """Ask for the first of the ways that the server named."""
        self.button.set_busy(False)
        self.proof.start(half.asked.ways, half.send)

    def show_problem(self, problem: Exception) -> None:
        """Say what is wrong with the code."""
        self.button.set_busy(False)
        self.proof.show_problem(problem)
