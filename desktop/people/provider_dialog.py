"""The dialog of one identity provider: where it is, who we are there, and what its word counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.widgets.buttons import primary
from desktop.widgets.check import Check
from desktop.widgets.combo import Combo
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.layouts import show_part
from desktop.widgets.text_field import PasswordField, TextField

Body = Mapping[str, Any]
_ISSUERS = {"google": ("Google", "https://accounts.google.com"),
            "microsoft": ("Microsoft", "https://login.microsoftonline.com/your-tenant-id/v2.0")}  # fmt: skip


class ProviderDialog(Dialog):
    """``wanted`` gives the id and what was filled in; a secret that isn't typed stays as it is."""

    wanted = Signal(str, object)

    def __init__(self, window: QWidget, present: Body | None, ids: Callable[[], str]) -> None:
        super().__init__(window, self.tr("Identity provider"), icon="external-link", width=560)
        self._id = str(present["id"]) if present else ids()
        self._present = present
        self.kind = Combo([("", self.tr("Another provider")), ("google", "Google"), ("microsoft", "Microsoft")])
        self.kind.activated.connect(lambda _index: self._fill())
        self.fields = {
            "name": Field(self.tr("Name on the button"), TextField()),
            "issuer": Field(self.tr("Issuer"), TextField(), hint=self.tr("The address begins with https.")),
            "client_id": Field(self.tr("Client id"), TextField()),
            "client_secret": Field(
                self.tr("Client secret"), PasswordField(), hint=self.tr("Sealed at the server and never shown again.")
            ),
            "domains": Field(
                self.tr("Mail domains"), TextField(), optional=True,
                hint=self.tr("Separated by commas. Staff are found by address only where domains are named."),
            ),
        }  # fmt: skip
        self.add(self._make_grid(present is None))
        self.checks = {
            "link_by_email": Check(self.tr("Link people by their verified mail address")),
            "make_students": Check(self.tr("Make students of people nobody knows, where registration is on")),
            "trust_factor": Check(self.tr("Trust it with the second factor where it says that it asked for one")),
            "on": Check(self.tr("Offer it before signing in"), checked=True),
        }
        for check in self.checks.values():
            self.add(check)
        words = self.tr("At the provider, register a desktop application that returns to http://127.0.0.1 at any port.")
        self.add(Label(words, "small", "muted", wrap=True))
        self._show_present()
        self.add_cancel()
        self.save_button = self.add_button(primary(self.tr("Save"), on_click=self.save))
        self.on_key("Ctrl+S", self.save)

    def _make_grid(self, is_new: bool) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(10)
        self.kind_field = Field(self.tr("Provider"), self.kind)
        show_part(self.kind_field, is_new)
        grid.addWidget(self.fields["name"], 0, 0, 1, 1 if is_new else 2)
        grid.addWidget(self.kind_field, 0, 1)
        grid.addWidget(self.fields["issuer"], 1, 0, 1, 2)
        grid.addWidget(self.fields["client_id"], 2, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.fields["client_secret"], 2, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.fields["domains"], 3, 0, 1, 2)
        return grid

    def line(self, name: str) -> TextField:
        """Return the control of a field."""
        control = self.fields[name].control
        assert isinstance(control, TextField)  # noqa: S101 - made above
        return control

    def _show_present(self) -> None:
        if self._present is None:
            return
        for name in ("name", "issuer", "client_id"):
            self.line(name).setText(str(self._present[name]))
        self.line("domains").setText(", ".join(self._present["domains"]))
        for name in ("link_by_email", "make_students", "trust_factor"):
            self.checks[name].setChecked(bool(self._present[name]))
        self.checks["on"].setChecked(self._present["state"] == "on")

    def _fill(self) -> None:
        known = _ISSUERS.get(self.kind.chosen or "")
        if known is not None:
            self.line("name").setText(known[0])
            self.line("issuer").setText(known[1])

    def save(self) -> None:
        """Check that the needed fields hold something, then give them on."""
        needed = {
            "name": self.tr("Enter what the button says."),
            "issuer": self.tr("Enter the provider's address."),
            "client_id": self.tr("Enter the client id."),
        }
        missing = [name for name in needed if not self.line(name).text().strip()]
        for name, sentence in needed.items():
            self.fields[name].set_error(sentence if name in missing else "")
        if missing:
            return
        body: dict[str, Any] = {name: self.line(name).text().strip() for name in needed}
        domains = [part.strip() for part in self.line("domains").text().split(",")]
        body["domains"] = [part for part in domains if part]
        body |= {name: check.isChecked() for name, check in self.checks.items()}
        secret = self.line("client_secret").text()
        if secret or self._present is None:
            body["client_secret"] = secret
        self.accept()
        self.wanted.emit(self._id, body)
