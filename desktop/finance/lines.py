"""The lines of the sync page for the ledger, and how its rows are listed."""

from desktop.core.area import KindSpec, Line
from shared.core.command import Command
from shared.core.money import money_text
from shared.core.projection import Body, ReadRow
from shared.core.text import text
from shared.finance.vocabulary import (
    ACCOUNT_NOTE,
    ALLOCATION,
    FEE_STRUCTURE,
    LEDGER_ENTRY,
    PAYMENT,
)
from shared.people.rules import fold
from shared.people.vocabulary import PERSON


def _person(body: Body) -> str | None:
    return body.get("person_id")


def _at(name: str) -> KindSpec:
    return KindSpec(sort_text=lambda body: str(body.get(name) or ""), keys={"person_id": _person})


KINDS = {
    LEDGER_ENTRY: KindSpec(
        sort_text=lambda body: f"{body.get('day') or ''} {body.get('made_at') or ''}",
        keys={
            "person_id": _person,
            "payment_id": lambda body: body.get("payment_id"),
            "day": lambda body: body.get("day"),
        },
    ),
    ALLOCATION: _at("made_at"),
    PAYMENT: KindSpec(
        sort_text=lambda body: str(body.get("taken_at") or ""),
        keys={
            "person_id": _person,
            "shift_id": lambda body: body.get("shift_id"),
            "state": lambda body: body.get("state"),
        },
    ),
    ACCOUNT_NOTE: KindSpec(keys={"person_id": _person, "entry_id": lambda body: body.get("entry_id")}),
    FEE_STRUCTURE: KindSpec(
        sort_text=lambda body: fold(str(body.get("name") or "")),
        keys={
            "course_id": lambda body: body.get("course_id"),
            "cohort_id": lambda body: body.get("cohort_id"),
        },
    ),
}


def _name(person_id: str, read: ReadRow) -> str:
    person = read(PERSON, person_id)
    words = [str(person.get(part) or "") for part in ("given_name", "family_name")] if person else []
    return " ".join(filter(None, words)) or text("a student")


def _amount(payload: Body) -> str:
    return money_text(payload["amount"], payload["currency"])


def _charged(command: Command, read: ReadRow) -> str:
    payload = command.payload
    name = _name(payload["person_id"], read)
    return text("Charged {name} {amount}: {what}", name=name, amount=_amount(payload), what=payload["what"])


def _paid(command: Command, read: ReadRow) -> str:
    payload = command.payload
    people = payload["paid_for"]
    number = payload["receipt"]["number"]
    if len(people) > 1:
        return text("Took {amount} for {n} students, {number}", amount=_amount(payload), n=len(people), number=number)
    name = _name(people[0]["person_id"], read)
    return text("Took {amount} from {name}, {number}", amount=_amount(payload), name=name, number=number)


def _of_entry(command: Command, read: ReadRow) -> str:
    entry = read(LEDGER_ENTRY, command.target_id)
    return _name(entry["person_id"], read) if entry else text("a student")


def _fees(command: Command, read: ReadRow) -> str:
    named = command.payload["changes"].get("name", {}).get("new")
    return str(named or (read(FEE_STRUCTURE, command.target_id) or {}).get("name") or "")


LINES: dict[str, Line] = {
    "ChargeStudent": _charged,
    "ReverseEntry": lambda command, read: text("Reversed an entry of {name}", name=_of_entry(command, read)),
    "TakePayment": _paid,
    "AllocateCredit": lambda command, read: text("Used the credit of {name}", name=_of_entry(command, read)),
    "MovePayment": lambda command, read: text("Moved money of {name}", name=_of_entry(command, read)),
    "SaveFeeStructure": lambda command, read: text("Set the fees {name}", name=_fees(command, read)),
    "ConfirmPayment": lambda command, _read: (
        text("Confirmed a payment") if command.payload["came"] else text("Said that a payment never came")
    ),
}
