"""Mobile money for whoever is signed in: the networks to choose from, the phone that is asked, and a network's code."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.finance.gateway import GatewayError, Network, Phone, Stands
from server.finance.gateway_account import accounts_of
from server.finance.online_begin import OnlineDesk, ask_for, away, speaking
from server.finance.online_settling import Begun, keep_begun
from server.messaging.addresses import phone_number
from shared.core.errors import CampusError
from shared.core.text import text
from shared.finance.mobile_rules import CALLING_CODES, Step
from shared.finance.online_commands import BeginOnlinePayment
from shared.finance.online_rules import CURRENCIES_OF, WAITING
from shared.finance.vocabulary import Method, PaymentState

_KEPT = timedelta(hours=1)
_Asked = tuple[str, Method, str, str]


@dataclass(frozen=True)
class _Known:
    at: datetime
    networks: list[Network]


class MobileDesk:
    """Asks for money on phones."""

    def __init__(self, context: Context, desk: OnlineDesk) -> None:
        self._context, self._desk = context, desk
        self._kept: dict[_Asked, _Known] = {}

    def networks(self, known: CurrentSignIn, currency: str) -> list[dict[str, str]]:
        """Return the networks through which an institute takes a currency; asked for at the gateway once an hour.

        Raises CampusError as `away` does.
        """
        found = []
        for gateway, revision in self._gateways(known.actor.organisation_id, currency):
            told = self._networks(known.actor.organisation_id, gateway, revision, currency)
            found += [{"gateway": str(gateway), "code": one.code, "name": one.name} for one in told]
        return found

    def _gateways(self, organisation_id: str, currency: str) -> list[tuple[Method, str]]:
        if currency not in CALLING_CODES:
            return []
        with self._context.database.read() as db:
            accounts = accounts_of(db, organisation_id)
        return [(one.gateway, one.revision) for one in accounts if currency in CURRENCIES_OF[one.gateway]]

    def _networks(self, organisation_id: str, gateway: Method, revision: str, currency: str) -> list[Network]:
        asked, now = (organisation_id, gateway, revision, currency), self._context.clock.now()
        kept = self._kept.get(asked)
        if kept is not None and abs(now - kept.at) < _KEPT:
            return kept.networks
        try:
            with speaking(self._context, organisation_id, gateway) as line:
                networks = line.mobile.networks(currency) if line.mobile is not None else []
        except GatewayError as failure:
            raise away(failure) from failure
        self._kept[asked] = _Known(now, networks)
        return networks

    def begin(
        self, known: CurrentSignIn, key: str | None, wanted: BeginOnlinePayment, number: str, network: str
    ) -> dict[str, Any]:
        """Ask for a payment on a phone; returns it as `OnlineDesk.shown` does.

        Raises CampusError as `OnlineDesk.begin` does, `phone_faulty`, `network_unknown` and `too_many_prompts`.
        """
        phone = phone_number(number, CALLING_CODES.get(wanted.currency, ""))
        if phone is None:
            words = text("This is no phone number. Enter it like 055 123 4987 or +233 55 123 4987.")
            raise CampusError("phone_faulty", words)
        offered = {(one["gateway"], one["code"]) for one in self.networks(known, wanted.currency)}
        if (str(wanted.gateway), network.lower()) not in offered:
            raise CampusError("network_unknown", text("This network isn't offered. Choose one of the list."))
        return self._desk.begin(known, key, wanted, Phone(phone, network.lower()))

    def give_code(self, known: CurrentSignIn, payment_id: str, code: str) -> dict[str, Any]:
        """Hand on the code that the network gave; returns the payment as `OnlineDesk.shown` does.

        Raises CampusError `payment_unknown`, `code_not_asked`, `code_refused`, and as `away` does. An answer that gets
        lost leaves the payment unknown: it is found by asking, and the code isn't sent again.
        """
        row, attempt = self._desk.found(known, payment_id)
        if row[0] not in WAITING or attempt.step != Step.CODE:
            raise CampusError("code_not_asked", text("No code is asked for any more. Look how the payment stands."))
        organisation_id = known.actor.organisation_id
        try:
            with speaking(self._context, organisation_id, attempt.gateway) as line:
                prompted = line.mobile.give_code(attempt.reference, code) if line.mobile else None
            keep_begun(self._context, organisation_id, payment_id, Begun(PaymentState.PENDING, prompted=prompted))
            if prompted is not None and prompted.stands is not Stands.PENDING:
                ask_for(self._context, organisation_id, payment_id)
        except GatewayError as failure:
            self._not_taken(organisation_id, payment_id, failure)
        return self._desk.shown(known, payment_id)

    def _not_taken(self, organisation_id: str, payment_id: str, failure: GatewayError) -> None:
        if failure.code == "refused":
            why = failure.reason or text("it gave no reason")
            raise CampusError("code_refused", text("The network didn't take the code: {why}", why=why)) from failure
        if failure.known:
            raise away(failure) from failure
        keep_begun(self._context, organisation_id, payment_id, Begun(PaymentState.UNKNOWN, said=failure.code))
