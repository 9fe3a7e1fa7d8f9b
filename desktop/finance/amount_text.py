"""A line for an amount of money that says itself what stands in it and is none."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError
from shared.core.money import parse_amount


class AmountText(TextField):
    """Takes `1500`, `1,500.50`, `GHS 1,500.00`; a form does nothing while something else stands in it."""

    def __init__(
        self, currency: str, text: str = "", *, sized: str = "", name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(text, sized=sized, name=name, parent=parent)
        self.currency = currency

    @property
    def value(self) -> int | None:
        """The amount in minor units, 0 for an empty line, None where it is none."""
        try:
            return self._parse()
        except CampusError:
            return None

    @property
    def unread_words(self) -> str:
        """The sentence for what is no amount."""
        try:
            self._parse()
        except CampusError as problem:
            return problem.message
        return ""

    def _parse(self) -> int:
        typed = self.text().strip()
        return parse_amount(typed, self.currency) if typed else 0
