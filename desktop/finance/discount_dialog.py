"""Keeps a discount, coupon or scholarship, and gives one against a charge."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.finance import discount_actions, fee_actions
from desktop.finance.account_store import currency_of, today_of
from desktop.timetable.session_form import side_by_side
from desktop.widgets.asking_dialog import AskingDialog
from desktop.widgets.check import Check
from desktop.widgets.combo import Combo
from desktop.widgets.date_field import DateField
from desktop.widgets.field import Field
from desktop.widgets.number_field import NumberField
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError
from shared.core.money import money_text
from shared.finance.discount_rules import FIRST, MOST_PERIODS
from shared.finance.statement_rules import LedgerLine
from shared.finance.vocabulary import EntryKind
from shared.people.vocabulary import Permission

_ALL, _COUPON = "all:", "coupon"


def _tr(words: str) -> str:
    return QCoreApplication.translate("DiscountDialog", words)


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


class DiscountDialog(AskingDialog):
    """``saved`` gives the words of what was done."""

    needs = (Permission.FINANCE_MANAGE,)

    def __init__(self, window: QWidget, desk: Desk, shown: Mapping[str, Any] | None = None) -> None:
        title = _tr("Add a discount") if shown is None else str(shown["name"])
        super().__init__(window, title, icon="coins", width=560)
        self._desk, self._shown = desk, shown
        body = shown or FIRST
        self._currency = str(body["currency"]) if shown else currency_of(desk)
        self.name = TextField(str(body["name"]))
        self.name.setMaxLength(200)
        kinds = [(str(EntryKind.DISCOUNT), _tr("Discount")), (str(EntryKind.SCHOLARSHIP), _tr("Scholarship"))]
        self.kind = Combo(kinds, name=_tr("Kind"))
        self.kind.choose(str(body["kind"]))
        self.value = TextField(discount_actions.value_words(body) if shown else "", placeholder="10 %")
        places = [(_ALL, _tr("All courses")), *fee_actions.place_choices(desk)]
        self.place = Combo(places, name=_tr("For"))
        kind = "cohort" if body["cohort_id"] else "course"
        self.place.choose(f"{kind}:{body[f'{kind}_id']}" if body[f"{kind}_id"] else _ALL)
        today = date.fromisoformat(today_of(desk))
        self.first = DateField(_day(body["valid_from"]), today=lambda: today)
        self.last = DateField(_day(body["valid_to"]), today=lambda: today)
        self.code = TextField(str(body["code"]))
        self.most, self.each = NumberField(body["most"]), NumberField(body["most_each"])
        self.periods = NumberField(int(body.get("periods", 1)), most=MOST_PERIODS, name=_tr("For how many periods"))
        self.approval = Check(_tr("Someone who approves gives it"), checked=bool(body["needs_approval"]))
        self._lay_out()
        self.end_with(_tr("Save discount"))

    def _lay_out(self) -> None:
        value = _tr("Percent, or amount in {currency}").format(currency=self._currency)
        self.add(Field(_tr("Name"), self.name))
        self.add(side_by_side((Field(_tr("Kind"), self.kind), 1), (Field(value, self.value), 1)))
        code = Field(_tr("Coupon"), self.code, optional=True)
        self.add(side_by_side((Field(_tr("For"), self.place), 1), (code, 1)))
        first, last = Field(_tr("From"), self.first, optional=True), Field(_tr("To"), self.last, optional=True)
        self.add(side_by_side((first, 1), (last, 1)))
        most = Field(_tr("How often in all"), self.most, hint=_tr("0 is as often as wanted"))
        each = Field(_tr("How often each"), self.each, hint=_tr("0 is as often as wanted"))
        self.add(side_by_side((most, 1), (each, 1)))
        hint = _tr("Of what is paid by the period: 1 is the one it is given against, 0 all that follow")
        self.add(Field(_tr("For how many periods"), self.periods, hint=hint))
        self.add(self.approval)

    def save(self) -> None:
        """Keep the discount, or say what is amiss."""
        self.refusal.hide()
        kind, _, of_id = (self.place.chosen or _ALL).partition(":")
        try:
            if not (self.first.readable and self.last.readable):
                self.refuse(_tr("Write the day like 20 Nov."))
                return
            first, last = self.first.value, self.last.value
            wanted = {
                "name": self.name.text().strip(),
                "kind": self.kind.chosen,
                **discount_actions.read_value(self.value.text(), self._currency),
                "currency": self._currency,
                "course_id": of_id if kind == "course" else None,
                "cohort_id": of_id if kind == "cohort" else None,
                "valid_from": first.isoformat() if first else None,
                "valid_to": last.isoformat() if last else None,
                "code": self.code.text(),
                "most": self.most.value or 0,
                "most_each": self.each.value or 0,
                "needs_approval": self.approval.isChecked(),
                "periods": 1 if self.periods.value is None else self.periods.value,
            }
            discount_actions.save(self._desk, wanted, self._shown)
        except CampusError as problem:
            self.refuse(problem.message)
            return
        self.accept()
        self.saved.emit(_tr("Discount saved: {name}").format(name=wanted["name"]))


class GrantDialog(AskingDialog):
    """Gives a discount or a coupon against a charge; ``granted`` gives the words of what was done."""

    needs = (Permission.FINANCE_CHARGE,)

    granted = Signal(str)

    def __init__(self, window: QWidget, desk: Desk, line: LedgerLine) -> None:
        charge = line.entry
        left = money_text(line.open, str(charge["currency"]))
        said = _tr("{what}, {amount} open").format(what=line.title, amount=left)
        super().__init__(window, _tr("Give a discount"), subtitle=said, icon="coins", width=480)
        self._desk, self._charge = desk, charge
        rows = discount_actions.given_to(desk, charge)
        choices = [(str(one["id"]), f"{one['name']}, {discount_actions.value_words(one)}") for one in rows]
        self.discount = Combo([*choices, (_COUPON, _tr("By a coupon"))], name=_tr("Discount"))
        self.code = TextField()
        self.code_field = Field(_tr("Coupon"), self.code)
        self.add(Field(_tr("Discount"), self.discount))
        self.add(self.code_field)
        self.discount.currentIndexChanged.connect(lambda _at: self._show())
        self.end_with(_tr("Give discount"))
        self._show()

    def _show(self) -> None:
        self.code_field.setVisible(self.discount.chosen == _COUPON)

    def save(self) -> None:
        """Give the discount, or say why it isn't given."""
        chosen = self.discount.chosen or _COUPON
        by_code = chosen == _COUPON
        try:
            name, amount = discount_actions.grant(
                self._desk, self._charge["id"], "" if by_code else chosen, self.code.text() if by_code else ""
            )
        except CampusError as problem:
            self.refuse(problem.message)
            return
        self.accept()
        shown = money_text(amount, str(self._charge["currency"]))
        self.granted.emit(_tr("{name} given: {amount}").format(name=name, amount=shown))
