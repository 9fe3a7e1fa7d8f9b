"""Shows one leave request and takes the answer to it, or its withdrawal."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from desktop.attendance.leave_store import LeaveLine
from desktop.attendance.leave_words import STATE_LOOKS, kind_word, span_words, state_word
from desktop.attendance.own_store import missed_words
from desktop.core.desk import Desk
from desktop.timetable.times import local, local_now, moment_words, zone_of
from desktop.widgets.buttons import danger, primary, secondary
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import IconText, Label
from desktop.widgets.layouts import FactGrid
from desktop.widgets.text_field import NoteField
from shared.attendance.vocabulary import LeaveState

MOST_LETTERS = 1000


def _tr(words: str) -> str:
    return QCoreApplication.translate("AnswerDialog", words)


class AnswerDialog(Dialog):
    """``answered`` gives the new state and the words; ``withdrawn`` and ``decide`` say that alone."""

    answered = Signal(str, str)
    withdrawn = Signal()
    decide = Signal(str)

    def __init__(self, window: QWidget, desk: Desk, line: LeaveLine) -> None:
        title = _tr("{kind} of {name}").format(kind=kind_word(line.body["kind"]), name=line.name)
        super().__init__(window, title, icon="file-text", width=560)
        self.line = line
        self._desk, self._zone = desk, zone_of(desk)
        self._make_facts()
        self.note = NoteField(str(line.body.get("answer") or ""), lines=2)
        self.field = Field(_tr("Answer"), self.note, optional=True, hint=_tr("The student reads it."))
        self.add(self.field)
        self.field.setVisible(line.may_answer and line.conflict_id is None)
        if line.waiting:
            self.foot_words(IconText("hard-drive", _tr("Saved on this computer"), "info"))
        self._make_buttons()

    def _make_facts(self) -> None:
        line, body = self.line, self.line.body
        tone, icon = STATE_LOOKS[body["state"]]
        self.state = IconText(icon, state_word(body["state"]), tone)
        self.add(self.state)
        facts = FactGrid(2)
        facts.set_fact(_tr("When"), span_words(body, self._zone))
        facts.set_fact(_tr("For"), line.cohort)
        facts.set_fact(_tr("Asked by"), self._who(body.get("asked_by_name"), body.get("asked_at")))
        facts.set_fact(_tr("Attendance so far"), missed_words(self._desk, body["person_id"], body.get("cohort_id")))
        if body.get("decided_at"):
            facts.set_fact(_tr("Answered by"), self._who(body.get("decided_by_name"), body["decided_at"]))
        self.add(facts)
        self.add(Label(str(body.get("reason") or _tr("No reason given.")), "body", wrap=True))
        if body.get("answer") and not line.may_answer:
            self.add(Label(_tr("Answer: {words}").format(words=body["answer"]), "body", "text2", wrap=True))
        if line.conflict_id is not None:
            words = _tr("Two people answered differently. The first answer stands until someone chooses.")
            self.add(Label(words, "small", "bad", wrap=True))

    def _who(self, name: str | None, at: str | None) -> str:
        when = moment_words(local(at, self._zone), local_now(self._desk, self._zone).date()) if at else ""
        return ", ".join(part for part in (name, when) if part)

    def _make_buttons(self) -> None:
        line, state = self.line, self.line.body["state"]
        own = self._desk.actor.person_id in (line.body["person_id"], line.body.get("asked_by"))
        if own and state in (LeaveState.ASKED, LeaveState.APPROVED) and not line.conflict_id:
            self.foot_words(danger(_tr("Withdraw"), on_click=self._withdraw))
        self.add_cancel(_tr("Close"))
        if line.conflict_id is not None and line.may_decide:
            conflict_id = line.conflict_id
            self.add_button(primary(_tr("Choose an answer"), "git-compare-arrows", lambda: self._decide(conflict_id)))
        elif line.may_answer and line.conflict_id is None and state != LeaveState.WITHDRAWN:
            if state != LeaveState.ASKED:
                self.add_button(
                    secondary(_tr("Take the answer back"), on_click=partial(self._answer, LeaveState.ASKED))
                )
            if state != LeaveState.DECLINED:
                self.add_button(danger(_tr("Decline"), "x", partial(self._answer, LeaveState.DECLINED)))
            if state != LeaveState.APPROVED:
                self.approve = self.add_button(
                    primary(_tr("Approve"), "check", partial(self._answer, LeaveState.APPROVED))
                )
                self.on_key("Ctrl+Return", partial(self._answer, LeaveState.APPROVED))

    def _decide(self, conflict_id: str) -> None:
        self.accept()
        self.decide.emit(conflict_id)

    def _withdraw(self) -> None:
        self.accept()
        self.withdrawn.emit()

    def _answer(self, state: LeaveState) -> None:
        words = self.note.toPlainText().strip() if state is not LeaveState.ASKED else ""
        if len(words) > MOST_LETTERS:
            self.field.set_error(_tr("The answer is too long. Keep it under 1,000 letters."))
            return
        self.accept()
        self.answered.emit(str(state), words)
