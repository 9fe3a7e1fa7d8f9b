"""Files on their way on the sync page: what is sent or fetched, how far it is, and what the server didn't take."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.file_queue import REFUSED, Transfer
from desktop.widgets.buttons import Button
from desktop.widgets.card import Card
from desktop.widgets.hand_over import handed_over
from desktop.widgets.label import ElidedLabel, IconLabel, Label

if TYPE_CHECKING:
    from desktop.core.file_transfer import FileTransfer, Moved

MOST_SHOWN = 6
_HUNDRED = 100


class FilesCard(Card):
    """Hidden while nothing is on its way. The first six are shown, those that need somebody before all others."""

    def __init__(self, files: FileTransfer | None) -> None:
        super().__init__(self.tr("Files on their way"))
        self._files = files
        self._done: dict[tuple[str, str], int] = {}
        self.rows: dict[str, _Row] = {}
        self._list = QVBoxLayout()
        self._list.setSpacing(10)
        self.add(self._list)
        self.rest = Label("", "small", "muted")
        self.add(self.rest)
        if files is not None:
            stop = files.subscribe(handed_over(self, self._take))
            self.destroyed.connect(lambda _gone: stop())
        self.refresh()

    def refresh(self) -> None:
        """Read anew what waits."""
        found = self._files.waiting() if self._files is not None else []
        found.sort(key=lambda one: one.state != REFUSED)
        shown = {one.key: one for one in found[:MOST_SHOWN]}
        for key in [one for one in self.rows if one not in shown]:
            row = self.rows.pop(key)
            row.hide()
            row.deleteLater()
        for place, (key, transfer) in enumerate(shown.items()):
            if key not in self.rows:
                self.rows[key] = _Row(self)
            self._list.insertWidget(place, self.rows[key])
            self.rows[key].show_transfer(transfer, self._done.get((transfer.direction, transfer.sha256), 0))
        more = len(found) - len(shown)
        self.rest.setText(self.tr("and {count:,} more").format(count=more))
        self.rest.setVisible(more > 0)
        self.setVisible(bool(found))

    def _take(self, moved: Moved) -> None:
        place = (moved.direction, moved.sha256)
        if moved.ended:
            self._done.pop(place, None)
            self.refresh()
            return
        self._done[place] = moved.done
        for row in self.rows.values():
            if row.transfer is not None and (row.transfer.direction, row.transfer.sha256) == place:
                row.show_transfer(row.transfer, moved.done)

    def retry(self, transfer: Transfer) -> None:
        """Try a refused file again."""
        if self._files is not None:
            self._files.retry(transfer.direction, transfer.sha256)
        self.refresh()

    def dismiss(self, transfer: Transfer) -> None:
        """Take a refused file off the list; here and at the server it stays as it is."""
        if self._files is not None:
            self._files.dismiss(transfer.direction, transfer.sha256)
        self.refresh()


class _Row(QWidget):
    """One file: what becomes of it, its size and how far it is, or why it wasn't taken with what to do."""

    def __init__(self, card: FilesCard) -> None:
        super().__init__(card)
        self._card = card
        self.transfer: Transfer | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        self.icon = IconLabel("cloud-upload", "info")
        row.addWidget(self.icon)
        column = QVBoxLayout()
        column.setSpacing(2)
        self.title = ElidedLabel("", "body-medium")
        self.words = Label("", "small", "muted", wrap=True)
        column.addWidget(self.title)
        column.addWidget(self.words)
        row.addLayout(column, 1)
        self.again = Button(self.tr("Try again"), small=True, on_click=lambda: self._do(card.retry), parent=self)
        self.off = Button(self.tr("Take off the list"), small=True, on_click=lambda: self._do(card.dismiss),
                          parent=self)  # fmt: skip
        row.addWidget(self.again)
        row.addWidget(self.off)

    def _do(self, act: Callable[[Transfer], object]) -> None:
        if self.transfer is not None:
            act(self.transfer)

    def show_transfer(self, transfer: Transfer, done: int) -> None:
        """Show a file of which `done` bytes have moved."""
        self.transfer = transfer
        refused = transfer.state == REFUSED
        up = transfer.direction == "up"
        way = "cloud-upload" if up else "download"
        self.icon.set_icon("circle-alert" if refused else way, "bad" if refused else "info")
        self.title.setText(transfer.title)
        self.words.setText(transfer.sentence if refused else self._progress(transfer, done))
        self.again.setVisible(refused)
        self.off.setVisible(refused)

    def _progress(self, transfer: Transfer, done: int) -> str:
        size = self.tr("{count:.1f} MB").format(count=transfer.size / 1_000_000)
        if not done or not transfer.size:
            return self.tr("{size} · waits").format(size=size)
        percent = min(_HUNDRED, done * _HUNDRED // transfer.size)
        return self.tr("{size} · {percent} %").format(size=size, percent=percent)
