"""The steps of the second factor in the sign-in window: its code, and adding one where a role asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.shell.factor_form import WIDTH, FactorForm
from desktop.shell.factor_set_up import FactorSetUp
from desktop.shell.sign_in_parts import centred
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import Button, Kind
from desktop.widgets.label import Label
from desktop.widgets.theme import theme
from shared.core.errors import CampusError

if TYPE_CHECKING:  # the window is loaded before anything that speaks to a server
    from desktop.core.half_sign_in import FactorNeededError, HalfSignIn
    from desktop.core.signed_in import SignedIn
    from desktop.shell.other_ways import StepHolder

_BEGIN_AGAIN = frozenset({"sign_in_over", "suspended", "device_lost", "device_unproven", "device_of_another"})


class SecondStep(QObject):
    """``signed_in`` gives a sign-in and its password, ``enrolled`` one that may go on; ``refused`` ends in step one."""

    signed_in = Signal(object, object)
    enrolled = Signal(object)
    refused = Signal(object)

    def __init__(self, window: StepHolder) -> None:
        super().__init__(cast("QObject", window))
        self._window = window
        self._half: HalfSignIn | None = None
        self._limited: SignedIn | None = None
        self.form = FactorForm()
        self.form.proved.connect(self._prove)
        self.form.cancelled.connect(lambda: self._end(None))
        self._form_step = self._added(self.form)
        self._enrol_step: QWidget | None = None

    def _added(self, part: QWidget) -> QWidget:
        step = centred(part)
        self._window.steps.addWidget(step)
        return step

    # ------------------------------------------------------------------------------------------------------ the code

    def ask(self, needed: FactorNeededError) -> None:
        """Ask for the code of a sign-in whose password was right."""
        self._half = needed.half
        self._window.steps.setCurrentWidget(self._form_step)
        self.form.start(needed.half)

    def _prove(self, kind: str, code: str) -> None:
        half, gate = self._half, self._window.gate
        if half is None:
            return
        run_in_background(
            lambda: gate.finish_factor(half, kind, code), self._proved, self._not_proved, self, Lane.NETWORK
        )

    def _proved(self, done: SignedIn) -> None:
        half, self._half = self._half, None
        self.form.button.set_busy(False)
        self.signed_in.emit(done, half.password if half else None)

    def _not_proved(self, problem: Exception) -> None:
        if isinstance(problem, CampusError) and problem.code in _BEGIN_AGAIN:
            self._end(problem)
        else:
            self.form.show_problem(problem)

    def _end(self, problem: CampusError | None) -> None:
        self._half = None
        self.form.button.set_busy(False)
        self.refused.emit(problem)

    # -------------------------------------------------------------------------------------------------------- enrolling

    def enrol(self, limited: SignedIn) -> None:
        """Let somebody add a factor who may do nothing else before."""
        self._limited = limited
        api = self._window.gate.factor_api(limited)
        if self._enrol_step is not None:
            self._window.steps.removeWidget(self._enrol_step)
            self._enrol_step.deleteLater()
        self.set_up = FactorSetUp(api, limited.profile.organisation_name)
        self.set_up.done.connect(self._enrolled)
        self._enrol_step = self._added(self._enrol_form())
        self._window.steps.setCurrentWidget(self._enrol_step)
        run_in_background(api.own, self.set_up.offer, self._no_factors, self, Lane.NETWORK)

    def _enrol_form(self) -> QWidget:
        form = QWidget()
        form.setFixedWidth(theme().px(WIDTH))
        column = QVBoxLayout(form)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(Label(self.tr("Add a second factor"), "figure"))
        column.addWidget(self.set_up)
        self.set_up.button.stretch().hide()
        column.addWidget(self.set_up.button)
        self.give_up = Button(self.tr("Cancel"), kind=Kind.QUIET, on_click=lambda: self._leave(None))
        self.set_up.codes_shown.connect(self.give_up.hide)
        column.addWidget(self.give_up)
        return form

    def _enrolled(self) -> None:
        done, self._limited = self._limited, None
        if done is not None:
            done.needs_factor = False
            self.enrolled.emit(done)

    def _no_factors(self, problem: Exception) -> None:
        if not isinstance(problem, CampusError):
            raise problem
        self._leave(problem)

    def _leave(self, problem: CampusError | None) -> None:
        limited, self._limited = self._limited, None
        if limited is not None:
            limited.close()
        self.refused.emit(problem)
