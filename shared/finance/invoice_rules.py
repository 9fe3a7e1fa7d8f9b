"""Invoices: the charges of one number, what they come to, when they are due, and how often they were printed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import ConfigDict, Field

from shared.core.command import Command, Id, InstantText
from shared.core.ids import derived_id
from shared.core.projection import Draft, Projection, ReadRow
from shared.core.strict import StrictModel
from shared.finance.ledger_rules import Due, reversed_ids
from shared.finance.report_vocabulary import INVOICE
from shared.finance.vocabulary import EntryKind

Body = Mapping[str, Any]


class _Payload(StrictModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class IssueInvoice(_Payload):
    """Keep what the institute's key signed of a charge's document (target: `invoice_id`); the server alone signs."""

    entry_id: Id
    words: str = Field(min_length=1, max_length=600)
    signature: str = Field(min_length=1, max_length=120)
    issued_at: InstantText


class PrintInvoice(_Payload):
    """Count that an invoice (target) was printed or saved: the next one is a duplicate."""


PAYLOADS: dict[str, type[StrictModel]] = {"IssueInvoice": IssueInvoice, "PrintInvoice": PrintInvoice}


def invoice_id(person_id: str, number: str) -> str:
    """Return the id of the row of an invoice: one for each number and student."""
    return derived_id("invoice", person_id, number)


def charges_of(entries: Iterable[Body], number: str) -> list[Body]:
    """Return the charges with a number in the order in which they were made, reversed ones too."""
    found = [one for one in entries if number and one["number"] == number and one["kind"] == EntryKind.CHARGE]
    return sorted(found, key=lambda one: (one["made_at"], one["id"]))


def amount_of(charges: Iterable[Body]) -> int:
    """Return what an invoice came to when it was written: reversals afterwards don't change a paper."""
    return sum(one["amount"] for one in charges)


def last_due(charges: Iterable[Body]) -> str | None:
    """Return the last day on which something of an invoice is due."""
    return max((one["due_on"] for one in charges if one["due_on"]), default=None)


def taxes_of(charges: Iterable[Body]) -> list[tuple[str, int, int]]:
    """Return (name, rate in hundredths of a percent, amount) of the taxes in an invoice, in the order of names."""
    found: dict[tuple[str, int], int] = {}
    for charge in charges:
        for tax in charge["taxes"]:
            key = (str(tax["name"]), int(tax["rate"]))
            found[key] = found.get(key, 0) + int(tax["amount"])
    return [(name, rate, amount) for (name, rate), amount in sorted(found.items())]


def due_parts(charges: Sequence[Body], planned: Mapping[str, Sequence[Due]]) -> list[Due]:
    """Return (day, amount) of an invoice by its charges' days, or by the plan that covers them."""
    found: dict[str, int] = {}
    for charge in charges:
        own = [(charge["due_on"], charge["amount"])] if charge["due_on"] else []
        parts = planned.get(charge["id"], own)
        for day, amount in parts:
            found[day] = found.get(day, 0) + amount
    return sorted(found.items())


def is_cancelled(charges: Sequence[Body], entries: Iterable[Body]) -> bool:
    """Tell whether every charge of an invoice was reversed."""
    gone = reversed_ids(entries)
    return bool(charges) and all(one["id"] in gone for one in charges)


def _print(command: Command, read: ReadRow) -> Sequence[Draft]:
    row = read(INVOICE, command.target_id)
    if row is None:
        return []
    body = {**row, "copies": int(row["copies"]) + 1, "revision": command.id}
    return [Draft(INVOICE, body["id"], body, body["person_id"])]


PROJECTIONS: dict[str, Projection] = {"PrintInvoice": _print}
