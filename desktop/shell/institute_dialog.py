"""Sets an institute up in one guided page: code, administrator, name, place, terms, rules; can be left and gone on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop.core.set_up_calls import SetUpCalls, SetUpDraft
from desktop.shell.institute_more_steps import RulesStep, TermsStep
from desktop.shell.institute_steps import AdministratorStep, CodeStep, InstituteStep, PlaceStep, Step, Values
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import Button, Kind
from desktop.widgets.dialog import Dialog
from desktop.widgets.label import Label
from desktop.widgets.progress import Bar
from shared.core.errors import CampusError
from shared.people.vocabulary import Role

STAFF = tuple(
    str(role)
    for role in (
        Role.ADMINISTRATOR,
        Role.REGISTRAR,
        Role.BURSAR,
        Role.CASHIER,
        Role.INSTRUCTOR,
        Role.ATTENDANCE_OFFICER,
        Role.AUDITOR,
    )
)
_PARTS = {"institute": 2, "administrator": 1, "terms": 4, "branches": 4, "rooms": 4, "numbering": 5, "factor_roles": 5}
"""The step that a part of the set-up belongs to, as the server names parts."""


class InstituteDialog(Dialog):
    """``done`` gives the administrator's username and password, to go in with at once."""

    done_with = Signal(str, str)

    def __init__(self, window: QWidget, calls: SetUpCalls, draft: SetUpDraft, today: Callable[[], date]) -> None:
        super().__init__(window, self.tr("Set up this institute"), icon="building-2", width=720)
        self._calls, self._draft = calls, draft
        self.steps: tuple[Step, ...] = (
            CodeStep(self.tr("The code proves that you are the one who may set this institute up. It works once.")),
            AdministratorStep(self.tr("You, the first administrator. Choose a password that only you know.")),
            InstituteStep(self.tr("What the institute is called and looks like, on screens, cards and papers.")),
            PlaceStep(self.tr("Where it is, and what it counts in.")),
            TermsStep(self.tr("What you know already. All of it can be added and changed later."), today),
            RulesStep(self.tr("How students are numbered, and how those who work here sign in."), STAFF, today().year),
        )
        self.bar = Bar(name=self.tr("Steps"))
        self.bar.setRange(0, len(self.steps))
        self.title = Label("", "section")
        self.add(self.bar)
        self.add(self.title)
        self._stack = QStackedWidget()
        for step in self.steps:
            self._stack.addWidget(_padded(step))
        self.add(self._stack)
        self.problem = Label("", "small-medium", "bad", wrap=True)
        self.problem.hide()
        self.add(self.problem)
        self.foot_words(
            Label(self.tr("What you type is kept on this computer, but for code and password."), "small", "muted")
        )
        self.back_button = self.add_button(Button(self.tr("Back"), on_click=self.back))
        self.button = self.add_button(Button(self.tr("Next"), kind=Kind.PRIMARY, on_click=self.go_on))
        self.on_key("Return", self.go_on)
        kept = draft.load()
        for step in self.steps:
            step.show_values(kept)
        self.show_step(0)

    # ------------------------------------------------------------------------------------------------------ moving

    @property
    def at(self) -> int:
        """The place of the step on show."""
        return self._stack.currentIndex()

    def show_step(self, at: int) -> None:
        """Show a step."""
        titles = (self.tr("Code"), self.tr("Administrator"), self.tr("Institute"), self.tr("Country, time and money"),
                  self.tr("Terms, branches and rooms"), self.tr("Numbers and sign-in"))  # fmt: skip
        self._stack.setCurrentIndex(at)
        self.bar.setValue(at + 1)
        words = self.tr("Step {at} of {all}: {title}")
        self.title.setText(words.format(at=at + 1, all=len(self.steps), title=titles[at]))
        self.back_button.setVisible(at > 0)
        self.button.setText(self.tr("Set up") if at == len(self.steps) - 1 else self.tr("Next"))
        self.button.updateGeometry()
        self.problem.hide()
        first = next(iter(self.steps[at].fields.values()), None)
        if first is not None:
            first.control.setFocus()

    def back(self) -> None:
        """Show the step before."""
        self.keep()
        self.show_step(max(0, self.at - 1))

    def go_on(self) -> None:
        """Check the step and show the next one; the last one sets everything up."""
        if self.button.busy:
            return
        step = self.steps[self.at]
        if step.show_faults(step.faults()):
            return
        self.keep()
        if self.at == 0:
            self._try_code()
        elif self.at < len(self.steps) - 1:
            self.show_step(self.at + 1)
        else:
            self._finish()

    def keep(self) -> None:
        """Keep what was typed, without code and passwords."""
        self._draft.save(self._all_values())

    def reject(self) -> None:
        """Leave; what was typed is there again the next time."""
        self.keep()
        super().reject()

    def _all_values(self) -> Values:
        values: Values = {}
        for step in self.steps:
            values |= step.values()
        return values

    # ------------------------------------------------------------------------------------------------------ asking

    def _try_code(self) -> None:
        code = self.steps[0].text("code")
        self.button.set_busy(True)
        run_in_background(lambda: self._calls.try_code(code), self._code_taken, self._refused, self, Lane.NETWORK)

    def _code_taken(self, name: str) -> None:
        self.button.set_busy(False)
        control = self.steps[2].fields["name"].control
        if not self.steps[2].text("name") and name != self._calls.organisation:
            control.setText(name)  # type: ignore[attr-defined]  # the field is a text field
        self.show_step(1)

    def whole(self) -> dict[str, Any]:
        """Return everything as the server takes it."""
        parts: dict[str, Any] = {}
        for step in self.steps:
            for name, value in step.part().items():
                parts[name] = {**parts[name], **value} if isinstance(parts.get(name), Mapping) else value
        return parts

    def _finish(self) -> None:
        code, parts = self.steps[0].text("code"), self.whole()
        self.button.set_busy(True)
        run_in_background(lambda: self._calls.finish(code, parts), self._finished, self._refused, self, Lane.NETWORK)

    def _finished(self, username: str) -> None:
        self.button.set_busy(False)
        self._draft.forget()
        password = self.steps[1].text("password")
        self.accept()
        self.done_with.emit(username, password)

    def _refused(self, problem: Exception) -> None:
        self.button.set_busy(False)
        if not isinstance(problem, CampusError):
            raise problem
        part = str(problem.details.get("part") or "").partition(".")[0]
        step = (
            0 if problem.code.startswith("set_up_") else _PARTS.get(part, 1 if "password" in problem.code else self.at)
        )
        self.show_step(step)
        faults: Mapping[str, str] = problem.details.get("fields") or {}
        known = {name: words for name, words in faults.items() if name in self.steps[step].fields}
        if step == 0:
            known = {"code": problem.message}
        elif "password" in problem.code:
            known = {"password": problem.message}
        if not self.steps[step].show_faults(known):
            self.problem.setText(problem.message)
            self.problem.show()


def _padded(step: Step) -> QWidget:
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(step)
    return holder
