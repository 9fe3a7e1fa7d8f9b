"""What a bursar does with statements and lines of money: import, match, end, set aside, place, and give back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.finance.account_store import currency_of, ledger_of, open_charges, today_of
from desktop.finance.bank_store import MoneyRow
from shared.core.errors import CampusError
from shared.core.money import money_text
from shared.core.text import text
from shared.finance.bank_words import BANK_LAYOUT, BANK_STATEMENT
from shared.finance.ledger_rules import share_out
from shared.finance.match_rules import match_fault, place_fault, return_fault
from shared.finance.permissions import may_approve
from shared.finance.statement_layouts import READY, layout_fault
from shared.finance.statement_reading import Statement, decoded, fitting, read_statement, totals_fault

Body = Mapping[str, Any]
ACTIVE, RETIRED = "active", "retired"
_LEAST_REASON = 3


def _ready_name(word: str) -> str:
    names = {
        "signed": text("One amount with its sign"),
        "debit_credit": text("Debit and credit columns"),
        "marked": text("Amount marked CR or DR"),
        "semicolon": text("Semicolons and decimal commas"),
    }
    return names[word]


@dataclass(frozen=True)
class Layout:
    """A layout to read statements by; one that comes ready has no row."""

    key: str
    name: str
    rules: Body
    body: Body | None = None


def layouts(desk: Desk) -> list[Layout]:
    """Return the institute's own layouts in use, then those that come ready."""
    own = [
        Layout(str(one["id"]), str(one["name"]), one["rules"], one)
        for one in desk.store.page(BANK_LAYOUT, limit=-1)
        if one["state"] == ACTIVE
    ]
    return [*own, *(Layout(word, _ready_name(word), rules) for word, _, rules in READY)]


def fitting_layout(desk: Desk, content: str) -> Layout | None:
    """Return the layout of whose columns a file has the most."""
    known = layouts(desk)
    key = fitting(content, [(one.key, one.rules) for one in known])
    return next((one for one in known if one.key == key), None)


def _check(desk: Desk) -> None:
    if not may_approve(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't reconcile money. Ask the bursar."))


def _by(desk: Desk) -> dict[str, str]:
    return {"author_id": desk.actor.person_id, "author_name": desk.actor.name}


def save_layout(desk: Desk, name: str, rules: Body, shown: Body | None = None) -> str:
    """Keep a layout; returns its id. Raises CampusError `not_allowed`, `field_invalid`."""
    _check(desk)
    fault = layout_fault(rules) or (None if name.strip() else text("Give the layout a name."))
    if fault is not None:
        raise CampusError("field_invalid", fault)
    wanted = {"name": name.strip()[:200], "rules": dict(rules), "state": ACTIVE}
    before: Body = shown or {}
    changes = {key: {"old": before.get(key), "new": value} for key, value in wanted.items() if before.get(key) != value}
    target = str(before.get("id") or desk.ids())
    if changes:
        desk.commit([Ask("SaveBankLayout", target, {"changes": changes}, base=before.get("revision"))])
    return target


def read_file(content: bytes, layout: Layout) -> str:
    """Return a file's text. Raises CampusError `statement_not_csv`."""
    return decoded(content, str(layout.rules["encoding"]))


def look(desk: Desk, content: str, layout: Layout) -> Statement:
    """Return what a file says. Raises CampusError as `read_statement` does, and `field_invalid` for the layout."""
    fault = layout_fault(layout.rules)
    if fault is not None:
        raise CampusError("field_invalid", fault)
    return read_statement(content, layout.rules, currency_of(desk), today_of(desk))


def was_imported(desk: Desk, content: str) -> bool:
    """Tell whether this very file was imported before."""
    digest = hashlib.sha256(content.encode()).hexdigest()
    return any(one["digest"] == digest for one in desk.store.page(BANK_STATEMENT, limit=-1))


def bring_in(
    desk: Desk,
    file_name: str,
    content: str,
    layout: Layout,
    *,
    opening: int | None = None,
    closing: int | None = None,
    reason: str = "",
) -> str:
    """Import a statement; returns its id.

    Raises CampusError `not_allowed`, `statement_known`, `statement_totals`, and as `look` does.
    """
    _check(desk)
    found = look(desk, content, layout)
    if was_imported(desk, content):
        raise CampusError("statement_known", text("This file was imported before. Choose another one."))
    missed = totals_fault(found, opening, closing)
    if missed and len(reason.strip()) < _LEAST_REASON:
        words = text(
            "Opening balance and lines miss the closing balance by {amount}. Check the file, or say why.",
            amount=money_text(missed, currency_of(desk)),
        )
        raise CampusError("statement_totals", words)
    payload = {
        "file_name": file_name[:200] or text("Statement"),
        "layout_name": layout.name[:200],
        "rules": dict(layout.rules),
        "currency": currency_of(desk),
        "content": content,
        "opening": opening,
        "closing": closing,
        "reason": reason.strip(),
    }
    target = desk.ids()
    desk.commit([Ask("ImportStatement", target, {**payload, **_by(desk)})])
    return target


def match(desk: Desk, line: MoneyRow, goals: Sequence[MoneyRow], reason: str = "") -> None:
    """Say what a line's money is. Raises CampusError with the codes of `match_fault`, and `not_allowed`."""
    _check(desk)
    fault = match_fault(line.body, line.left, [one.left for one in goals], [one.currency for one in goals], reason)
    if fault is not None:
        raise CampusError(*fault)
    asked = [{"goal": str(one.goal), "id": one.id} for one in goals]
    payload = {"goals": asked, "reason": reason.strip(), **_by(desk)}
    desk.commit([Ask("MatchMoney", line.id, payload, base=str(line.body["revision"]))])


def end(desk: Desk, matches: Sequence[Body], reason: str) -> None:
    """End matches. Raises CampusError `not_allowed`, `reason_missing`."""
    _check(desk)
    payload = {"reason": reason_of(reason), **_by(desk)}
    desk.commit([Ask("UndoMatch", str(one["id"]), payload, base=str(one["revision"])) for one in matches])


def set_aside(desk: Desk, line: MoneyRow, reason: str, *, aside: bool = True) -> None:
    """Set a line aside, or open it again. Raises CampusError `not_allowed`, `reason_missing`."""
    _check(desk)
    payload = {"aside": aside, "reason": reason_of(reason) if aside else ""}
    desk.commit([Ask("SetLineAside", line.id, payload, base=str(line.body["revision"]))])


def place(desk: Desk, line: MoneyRow, shares: Sequence[tuple[str, int]], payer: str = "", note: str = "") -> str:
    """Put money of a line on students, the longest due first; returns the payment's id.

    Raises CampusError with the codes of `place_fault`, `not_allowed`, `bad_amount`.
    """
    _check(desk)
    shares = [(person_id, amount) for person_id, amount in shares if amount > 0]
    if not shares:
        raise CampusError("bad_amount", text("Choose a student, and enter an amount above zero."))
    total = sum(amount for _, amount in shares)
    fault = place_fault(line.body, line.left, total)
    if fault is not None:
        raise CampusError(*fault)
    paid_for = [
        {"person_id": person_id, "amount": amount, "goes_to": _goes_to(desk, person_id, amount, line.currency)}
        for person_id, amount in shares
    ]
    target = desk.ids()
    payload = {"line_id": line.id, "amount": total, "paid_for": paid_for, "payer_name": payer.strip()[:200]}
    desk.commit([Ask("PlaceMoney", target, {**payload, "note": note.strip()[:300], **_by(desk)})])
    return target


def _goes_to(desk: Desk, person_id: str, amount: int, currency: str) -> list[dict[str, Any]]:
    account = ledger_of(desk, person_id, currency).account
    parts = share_out(amount, open_charges(desk, person_id, currency), account.open)
    return [{"entry_id": charge_id, "amount": part} for charge_id, part in parts]


def ask_return(desk: Desk, line: MoneyRow, reason: str) -> None:
    """Ask that what is left of a line goes back. Raises CampusError `reason_missing` and as `place_fault` says."""
    _check(desk)
    fault = place_fault(line.body, line.left, line.left, returned=True)
    if fault is not None:
        raise CampusError(*fault)
    payload = {"line_id": line.id, "amount": line.left, "reason": reason_of(reason), **_by(desk)}
    desk.commit([Ask("AskReturn", desk.ids(), payload)])


def decide_return(desk: Desk, asked: Body, *, approved: bool, reason: str = "") -> None:
    """Approve or refuse a return. Raises CampusError `not_allowed`, `second_person`, `request_settled`."""
    _check(desk)
    fault = return_fault(asked, desk.actor.person_id)
    if fault is not None:
        raise CampusError(*fault)
    payload = {"approved": approved, "reason": reason.strip()[:500], **_by(desk)}
    desk.commit([Ask("DecideReturn", str(asked["id"]), payload, base=str(asked["revision"]))])


def reason_of(words: str) -> str:
    """Return why, as it is kept. Raises CampusError `reason_missing`."""
    if len(words.strip()) < _LEAST_REASON:
        raise CampusError("reason_missing", text("Say in a few words why."))
    return words.strip()[:500]
