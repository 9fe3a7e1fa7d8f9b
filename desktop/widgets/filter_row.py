"""The row above a list: search, up to three filters, count; it gives way to a bar while rows are selected."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedLayout, QWidget

from desktop.widgets.buttons import Button, Kind
from desktop.widgets.combo import Combo
from desktop.widgets.label import Label
from desktop.widgets.text_field import SearchField
from desktop.widgets.theme import theme

MOST_FILTERS = 3
_SHOW_BAR_FROM = 2  # One selected row is only where the cursor stands.

_WIDEST, _WIDEST_LIST = 260, 560


def count_words(count: int, total: int | None = None) -> str:
    """Return "1,204 found" or, with a total, "12 of 1,204"."""
    if total is not None and total != count:
        words = QCoreApplication.translate("FilterRow", "{count} of {total}")
        return words.format(count=f"{count:,}", total=f"{total:,}")
    return QCoreApplication.translate("FilterRow", "{count} in all").format(count=f"{count:,}")


class FilterRow(QWidget):
    """Search field, filters and count; ``changed`` says that a filter has another choice."""

    changed = Signal()

    def __init__(self, placeholder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self.search = SearchField(placeholder)
        self.search.setMinimumWidth(theme().px(220))
        self.search.setMaximumWidth(theme().px(320))
        self._row.addWidget(self.search, 1)
        self._row.addStretch(1)
        self.count = Label("", "small", "muted")
        self._row.addWidget(self.count)
        self.filters: dict[str, Combo] = {}

    def add_filter(self, key: str, name: str, choices: list[tuple[str, str]]) -> Combo:
        """Add a filter whose first choice has the empty id and means all; ValueError beyond three."""
        if len(self.filters) >= MOST_FILTERS:
            message = f"A filter row holds {MOST_FILTERS} filters at most."
            raise ValueError(message)
        combo = Combo(choices, name=name)
        combo.currentIndexChanged.connect(lambda _index: self.changed.emit())
        # One long name must not squeeze the others until nobody can read them; the list itself shows it whole.
        combo.setMaximumWidth(theme().px(_WIDEST))
        combo.view().setMinimumWidth(min(combo.view().sizeHintForColumn(0) + theme().px(24), theme().px(_WIDEST_LIST)))
        self._row.insertWidget(1 + len(self.filters), combo)
        self.filters[key] = combo
        return combo

    def chosen(self) -> dict[str, str]:
        """Return the chosen ids of the filters that are not on "all"."""
        return {key: combo.chosen for key, combo in self.filters.items() if combo.chosen}

    def clear(self) -> None:
        """Empty the search and put every filter on its first choice."""
        self.search.clear()
        for combo in self.filters.values():
            combo.setCurrentIndex(0)

    def set_count(self, count: int, total: int | None = None) -> None:
        """Show how many rows were found."""
        self.count.setText(count_words(count, total))


class SelectionBar(QWidget):
    """How many rows are selected and what can be done with them; ``cleared`` asks to select nothing."""

    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self.words = Label("", "body-strong")
        self._row.addWidget(self.words)
        self._row.addSpacing(8)
        self._row.addStretch(1)
        self._row.addWidget(Button(self.tr("Clear selection"), kind=Kind.QUIET, icon="x", on_click=self.cleared.emit))

    def add_action(self, button: Button) -> Button:
        """Add what can be done with the selected rows."""
        self._row.insertWidget(self._row.count() - 2, button)
        return button

    def set_count(self, count: int, total: int) -> None:
        """Say how many rows are selected."""
        words = self.tr("{count} of {total} selected")
        self.words.setText(words.format(count=f"{count:,}", total=f"{total:,}"))


class ListHead(QWidget):
    """Shows the filter row, or the selection bar while two rows or more are selected."""

    def __init__(self, filters: FilterRow, selection: SelectionBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.filters, self.selection = filters, selection
        self._stack = QStackedLayout(self)
        self._stack.addWidget(filters)
        self._stack.addWidget(selection)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_selected(self, count: int, total: int) -> None:
        """Tell how many of the rows are selected."""
        self.selection.set_count(count, total)
        self._stack.setCurrentWidget(self.selection if count >= _SHOW_BAR_FROM else self.filters)
