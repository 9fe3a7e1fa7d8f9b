"""The sample's cash desk: two tills, their drawers and receipts, and what the bursar decides about them."""

import base64
import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.core.isolation import acting_for
from server.core.keys import Keys
from server.demo import earnings, money
from server.demo.bank import put_statements
from server.demo.payments import FLOAT, SamplePayment, SampleShift, sample_shifts
from server.demo.seeder import Seeder
from server.demo.transfer_proof import put_proof
from server.finance.receipt_keys import certify, make_key
from shared.core.clock import instant_text
from shared.core.command import Command
from shared.core.ids import derived_id
from shared.finance import receipt_code as code
from shared.finance.payment_rules import receipt_id
from shared.finance.shift_rules import denominations_of, method_words
from shared.finance.till_commands import receipt_key_id
from shared.finance.till_rules import receipt_number, series_code
from shared.finance.vocabulary import NEEDS_REFERENCE, Method, Movement
from shared.people.vocabulary import Role

_BANKED_FROM = 300_000
_CONFIRMED_AFTER = timedelta(days=4)


@dataclass
class _Till:
    """A computer at the desk: its series, its key, and the numbers that it gave."""

    series: int
    name: str
    certificate: str = ""
    receipts: int = 0
    reports: int = 0

    @property
    def id(self) -> str:
        return derived_id("sample-till", self.name)

    @property
    def device_id(self) -> str:
        return derived_id("sample-till-device", self.name)

    @property
    def code(self) -> str:
        return series_code(self.series)

    @property
    def key(self) -> Ed25519PrivateKey:
        # The same sample every day has the same keys; it is nobody's money.
        return _key(self.name)

    @property
    def public_key(self) -> str:
        return base64.b64encode(self.key.public_key().public_bytes_raw()).decode()


def _key(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"sample {name}".encode()).digest())


@dataclass
class _Desk:
    """What happened so far: payments with their commands, and those with a story by its name."""

    seeder: Seeder
    tills: tuple[_Till, _Till]
    taken: list[tuple[Command, SamplePayment]] = field(default_factory=list)
    stories: dict[str, Command] = field(default_factory=dict)
    drawers: dict[int, str] = field(default_factory=dict)


def put_money(seeder: Seeder, now: datetime, keys: Keys) -> None:
    """Charge the first classes, take what they paid at two tills, and leave the bursar something to decide.

    `keys` seal the institute's receipt key, as the server's own do.
    """
    earnings.agree(seeder, now - timedelta(days=money.CHARGED_DAYS_AGO + 1))
    _charge(seeder, now - timedelta(days=money.CHARGED_DAYS_AGO))
    desk = _Desk(seeder, (_Till(1, "Front desk"), _Till(2, "Accounts office")))
    _make_tills(desk, now, keys)
    for shift in sample_shifts(seeder.plan, now):
        _work(desk, shift)
    matched = put_statements(seeder, desk.taken, now)
    _decide(desk, now, matched)
    put_proof(seeder, now)
    earnings.pay_out(seeder, now)


def _charge(seeder: Seeder, at: datetime) -> None:
    """Let the bursar charge, give discounts an hour later, and agree on instalments of what is left after another."""
    bursar, plan = seeder.staff(Role.BURSAR), seeder.plan
    hours = (
        [("SaveFeeStructure", money.sample_fees(plan)), ("ChargeStudent", money.sample_charges(plan))],
        [("SaveDiscount", money.sample_discounts()), ("GrantDiscount", money.sample_grants(plan))],
        [("SavePlan", money.sample_plans(plan))],
    )
    for hour, acts in enumerate(hours):
        seeder.clock.set(at + timedelta(hours=hour))
        made = [seeder.command(kind, row_id, payload) for kind, rows in acts for row_id, payload in rows]
        seeder.send(bursar, made, "Accounts office")


def _make_tills(desk: _Desk, now: datetime, keys: Keys) -> None:
    seeder = desk.seeder
    database, organisation_id = seeder.parts.database, seeder.organisation_id
    bursar, at = seeder.staff(Role.BURSAR), now - timedelta(days=money.CHARGED_DAYS_AGO - 1)
    seeder.clock.set(at)
    with acting_for(organisation_id):
        made = database.write(lambda db: make_key(db, keys, organisation_id, instant_text(at), _key("institute")))
    seeder.send(bursar, [seeder.command("PutReceiptKey", receipt_key_id(made), {"public_key": made})])
    for till in desk.tills:
        asked = {"name": till.name, "device_id": till.device_id, "install_epoch": 1, "public_key": till.public_key}
        command = seeder.command("AskTill", till.id, asked, device_id=till.device_id)
        seeder.send(_cashier(desk, till), [command], till.name, till.device_id)
        body = {"public_key": till.public_key, "code": till.code}
        with acting_for(organisation_id), database.read() as db:
            till.certificate = certify(db, keys, organisation_id, body, at.date())
        allowed = {"certificate": till.certificate}
        seeder.send(bursar, [seeder.command("CertifyTill", till.id, allowed, command.id)], "Accounts office")


def _cashier(desk: _Desk, till: _Till) -> Any:
    return desk.seeder.staff(Role.CASHIER, till.series - 1)


def _work(desk: _Desk, shift: SampleShift) -> None:
    """Let a cashier work through a shift and send the whole of it in the evening."""
    till = desk.tills[shift.till]
    shift_id = derived_id("sample-shift", till.id, instant_text(shift.opens))
    desk.drawers[shift.till] = shift_id
    commands = list(_shift(desk, till, shift, shift_id))
    desk.seeder.send(_cashier(desk, till), commands, till.name, till.device_id)


def _shift(desk: _Desk, till: _Till, shift: SampleShift, shift_id: str) -> Iterator[Command]:
    def made(moment: datetime, kind: str, target: str, payload: Mapping[str, Any], **more: Any) -> Command:
        return desk.seeder.at(moment, kind, target, payload, device_id=till.device_id, **more)

    opened = {"till_id": till.id, "currency": money.CURRENCY, "opening_float": FLOAT}
    begun = made(shift.opens, "OpenShift", shift_id, {**opened, "opened_at": instant_text(shift.opens)})
    yield begun
    cash, moment = 0, shift.opens
    for payment in shift.payments:
        moment += timedelta(minutes=20)
        payload = _taken(till, payment, shift_id, moment)
        command = made(moment, "TakePayment", derived_id("sample-payment", shift_id, str(till.receipts)), payload)
        yield command
        desk.taken.append((command, payment))
        desk.stories |= {payment.role: command} if payment.role else {}
        cash += sum(amount for method, amount in payment.tenders if method is Method.CASH)
    banked = cash // 100_000 * 100_000 if cash >= _BANKED_FROM else 0
    if banked:
        moment += timedelta(minutes=5)
        moved = {"shift_id": shift_id, "movement": str(Movement.BANK), "amount": banked}
        target = derived_id("sample-movement", shift_id)
        yield made(moment, "MoveCash", target, {**moved, "reason": "Deposit", "moved_at": instant_text(moment)})
    if shift.closes is not None:
        till.reports += 1
        counted = _counted(FLOAT + cash - banked - shift.missing, shift)
        closed = {**counted, "closed_at": instant_text(shift.closes), "z_number": till.reports, "till_id": till.id}
        yield made(shift.closes, "CloseShift", shift_id, closed, base=begun.id)


def _counted(amount: int, shift: SampleShift) -> dict[str, Any]:
    left, notes = amount, []
    for worth in denominations_of(2):
        count, left = divmod(left, worth)
        notes += [{"worth": worth, "count": count}] if count else []
    explanation = "A five cedi note too much was given back as change." if shift.missing else ""
    return {"counted": amount, "denominations": notes if not left else [], "explanation": explanation}


def _taken(till: _Till, payment: SamplePayment, shift_id: str, moment: datetime) -> dict[str, Any]:
    till.receipts += 1
    shares = [
        {
            "person_id": owing.person_id,
            "amount": amount,
            "goes_to": [{"entry_id": owing.charge_id, "amount": min(amount, owing.left)}],
        }
        for owing, amount in payment.shares
    ]
    return {
        "amount": payment.amount,
        "currency": money.CURRENCY,
        "paid_for": shares,
        "tenders": [_tender(till, method, amount) for method, amount in payment.tenders],
        "payer_name": payment.payer,
        "shift_id": shift_id,
        "receipt": _receipt(till, payment, moment),
    }


def _tender(till: _Till, method: Method, amount: int) -> dict[str, Any]:
    note = 20_000
    given = -(-amount // note) * note if method is Method.CASH else 0
    words = f"{method.upper()[:3]}-{till.series}{till.receipts:05}" if method in NEEDS_REFERENCE else ""
    return {"method": str(method), "amount": amount, "given": given, "reference": words}


def _receipt(till: _Till, payment: SamplePayment, moment: datetime) -> dict[str, Any]:
    names = [owing.name for owing, _ in payment.shares]
    payer = payment.payer or names[0]
    methods = frozenset(method for method, _ in payment.tenders)
    issued, unconfirmed = instant_text(moment), methods != {Method.CASH}
    said = code.Facts(till.code, till.receipts, payment.amount, money.CURRENCY, payer, issued, methods, unconfirmed)
    words = code.receipt_words(said, till.certificate)
    printed = {
        "issued": f"{moment:%d %B %Y, %H:%M} · {till.name}",
        "received_from": payer,
        "paid_by": ", ".join(method_words(method) for method, _ in payment.tenders),
        "items": [
            {"what": owing.name if payment.payer else "Tuition", "amount": amount} for owing, amount in payment.shares
        ],
        "total": payment.amount,
        "currency": money.CURRENCY,
        "unconfirmed": unconfirmed,
    }
    return {
        "number": receipt_number(till.code, till.receipts),
        "till_id": till.id,
        "series": till.series,
        "sequence": till.receipts,
        "issued_at": issued,
        "words": words,
        "signature": code.signed(words, till.key.sign),
        "printed": printed,
    }


# --------------------------------------------------------------------------------------------------- second persons


def _decide(desk: _Desk, now: datetime, matched: Collection[str]) -> None:
    """Confirm what came by other ways than cash and isn't `matched`, void one receipt, and leave some to decide."""
    seeder, bursar = desk.seeder, desk.seeder.staff(Role.BURSAR)
    seeder.clock.set(now - timedelta(days=1))
    bounced = desk.stories["bounced"]
    done = [
        seeder.command("ConfirmPayment", one.target_id, _confirmed(came=one is not bounced), one.id)
        for one, payment in desk.taken
        if {method for method, _ in payment.tenders} != {Method.CASH}
        and _is_older(one, now - _CONFIRMED_AFTER)
        and one.target_id not in matched
    ]
    seeder.send(bursar, done, "Accounts office")
    seeder.clock.set(now - timedelta(minutes=50))
    twice = _ask(desk, "AskVoid", "twice", _void(desk.stories["twice"], "Taken twice: she paid at this desk before."))
    decided = seeder.command("DecideRequest", twice.target_id, {"approved": True}, twice.id)
    seeder.send(bursar, [decided], "Accounts office")
    seeder.clock.set(now - timedelta(minutes=30))
    last = desk.taken[-1][0]
    _ask(desk, "AskVoid", "last", _void(last, "The payer came back: it was meant for a brother."))
    much = desk.stories["too much"]
    wanted = {"payment_id": much.target_id, "person_id": much.payload["paid_for"][0]["person_id"], "amount": 25_000}
    why = {"method": str(Method.CASH), "reason": "Paid too much by mistake, wants it back."}
    _ask(desk, "AskRefund", "too much", {**wanted, **why})


def _is_older(command: Command, moment: datetime) -> bool:
    return command.observed_at < instant_text(moment)


def _confirmed(*, came: bool) -> dict[str, Any]:
    return {"came": came, "reason": "" if came else "The bank returned the cheque."}


def _void(taken: Command, reason: str) -> dict[str, Any]:
    return {"receipt_id": receipt_id(taken.target_id), "reason": reason}


def _ask(desk: _Desk, kind: str, story: str, payload: Mapping[str, Any]) -> Command:
    """Let the first cashier ask for something, with cash out of the drawer that is open."""
    till = desk.tills[0]
    made = desk.seeder.command(
        kind,
        derived_id("sample-request", kind, story),
        {**payload, "shift_id": desk.drawers[0]},
        device_id=till.device_id,
    )
    desk.seeder.send(_cashier(desk, till), [made], till.name, till.device_id)
    return made
