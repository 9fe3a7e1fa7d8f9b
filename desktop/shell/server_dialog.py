"""Choosing the server: its address, the fingerprint that two people compare on two screens, and the institute."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop.core.settings import Server
from desktop.shell.gate import Gate
from desktop.shell.server_contact import Contact
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import Button, Kind
from desktop.widgets.card import Well
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError

_ADDRESS, _COMPARE, _INSTITUTE = range(3)


class ServerDialog(Dialog):
    """Asks in up to three steps; ``chosen`` gives the server with its institute. Known servers need no comparing."""

    chosen = Signal(object)

    def __init__(self, window: QWidget, gate: Gate, present: Server | None, known: tuple[Server, ...] = ()) -> None:
        super().__init__(window, self.tr("Change server"), icon="server", width=520)
        self._gate, self._known = gate, known
        self._contact: Contact | None = None
        self._steps = QStackedWidget()
        self._steps.addWidget(self._make_address(present))
        self._steps.addWidget(self._make_compare())
        self._steps.addWidget(self._make_institute(present))
        self.add(self._steps)
        self.add_cancel()
        self.button = self.add_button(Button(self.tr("Connect"), kind=Kind.PRIMARY, on_click=self._next))
        self.on_key("Return", self._next)
        self.on_key("Enter", self._next)

    # ------------------------------------------------------------------------------------------------------ steps

    def _make_address(self, present: Server | None) -> QWidget:
        page, column = _page()
        self.address = TextField(present.url if present else "", placeholder="https://office.example.org:8620")
        self.address_field = Field(
            self.tr("Address of the server"),
            self.address,
            hint=self.tr("As the office gave it, or the words of its QR code: scan them with a reader, or paste them."),
        )
        column.addWidget(self.address_field)
        column.addStretch(1)
        return page

    def _make_compare(self) -> QWidget:
        page, column = _page()
        column.addWidget(
            Label(
                self.tr("This computer meets this server for the first time. Compare these groups with the ones on the"
                        " server's screen; someone at the office reads them to you."),
                wrap=True,
            )
        )  # fmt: skip
        self.groups = Label("", "title")
        self.groups.setAccessibleName(self.tr("Fingerprint"))
        column.addWidget(self.groups)
        self.warning = Well(
            "lock", self.tr("If one group differs, cancel: another machine may be answering in its place."), "warn"
        )
        column.addWidget(self.warning)
        column.addStretch(1)
        return page

    def _make_institute(self, present: Server | None) -> QWidget:
        page, column = _page()
        self.slug = TextField(present.organisation if present else "")
        self.slug_field = Field(
            self.tr("Short name of your institute"), self.slug, hint=self.tr("The office knows it, such as km-media.")
        )
        column.addWidget(self.slug_field)
        column.addStretch(1)
        return page

    # ------------------------------------------------------------------------------------------------------ moving

    def _next(self) -> None:
        if self.button.busy:
            return
        step = self._steps.currentIndex()
        if step == _ADDRESS:
            self._meet()
        elif step == _COMPARE:
            self._show(_INSTITUTE)
        else:
            self._find_institute()

    def _meet(self) -> None:
        typed = self.address.text()
        self.address_field.set_error("")
        if not typed.strip():
            self.address_field.set_error(self.tr("Enter the address of the server."))
            return
        self.button.set_busy(True)
        run_in_background(lambda: self._gate.meet(typed), self._met, self._address_failed, self, Lane.NETWORK)

    def _met(self, contact: Contact) -> None:
        self.button.set_busy(False)
        known = next((one for one in self._known if one.url == contact.url and one.pin), None)
        if known is not None and contact.office is not None and known.pin != contact.office.pin:
            self.address_field.set_error(
                self.tr("This server shows another certificate than before, so nothing was sent to it. Ask the"
                        " administrator: another machine may be answering in its place."))  # fmt: skip
            return
        self._contact = contact
        if contact.institute:
            self.slug.setText(contact.institute)
        self.groups.setText("\n".join(contact.groups))
        trusted = contact.office is None or contact.compared or known is not None
        self._show(_INSTITUTE if trusted else _COMPARE)

    def _address_failed(self, problem: Exception) -> None:
        self.button.set_busy(False)
        self.address_field.set_error(_sentence(problem))
        self.address.setFocus()
        self.address.selectAll()

    def _find_institute(self) -> None:
        if self._contact is None:
            return
        slug = self.slug.text().strip().lower()
        if not slug:
            self.slug_field.set_error(self.tr("Enter the short name of your institute."))
            return
        self.button.set_busy(True)
        server = self._contact.server()
        run_in_background(
            lambda: self._gate.institute(server, slug), self._found, self._slug_failed, self, Lane.NETWORK
        )

    def _found(self, server: Server) -> None:
        self.button.set_busy(False)
        self.chosen.emit(server)
        self.accept()

    def _slug_failed(self, problem: Exception) -> None:
        self.button.set_busy(False)
        self.slug_field.set_error(_sentence(problem))
        self.slug.setFocus()
        self.slug.selectAll()

    def _show(self, step: int) -> None:
        words = {_COMPARE: self.tr("They are the same"), _INSTITUTE: self.tr("Use this server")}
        self._steps.setCurrentIndex(step)
        self.button.setText(words.get(step, self.tr("Connect")))
        self.button.updateGeometry()
        (self.slug if step == _INSTITUTE else self.button).setFocus()


def _sentence(problem: Exception) -> str:
    if isinstance(problem, CampusError):
        return problem.message
    raise problem


def _page() -> tuple[QWidget, QVBoxLayout]:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(14)
    return page, column
