"""Cancels enrolments, or sets them dropped, after showing what that does to their fees: one, or several of a class."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.finance import cancel_actions
from desktop.finance.cancel_actions import Choice
from desktop.people.actions import Done
from desktop.widgets.asking_dialog import AskingDialog
from desktop.widgets.combo import Combo
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from shared.core.errors import CampusError
from shared.learning.vocabulary import COHORT, EnrolmentState


def _tr(words: str) -> str:
    return QCoreApplication.translate("CancelDialog", words)


class CancelDialog(AskingDialog):
    """``cancelled`` gives the name of the choice, ``done_with`` what was saved.

    ``together`` ends every choice at once: what is chosen then only tells of whom the sentences are.
    """

    cancelled = Signal(str)
    done_with = Signal(object)

    def __init__(
        self,
        window: QWidget,
        desk: Desk,
        choices: Sequence[Choice],
        subtitle: str,
        *,
        together: bool = False,
        state: EnrolmentState = EnrolmentState.CANCELLED,
    ) -> None:
        several = together and len(choices) > 1
        self._state = state
        one, many, act = (
            (_tr("Set an enrolment dropped"), _tr("Set {n} enrolments dropped"), _tr("Set dropped"))
            if state is EnrolmentState.DROPPED
            else (_tr("Cancel an enrolment"), _tr("Cancel {n} enrolments"), _tr("Cancel enrolment"))
        )
        title = many.format(n=len(choices)) if several else one
        super().__init__(window, title, subtitle=subtitle, icon="x", width=520)
        self._desk, self._together = desk, together
        self.choices = {str(one.enrolment["id"]): one for one in choices}
        label = _tr("Student") if together else _tr("Enrolment")
        self.enrolment = Combo([(key, one.name) for key, one in self.choices.items()], name=label)
        self.words = Label("", "body", "text2", wrap=True)
        self.add(Field(label, self.enrolment))
        self.add(self.words)
        self.end_with(title if several else act, cancel=_tr("Keep them") if several else _tr("Keep it"))
        self.enrolment.currentIndexChanged.connect(lambda _at: self._show())
        self._show()

    def _show(self) -> None:
        chosen = self.choices.get(self.enrolment.chosen or "")
        self.save_button.setEnabled(chosen is not None)
        if chosen is None:
            self.words.setText(_tr("There is no enrolment here of which this could be said."))
            return
        self.words.setText("\n".join(cancel_actions.words_of(self._desk, chosen.enrolment, self._state)))

    def save(self) -> None:
        """End the chosen enrolment, or all of them together."""
        chosen = self.choices.get(self.enrolment.chosen or "")
        if chosen is None:
            return
        try:
            ids = list(self.choices) if self._together else [chosen.enrolment["id"]]
            done = cancel_actions.end(self._desk, ids, self._state)
        except CampusError as problem:
            self.refuse(problem.message)
            return
        self.accept()
        self.cancelled.emit(chosen.name)
        self.done_with.emit(done)


def end_enrolments(
    window: QWidget,
    desk: Desk,
    enrolment_ids: Sequence[str],
    state: EnrolmentState,
    done: Callable[[Done | None], None],
) -> None:
    """Show what ending some students' enrolments does, each by itself, and end them together."""
    choices = cancel_actions.choices_among(desk, enrolment_ids, state)
    cohort = (desk.store.get(COHORT, choices[0].enrolment["cohort_id"]) or {}) if choices else {}
    dialog = CancelDialog(window, desk, choices, str(cohort.get("name") or ""), together=True, state=state)
    dialog.done_with.connect(done)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open_dialog()
