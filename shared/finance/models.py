"""The rows of the ledger as commands make them: the same on the desktop before the server spoke, and there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from shared.core.clock import instant_text, parse_instant
from shared.core.command import Command
from shared.finance.commands import (
    ChargeStudent,
    TakePayment,
    allocation_id,
    payment_entry_id,
    reversal_id,
)
from shared.finance.fee_rules import FeeCharge
from shared.finance.ledger_rules import Share
from shared.finance.payment_rules import confirmation_of, methods_of, payment_reference, receipt_id, state_of
from shared.finance.vocabulary import EntryKind, Method

Body = dict[str, Any]


class Stamp(Protocol):
    """What made a row, and when: a command, or what follows from one."""

    @property
    def id(self) -> str:
        """The revision of the rows."""

    @property
    def observed_at(self) -> str:
        """When it happened."""


@dataclass(frozen=True)
class Following:
    """What follows from the command `id` without being asked for."""

    id: str
    observed_at: str


def instant_of(command: Stamp) -> str:
    """Return when a command was made, in the one form in which texts sort by time."""
    return instant_text(parse_instant(command.observed_at))


def entry_body(command: Stamp, entry_id: str, kind: EntryKind, amount: int, **more: Any) -> Body:
    """Return a ledger entry; `amount` is signed. `more` are its other columns; those left out are empty."""
    made_at = instant_of(command)
    return {
        "id": entry_id,
        "revision": command.id,
        "kind": str(kind),
        "charge_kind": "",
        "amount": amount,
        "what": "",
        "day": made_at[:10],
        "due_on": None,
        "enrolment_id": None,
        "cohort_id": None,
        "course_id": None,
        "number": "",
        "payment_id": None,
        "reverses_id": None,
        "taxes": [],
        "made_at": made_at,
        "made_by": "",
        **more,
    }


def charge_body(command: Command, charge: ChargeStudent, made_by: str = "", day: str = "") -> Body:
    """Return the entry of a `ChargeStudent`; the server gives it its number."""
    more = {"day": day} if day else {}
    return entry_body(
        command,
        command.target_id,
        EntryKind.CHARGE,
        charge.amount,
        person_id=charge.person_id,
        charge_kind=str(charge.kind),
        currency=charge.currency,
        what=charge.what,
        due_on=charge.due_on,
        enrolment_id=charge.enrolment_id,
        cohort_id=charge.cohort_id,
        course_id=charge.course_id,
        taxes=[tax.model_dump() for tax in charge.taxes],
        made_by=made_by,
        **more,
    )


def reversal_body(command: Stamp, entry: Mapping[str, Any], made_by: str = "", day: str = "") -> Body:
    """Return the entry that takes another one back as a whole."""
    kept = ("person_id", "charge_kind", "currency", "what", "enrolment_id", "cohort_id", "course_id", "payment_id")
    more = {name: entry[name] for name in kept} | ({"day": day} if day else {})
    return entry_body(
        command,
        reversal_id(entry["id"]),
        EntryKind.REVERSAL,
        -entry["amount"],
        number=entry["number"],
        reverses_id=entry["id"],
        made_by=made_by,
        **more,
    )


def allocation_body(command: Stamp, person_id: str, entry_id: str, charge_id: str, amount: int) -> Body:
    """Return what lets a payment's entry pay a charge; a negative amount undoes that."""
    return {
        "id": allocation_id(command.id, entry_id, charge_id),
        "revision": command.id,
        "person_id": person_id,
        "entry_id": entry_id,
        "charge_id": charge_id,
        "amount": amount,
        "made_at": instant_of(command),
    }


def fee_body(made: Stamp, entry_id: str, fee: FeeCharge, currency: str, **more: Any) -> Body:
    """Return the entry of a fee; `more` says whose it is and of which enrolment."""
    return entry_body(
        made,
        entry_id,
        EntryKind.CHARGE,
        fee.amount,
        charge_kind=str(fee.line.kind),
        currency=currency,
        what=fee.line.name,
        due_on=fee.due_on,
        taxes=[tax.model_dump() for tax in fee.taxes],
        **more,
    )


@dataclass(frozen=True)
class PaymentRows:
    """The rows of a payment; `wanted` is what each entry pays, by its id, as the till asked for it."""

    payment: Body
    entries: Sequence[Body]
    wanted: Mapping[str, Sequence[Share]]
    tenders: Sequence[tuple[Method, int]]


def payment_rows(command: Command, taken: TakePayment, by: tuple[str, str] = ("", ""), day: str = "") -> PaymentRows:
    """Return what a `TakePayment` makes; `by` is the cashier's id and name."""
    more = {"day": day} if day else {}
    entries = [
        entry_body(
            command,
            payment_entry_id(command.target_id, one.person_id),
            EntryKind.PAYMENT,
            -one.amount,
            person_id=one.person_id,
            currency=taken.currency,
            what=methods_of(taken.tenders),
            number=taken.receipt.number,
            payment_id=command.target_id,
            made_by=by[0],
            **more,
        )
        for one in taken.paid_for
    ]
    wanted = {
        payment_entry_id(command.target_id, one.person_id): [(part.entry_id, part.amount) for part in one.goes_to]
        for one in taken.paid_for
    }
    tenders = [(one.method, one.amount) for one in taken.tenders]
    return PaymentRows(_payment_body(command, taken, by), entries, wanted, tenders)


def _payment_body(command: Command, taken: TakePayment, by: tuple[str, str]) -> Body:
    confirmation = confirmation_of(taken.tenders)
    return {
        "id": command.target_id,
        "revision": command.id,
        "reference": payment_reference(command.target_id, command.observed_at),
        "state": str(state_of(confirmation)),
        "confirmation": str(confirmation),
        "amount": taken.amount,
        "currency": taken.currency,
        "tenders": [tender.model_dump(mode="json") for tender in taken.tenders],
        "person_id": taken.paid_for[0].person_id if len(taken.paid_for) == 1 else None,
        "payer_name": taken.payer_name.strip(),
        "sponsor_id": taken.sponsor_id,
        "note": taken.note.strip(),
        "gateway": "",
        "metadata": {},
        "shift_id": taken.shift_id,
        "receipt_id": receipt_id(command.target_id),
        "receipt_number": taken.receipt.number,
        "taken_at": instant_of(command),
        "taken_by": by[0],
        "taken_by_name": by[1],
    }
