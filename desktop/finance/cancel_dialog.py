"""Cancels an enrolment after showing what that does to its fees, and sets the rules by which it does."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.finance import cancel_actions
from desktop.finance.account_store import currency_of
from desktop.timetable.session_form import side_by_side
from desktop.widgets.buttons import primary
from desktop.widgets.check import Check
from desktop.widgets.combo import Combo
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import IconText, Label
from desktop.widgets.number_field import NumberField
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError
from shared.core.money import parse_amount, plain_amount

_ALL = "all"


def _tr(words: str) -> str:
    return QCoreApplication.translate("CancelDialog", words)


class CancelDialog(Dialog):
    """``cancelled`` gives the name of the class."""

    cancelled = Signal(str)

    def __init__(self, window: QWidget, desk: Desk, person_id: str, name: str) -> None:
        super().__init__(window, _tr("Cancel an enrolment"), subtitle=name, icon="x", width=520)
        self._desk = desk
        self.choices = {str(one.enrolment["id"]): one for one in cancel_actions.choices_of(desk, person_id)}
        self.enrolment = Combo([(key, one.name) for key, one in self.choices.items()], name=_tr("Enrolment"))
        self.words = Label("", "body", "text2", wrap=True)
        self.add(Field(_tr("Enrolment"), self.enrolment))
        self.add(self.words)
        self.refusal = IconText("circle-alert", "", "bad")
        self.refusal.hide()
        self.add(self.refusal)
        self.add_cancel(_tr("Keep it"))
        self.save_button = self.add_button(primary(_tr("Cancel enrolment"), on_click=self.save))
        self.enrolment.currentIndexChanged.connect(lambda _at: self._show())
        self._show()

    def _show(self) -> None:
        chosen = self.choices.get(self.enrolment.chosen or "")
        self.save_button.setEnabled(chosen is not None)
        if chosen is None:
            self.words.setText(_tr("This student has no enrolment that could be cancelled."))
            return
        self.words.setText("\n".join(cancel_actions.words_of(self._desk, chosen.enrolment)))

    def save(self) -> None:
        """Cancel the chosen enrolment."""
        chosen = self.choices.get(self.enrolment.chosen or "")
        if chosen is None:
            return
        try:
            cancel_actions.cancel(self._desk, chosen.enrolment)
        except CampusError as problem:
            self.refusal.set_state("circle-alert", problem.message, "bad")
            self.refusal.show()
            return
        self.accept()
        self.cancelled.emit(chosen.name)


class RefundRuleDialog(Dialog):
    """``saved`` tells that a rule was set."""

    saved = Signal()

    def __init__(self, window: QWidget, desk: Desk) -> None:
        hint = _tr("Without a rule of its own a course follows the one for all courses.")
        super().__init__(window, _tr("When an enrolment is cancelled"), subtitle=hint, icon="receipt", width=560)
        self._desk, self._currency = desk, currency_of(desk)
        self.course = Combo([(_ALL, _tr("All courses")), *cancel_actions.courses(desk)], name=_tr("For"))
        self.full = NumberField(7, most=3_650)
        self.percent, self.until = NumberField(0, most=100), NumberField(0, most=3_650)
        self.fee = TextField(placeholder=_tr("No fee"))
        self.pays_back = Check(_tr("Ask that what was paid goes back; otherwise it stays as credit"))
        self.add(Field(_tr("For"), self.course))
        self.add(Field(_tr("Everything is taken back until so many days before the class begins"), self.full))
        part = Field(_tr("Then, in percent"), self.percent)
        self.add(side_by_side((part, 1), (Field(_tr("Until so many days after it began"), self.until), 1)))
        self.add(Field(_tr("Fee in {currency}").format(currency=self._currency), self.fee, optional=True))
        self.add(self.pays_back)
        self.refusal = IconText("circle-alert", "", "bad")
        self.refusal.hide()
        self.add(self.refusal)
        self.add_cancel()
        self.save_button = self.add_button(primary(_tr("Save rule"), on_click=self.save))
        self.on_key("Ctrl+Return", self.save)
        self.course.currentIndexChanged.connect(lambda _at: self._show())
        self._show()

    @property
    def _course_id(self) -> str | None:
        return None if self.course.chosen in (None, _ALL) else self.course.chosen

    def _show(self) -> None:
        rule = cancel_actions.rule_of(self._desk, self._course_id)
        steps = list(rule["steps"])
        whole = next((one for one in steps if one["percent"] == self._whole), None)
        part = next((one for one in steps if one["percent"] != self._whole), None)
        self.full.set_value(max(0, -whole["until"]) if whole else 7)
        self.percent.set_value(part["percent"] if part else 0)
        self.until.set_value(max(0, part["until"]) if part else 0)
        self.fee.setText(plain_amount(rule["fee"], self._currency) if rule["fee"] else "")
        self.pays_back.setChecked(bool(rule["pays_back"]))

    _whole = 100

    def save(self) -> None:
        """Set the rule, or say what is amiss."""
        self.refusal.hide()
        steps = [{"until": -(self.full.value or 0), "percent": self._whole}]
        if self.percent.value:
            steps.append({"until": self.until.value or 0, "percent": self.percent.value})
        try:
            fee = parse_amount(self.fee.text(), self._currency) if self.fee.text().strip() else 0
            wanted = {"course_id": self._course_id, "steps": steps, "fee": fee, "pays_back": self.pays_back.isChecked()}
            cancel_actions.save_rule(self._desk, wanted)
        except CampusError as problem:
            self.refusal.set_state("circle-alert", problem.message, "bad")
            self.refusal.show()
            return
        self.accept()
        self.saved.emit()
