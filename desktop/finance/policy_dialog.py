"""Sets what happens to overdue money: when people are reminded and by what way, and what is withheld at what debt."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.finance import overdue_actions
from desktop.finance.account_store import currency_of
from desktop.timetable.session_form import side_by_side
from desktop.widgets.asking_dialog import AskingDialog
from desktop.widgets.check import Check
from desktop.widgets.combo import Combo
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.number_field import NumberField
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError
from shared.core.money import parse_amount, plain_amount
from shared.core.text import text
from shared.finance.policy_rules import CHANNELS, read_days
from shared.learning.holds import OVERDUE, OWED, HoldOn, hold_word
from shared.people.vocabulary import Permission

_NEVER = "never"


def _tr(words: str) -> str:
    return QCoreApplication.translate("PolicyDialog", words)


def _amount(typed: str, currency: str) -> int:
    return parse_amount(typed, currency) if typed.strip() else 0


class HoldLine:
    """When one thing is withheld: never, when money is overdue for days, or as long as any is owed."""

    def __init__(self, what: HoldOn, rule: dict[str, Any] | None, currency: str) -> None:
        self.what, self._currency = what, currency
        word = hold_word(what)
        grounds = [(_NEVER, _tr("Never")), (OVERDUE, _tr("When overdue")), (OWED, _tr("While anything is owed"))]
        self.ground = Combo(grounds, name=word)
        self.ground.choose(str(rule["ground"]) if rule else _NEVER)
        self.days = NumberField(rule["days"] if rule else 0, name=text("{what}: days after grace", what=word))
        least = plain_amount(rule["least"], currency) if rule and rule["least"] else ""
        self.least = TextField(least, placeholder=_tr("Any amount"), name=text("{what}: least amount", what=word))
        self.ground.currentIndexChanged.connect(lambda _at: self._show())
        self._show()

    @property
    def cells(self) -> tuple[QWidget, ...]:
        """The line's widgets, from left to right."""
        return Label(hold_word(self.what)), self.ground, self.days, self.least

    def _show(self) -> None:
        chosen = self.ground.chosen
        self.days.setEnabled(chosen == OVERDUE)
        self.least.setEnabled(chosen != _NEVER)

    def rule(self) -> dict[str, Any] | None:
        """Return the rule, or None. Raises what `parse_amount` raises."""
        ground = self.ground.chosen or _NEVER
        if ground == _NEVER:
            return None
        days = (self.days.value or 0) if ground == OVERDUE else 0
        least = _amount(self.least.text(), self._currency)
        return {"what": str(self.what), "ground": ground, "days": days, "least": least}


class PolicyDialog(AskingDialog):
    """``saved`` tells that the policy was set."""

    needs = (Permission.FINANCE_MANAGE,)

    saved = Signal()

    def __init__(self, window: QWidget, desk: Desk) -> None:
        super().__init__(window, _tr("Overdue money"), icon="settings", width=640)
        self._desk, self._currency = desk, currency_of(desk)
        here = overdue_actions.policy_of(desk)
        self.automatic = Check(_tr("Remind and hold by itself, every morning"), checked=bool(here["automatic"]))
        self.before = TextField(", ".join(map(str, here["days_before"])))
        self.after = TextField(", ".join(map(str, here["days_after"])))
        names = {"mail": _tr("By mail"), "sms": _tr("By SMS"), "notice": _tr("In the program")}
        self.channels = {key: Check(names[key], checked=key in here["channels"]) for key in CHANNELS}
        self.contacts = Check(_tr("Also to contacts that the student named to be told"), checked=bool(here["contacts"]))
        words = _tr("Attach the statement of account to reminders by mail")
        self.statement = Check(words, checked=bool(here["statement"]))
        self.grace = NumberField(here["grace_days"])
        least = plain_amount(here["least_amount"], self._currency) if here["least_amount"] else ""
        self.least = TextField(least, placeholder=_tr("Any amount"))
        rules = {(one["what"]): one for one in here["holds"]}
        self.lines = [HoldLine(what, rules.get(str(what)), self._currency) for what in HoldOn]
        self._lay_out()
        self.end_with(_tr("Save policy"))

    def _lay_out(self) -> None:
        self.add(self.automatic)
        before = Field(_tr("Remind so many days before, like 7, 1"), self.before)
        after = Field(_tr("And so many days after, like 1, 7, 14"), self.after)
        self.add(side_by_side((before, 1), (after, 1)))
        ways = QWidget()
        row = QHBoxLayout(ways)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        for check in self.channels.values():
            row.addWidget(check)
        row.addStretch(1)
        self.add(ways)
        self.add(self.contacts)
        self.add(self.statement)
        grace = Field(_tr("Grace days before anything is held"), self.grace)
        least = Field(_tr("Least amount, in {currency}").format(currency=self._currency), self.least)
        self.add(side_by_side((grace, 1), (least, 1)))
        self.add(self._held())

    def _held(self) -> QWidget:
        """Return the table of what is withheld."""
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        least = text("From {currency}", currency=self._currency)
        for at, words in enumerate((_tr("What is held"), _tr("When"), _tr("Days after grace"), least)):
            grid.addWidget(Label(words, "small", "text2"), 0, at)
            grid.setColumnStretch(at, (3, 4, 2, 3)[at])
        for row, line in enumerate(self.lines, 1):
            for at, cell in enumerate(line.cells):
                grid.addWidget(cell, row, at)
        return table

    def save(self) -> None:
        """Set the policy, or say what is amiss."""
        self.refusal.hide()
        before, after = read_days(self.before.text()), read_days(self.after.text())
        if before is None or after is None:
            self.refuse(_tr("Write the days like 7, 1."))
            return
        try:
            wanted = {
                "automatic": self.automatic.isChecked(),
                "days_before": before,
                "days_after": sorted(after),
                "channels": [key for key, check in self.channels.items() if check.isChecked()],
                "contacts": self.contacts.isChecked(),
                "statement": self.statement.isChecked(),
                "grace_days": self.grace.value or 0,
                "least_amount": _amount(self.least.text(), self._currency),
                "holds": [rule for line in self.lines if (rule := line.rule()) is not None],
            }
            overdue_actions.save_policy(self._desk, wanted)
        except CampusError as problem:
            self.refuse(problem.message)
            return
        self.accept()
        self.saved.emit()
