"""Settles a payment by what its gateway says when it is asked: once, forward only, and all of it in one transaction."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import orjson

from server.core import feeds
from server.core.batch import Batch, Origin
from server.core.context import Context
from server.core.database import Db
from server.core.entities import Body
from server.finance.gateway import PaymentTold, Prompted, Stands
from server.finance.gateway_lines import keep_line
from server.finance.ground import Ledgers, day_of, ledgers_of
from server.finance.kinds import PAYMENT_KIND
from server.finance.money_came import Coming, money_came
from server.finance.online_activation import activate
from server.finance.online_receipts import write_receipt
from server.people.organisations import system_actor
from shared.core.clock import instant_text, parse_instant
from shared.core.text import text
from shared.finance.bank_words import LineProblem
from shared.finance.commands import payment_entry_id
from shared.finance.ledger_rules import clipped
from shared.finance.mobile_rules import MOBILE, UNANSWERED
from shared.finance.models import Following, entry_body
from shared.finance.online_rules import (
    UNFINISHED,
    UNKNOWN_THERE,
    WAITING,
    Money,
    charges_of,
    given_up,
    money_problem,
    moved,
    pause,
)
from shared.finance.payment_rules import receipt_id
from shared.finance.vocabulary import PAID, Confirmation, EntryKind, Method, PaymentState

_READ = """
SELECT gateway, reference, gateway_id, paid_id, url, live, begun_at, problem, next_at, channel, step, phone_end, said
FROM online_payment
WHERE organisation_id = :o AND payment_id = :id
"""
_WRITE = """
UPDATE online_payment SET gateway_id = :gateway_id, paid_id = :paid_id, url = :url, next_at = :next_at,
problem = :problem, step = :step, phone_end = :phone_end, said = :said WHERE organisation_id = :o AND payment_id = :id
"""
_ABANDONED = frozenset({"abandoned"})


@dataclass(frozen=True)
class Attempt:
    """How a payment goes on at its gateway."""

    gateway: Method
    reference: str
    gateway_id: str
    paid_id: str
    url: str
    live: bool
    begun_at: str
    problem: str
    next_at: str | None = None
    channel: str = ""
    step: str = ""
    phone_end: str = ""
    said: str = ""

    @property
    def is_prompt(self) -> bool:
        """Tell whether money was asked for on a phone."""
        return self.channel == MOBILE


@dataclass(frozen=True)
class Begun:
    """What came of beginning a payment: its page or prompt, that the answer got lost, or that the gateway refused."""

    state: PaymentState
    url: str = ""
    gateway_id: str = ""
    said: str = ""
    prompted: Prompted | None = None
    phone_end: str = ""


def attempt_of(db: Db, organisation_id: str, payment_id: str) -> Attempt | None:
    """Return how a payment goes on at its gateway; None where it isn't one of a gateway."""
    row = db.one(_READ, o=organisation_id, id=payment_id)
    if row is None:
        return None
    gateway, reference, gateway_id, paid_id, url, live, *more = row
    return Attempt(Method(gateway), reference, gateway_id, paid_id, url, bool(live), *more)


def keep_begun(context: Context, organisation_id: str, payment_id: str, begun: Begun) -> None:
    """Keep what came of beginning a payment; whatever was settled meanwhile stays."""

    def work(db: Db) -> None:
        settling = _Settling.opened(context, db, organisation_id, payment_id)
        attempt = settling.attempt
        url, gateway_id = begun.url or attempt.url, begun.gateway_id or attempt.gateway_id
        phone_end = begun.phone_end or attempt.phone_end
        settling.attempt = replace(attempt, url=url, gateway_id=gateway_id, phone_end=phone_end)
        if begun.prompted is not None:
            settling.prompt(begun.prompted)
        settling.move(begun.state, said=begun.said)
        settling.close("online_payment_begun")

    context.database.write(work)


def settle(context: Context, organisation_id: str, payment_id: str, told: PaymentTold | None) -> PaymentState:
    """Let a payment be what its gateway says (None: it doesn't know it); returns where it stands then.

    Money that isn't what was asked for is never credited: the payment stays and shows why. The same told twice, or in
    another order, changes nothing.
    """

    def work(db: Db) -> PaymentState:
        settling = _Settling.opened(context, db, organisation_id, payment_id)
        settling.take(told)
        return settling.close("online_payment_settled")

    return context.database.write(work)


class _Settling:
    """One payment in one transaction, locked."""

    def __init__(self, context: Context, batch: Batch, payment: Body, attempt: Attempt) -> None:
        self._context, self._batch = context, batch
        self._before, self.payment, self.attempt = payment, payment, attempt
        self._revision = batch.new_id()
        self._ledgers = Ledgers()
        self._paid_charges: list[str] = []

    @classmethod
    def opened(cls, context: Context, db: Db, organisation_id: str, payment_id: str) -> "_Settling":
        """Return it; raises LookupError where there is no such payment."""
        actor = system_actor(organisation_id, context.new_id())
        db.enter(organisation_id)
        batch = context.door.batch(db, actor, Origin(""))
        payment = PAYMENT_KIND.read(batch, [payment_id])[payment_id]
        attempt = attempt_of(db, organisation_id, payment_id)
        if attempt is None:
            raise LookupError(payment_id)
        return cls(context, batch, payment, attempt)

    @property
    def state(self) -> PaymentState:
        """Where the payment stands."""
        return PaymentState(self.payment["state"])

    @property
    def age(self) -> float:
        """Seconds since it was begun, by the server's own clock."""
        return max(0.0, (parse_instant(self._batch.now) - parse_instant(self.attempt.begun_at)).total_seconds())

    def move(self, told: PaymentState, said: str = "", **more: Any) -> None:
        """Move forward, or nowhere."""
        state = moved(self.state, told)
        metadata = {**self.payment["metadata"], **more} | ({"said": said} if said else {})
        if state is not self.state or metadata != self.payment["metadata"]:
            self.payment = {**self.payment, "state": str(state), "metadata": metadata, "revision": self._revision}

    def take(self, told: PaymentTold | None) -> None:
        """Take what the gateway said."""
        if self.state in PAID or self.state is PaymentState.VOIDED:  # its money came, and went back by hand
            return
        self._keep_reason(told)
        if told is None:
            if self.age >= UNKNOWN_THERE and self.state in WAITING:
                self.move(PaymentState.FAILED, "unknown_there")
            return
        self._keep_ids(told)
        if told.stands is Stands.PAID:
            self._paid(told)
        elif told.stands is Stands.FAILED and not (told.word in _ABANDONED and self.age < UNFINISHED):
            self.move(PaymentState.FAILED, told.word)
        elif given_up(self.age):
            self.move(PaymentState.FAILED, "given_up")
        elif self.attempt.is_prompt:
            if self.age >= UNANSWERED:
                self.move(PaymentState.UNKNOWN)
        elif told.word not in _ABANDONED | {"created", "ongoing"} or self.state is PaymentState.UNKNOWN:
            self.move(PaymentState.PROCESSING)

    def prompt(self, prompted: Prompted) -> None:
        """Keep what the payer does next."""
        if self.state in WAITING:
            self.attempt = replace(self.attempt, step=str(prompted.step), said=prompted.said)

    def _keep_reason(self, told: PaymentTold | None) -> None:
        if told is not None and told.stands is Stands.FAILED and self.attempt.is_prompt:
            self.attempt = replace(self.attempt, said=told.reason)

    def _keep_ids(self, told: PaymentTold) -> None:
        one = self.attempt
        gateway_id, paid_id = told.gateway_id or one.gateway_id, told.payment_id or one.paid_id
        self.attempt = replace(one, gateway_id=gateway_id, paid_id=paid_id)

    def _paid(self, told: PaymentTold) -> None:
        if told.reference != self.attempt.reference:
            raise LookupError(told.reference)
        asked = Money(self.payment["amount"], self.payment["currency"], self.attempt.live)
        problem = money_problem(asked, Money(told.amount, told.currency, told.live))
        if problem is not None:
            came = {"amount": told.amount, "currency": told.currency, "live": told.live}
            self.move(self.state, problem=str(problem), came=came)
            self.attempt = replace(self.attempt, problem=str(problem))
            keep_line(self._batch, self.attempt.gateway, told, LineProblem(str(problem)), self._revision)
            return
        paid = {"paid_id": told.payment_id, "channel": told.channel, "fees": told.fees, "paid_at": told.paid_at}
        self.move(PaymentState.COMPLETED, said=told.word, problem="", **paid)
        self._book(told)

    def _book(self, told: PaymentTold) -> None:
        batch, payment = self._batch, self.payment
        ledgers = ledgers_of(batch, [payment["person_id"]])
        payer: str = ledgers.names.get(payment["person_id"]) or payment["payer_name"]
        open_ = ledgers.account(payment["person_id"], payment["currency"]).open
        shares = clipped(charges_of(payment), open_, payment["amount"])
        items = [(str(ledgers.entries[one]["what"]), amount) for one, amount in shares]
        left = payment["amount"] - sum(amount for _, amount in shares)
        items += [(text("Credit"), left)] if left else []
        number = write_receipt(batch, self._context.keys, payment, payer, items, self._revision)
        tenders = [{**one, "reference": told.payment_id} for one in payment["tenders"]]
        self.payment = {
            **payment,
            "confirmation": str(Confirmation.CONFIRMED),
            "tenders": tenders,
            "receipt_id": receipt_id(payment["id"]),
            "receipt_number": number,
        }
        made = Following(self._revision, batch.now)
        entry = entry_body(
            made,
            payment_entry_id(payment["id"], payment["person_id"]),
            EntryKind.PAYMENT,
            -payment["amount"],
            person_id=payment["person_id"],
            currency=payment["currency"],
            what=payment["gateway"],
            number=number,
            payment_id=payment["id"],
            day=day_of(batch, batch.now),
        )
        money = [(Method(payment["gateway"]), int(payment["amount"]))]
        money_came(batch, ledgers, [Coming(made, [entry], {entry["id"]: shares}, money)])
        self._ledgers, self._paid_charges = ledgers, [one for one, _ in shares]

    def close(self, what: str) -> PaymentState:
        """Write what changed; the feed comes last."""
        batch = self._batch
        self._keep_attempt()
        if self.payment is not self._before:
            PAYMENT_KIND.update(batch, [self.payment])
            self._context.door.followed(batch)
            note = {"what": what, "payment": self.payment["reference"], "state": self.payment["state"]}
            feeds.write(batch, [], orjson.dumps(note).decode())
        if self._paid_charges:
            activate(self._context, batch, self._ledgers, self._paid_charges)
        return self.state

    def _keep_attempt(self) -> None:
        one, batch = self.attempt, self._batch
        waits = self.state in WAITING
        next_at = parse_instant(batch.now) + timedelta(seconds=pause(self.age))
        batch.db.run(
            _WRITE,
            o=batch.organisation_id,
            id=self.payment["id"],
            gateway_id=one.gateway_id,
            paid_id=one.paid_id,
            url=one.url if waits else "",
            next_at=instant_text(next_at) if waits else None,
            problem="" if self.state in PAID else one.problem,
            step=one.step if waits else "",
            phone_end=one.phone_end if waits else "",
            said="" if self.state in PAID else one.said,
        )
