"""Sets or changes an instalment plan: which charges, how many parts how far apart, or days and amounts of one's own."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from desktop.core.desk import Desk
from desktop.finance import plan_actions
from desktop.finance.account_store import currency_of, today_of
from desktop.finance.amount_text import AmountText
from desktop.finance.plan_store import PlanView, charges_for, plan_views, total_of
from desktop.finance.words import entry_day
from desktop.timetable.session_form import side_by_side
from desktop.widgets.asking_dialog import AskingDialog
from desktop.widgets.buttons import Button
from desktop.widgets.check import Check
from desktop.widgets.combo import Combo
from desktop.widgets.date_field import DateField
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.layouts import ScrollColumn
from desktop.widgets.number_field import NumberField
from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.core.money import money_text, parse_amount, plain_amount
from shared.finance.ledger_rules import Due
from shared.finance.plan_commands import MOST_PARTS
from shared.finance.plan_rules import Interval, Parts, kept_parts, made_parts
from shared.people.vocabulary import Permission

_ROW, _MOST_SHOWN = 42, 6
_CHARGE, _MOST_CHARGES = 32, 4


def _tr(words: str) -> str:
    return QCoreApplication.translate("PlanDialog", words)


class PlanDialog(AskingDialog):
    """``saved`` gives the words of what was done."""

    needs = (Permission.FINANCE_CHARGE, Permission.FINANCE_MANAGE)

    def __init__(self, window: QWidget, desk: Desk, person_id: str, name: str) -> None:
        super().__init__(window, _tr("Instalment plan"), subtitle=name, icon="calendar", width=620)
        self._desk, self._person_id, self._name = desk, person_id, name
        self._currency, self._today = currency_of(desk), today_of(desk)
        views = plan_views(desk, person_id, self._currency, self._today)
        self.view: PlanView | None = views[0] if views and views[0].left else None
        self.rows: list[tuple[DateField, AmountText]] = []
        self._make_charges()
        self._make_rule()
        self._make_rows()
        others = [Button(_tr("End the plan"), icon="x", on_click=self.end)] if self.view is not None else []
        self.end_with(_tr("Save plan"), *others)
        self._begin()

    # ----------------------------------------------------------------------------------------------------- building

    def _make_charges(self) -> None:
        body = self.view.body if self.view else None
        self.checks: dict[str, Check] = {}
        self.add(Label(_tr("Charges"), "small-medium", "text2"))
        charges = ScrollColumn(padding=0)
        charges.body.setSpacing(0)
        for charge in charges_for(self._desk, self._person_id, self._currency, body):
            left = money_text(charge.left, self._currency)
            words = _tr("{amount} open · {what}").format(what=charge.what, amount=left)
            check = Check(words, checked=charge.planned or body is None)
            check.toggled.connect(lambda _on: self.spread())
            check.setFixedHeight(theme().px(_CHARGE))
            check.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # a long name is cut with dots
            check.setToolTip(words)
            self.checks[charge.id] = check
            charges.body.addWidget(check)
        charges.setFixedHeight(theme().px(_CHARGE) * min(len(self.checks), _MOST_CHARGES))
        self.add(charges)
        if not self.checks:
            self.add(Label(_tr("Nothing is owed."), "small", "muted"))

    def _make_rule(self) -> None:
        today = date.fromisoformat(self._today)
        self.count = NumberField(3, least=1, most=MOST_PARTS, name=_tr("How many"))
        choices = [
            (str(Interval.MONTHLY), _tr("Every month")),
            (str(Interval.FORTNIGHTLY), _tr("Every two weeks")),
            (str(Interval.WEEKLY), _tr("Every week")),
        ]
        self.interval = Combo(choices, name=_tr("How often"))
        self.first = DateField(today, today=lambda: today)
        self.down = AmountText(self._currency)
        fields = (
            (_tr("How many"), self.count),
            (_tr("How often"), self.interval),
            (_tr("First on"), self.first),
            (_tr("Paid first"), self.down),
        )
        self.add(side_by_side(*((Field(words, widget), 1) for words, widget in fields)))
        spread = Button(_tr("Spread evenly"), icon="refresh-cw", small=True, on_click=self.spread)
        self.add(side_by_side((spread, 0), (QWidget(), 1)))

    def _make_rows(self) -> None:
        self.paid = Label("", "small", "text2", wrap=True)
        self.add(self.paid)
        self.list = ScrollColumn(padding=0)
        self.add(self.list)
        self.sum = Label("", "body-strong")
        self.add(self.sum)
        self._grid: QWidget | None = None

    # ------------------------------------------------------------------------------------------------------ showing

    @property
    def charge_ids(self) -> list[str]:
        """The charges that are chosen."""
        return [key for key, check in self.checks.items() if check.isChecked()]

    def _kept(self) -> Parts:
        return (
            kept_parts(self.view.steps) if self.view and self.charge_ids == list(self.view.body["charge_ids"]) else ()
        )

    def _total(self) -> int:
        return total_of(self._desk, self._person_id, self._currency, self.charge_ids)[0]

    def _begin(self) -> None:
        if self.view is None:
            self.spread()
            return
        kept = self._kept()
        # A part that is partly paid is split: what came in stays, the rest of it is still to come on its day.
        rest = [(step.due_on, step.left) for step in self.view.steps if step.left]
        self.count.set_value(len(rest))
        self.first.set_value(date.fromisoformat(max(rest[0][0], self._today)))
        self._show(rest, sum(amount for _, amount in kept))

    def spread(self) -> None:
        """Share out what is open by number, interval, first day and what is paid first."""
        self.refusal.hide()
        kept = sum(amount for _, amount in self._kept())
        first, down = self.first.value, self.down.text()
        if first is None:
            self.refuse(_tr("Write the day like 20 Nov."))
            return
        try:
            parts = made_parts(
                self._total() - kept,
                self.count.value or 0,
                Interval(self.interval.chosen or Interval.MONTHLY),
                first.isoformat(),
                parse_amount(down, self._currency) if down.strip() else 0,
                min(self._today, first.isoformat()),
            )
        except CampusError as problem:
            self.refuse(problem.message)
            return
        self._show(parts, kept)

    def _show(self, parts: Parts | list[Due], kept: int) -> None:
        if self._grid is not None:
            self._grid.hide()
            self.list.body.removeWidget(self._grid)
            self._grid.deleteLater()
        self._grid = QWidget()
        grid = QGridLayout(self._grid)
        grid.setContentsMargins(0, 0, 6, 0)
        grid.setVerticalSpacing(6)
        self.rows = []
        today = date.fromisoformat(self._today)
        for at, (day, amount) in enumerate(parts):
            when = DateField(date.fromisoformat(day), today=lambda: today, name=_tr("Day of instalment"))
            much = AmountText(self._currency, plain_amount(amount, self._currency), name=_tr("Amount of instalment"))
            much.setAlignment(Qt.AlignmentFlag.AlignRight)
            much.textChanged.connect(lambda _typed: self._show_sum())
            grid.addWidget(Label(str(at + 1 + len(self._kept())), "small", "muted"), at, 0)
            grid.addWidget(when, at, 1)
            grid.addWidget(much, at, 2)
            self.rows.append((when, much))
        self.list.body.insertWidget(0, self._grid, 0, Qt.AlignmentFlag.AlignTop)
        self.list.setFixedHeight(theme().px(_ROW) * min(len(parts), _MOST_SHOWN))
        said = _tr("{amount} of the plan is paid and stays as it is.")
        self.paid.setText(said.format(amount=money_text(kept, self._currency)))
        self.paid.setVisible(bool(kept))
        self._show_sum()

    def _show_sum(self) -> None:
        kept = sum(amount for _, amount in self._kept())
        try:
            found = kept + sum(amount for _, amount in self._typed())
        except CampusError:
            found = 0
        total = self._total()
        words = _tr("{sum} of {total}").format(
            sum=money_text(found, self._currency), total=money_text(total, self._currency)
        )
        self.sum.setText(words)
        self.sum.set_tone("text" if found == total else "bad")

    def _typed(self) -> list[Due]:
        found = []
        for when, much in self.rows:
            if when.value is None:
                raise CampusError("plan_days", _tr("Write the day like 20 Nov."))
            found.append((when.value.isoformat(), parse_amount(much.text(), self._currency)))
        return found

    # ------------------------------------------------------------------------------------------------------- acting

    def save(self) -> None:
        """Save the plan, or say what is amiss."""
        self.refusal.hide()
        try:
            parts = (*self._kept(), *self._typed())
            body = self.view.body if self.view else None
            plan_actions.save(self._desk, self._person_id, self._currency, self.charge_ids, parts, body)
        except CampusError as problem:
            self.refuse(problem.message)
            return
        self.accept()
        last = entry_day(parts[-1][0], self._today)
        self.saved.emit(_tr("Plan of {name} saved, the last payment on {day}").format(name=self._name, day=last))

    def end(self) -> None:
        """End the plan."""
        if self.view is None:
            return
        try:
            plan_actions.end(self._desk, self.view.body)
        except CampusError as problem:
            self.refuse(problem.message)
            return
        self.accept()
        self.saved.emit(_tr("Plan of {name} ended").format(name=self._name))
