"""Sets what a course costs for a period, and subscribes someone to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.finance import fee_actions, subscription_actions
from desktop.finance.account_store import currency_of, today_of
from desktop.finance.subscription_store import cohorts_of, first_words, offered, price_words
from desktop.timetable.session_form import side_by_side
from desktop.widgets.asking_dialog import AskingDialog
from desktop.widgets.check import Check
from desktop.widgets.combo import Combo
from desktop.widgets.date_field import DateField
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.number_field import NumberField
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError
from shared.core.money import parse_amount, plain_amount
from shared.finance.permissions import may_charge
from shared.finance.subscription_prices import FIRST, MOST_DAYS
from shared.finance.subscription_vocabulary import Period
from shared.people.vocabulary import Permission


def _tr(words: str) -> str:
    return QCoreApplication.translate("SubscriptionDialog", words)


class PriceDialog(AskingDialog):
    """Sets a price; what running subscriptions stand on is shown and stays."""

    needs = (Permission.FINANCE_MANAGE,)

    def __init__(self, window: QWidget, desk: Desk, shown: Mapping[str, Any] | None = None) -> None:
        title = _tr("Add a price") if shown is None else str(shown["name"])
        super().__init__(window, title, icon="coins", width=600)
        self._desk, self._shown = desk, shown
        body = shown or FIRST
        self._currency = str(body["currency"]) if shown else currency_of(desk)
        self.name = TextField(str(body["name"]))
        self.name.setMaxLength(160)
        self.place = Combo(fee_actions.place_choices(desk), name=_tr("For"))
        kind = "cohort" if body["cohort_id"] else "course"
        if shown is not None:
            self.place.choose(f"{kind}:{body[f'{kind}_id']}")
        self.period = Combo(period_choices(), name=_tr("Paid"))
        self.period.choose(str(body["period"]))
        self.days = NumberField(int(body["days"]), most=MOST_DAYS, name=_tr("Days of a period"))
        self.amount = TextField(self._typed(body["amount"] or None))
        self.first = TextField(self._typed(body["first_amount"]))
        self.taxes = TextField(fee_actions.taxes_words(body["taxes"]), placeholder="VAT 15")
        self.trial, self.grace, self.warn = (
            NumberField(int(body[name]), most=MOST_DAYS, name=words)
            for name, words in (
                ("trial_days", _tr("Days to try")),
                ("grace_days", _tr("Days of grace")),
                ("warn_days", _tr("Told before, days")),
            )
        )
        self.missed = Check(_tr("Charge periods that passed unseen"), checked=bool(body["charge_missed"]))
        self.own = Check(_tr("Students may choose it themselves"), checked=bool(body["self_service"]))
        self._lay_out()
        self.period.currentIndexChanged.connect(lambda _at: self._show())
        self._show()
        self.end_with(_tr("Save price"))

    def _typed(self, amount: int | None) -> str:
        return plain_amount(amount, self._currency) if amount is not None else ""

    def _lay_out(self) -> None:
        self.add(Field(_tr("Name"), self.name))
        self.days_field = Field(_tr("Days of a period"), self.days)
        self.add(side_by_side((Field(_tr("For"), self.place), 2), (Field(_tr("Paid"), self.period), 1)))
        self.add(self.days_field)
        amount = _tr("A period in {currency}, before taxes").format(currency=self._currency)
        first = Field(_tr("First period, if different"), self.first, optional=True)
        self.add(side_by_side((Field(amount, self.amount), 1), (first, 1)))
        taxes = Field(_tr("Taxes in percent"), self.taxes, optional=True)
        self.add(side_by_side((taxes, 1), (Field(_tr("Days to try"), self.trial), 1)))
        grace, warn = Field(_tr("Days of grace"), self.grace), Field(_tr("Told before, days"), self.warn)
        self.add(side_by_side((grace, 1), (warn, 1)))
        self.add(self.missed)
        self.add(self.own)
        for fixed in (self.place, self.period, self.days):
            fixed.setEnabled(self._shown is None)

    def _show(self) -> None:
        self.days_field.setVisible(self.period.chosen == Period.DAYS)

    def save(self) -> None:
        """Keep the price, or say what is amiss."""
        self.refusal.hide()
        kind, _, of_id = (self.place.chosen or "course:").partition(":")
        try:
            first = self.first.text().strip()
            wanted = {
                "name": self.name.text().strip(),
                "course_id": of_id if kind == "course" else None,
                "cohort_id": of_id if kind == "cohort" else None,
                "currency": self._currency,
                "period": self.period.chosen,
                "days": (self.days.value or 0) if self.period.chosen == Period.DAYS else 0,
                "amount": parse_amount(self.amount.text(), self._currency),
                "first_amount": parse_amount(first, self._currency) if first else None,
                "taxes": fee_actions.read_taxes(self.taxes.text()),
                "trial_days": self.trial.value or 0,
                "grace_days": self.grace.value or 0,
                "warn_days": self.warn.value or 0,
                "charge_missed": self.missed.isChecked(),
                "self_service": self.own.isChecked(),
            }
            subscription_actions.save_price(self._desk, wanted, self._shown)
        except CampusError as problem:
            self.refuse(problem.message)
            return
        self.accept()
        self.saved.emit(_tr("Price saved: {name}").format(name=wanted["name"]))


def period_choices() -> list[tuple[str, str]]:
    """Return how often something can be charged, with the words."""
    words = {
        Period.MONTH: _tr("Each month"),
        Period.QUARTER: _tr("Each quarter"),
        Period.TERM: _tr("Each term"),
        Period.YEAR: _tr("Each year"),
        Period.DAYS: _tr("Every some days"),
    }
    return [(str(one), words[one]) for one in Period]


class SubscribeDialog(AskingDialog):
    """Subscribes a person to a class by one of the prices that this one may give."""

    def __init__(self, window: QWidget, desk: Desk, person_id: str, name: str) -> None:
        super().__init__(window, _tr("Subscribe"), subtitle=name, icon="coins", width=520)
        self._desk, self._person_id = desk, person_id
        office = may_charge(desk.actor)
        self.prices = {str(one["id"]): one for one in offered(desk, self_service=not office)}
        self.price = Combo([(key, str(one["name"])) for key, one in self.prices.items()], name=_tr("Price"))
        self.cohort = Combo([], name=_tr("Class"))
        self.said = Label("", "body", "text2")
        today = date.fromisoformat(today_of(desk))
        self.first = DateField(today, today=lambda: today)
        self.add(Field(_tr("Price"), self.price))
        self.add(self.said)
        self.add(Field(_tr("Class"), self.cohort))
        self.first_field = Field(_tr("First day"), self.first)
        self.add(self.first_field)
        self.first_field.setVisible(office)
        self.price.currentIndexChanged.connect(lambda _at: self._show())
        self.end_with(_tr("Subscribe"))
        self._show()

    def _show(self) -> None:
        price = self.prices.get(self.price.chosen or "")
        self.cohort.set_choices(cohorts_of(self._desk, price) if price else ())
        words = f"{price_words(price)} · {first_words(price)}" if price else _tr("No price is offered at present.")
        self.said.setText(words)
        self.save_button.setEnabled(price is not None)

    def save(self) -> None:
        """Subscribe, or say why not."""
        self.refusal.hide()
        if not self.first.readable or self.first.value is None:
            self.refuse(_tr("Write the day like 20 Nov."))
            return
        price = self.price.chosen or ""
        office = may_charge(self._desk.actor)
        day = self.first.value.isoformat() if office else None
        try:
            subscription_actions.subscribe(self._desk, self._person_id, price, self.cohort.chosen or "", day)
        except CampusError as problem:
            self.refuse(problem.message)
            return
        self.accept()
        self.saved.emit(_tr("Subscribed: {name}").format(name=self.prices[price]["name"]))
