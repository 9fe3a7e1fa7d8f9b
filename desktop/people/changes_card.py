"""What was changed about a person on this computer, and whether the server has it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.core.receipts import ReceiptLine
from desktop.people.store import own_changes
from desktop.widgets.card import Card
from desktop.widgets.date_field import format_date
from desktop.widgets.label import Label
from desktop.widgets.list_row import RowContent, RowList
from shared.core.clock import parse_instant

_MOST = 6
_ENDS = {
    "applied": ("circle-check", "ok"),
    "agreed": ("circle-check", "ok"),
    "conflict": ("git-compare-arrows", "bad"),
    "held": ("clock", "warn"),
    "rejected": ("circle-alert", "bad"),
}


class ChangesCard(Card):
    """The latest six lines of the receipt about one person; hidden while there are none."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent, padded=False)
        self._desk = desk
        self.setAccessibleName(self.tr("Changes made here"))
        title = Label(self.tr("Changes made on this computer"), "section")
        title.setContentsMargins(15, 10, 15, 8)
        self.add(title)
        self.rows = RowList(name=self.tr("Changes made here"))
        self.rows.pressed.connect(lambda _id: desk.open("shell.sync"))
        self.add(self.rows)

    def show_person(self, person_id: str) -> None:
        """Show the changes of someone."""
        lines = own_changes(self._desk.store, person_id)[:_MOST]
        self.setVisible(bool(lines))
        self.rows.set_rows([self._row(line) for line in lines])

    def _row(self, line: ReceiptLine) -> RowContent:
        sign, tone = _ENDS.get(line.verdict or "", ("hard-drive", "info"))
        made = parse_instant(line.made_at)
        when = self.tr("{date}, {time}").format(date=format_date(made.date()), time=f"{made:%H:%M}")
        by = self.tr("{when} · {name}").format(when=when, name=self._desk.actor.name)
        return RowContent(line.command_id, line.title, f"{by} · {line.sentence}", icon=sign, tone=tone)
