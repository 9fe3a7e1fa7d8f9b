"""The fields that say whether fees are charged once or with each period, and how long a period of them is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.finance.subscription_dialogs import period_choices
from desktop.timetable.session_form import side_by_side
from desktop.widgets.check import Check
from desktop.widgets.combo import Combo
from desktop.widgets.field import Field
from desktop.widgets.number_field import NumberField
from shared.finance.fee_periods import FIRST
from shared.finance.subscription_prices import MOST_DAYS
from shared.finance.subscription_vocabulary import Period

_ONCE = ""


def _tr(words: str) -> str:
    return QCoreApplication.translate("FeePeriodFields", words)


class FeePeriodFields(QWidget):
    """How often fees are charged; `value` is empty where that is once."""

    def __init__(self, said: Mapping[str, Any] | None) -> None:
        super().__init__()
        body = {**FIRST, **(said or {})}
        self.often = Combo([(_ONCE, _tr("Once, with the enrolment")), *period_choices()], name=_tr("Charged"))
        self.often.choose(str(body["period"]) if said else _ONCE)
        self.days, self.trial, self.grace, self.warn = (
            NumberField(int(body[name]), most=MOST_DAYS, name=words)
            for name, words in (
                ("days", _tr("Days of a period")),
                ("trial_days", _tr("Days to try")),
                ("grace_days", _tr("Days of grace")),
                ("warn_days", _tr("Told before, days")),
            )
        )
        self.missed = Check(_tr("Charge periods that passed unseen"), checked=bool(body["charge_missed"]))
        self._lay_out()
        self.often.currentIndexChanged.connect(lambda _at: self._show())
        self._show()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        self.days_field = Field(_tr("Days of a period"), self.days)
        column.addLayout(side_by_side((Field(_tr("Charged"), self.often), 2), (self.days_field, 1)))
        trial, grace = Field(_tr("Days to try"), self.trial), Field(_tr("Days of grace"), self.grace)
        self.more = QWidget()
        line = side_by_side((trial, 1), (grace, 1), (Field(_tr("Told before, days"), self.warn), 1))
        line.setContentsMargins(0, 0, 0, 0)
        self.more.setLayout(line)
        column.addWidget(self.more)
        column.addWidget(self.missed)

    def _show(self) -> None:
        again = self.often.chosen != _ONCE
        self.days_field.setVisible(self.often.chosen == Period.DAYS)
        self.more.setVisible(again)
        self.missed.setVisible(again)

    @property
    def value(self) -> dict[str, Any]:
        """What was chosen, as fees keep it."""
        if self.often.chosen in (None, _ONCE):
            return {}
        return {
            "period": str(self.often.chosen),
            "days": (self.days.value or 0) if self.often.chosen == Period.DAYS else 0,
            "trial_days": self.trial.value or 0,
            "grace_days": self.grace.value or 0,
            "warn_days": self.warn.value or 0,
            "charge_missed": self.missed.isChecked(),
        }
