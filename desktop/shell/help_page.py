"""Help: all keys, what the states of saving mean, and the keys of one page as a dialog."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from desktop.shell.page import offered
from desktop.shell.window_keys import window_keys
from desktop.widgets.buttons import Button, Kind
from desktop.widgets.card import Card
from desktop.widgets.dialog import Dialog
from desktop.widgets.key_cap import KeyCap
from desktop.widgets.label import IconText, Label
from desktop.widgets.layouts import PageHead, ScrollColumn

Keys = Sequence[tuple[str, str]]


def _words(text: str) -> str:
    return QCoreApplication.translate("HelpPage", text)


def list_keys() -> list[tuple[str, str]]:
    """Return the keys of every list."""
    return [
        (_words("Up, Down, Home, End"), _words("Move; typing letters jumps to a name")),
        (_words("Enter, Space"), _words("Open, select")),
        ("Ctrl A, Ctrl C", _words("Select all, copy with heads")),
    ]


def roll_keys() -> list[tuple[str, str]]:
    """Return the keys of the register."""
    return [
        (_words("Arrows"), _words("Move")),
        ("P, L, A, E", _words("Present, late, absent, excused, then move on")),
        (_words("0 to 9 after L"), _words("Minutes late")),
        ("Backspace", _words("Clear the mark, move back")),
        ("N", _words("Note")),
        ("Ctrl Shift P", _words("Mark the rest present")),
        ("Ctrl Enter", _words("Finish the register")),
    ]


def keys_grid(keys: Keys) -> QGridLayout:
    """Return keys and what they do, below each other."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(8)
    grid.setColumnStretch(1, 1)
    for row, (key, what) in enumerate(keys):
        caps = QHBoxLayout()
        caps.setSpacing(6)
        for part in key.split(", "):
            caps.addWidget(KeyCap(part))
        caps.addStretch(1)
        grid.addLayout(caps, row, 0)
        grid.addWidget(Label(what, wrap=True), row, 1)
    return grid


class HelpPage(ScrollColumn):
    """The page "Help and keys"."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(most=760, parent=parent)
        self.setWindowTitle(self.tr("Help and keys"))
        self.body.addWidget(
            PageHead(
                self.tr("Help and keys"),
                self.tr("Every task can be done without a mouse. F1 shows the keys of the page you are on."),
            )
        )
        self._add(self.tr("Everywhere"), window_keys())
        self._add(self.tr("Lists"), list_keys())
        self._add(self.tr("Register"), roll_keys())
        card = Card(self.tr("What the pill at the top says"))
        for icon, words, tone in (
            ("circle-check", self.tr("Up to date: everything you saved is on the server."), "ok"),
            ("refresh-cw", self.tr("Sending: saved on this computer, on its way to the server."), "info"),
            ("cloud-off", self.tr("Offline: saved on this computer. Go on working; it is sent later."), "warn"),
            ("git-compare-arrows", self.tr("Needs a decision: two versions. Both are kept."), "bad"),
        ):
            card.add(IconText(icon, words, tone, step="body", text_tone="text"))
        self.body.addWidget(card)
        self.body.addStretch(1)

    def _add(self, title: str, keys: Keys) -> None:
        card = Card(title)
        card.add(keys_grid(keys))
        self.body.addWidget(card)


class KeysDialog(Dialog):
    """The keys of one page, as F1 shows them."""

    needs = ()

    def __init__(self, window: QWidget, title: str, page: QWidget | None) -> None:
        super().__init__(window, self.tr("Keys of this page"), subtitle=title, icon="circle-help", width=560)
        own = offered(page, "page_keys")
        keys = list(own()) if own else []
        if keys:
            self.add(keys_grid(keys))
            self.add(Label(self.tr("Everywhere"), "section"))
        self.add(keys_grid(window_keys()))
        self.add_button(Button(self.tr("Close"), kind=Kind.SECONDARY, on_click=self.reject))
