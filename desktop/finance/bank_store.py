"""What a row of reconciliation is: a line of money, or what a line should show, made of the store's rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from desktop.core.desk import Desk
from desktop.finance.words import methods_words
from desktop.timetable.store import full_name
from shared.core.money import plain_amount
from shared.core.text import text
from shared.finance.bank_words import (
    MONEY_MATCH,
    STATEMENT_LINE,
    TRANSFER_PROOF,
    Goal,
    Origin,
)
from shared.finance.match_hints import Hint, Wanted
from shared.finance.match_rules import left_of_line, part_of_line
from shared.finance.vocabulary import CASH_MOVEMENT, PAYMENT, REQUEST, SHIFT, Confirmation, Method
from shared.people.rules import fold
from shared.people.vocabulary import PERSON

Body = Mapping[str, Any]
KIND_OF = {Goal.PAYMENT: PAYMENT, Goal.CASH_MOVEMENT: CASH_MOVEMENT, Goal.REQUEST: REQUEST}
KINDS_READ = frozenset({STATEMENT_LINE, TRANSFER_PROOF, MONEY_MATCH, PERSON, *KIND_OF.values()})
OPEN, WAITING, MATCHED, ASIDE, PROOF = "open", "waiting", "matched", "aside", "proof"
"""The parts of the list: lines to explain, what no line shows yet, what is explained or set aside, transfers shown."""
BANK, GATEWAY, DESK_MONEY, TRANSFER, CASH, BACK = "bank", "gateway", "desk", "transfer", "cash", "back"
"""Where money is told of."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What the list knows of a row without reading it: a line (`goal` is None), or something a line should show."""

    id: str
    source: str
    part: str
    day: str
    words: str
    reference: str
    amount: int
    left: int
    currency: str
    goal: Goal | None = None

    @property
    def kind(self) -> str:
        """The kind of the store's row behind it."""
        if self.goal is not None:
            return KIND_OF[self.goal]
        return TRANSFER_PROOF if self.part == PROOF else STATEMENT_LINE

    def found_by(self) -> str:
        """Return what a search looks at, folded."""
        amount = plain_amount(self.amount, self.currency)
        return fold(f"{self.words} {self.reference} {self.day} {amount} {amount.replace(',', '')}")


@dataclass(frozen=True, slots=True)
class MoneyRow(Listed):
    """One row of the list as it is shown, with what may belong to it and what does."""

    body: Body = field(default_factory=dict)
    hints: Sequence[Hint] = ()
    matches: Sequence[Body] = ()

    @property
    def is_unconfirmed(self) -> bool:
        """Whether nobody vouches for it yet."""
        return self.goal is Goal.PAYMENT and self.body["confirmation"] == Confirmation.UNCONFIRMED


def listed_line(line: Body, matches: Sequence[Body]) -> Listed:
    """Return a line of money; `matches` are its own."""
    left = left_of_line(line, matches)
    source = BANK if line["origin"] == Origin.BANK else GATEWAY
    return Listed(
        str(line["id"]),
        source,
        str(part_of_line(line, matches)),
        str(line["day"]),
        str(line["words"]),
        str(line["reference"]),
        int(line["amount"]),
        left,
        str(line["currency"]),
    )


class Goals:
    """Makes rows of what lines should show; names and drawers are read together for all of them."""

    def __init__(self, desk: Desk, bodies: Iterable[Body]) -> None:
        listed = list(bodies)
        people = {one.get("person_id") for one in listed} - {None, ""}
        self._people = desk.store.many(PERSON, sorted(map(str, people)))
        drawers = {str(one["shift_id"]) for one in listed if one.get("shift_id")}
        self._drawers = desk.store.many(SHIFT, sorted(drawers))

    def name(self, body: Body) -> str:
        """Return the name of the person whom a row is about, empty where it is about nobody known."""
        person = self._people.get(str(body.get("person_id") or ""))
        return full_name(person) if person else ""

    def listed(self, goal: Goal, body: Body, left: int) -> Listed:
        """Return a payment, cash that was banked, or a refund, of which no line shows `left` yet."""
        if goal is Goal.PAYMENT:
            return self._payment(body, left)
        if goal is Goal.CASH_MOVEMENT:
            currency = str(self._drawers.get(str(body["shift_id"]), {}).get("currency") or "")
            words = text("Cash banked by {name}", name=body["person_name"])
            shown = (CASH, WAITING, str(body["moved_at"])[:10], words, str(body["reason"]))
            return Listed(str(body["id"]), *shown, int(body["amount"]), left, currency, goal)
        day = str(body["decided_at"] or body["asked_at"])[:10]
        shown = (BACK, WAITING, day, text("Paid back: {name}", name=self.name(body)), str(body["number"]))
        return Listed(str(body["id"]), *shown, -int(body["amount"]), left, str(body["currency"]), goal)

    def _payment(self, body: Body, left: int) -> Listed:
        methods = [str(one["method"]) for one in body["tenders"]]
        source = GATEWAY if body["gateway"] else TRANSFER if Method.BANK_TRANSFER in methods else DESK_MONEY
        who = self.name(body) or str(body["payer_name"])
        references = [str(one.get("reference") or "") for one in body["tenders"] if one["method"] != Method.CASH]
        means = methods_words(",".join(methods))
        reference = ", ".join(filter(None, references)) or str(body["receipt_number"] or body["reference"])
        shown = (source, WAITING, str(body["taken_at"])[:10], f"{means} · {who}" if who else means, reference)
        return Listed(str(body["id"]), *shown, left, left, str(body["currency"]), Goal.PAYMENT)

    def proof(self, body: Body) -> Listed:
        """Return a transfer that somebody shows."""
        shown = (TRANSFER, PROOF, str(body["paid_on"]), self.name(body), str(body["reference"]))
        amount = int(body["amount"])
        return Listed(str(body["id"]), *shown, amount, amount, str(body["currency"]))

    def wanted(self, row: Listed, body: Body) -> Wanted:
        """Return by what a line is known to be this."""
        names, numbers, references = [str(body.get("payer_name") or "")], [], [row.reference]
        if row.goal is Goal.PAYMENT:
            references += [str(body["reference"]), str(body["receipt_number"])]
            references += [str(one.get("reference") or "") for one in body["tenders"]]
            person = self._people.get(str(body["person_id"] or ""), {})
            names.append(self.name(body))
            numbers.append(str(person.get("number") or ""))
        facts = (tuple(filter(None, one)) for one in (references, names, numbers))
        return Wanted(row.id, row.left, row.currency, row.day, *facts)
