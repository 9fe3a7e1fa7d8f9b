"""What a payment goes to: open charges, the longest due first, which a cashier may leave out or put first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication, QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.finance.till_store import StudentAccount
from desktop.people.words import full_name
from desktop.timetable.times import short_day
from desktop.timetable.times import today as present_day
from desktop.widgets.badge import Badge
from desktop.widgets.card import Line
from desktop.widgets.check import Check
from desktop.widgets.label import ElidedLabel, Label
from desktop.widgets.paint import fill_box
from desktop.widgets.theme import theme
from shared.core.money import plain_amount

_NEVER = "9999-12-31"


def _tr(words: str) -> str:
    return QCoreApplication.translate("TakePaymentDialog", words)


@dataclass(frozen=True)
class Goal:
    """A charge that money may go to: whose, what it is, and how much of it is open."""

    person_id: str
    charge_id: str
    what: str
    detail: str
    badge: tuple[str, str] | None
    left: int


class GoalRows(QWidget):
    """Charges to be paid, oldest first, each with a check; ``changed`` tells that another set is wanted."""

    changed = Signal()

    def __init__(self, goals: Sequence[Goal], currency: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.goals, self._currency = list(goals), currency
        self.checks: list[Check] = []
        self._first: list[str] = []
        self._left_out: list[str] = []
        self._amounts: list[Label] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 2, 12, 2)
        column.setSpacing(0)
        for at, goal in enumerate(self.goals):
            column.addWidget(self._row(goal))
            if at < len(self.goals) - 1:
                column.addWidget(Line())
        if not self.goals:
            nothing = Label(self.tr("Nothing is owed. The money stays as credit."), "small", "muted")
            nothing.setContentsMargins(0, 10, 0, 10)
            column.addWidget(nothing)

    def _row(self, goal: Goal) -> QWidget:
        part = QWidget()
        part.setFixedHeight(theme().px(36))
        row = QHBoxLayout(part)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        check = Check(checked=True)
        check.setAccessibleName(goal.what)
        check.toggled.connect(lambda on: self._toggled(goal.charge_id, on=on))
        row.addWidget(check)
        what = ElidedLabel(goal.what, "body-medium")
        what.setMaximumWidth(int(theme().metrics("body-medium").horizontalAdvance(goal.what)) + 3)
        row.addWidget(what, 8)
        if goal.badge is not None:
            row.addWidget(Badge(*goal.badge))
        row.addWidget(ElidedLabel(goal.detail, "small", "muted"), 1)
        amount = Label("", "body-strong")
        row.addWidget(amount)
        self.checks.append(check)
        self._amounts.append(amount)
        return part

    def _toggled(self, charge_id: str, *, on: bool) -> None:
        """What is checked by hand comes first; what is unchecked gets nothing."""
        (self._first if on else self._left_out).append(charge_id)
        other = self._left_out if on else self._first
        if charge_id in other:
            other.remove(charge_id)
        self.changed.emit()

    def in_order(self) -> list[Goal]:
        """Return the charges in the order in which the money pays them."""
        wanted = [goal for goal in self.goals if goal.charge_id not in self._left_out]
        return sorted(wanted, key=lambda goal: goal.charge_id not in self._first)

    def show_shares(self, shares: dict[str, int]) -> None:
        """Show how much goes to each charge, by its id."""
        for goal, check, label in zip(self.goals, self.checks, self._amounts, strict=True):
            share = shares.get(goal.charge_id, 0)
            label.setText(plain_amount(share, self._currency))
            label.set_tone("text" if share else "muted")
            check.blockSignals(True)
            check.setChecked(bool(share))
            check.blockSignals(False)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the box."""
        look = theme()
        box = QRectF(self.rect())
        fill_box(QPainter(self), box, look.tokens.radii["well"], look.colour("sunken"), look.colour("border"))


def goals_of(desk: Desk, people: Mapping[str, Mapping[str, Any]], accounts: Mapping[str, StudentAccount]) -> list[Goal]:
    """Return the open charges of these students."""
    today = present_day(desk)
    debts = [(person_id, debt) for person_id, account in accounts.items() for debt in account.debts]
    goals = []
    for person_id, debt in sorted(debts, key=lambda one: one[1].due_on or _NEVER):
        badge, detail = None, debt.number
        if debt.due_on == today.isoformat():
            badge = (_tr("Due today"), "warn")
        elif debt.due_on and debt.due_on < today.isoformat():
            badge = (_tr("Overdue"), "bad")
        elif debt.due_on:
            detail = _tr("due {day}").format(day=short_day(today.fromisoformat(debt.due_on)))
        what = f"{full_name(people[person_id])}: {debt.what}" if len(people) > 1 else debt.what
        goals.append(Goal(person_id, debt.id, what, detail, badge, debt.left))
    return goals
