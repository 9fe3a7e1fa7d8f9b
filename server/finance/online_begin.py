"""Begins payments at their gateways: kept first, then the call outside of any transaction, then what came of it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db
from server.core.submission import Submission, Wish
from server.finance.gateway import Gateway, GatewayError, PaymentTold, Phone, Stands, Start
from server.finance.gateway_account import Account, account_of, gateway_of, is_open, told
from server.finance.gateway_claims import claim_of
from server.finance.online_service import not_for_others
from server.finance.online_settling import Attempt, Begun, attempt_of, keep_begun, settle
from shared.core.clock import instant_text, parse_instant
from shared.core.errors import CampusError
from shared.core.text import text
from shared.finance.mobile_rules import ASK_AGAIN, UNANSWERED
from shared.finance.online_commands import BeginOnlinePayment
from shared.finance.online_rules import AT_ONCE, WAITING, problem_text
from shared.finance.permissions import may_begin_online as may_begin
from shared.finance.permissions import may_see_account
from shared.finance.vocabulary import Method, PaymentState

_log = logging.getLogger(__name__)
RETURN = "/api/v1/payment-return"
_EMAIL = "SELECT email FROM person WHERE organisation_id = :o AND id = :p"
_TITLE = "SELECT name FROM organisation WHERE id = :organisation_id"
_PAYMENT = """
SELECT state, amount, currency, person_id, reference, receipt_number, metadata FROM payment
WHERE organisation_id = :o AND id = :id
"""


class OnlineDesk:
    """Begins payments and asks about them, for whoever is signed in."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._submission = Submission(context.door, context.clock, context.new_id)

    def begin(
        self, known: CurrentSignIn, key: str | None, wanted: BeginOnlinePayment, phone: Phone | None = None
    ) -> dict[str, Any]:
        """Begin a payment, or go on with the one of the same key; returns it as `shown` does.

        With a phone the gateway asks for the money there. Its number is handed on, and not kept.

        Raises CampusError for what the rules refuse, `email_needed`, `gateway_in_test`, and `gateway_refused` where the
        gateway did.
        """
        organisation_id = known.actor.organisation_id
        if not may_begin(known.actor, wanted.person_id):
            raise CampusError("not_allowed", not_for_others())
        with self._context.database.read() as db:
            self._address(db, organisation_id, wanted.person_id, wanted.gateway)
            self._check_live(account_of(db, organisation_id, Method(wanted.gateway)))
        target = self._submission.command_id(known, key) if key else self._submission.new_id()
        payload = wanted.model_dump(mode="json")
        self._submission.put(known, key, Wish("BeginOnlinePayment", target, payload))
        self._start(organisation_id, target, phone)
        return self.shown(known, target)

    def _check_live(self, account: Account | None) -> None:
        """Anybody pays with a test card that is printed in the gateway's manual: that must settle no fee."""
        if account is not None and account.sealed and not is_open(account, self._context.settings):
            words = text("Online payment isn't open yet: the institute's account at the gateway is in test mode.")
            raise CampusError("gateway_in_test", words)

    def shown(self, known: CurrentSignIn, payment_id: str) -> dict[str, Any]:
        """Return where a payment stands, with the address to pay at while it waits. Raises `payment_unknown`."""
        organisation_id = known.actor.organisation_id
        with self._context.database.read() as db:
            row, attempt = self._found(db, known, payment_id)
            account = account_of(db, organisation_id, attempt.gateway)
        waits = row[0] in WAITING
        return {
            "id": payment_id,
            "state": row[0],
            "amount": row[1],
            "currency": row[2],
            "reference": row[4],
            "gateway": str(attempt.gateway),
            "live": attempt.live,
            "url": attempt.url if waits else "",
            "receipt_number": row[5],
            "problem": problem_text(attempt.problem),
            "gateway_problem": account.problem if account else "",
            "channel": attempt.channel,
            "step": attempt.step if waits else "",
            "phone_end": attempt.phone_end,
            "said": attempt.said,
        }

    def ask(self, known: CurrentSignIn, payment_id: str) -> dict[str, Any]:
        """Ask the gateway how a payment stands, now; returns it as `shown` does."""
        row, attempt = self.found(known, payment_id)
        if row[0] in WAITING and not _asked_just_now(self._context, attempt):
            try:
                ask_for(self._context, known.actor.organisation_id, payment_id)
            except GatewayError as failure:
                raise away(failure) from failure
        return self.shown(known, payment_id)

    def found(self, known: CurrentSignIn, payment_id: str) -> tuple[Any, Attempt]:
        """Return a payment's row and how it goes on at its gateway. Raises `payment_unknown`."""
        with self._context.database.read() as db:
            return self._found(db, known, payment_id)

    def _found(self, db: Db, known: CurrentSignIn, payment_id: str) -> tuple[Any, Attempt]:
        row = db.one(_PAYMENT, o=known.actor.organisation_id, id=payment_id)
        attempt = attempt_of(db, known.actor.organisation_id, payment_id)
        if row is None or attempt is None or not may_see_account(known.actor, row[3]):
            raise CampusError("payment_unknown", text("This payment isn't there."))
        return row, attempt

    def _address(self, db: Db, organisation_id: str, person_id: str, gateway: str) -> str:
        row = db.one(_EMAIL, o=organisation_id, p=person_id)
        if row is None:
            raise CampusError("not_allowed", not_for_others())
        found = str(row[0] or self._context.settings.paystack_email)
        if gateway == Method.PAYSTACK and not found:
            words = text("Paystack asks for a mail address. Add the student's to the profile first.")
            raise CampusError("email_needed", words)
        return found

    def _start(self, organisation_id: str, payment_id: str, phone: Phone | None) -> None:
        with self._context.database.read() as db:
            row: Any = db.one(_PAYMENT, o=organisation_id, id=payment_id)
            attempt = attempt_of(db, organisation_id, payment_id)
            title: Any = db.one(_TITLE, organisation_id=organisation_id)
            email = self._address(db, organisation_id, row[3], str(attempt.gateway if attempt else ""))
        if attempt is None or attempt.url or attempt.step or row[0] not in WAITING:
            return
        if attempt.is_prompt and (phone is None or row[0] == PaymentState.UNKNOWN):
            # A prompt that may be on the phone already is never sent again.
            return
        back = f"{self._context.settings.public_url}{RETURN}" if self._context.settings.public_url else ""
        claim = self._claim(organisation_id, payment_id, row, attempt)
        start = Start(attempt.reference, row[1], row[2], email, back, str(title[0]), claim)
        with speaking(self._context, organisation_id, attempt.gateway) as gateway:
            begun = _begun(gateway, start, phone)
        keep_begun(self._context, organisation_id, payment_id, begun)
        if begun.prompted is not None and begun.prompted.stands is Stands.PAID:
            ask_for(self._context, organisation_id, payment_id)
        if begun.state is PaymentState.FAILED:
            reason = text("The gateway didn't take the payment: {why}", why=begun.said or text("it gave no reason"))
            raise CampusError("gateway_refused", reason)

    def _claim(self, organisation_id: str, payment_id: str, row: Any, attempt: Attempt) -> str:
        """Return the signed words by which the payment is known again after a backup was restored that lacks it."""
        as_told = PaymentTold(attempt.reference, "", Stands.PAID, row[1], row[2], attempt.live)
        charges = [(one["entry_id"], one["amount"]) for one in orjson.loads(row[6]).get("charges", ())]
        return claim_of(self._context.keys, organisation_id, as_told, str(attempt.gateway), payment_id, row[3], charges)


def _begun(gateway: Gateway, start: Start, phone: Phone | None) -> Begun:
    try:
        if phone is not None:
            return _prompted(gateway, start, phone)
        started = gateway.start(start)
    except GatewayError as failure:
        if failure.code == "already_begun" or not failure.known:
            _log.info("payment %s: no answer from %s: %s", start.reference, gateway.name, failure.code)
            return Begun(PaymentState.UNKNOWN, said=failure.code)
        if failure.code in {"unreachable", "gateway_busy"}:
            # Nothing arrived there: the same reference can be begun again.
            raise away(failure) from failure
        _log.warning("payment %s: %s refused: %s", start.reference, gateway.name, failure.code)
        return Begun(PaymentState.FAILED, said=failure.reason or failure.code)
    return Begun(PaymentState.PENDING, started.url, started.gateway_id)


def _prompted(gateway: Gateway, start: Start, phone: Phone) -> Begun:
    if gateway.mobile is None:
        raise GatewayError("refused", "", known=True)
    prompted = gateway.mobile.prompt(start, phone)
    if prompted.stands is Stands.FAILED:
        return Begun(PaymentState.FAILED, said=prompted.said)
    return Begun(PaymentState.PENDING, prompted=prompted, phone_end=phone.end)


def ask_for(context: Context, organisation_id: str, payment_id: str) -> PaymentState:
    """Ask the gateway how a payment stands and settle it by that. Raises GatewayError where it can't be asked."""
    with context.database.read() as db:
        attempt = attempt_of(db, organisation_id, payment_id)
    if attempt is None:
        raise LookupError(payment_id)
    with speaking(context, organisation_id, attempt.gateway) as gateway:
        if gateway.mobile is not None and attempt.is_prompt and _is_fresh(context, attempt):
            prompted = gateway.mobile.stands(attempt.reference)
            if prompted is not None and prompted.stands is Stands.PENDING:
                keep_begun(context, organisation_id, payment_id, Begun(PaymentState.PENDING, prompted=prompted))
                return PaymentState.PENDING
        return settle(context, organisation_id, payment_id, gateway.ask(attempt.reference, attempt.gateway_id))


def _is_fresh(context: Context, attempt: Attempt) -> bool:
    age = context.clock.now() - parse_instant(attempt.begun_at)
    return age.total_seconds() < UNANSWERED


def _asked_just_now(context: Context, attempt: Attempt) -> bool:
    """Tell whether a prompt was asked about less than ten seconds ago; the gateway wants no more."""
    if not attempt.is_prompt or attempt.next_at is None:
        return False
    left = parse_instant(attempt.next_at) - context.clock.now()
    return left.total_seconds() > AT_ONCE - ASK_AGAIN


@contextmanager
def speaking(context: Context, organisation_id: str, name: Method) -> Iterator[Gateway]:
    """Yield what speaks with an institute's gateway; keeps when it was asked, and why that failed.

    Raises GatewayError `no_account` where the institute has none any more.
    """
    with context.database.read() as db:
        account = account_of(db, organisation_id, name)
    if account is None or not account.sealed:
        raise GatewayError("no_account", known=True)
    gateway, problem = gateway_of(context, organisation_id, account), ""
    try:
        yield gateway
    except GatewayError as failure:
        problem = away(failure).message
        raise
    finally:
        gateway.close()
        now = instant_text(context.clock.now())
        context.database.write(lambda db: told(db, organisation_id, name, now, "asked", problem))


def away(failure: GatewayError) -> CampusError:
    """Return what a person is told of a gateway that can't be asked."""
    if failure.code == "key_refused":
        message = text("The gateway refuses the institute's key. An administrator enters a new one.")
        return CampusError("gateway_key_refused", message)
    if failure.code == "no_account":
        return CampusError("gateway_missing", text("The institute takes no payments through this gateway."))
    if failure.code == "refused":
        return CampusError("gateway_refused", text("The gateway refused: {why}", why=failure.reason))
    return CampusError("gateway_away", text("The gateway can't be reached at present. Try again in a minute."))
