"""The fields of mobile money: which network and phone are asked, and the code that some networks give."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desktop.widgets.buttons import secondary
from desktop.widgets.combo import Combo
from desktop.widgets.field import Field
from desktop.widgets.text_field import TextField

BROWSER, PHONE = "browser", "phone"
_PHONE_FAULTS = {"phone_faulty", "too_many_prompts"}


def _tr(words: str) -> str:
    return QCoreApplication.translate("PayOnlineDialog", words)


class PhoneFields(QWidget):
    """Network and number, side by side."""

    def __init__(self, number: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self.network = Combo(name=_tr("Network"))
        self.number = TextField(number)
        self.number.setMaxLength(40)
        self.network_field = Field(_tr("Network"), self.network)
        self.number_field = Field(_tr("Number of the phone"), self.number, hint=_tr("It isn't kept."))
        row.addWidget(self.network_field, 1, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.number_field, 1, Qt.AlignmentFlag.AlignTop)
        self._gateways: dict[str, str] = {}

    def show_networks(self, found: Sequence[dict[str, Any]]) -> None:
        """Offer the networks."""
        self._gateways = {one["code"]: one["gateway"] for one in found}
        self.network.set_choices([(one["code"], one["name"]) for one in found])

    @property
    def gateway(self) -> str:
        """The gateway that asks the chosen network."""
        return self._gateways.get(self.network.chosen or "", "")

    @property
    def given(self) -> dict[str, str]:
        """What the server is told."""
        return {"number": self.number.text().strip(), "network": self.network.chosen or ""}

    def show_problem(self, code: str, message: str) -> bool:
        """Say at its field what is wrong; False where it is nothing of these."""
        self.number_field.set_error(message if code in _PHONE_FAULTS else "")
        self.network_field.set_error(message if code == "network_unknown" else "")
        if code in _PHONE_FAULTS:
            self.number.setFocus()
        return code in _PHONE_FAULTS | {"network_unknown"}


class CodeField(QWidget):
    """The network's code and the button that sends it."""

    def __init__(self, send: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self.code = TextField()
        self.code.setMaxLength(12)
        self.field = Field(_tr("Code of the network"), self.code)
        self.button = secondary(_tr("Send the code"), "check", send)
        self.code.returnPressed.connect(send)
        row.addWidget(self.field, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignBottom)
        self.hide()
