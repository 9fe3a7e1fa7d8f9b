"""How another computer is set up for this server: by scanning, by typing, by command, or by a file."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.set_up import FILE_NAME, code_of, file_text
from desktop.core.settings import Server
from desktop.shell.qr_view import QrView
from desktop.widgets.announce import announce
from desktop.widgets.buttons import Button, secondary
from desktop.widgets.card import Well
from desktop.widgets.dialog import Dialog
from desktop.widgets.label import Label

_GROUP = 4
_PER_LINE = 8


def groups_of(pin: str) -> str:
    """Return a fingerprint in groups of four, eight in a line, as people compare and type it."""
    groups = [pin[at : at + _GROUP].upper() for at in range(0, len(pin), _GROUP)]
    return "\n".join(" ".join(groups[at : at + _PER_LINE]) for at in range(0, len(groups), _PER_LINE))


class SetUpDialog(Dialog):
    """Shows the code, what it says, and copies the command or the file."""

    def __init__(self, window: QWidget, server: Server) -> None:
        super().__init__(window, self.tr("Set up a computer"), icon="monitor", width=620)
        self.code = code_of(server.url, server.pin, server.organisation)
        self.command = f"campusdesk --server {server.url}"
        self.command += f" --fingerprint {server.pin.upper()}" if server.pin else ""
        self.command += f" --institute {server.organisation}" if server.organisation else ""
        self.file = file_text(server.url, server.pin, server.organisation)
        row = QHBoxLayout()
        row.setSpacing(20)
        self.qr = QrView(self.code)
        row.addWidget(self.qr, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(self._make_words(server), 1)
        self.add(row)
        files = self.tr("For many computers: put a file named {name} into the system's folder for Campusdesk. The guide"
                        " for operations names it for each system.").format(name=FILE_NAME)  # fmt: skip
        self.add(Well("info", files))
        self.copy_command = self.add_button(secondary(self.tr("Copy the command"), on_click=self._copy_command))
        self.copy_file = self.add_button(secondary(self.tr("Copy the file"), on_click=self._copy_file))
        self.close_words = self.add_button(Button(self.tr("Close"), on_click=self.reject))

    def _make_words(self, server: Server) -> QVBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(6)
        scan = self.tr("On the new computer choose Change server, put the cursor into the address and scan this code"
                       " with a reader. Or type:")  # fmt: skip
        words.addWidget(Label(scan, wrap=True))
        parts = [(self.tr("Address"), server.url), (self.tr("Institute"), server.organisation)]
        if server.pin:
            parts.insert(1, (self.tr("Fingerprint"), groups_of(server.pin)))
        for name, value in parts:
            words.addWidget(Label(name, "small-medium", "text2"))
            label = Label(value, "body-medium", wrap=True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            words.addWidget(label)
        words.addStretch(1)
        return words

    def _copy_command(self) -> None:
        QGuiApplication.clipboard().setText(self.command)
        self._say_copied(self.copy_command)

    def _copy_file(self) -> None:
        QGuiApplication.clipboard().setText(self.file)
        self._say_copied(self.copy_file)

    def _say_copied(self, button: Button) -> None:
        button.setText(self.tr("Copied"))
        button.set_icon_name("check")
        announce(self, self.tr("Copied"))
