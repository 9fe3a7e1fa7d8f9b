"""Sets what a course or one class of it costs: a line for each fee, with its taxes and when it is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.finance import fee_actions
from desktop.finance.account_store import currency_of
from desktop.finance.fee_actions import TypedLine
from desktop.finance.fee_period_fields import FeePeriodFields
from desktop.finance.words import charge_kind_word
from desktop.widgets.asking_dialog import AskingDialog
from desktop.widgets.buttons import Button, icon_button
from desktop.widgets.combo import Combo
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.number_field import NumberField
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError
from shared.core.money import money_text, plain_amount
from shared.finance.fee_rules import structure_total
from shared.finance.vocabulary import ChargeKind
from shared.people.vocabulary import Permission

_MOST_DAYS = 3_650


def _tr(words: str) -> str:
    return QCoreApplication.translate("FeeDialog", words)


class LineFields:
    """The fields of one fee, side by side in a grid."""

    def __init__(self, body: Mapping[str, Any], currency: str) -> None:
        self.name = TextField(str(body.get("name") or ""), name=_tr("Fee"))
        self.kind = Combo([(str(one), charge_kind_word(one)) for one in ChargeKind], name=_tr("Kind"))
        self.kind.choose(str(body.get("kind") or ChargeKind.TUITION))
        amount = plain_amount(body["amount"], currency) if body.get("amount") else ""
        self.amount = TextField(amount, name=_tr("Amount before taxes"))
        self.taxes = TextField(
            fee_actions.taxes_words(body.get("taxes") or ()), placeholder="VAT 15", name=_tr("Taxes, in percent")
        )
        self.days = NumberField(int(body.get("due_days") or 0), most=_MOST_DAYS, name=_tr("Days until it is due"))
        self.remove = icon_button("x", _tr("Remove this fee"))

    @property
    def widgets(self) -> tuple[QWidget, ...]:
        """The fields in the order of the columns."""
        return self.name, self.kind, self.amount, self.taxes, self.days, self.remove

    def typed(self) -> TypedLine:
        """Return what was typed."""
        kind = self.kind.chosen or str(ChargeKind.TUITION)
        return TypedLine(self.name.text(), kind, self.amount.text(), self.taxes.text(), self.days.value or 0)


class FeeDialog(AskingDialog):
    """``saved`` gives the words of what was done."""

    needs = (Permission.FINANCE_MANAGE,)

    def __init__(self, window: QWidget, desk: Desk, shown: Mapping[str, Any] | None = None) -> None:
        title = _tr("Add fees") if shown is None else _tr("Fees of {name}").format(name=shown["name"])
        super().__init__(window, title, icon="coins", width=860)
        self._desk, self._shown = desk, shown
        body = shown or {}
        self._currency = str(body.get("currency") or currency_of(desk))
        self.place = Combo(fee_actions.place_choices(desk), name=_tr("For"))
        if shown is None:
            self.add(Field(_tr("For"), self.place))
        else:
            kind = "cohort" if shown.get("cohort_id") else "course"
            self.place.choose(f"{kind}:{shown.get(f'{kind}_id')}")
            self.add(Label(fee_actions.place_words(desk, shown), "body", "text2"))
        self.name = TextField(str(body.get("name") or ""))
        self.name.setMaxLength(200)
        self.name_field = Field(_tr("Name"), self.name)
        self.add(self.name_field)
        self._make_lines(body)
        self.by_period = FeePeriodFields(body.get("by_period"))
        self.add(self.by_period)
        self.end_with(_tr("Save fees"))

    def _make_lines(self, body: Mapping[str, Any]) -> None:
        self.lines: list[LineFields] = []
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(8)
        self.grid.setVerticalSpacing(6)
        amount = _tr("Amount in {currency}").format(currency=self._currency)
        heads = (_tr("Fee"), _tr("Kind"), amount, _tr("Taxes in percent"), _tr("Due after days"))
        for place, words in enumerate(heads):
            self.grid.addWidget(Label(words, "small-medium", "text2"), 0, place)
        for place, share in enumerate((4, 2, 2, 3, 1)):
            self.grid.setColumnStretch(place, share)
        column.addLayout(self.grid)
        self.more = Button(_tr("Add a fee"), icon="plus", small=True, on_click=lambda: self.add_line({}))
        column.addWidget(self.more)
        self.add(content)
        given: Sequence[Mapping[str, Any]] = body.get("lines") or ({},)
        for line in given:
            self.add_line(line)

    def add_line(self, body: Mapping[str, Any]) -> LineFields:
        """Add the fields of one more fee."""
        line = LineFields(body, self._currency)
        row = self.grid.rowCount()
        for place, widget in enumerate(line.widgets):
            self.grid.addWidget(widget, row, place)
        line.remove.clicked.connect(lambda: self.remove_line(line))
        self.lines.append(line)
        return line

    def remove_line(self, line: LineFields) -> None:
        """Take the fields of a fee away."""
        self.lines.remove(line)
        for widget in line.widgets:
            self.grid.removeWidget(widget)
            widget.deleteLater()

    def save(self) -> None:
        """Save the fees, or say what is amiss."""
        self.refusal.hide()
        typed = [line.typed() for line in self.lines if line.name.text().strip() or line.amount.text().strip()]
        try:
            place, periods = self.place.chosen or "", self.by_period.value
            fee_actions.save(self._desk, place, self.name.text(), typed, shown=self._shown, by_period=periods)
        except CampusError as problem:
            self.refuse(problem.message)
            return
        self.accept()
        self.saved.emit(_tr("Fees saved: {name}").format(name=self.name.text().strip()))


def total_words(body: Mapping[str, Any]) -> str:
    """Return what a course costs in all, with taxes."""
    return money_text(structure_total(body), str(body["currency"]))
