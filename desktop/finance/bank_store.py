"""Reads the one list of reconciliation: lines of money with what may belong to them, and what no line shows yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.finance.words import methods_words
from desktop.timetable.store import full_name
from shared.core.text import text
from shared.finance.bank_words import (
    MONEY_MATCH,
    STATEMENT_LINE,
    TRANSFER_PROOF,
    Goal,
    LineState,
    MatchState,
    Origin,
    ProofState,
)
from shared.finance.match_hints import Hint, Hints, Students, Wanted
from shared.finance.match_rules import counting, left_of_goal, left_of_line
from shared.finance.vocabulary import (
    CASH_MOVEMENT,
    PAYMENT,
    REQUEST,
    SHIFT,
    Confirmation,
    Method,
    Movement,
)
from shared.people.vocabulary import PERSON

Body = Mapping[str, Any]
KINDS_READ = frozenset({STATEMENT_LINE, TRANSFER_PROOF, MONEY_MATCH, PAYMENT, CASH_MOVEMENT, REQUEST})
OPEN, WAITING, MATCHED, ASIDE, PROOF = "open", "waiting", "matched", "aside", "proof"
"""The parts of the list: lines to explain, what no line shows yet, what is explained or set aside, transfers shown."""
BANK, GATEWAY, DESK_MONEY, TRANSFER, CASH, BACK = "bank", "gateway", "desk", "transfer", "cash", "back"
"""Where money is told of."""


@dataclass(frozen=True)
class MoneyRow:
    """One row of the list: a line (`goal` is None), or something that a line should show."""

    id: str
    source: str
    part: str
    day: str
    words: str
    reference: str
    amount: int
    left: int
    currency: str
    body: Body
    goal: Goal | None = None
    hints: Sequence[Hint] = ()
    matches: Sequence[Body] = ()

    @property
    def is_unconfirmed(self) -> bool:
        """Whether nobody vouches for it yet."""
        return self.goal is Goal.PAYMENT and self.body["confirmation"] == Confirmation.UNCONFIRMED


@dataclass
class MoneyList:
    """All rows, and what they stand on."""

    rows: list[MoneyRow] = field(default_factory=list)
    goals: dict[str, MoneyRow] = field(default_factory=dict)

    def row(self, row_id: str) -> MoneyRow | None:
        """Return a row."""
        return next((one for one in self.rows if one.id == row_id), None)


def read_money(desk: Desk) -> MoneyList:
    """Return the list, the latest day first."""
    matches = desk.store.page(MONEY_MATCH, limit=-1)
    by_line, by_goal = defaultdict(list), defaultdict(list)
    for one in matches:
        by_line[one["line_id"]].append(one)
        by_goal[one["goal_id"]].append(one)
    goals = {row.id: row for row in _goals(desk, by_goal)}
    hints = Hints(_wanted(desk, row) for row in goals.values() if row.left)
    lines = [_line(one, by_line[one["id"]], hints) for one in desk.store.page(STATEMENT_LINE, limit=-1)]
    waiting = [row for row in goals.values() if row.left]
    rows = sorted([*lines, *waiting, *_proofs(desk)], key=lambda row: (row.day, row.id), reverse=True)
    return MoneyList(rows, goals)


def _line(line: Body, matches: Sequence[Body], hints: Hints) -> MoneyRow:
    left = left_of_line(line, matches)
    living = counting(matches)
    waits = any(one["state"] == MatchState.WAITING for one in living)
    part = ASIDE if line["state"] == LineState.ASIDE else OPEN if left or waits else MATCHED
    source = BANK if line["origin"] == Origin.BANK else GATEWAY
    return MoneyRow(
        str(line["id"]),
        source,
        part,
        str(line["day"]),
        str(line["words"]),
        str(line["reference"]),
        int(line["amount"]),
        left,
        str(line["currency"]),
        line,
        hints=hints.of(line, left) if left and line["live"] else (),
        matches=living,
    )


def _goals(desk: Desk, by_goal: Mapping[str, Sequence[Body]]) -> Iterable[MoneyRow]:
    names = _Names(desk)
    for body in desk.store.page(PAYMENT, limit=-1):
        left = left_of_goal(Goal.PAYMENT, body, by_goal.get(body["id"], ()))
        yield _payment(names, body, left)
    drawers = {one["id"]: one for one in desk.store.page(SHIFT, limit=-1)}
    for body in desk.store.page(CASH_MOVEMENT, limit=-1):
        if body["movement"] == Movement.BANK:
            left = left_of_goal(Goal.CASH_MOVEMENT, body, by_goal.get(body["id"], ()))
            currency = str(drawers.get(body["shift_id"], {}).get("currency") or "")
            words = text("Cash banked by {name}", name=body["person_name"])
            yield MoneyRow(
                body["id"], CASH, WAITING, body["moved_at"][:10], words, body["reason"], body["amount"], left, currency,
                body, Goal.CASH_MOVEMENT,
            )  # fmt: skip
    for body in desk.store.page(REQUEST, limit=-1):
        left = left_of_goal(Goal.REQUEST, body, by_goal.get(body["id"], ()))
        if left:
            words = text("Paid back: {name}", name=names.of(body["person_id"]))
            yield MoneyRow(
                body["id"], BACK, WAITING, (body["decided_at"] or body["asked_at"])[:10], words, body["number"],
                -body["amount"], left, body["currency"], body, Goal.REQUEST,
            )  # fmt: skip


def _proofs(desk: Desk) -> Iterable[MoneyRow]:
    names = _Names(desk)
    for body in desk.store.page(TRANSFER_PROOF, [Where("state", "=", str(ProofState.WAITING))], limit=-1):
        amount = int(body["amount"])
        yield MoneyRow(
            str(body["id"]), TRANSFER, PROOF, str(body["paid_on"]), names.of(body["person_id"]), str(body["reference"]),
            amount, amount, str(body["currency"]), body,
        )  # fmt: skip


def _payment(names: _Names, body: Body, left: int) -> MoneyRow:
    methods = [str(one["method"]) for one in body["tenders"]]
    source = GATEWAY if body["gateway"] else TRANSFER if Method.BANK_TRANSFER in methods else DESK_MONEY
    who = names.of(body["person_id"]) or str(body["payer_name"])
    references = [str(one.get("reference") or "") for one in body["tenders"] if one["method"] != Method.CASH]
    words = f"{methods_words(','.join(methods))} · {who}" if who else methods_words(",".join(methods))
    shown = ", ".join(filter(None, references)) or str(body["receipt_number"] or body["reference"])
    return MoneyRow(
        str(body["id"]), source, WAITING, str(body["taken_at"])[:10], words, shown, left, left, str(body["currency"]),
        body, Goal.PAYMENT,
    )  # fmt: skip


class _Names:
    """The names of people, read once each."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._known = desk, dict[str, str]()

    def of(self, person_id: str | None) -> str:
        if not person_id:
            return ""
        if person_id not in self._known:
            self._known[person_id] = full_name(self._desk.store.get(PERSON, person_id))
        return self._known[person_id]


def _wanted(desk: Desk, row: MoneyRow) -> Wanted:
    body, names, numbers = row.body, [str(row.body.get("payer_name") or "")], []
    references = [row.reference]
    if row.goal is Goal.PAYMENT:
        references += [str(body["reference"]), str(body["receipt_number"])]
        references += [str(one.get("reference") or "") for one in body["tenders"]]
        person = desk.store.get(PERSON, body["person_id"] or "") or {}
        names.append(full_name(person) if person else "")
        numbers.append(str(person.get("number") or ""))
    return Wanted(
        row.id,
        row.left,
        row.currency,
        row.day,
        tuple(filter(None, references)),
        tuple(filter(None, names)),
        tuple(filter(None, numbers)),
    )


def students_named(desk: Desk, line: Body) -> list[dict[str, Any]]:
    """Return the people whom a line names by number or whole name."""
    people = desk.store.page(PERSON, limit=-1)
    ids = Students(people).named(line)
    found = desk.store.many(PERSON, ids)
    return [dict(found[one]) for one in ids if one in found]


def matches_of(desk: Desk, line_id: str) -> list[dict[str, Any]]:
    """Return the matches of a line that count."""
    return [dict(one) for one in counting(desk.store.page(MONEY_MATCH, [Where("line_id", "=", line_id)], limit=-1))]
