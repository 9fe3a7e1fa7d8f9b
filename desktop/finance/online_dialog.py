"""Pay online: choose charges, pay in the system's browser or on a phone, and see here when the money has come."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.finance import online_actions
from desktop.finance.account_store import today_of
from desktop.finance.begun_keys import Beginning
from desktop.finance.mobile_fields import BROWSER, PHONE, CodeField, PhoneFields
from desktop.finance.words import entry_day, method_word
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import Kind, primary, secondary
from desktop.widgets.check import Check
from desktop.widgets.combo import Combo
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.notice import Notice
from desktop.widgets.segmented import Segment, Segmented
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError
from shared.core.money import money_text, plain_amount
from shared.finance.mobile_rules import Step

LOOK_MS, LOOK_AT_PHONE_MS = 5_000, 10_000
_MOST_ROWS = 8


def _tr(words: str) -> str:
    return QCoreApplication.translate("PayOnlineDialog", words)


def open_page(address: str) -> bool:
    """Open a gateway's page in the system's browser; False where that isn't possible."""
    return QUrl(address).scheme() in {"https", "http"} and QDesktopServices.openUrl(QUrl(address))


class PayOnlineDialog(Dialog):
    """``paid`` gives the words of a payment that came."""

    paid = Signal(str)

    def __init__(
        self,
        window: QWidget,
        desk: Desk,
        person_id: str,
        name: str = "",
        *,
        on_phone: bool = False,
        amount: int = 0,
        charge_id: str = "",
    ) -> None:
        hint = _tr("You pay on the gateway's page in the browser, or on a phone. This needs the network.")
        super().__init__(window, _tr("Pay online"), subtitle=name or hint, icon="credit-card", width=520)
        self._desk, self._person_id = desk, person_id
        self._beginning = Beginning(desk, person_id)
        self._payment: dict[str, Any] = {}
        self.currency, self._owed = online_actions.owed(desk, person_id)
        self.checks: list[Check] = []
        self._wants_phone = on_phone
        self._waits_in_browser = False
        self._make_charges(charge_id)
        self.amount = TextField(plain_amount(amount or sum(one.amount for one in self.chosen()), self.currency))
        self.amount_field = Field(_tr("Amount in {currency}").format(currency=self.currency), self.amount)
        self.add(self.amount_field)
        self._make_ways()
        self.state = Label("", "body", "text2", wrap=True)
        self.state.hide()
        self.add(self.state)
        self.code = CodeField(self.send_code)
        self.add(self.code)
        self.notice = Notice()
        self.add(self.notice)
        self._make_foot()
        self._again = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._again.timeout.connect(self.look)
        self._ask_ways()

    def _make_charges(self, only: str) -> None:
        today = today_of(self._desk)
        self._owed.sort(key=lambda one: one.id != only)
        known = any(one.id == only for one in self._owed)
        for one in self._owed[:_MOST_ROWS]:
            due = _tr(", due {day}").format(day=entry_day(one.due_on, today)) if one.due_on else ""
            words = f"{money_text(one.amount, self.currency)} · {one.what}{due}"
            check = Check(words, checked=one.id == only or not known)
            check.toggled.connect(lambda _on: self._sum_up())
            self.checks.append(check)
            self.add(check)
        if not self._owed:
            self.add(Label(_tr("Nothing is owed. What you pay stays as credit."), "small", "muted", wrap=True))

    def _make_ways(self) -> None:
        ways = (
            Segment(BROWSER, _tr("In the browser"), "external-link"),
            Segment(PHONE, _tr("Mobile money"), "phone"),
        )
        self.way = Segmented(ways, name=_tr("How you pay"))
        self.way.chosen_changed.connect(lambda _way: self._show_way())
        self.way.hide()
        self.add(self.way)
        self.gateway = Combo([("", _tr("Asking the server"))], name=_tr("Gateway"))
        self.gateway_field = Field(_tr("Gateway"), self.gateway)
        self.add(self.gateway_field)
        self.phone = PhoneFields(online_actions.phone_of(self._desk, self._person_id))
        self.phone.hide()
        self.add(self.phone)

    def _make_foot(self) -> None:
        self.page_button = self.add_button(secondary(_tr("Open the page again"), "external-link", self.open_again))
        self.page_button.hide()
        self.add_cancel(_tr("Close"))
        self.pay_button = self.add_button(primary(_tr("Pay"), on_click=self.pay))
        self.pay_button.setEnabled(False)
        for key in ("Ctrl+Return", "Ctrl+S"):
            self.on_key(key, self._go_on)

    def chosen(self) -> list[online_actions.Owed]:
        """Return the charges that are to be paid."""
        shown = [one for one, check in zip(self._owed, self.checks, strict=False) if check.isChecked()]
        return [*shown, *self._owed[_MOST_ROWS:]] if len(shown) == len(self.checks) else shown

    def _sum_up(self) -> None:
        self.amount.setText(plain_amount(sum(one.amount for one in self.chosen()), self.currency))

    def _ask_ways(self) -> None:
        run_in_background(
            lambda: online_actions.ways(self._desk, self.currency),
            self._show_ways,
            self._refused,
            self,
            Lane.NETWORK,
        )
        run_in_background(
            lambda: online_actions.networks(self._desk, self.currency),
            self._show_networks,
            self._no_networks,
            self,
            Lane.NETWORK,
        )

    def _show_networks(self, found: list[dict[str, Any]]) -> None:
        self.phone.show_networks(found)
        self.way.setVisible(bool(found))
        if found and self._wants_phone:
            self.way.choose(PHONE)
        self._show_way()

    def _no_networks(self, problem: Exception) -> None:
        # Without the networks the browser is left; why is told where the ways were asked for.
        if not isinstance(problem, CampusError):
            raise problem

    @property
    def on_phone(self) -> bool:
        """Whether a phone is asked."""
        return not self.way.isHidden() and self.way.chosen == PHONE

    def _show_way(self) -> None:
        self.gateway_field.setVisible(not self.on_phone)
        self.phone.setVisible(self.on_phone)
        if not self._payment:
            self.pay_button.setText(_tr("Ask the phone") if self.on_phone else _tr("Pay"))

    def _show_ways(self, found: list[dict[str, Any]]) -> None:
        test = _tr("{gateway}, test mode")
        names = [(one["gateway"], method_word(one["gateway"])) for one in found]
        words = [
            (key, name if one["live"] else test.format(gateway=name))
            for (key, name), one in zip(names, found, strict=True)
        ]
        self.gateway.set_choices(words)
        self.pay_button.setEnabled(bool(found))
        if not found:
            none = _tr("The institute takes no {currency} online. Ask the office how else you can pay.")
            self.notice.say(none.format(currency=self.currency))

    def pay(self) -> None:
        """Begin the payment and open its page."""
        if self.pay_button.busy or not self.pay_button.isEnabled():
            return
        self.amount_field.set_error("")
        self.notice.say("")
        self.phone.show_problem("", "")
        gateway = self.phone.gateway if self.on_phone else self.gateway.chosen or ""
        try:
            asked = online_actions.wanted(self._person_id, gateway, self.amount.text(), self.currency, self.chosen())
        except CampusError as problem:
            self.amount_field.set_error(problem.message)
            return
        if self.on_phone:
            asked = {**asked, "phone": self.phone.given}
        try:
            key = self._beginning.key_for(asked)
        except CampusError as problem:
            self.notice.say(problem.message)
            return
        self.pay_button.set_busy(True)
        run_in_background(
            lambda: online_actions.begin(self._desk, asked, key), self._begun, self._not_begun, self, Lane.NETWORK
        )

    def _not_begun(self, problem: Exception) -> None:
        self._beginning.failed(problem)
        self._refused(problem)

    def _begun(self, payment: dict[str, Any]) -> None:
        self._beginning.answered()
        self.pay_button.set_busy(False)
        self._show(payment)
        if payment["url"] and not open_page(payment["url"]):
            self.notice.say(_tr("No browser opened. Open this address yourself: {url}").format(url=payment["url"]))

    def _go_on(self) -> None:
        """Do what comes next: pay, or go back to the page where a payment waits."""
        (self.open_again if self._waits_in_browser else self.pay)()

    def open_again(self) -> None:
        """Open the gateway's page once more."""
        open_page(str(self._payment.get("url", "")))

    def send_code(self) -> None:
        """Hand on the network's code."""
        if self.code.button.busy:
            return
        self.code.field.set_error("")
        self.code.button.set_busy(True)
        payment_id, code = str(self._payment["id"]), self.code.code.text().strip()
        run_in_background(
            lambda: online_actions.give_code(self._desk, payment_id, code),
            self._code_taken,
            self._code_refused,
            self,
            Lane.NETWORK,
        )

    def _code_taken(self, payment: dict[str, Any]) -> None:
        self.code.button.set_busy(False)
        self.code.code.clear()
        self._show(payment)

    def _code_refused(self, problem: Exception) -> None:
        self.code.button.set_busy(False)
        if not isinstance(problem, CampusError):
            raise problem
        self.code.field.set_error(problem.message)
        self.code.code.setFocus()

    def look(self) -> None:
        """Ask how the payment stands."""
        payment_id = str(self._payment["id"])
        run_in_background(
            lambda: online_actions.ask(self._desk, payment_id), self._show, self._not_told, self, Lane.NETWORK
        )

    def _show(self, payment: dict[str, Any]) -> None:
        self._payment = payment
        words, tone = online_actions.state_words(payment)
        self.state.setText(words)
        self.state.set_tone(tone)
        self.state.show()
        self.page_button.setVisible(bool(payment["url"]))
        asks_code = payment["step"] == Step.CODE
        if asks_code and self.code.isHidden():
            self.code.show()
            self.code.code.setFocus()
        self.code.setVisible(asks_code)
        settled = online_actions.is_settled(payment)
        self.pay_button.setText(_tr("Start again") if payment["state"] != "completed" else _tr("Pay"))
        self.pay_button.setEnabled(online_actions.may_ask_again(payment))
        # Whoever begins anew beside a page that is still open may pay twice.
        waits = self._waits_in_browser = bool(payment["url"]) and not settled
        self.page_button.set_kind(Kind.PRIMARY if waits else Kind.SECONDARY)
        self.pay_button.set_kind(Kind.SECONDARY if waits else Kind.PRIMARY)
        if not settled:
            self._again.start(LOOK_AT_PHONE_MS if payment["channel"] else LOOK_MS)
        elif payment["state"] == "completed":
            self._desk.sync_now()
            self.paid.emit(words)

    def _not_told(self, problem: Exception) -> None:
        if not isinstance(problem, CampusError):
            raise problem
        self.notice.say(problem.message)
        self._again.start()

    def _refused(self, problem: Exception) -> None:
        self.pay_button.set_busy(False)
        if not isinstance(problem, CampusError):
            raise problem
        if self.on_phone and self.phone.show_problem(problem.code, problem.message):
            return
        self.notice.say(problem.message)
