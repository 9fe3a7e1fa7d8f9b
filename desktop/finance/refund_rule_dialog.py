"""Sets by which steps charges are taken back when an enrolment is cancelled, for all courses or one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.finance import cancel_actions
from desktop.finance.account_store import currency_of
from desktop.widgets.asking_dialog import AskingDialog
from desktop.widgets.buttons import Button, icon_button
from desktop.widgets.check import Check
from desktop.widgets.combo import Combo
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.number_field import NumberField
from desktop.widgets.text_field import TextField
from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.core.money import parse_amount, plain_amount
from shared.finance.refund_rules import FARTHEST, MOST_STEPS, WHOLE
from shared.people.vocabulary import Permission

_ALL = "all"
_BEFORE, _AFTER = "before", "after"


def _tr(words: str) -> str:
    return QCoreApplication.translate("RefundRuleDialog", words)


class StepFields:
    """One step: so many percent until so many days before the class begins, or after."""

    def __init__(self, step: Mapping[str, Any]) -> None:
        self.percent = NumberField(int(step["percent"]), most=WHOLE, name=_tr("Percent taken back"))
        self.days = NumberField(abs(int(step["until"])), most=FARTHEST, name=_tr("Until so many days"))
        sides = [(_BEFORE, _tr("before it begins")), (_AFTER, _tr("after it began"))]
        self.side = Combo(sides, name=_tr("Before or after the first day"))
        self.side.choose(_BEFORE if int(step["until"]) < 0 else _AFTER)
        self.remove = icon_button("x", _tr("Remove this step"))

    @property
    def widgets(self) -> tuple[QWidget, ...]:
        """The fields in the order of the columns."""
        return self.percent, self.days, self.side, self.remove

    def step(self) -> dict[str, int]:
        """Return what was entered."""
        days = self.days.value or 0
        return {"until": -days if self.side.chosen == _BEFORE else days, "percent": self.percent.value or 0}


class RefundRuleDialog(AskingDialog):
    """``saved`` tells that a rule was set. Steps are put into the order of their days when it is saved."""

    needs = (Permission.FINANCE_MANAGE,)

    saved = Signal()

    def __init__(self, window: QWidget, desk: Desk) -> None:
        hint = _tr("Without a rule of its own a course follows the one for all courses.")
        width = min(theme().px(600), window.width() - 48)  # large text needs the room for its columns
        super().__init__(window, _tr("When an enrolment is cancelled"), subtitle=hint, icon="receipt", width=width)
        self._desk, self._currency = desk, currency_of(desk)
        self.course = Combo([(_ALL, _tr("All courses")), *cancel_actions.courses(desk)], name=_tr("For"))
        self.fee = TextField(placeholder=_tr("No fee"))
        self.pays_back = Check(_tr("Ask that what was paid goes back; otherwise it stays as credit"))
        self.steps: list[StepFields] = []
        self.add(Field(_tr("For"), self.course))
        self.add(self._make_steps())
        self.add(Field(_tr("Fee in {currency}").format(currency=self._currency), self.fee, optional=True))
        self.add(self.pays_back)
        self.end_with(_tr("Save rule"))
        self.on_key("Alt+Return", self.add_empty)
        self.on_key("Alt+Del", self.remove_focused)
        self.course.currentIndexChanged.connect(lambda _at: self._show())
        self._show()

    def _make_steps(self) -> QWidget:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(8)
        self.grid.setVerticalSpacing(6)
        heads = (_tr("Taken back, in percent"), _tr("Until so many days"), _tr("From the first day"))
        for place, words in enumerate(heads):
            self.grid.addWidget(Label(words, "small-medium", "text2"), 0, place)
            self.grid.setColumnStretch(place, (2, 2, 3)[place])
        column.addLayout(self.grid)
        self.nothing = Label(_tr("Without a step nothing is taken back."), "small", "muted")
        column.addWidget(self.nothing)
        self.more = Button(_tr("Add a step"), icon="plus", small=True, on_click=self.add_empty)
        self.more.setToolTip("Alt+Enter")
        column.addWidget(self.more)
        return content

    @property
    def _course_id(self) -> str | None:
        return None if self.course.chosen in (None, _ALL) else self.course.chosen

    def _show(self) -> None:
        rule = cancel_actions.rule_of(self._desk, self._course_id)
        for line in list(self.steps):
            self.remove_step(line)
        for step in rule["steps"]:
            self.add_step(step)
        self.fee.setText(plain_amount(rule["fee"], self._currency) if rule["fee"] else "")
        self.pays_back.setChecked(bool(rule["pays_back"]))

    def add_step(self, step: Mapping[str, Any]) -> StepFields:
        """Add the fields of one more step."""
        line = StepFields(step)
        row = self.grid.rowCount()
        for place, widget in enumerate(line.widgets):
            self.grid.addWidget(widget, row, place)
            if self.isVisible():  # at once, so that it can have the cursor
                widget.show()
        line.remove.clicked.connect(lambda: self.remove_step(line))
        self.steps.append(line)
        self._follow()
        return line

    def add_empty(self) -> None:
        """Add a step behind the last one, with the cursor in it."""
        if len(self.steps) < MOST_STEPS:
            last = max((line.step()["until"] for line in self.steps), default=-8)
            self.add_step({"until": min(last + 1, FARTHEST), "percent": 0}).percent.setFocus()

    def remove_step(self, line: StepFields) -> None:
        """Take the fields of a step away."""
        self.steps.remove(line)
        for widget in line.widgets:
            self.grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._follow()

    def remove_focused(self) -> None:
        """Take the step away in which the cursor stands; the one before gets it."""
        focused = self.window().focusWidget()
        for place, line in enumerate(self.steps):
            if any(widget is focused or widget.isAncestorOf(focused) for widget in line.widgets):
                self.remove_step(line)
                near = self.steps[max(0, place - 1)].percent if self.steps else self.more
                near.setFocus()
                return

    def _follow(self) -> None:
        self.more.setEnabled(len(self.steps) < MOST_STEPS)
        self.nothing.setVisible(not self.steps)

    def save(self) -> None:
        """Set the rule, or say what is amiss."""
        self.refusal.hide()
        steps = sorted((line.step() for line in self.steps), key=lambda one: one["until"])
        try:
            fee = parse_amount(self.fee.text(), self._currency) if self.fee.text().strip() else 0
            wanted = {"course_id": self._course_id, "steps": steps, "fee": fee, "pays_back": self.pays_back.isChecked()}
            cancel_actions.save_rule(self._desk, wanted)
        except CampusError as problem:
            self.refuse(problem.message)
            return
        self.accept()
        self.saved.emit()
