"""The rows of reconciliation as commands make them: the same on the desktop before the server spoke, and there."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.core.command import Command
from shared.finance.bank_commands import ImportStatement, PlaceMoney, line_id, match_id
from shared.finance.bank_words import Effect, Goal, LineState, MatchState, Origin
from shared.finance.commands import payment_entry_id
from shared.finance.ledger_rules import Share
from shared.finance.match_rules import method_of
from shared.finance.models import PaymentRows, Stamp, entry_body, instant_of
from shared.finance.payment_rules import payment_reference
from shared.finance.statement_reading import Statement, StatementRow
from shared.finance.vocabulary import Confirmation, EntryKind, PaymentState

Body = dict[str, Any]
By = tuple[str, str]
"""A person's id and name."""


def statement_body(command: Command, asked: ImportStatement, read: Statement, digest: str, by: By) -> Body:
    """Return the row of a file that was brought in; how many lines were taken is filled in later."""
    days = sorted(row.day for row in read.rows)
    return {
        "id": command.target_id,
        "revision": command.id,
        "file_name": asked.file_name,
        "digest": digest,
        "layout_name": asked.layout_name,
        "currency": asked.currency,
        "first_day": days[0],
        "last_day": days[-1],
        "opening": read.opening if asked.opening is None else asked.opening,
        "closing": read.closing if asked.closing is None else asked.closing,
        "total": read.total,
        "taken": 0,
        "skipped": 0,
        "reason": asked.reason.strip(),
        "imported_at": instant_of(command),
        "imported_by": by[0],
        "imported_by_name": by[1],
    }


def line_body(command: Command, row: StatementRow, fingerprint: str, currency: str) -> Body:
    """Return the row of a line of a bank's statement."""
    return {
        "id": line_id(command.target_id, fingerprint),
        "revision": command.id,
        "origin": str(Origin.BANK),
        "statement_id": command.target_id,
        "line": row.line,
        "day": row.day,
        "words": row.words,
        "reference": row.reference,
        "amount": row.amount,
        "currency": currency,
        "live": True,
        "problem": "",
        "fingerprint": fingerprint,
        "state": str(LineState.OPEN),
        "reason": "",
    }


def match_body(command: Command, line: Mapping[str, Any], goal: Goal, goal_id: str, amount: int, by: By) -> Body:
    """Return what says that `amount` of a line is a goal's."""
    return {
        "id": match_id(command.id, goal_id),
        "revision": command.id,
        "line_id": line["id"],
        "goal": str(goal),
        "goal_id": goal_id,
        "amount": amount,
        "difference": 0,
        "effect": str(Effect.NONE),
        "state": str(MatchState.MADE),
        "reason": "",
        "made_at": instant_of(command),
        "made_by": by[0],
        "made_by_name": by[1],
        "ended_by": None,
        "ended_by_name": "",
        "ended_reason": "",
    }


def return_body(command: Command, line: Mapping[str, Any], amount: int, reason: str, by: By) -> Body:
    """Return what asks that money of a line goes back."""
    body = match_body(command, line, Goal.RETURN, "", amount, by)
    more = {"id": command.target_id, "goal_id": None, "state": str(MatchState.WAITING), "reason": reason.strip()}
    return {**body, **more}


def ended_match(command: Command, match: Mapping[str, Any], state: MatchState, reason: str, by: By) -> Body:
    """Return a match that was ended, or a return that was decided."""
    return {
        **match,
        "revision": command.id,
        "state": str(state),
        "ended_by": by[0] or None,
        "ended_by_name": by[1],
        "ended_reason": reason.strip(),
    }


def aside_body(command: Command, line: Mapping[str, Any], reason: str, *, aside: bool) -> Body:
    """Return a line that was set aside, or opened again."""
    state = LineState.ASIDE if aside else LineState.OPEN
    return {**line, "revision": command.id, "state": str(state), "reason": reason.strip() if aside else ""}


def placed_rows(
    command: Command, asked: PlaceMoney, line: Mapping[str, Any], by: By = ("", ""), day: str = ""
) -> PaymentRows:
    """Return what placing money of a line makes: a confirmed payment with an entry for each student."""
    method = method_of(line)
    tender = {"method": str(method), "amount": asked.amount, "reference": str(line["reference"])[:100]}
    people = [one.person_id for one in asked.paid_for]
    payment = confirmed_payment(command, asked.amount, str(line["currency"]), tender, by)
    more = {"payer_name": asked.payer_name.strip(), "note": asked.note.strip()}
    payment |= more | {"person_id": people[0] if len(people) == 1 else None}
    entries = [
        paid_entry(command, payment, one.person_id, one.amount, str(method), by[0], day) for one in asked.paid_for
    ]
    wanted: dict[str, Sequence[Share]] = {
        payment_entry_id(payment["id"], one.person_id): [(part.entry_id, part.amount) for part in one.goes_to]
        for one in asked.paid_for
    }
    return PaymentRows(payment, entries, wanted, [(method, asked.amount)])


def confirmed_payment(command: Command, amount: int, currency: str, tender: Mapping[str, Any], by: By) -> Body:
    """Return a payment of which somebody else than the payer told; `tender` is how it came."""
    return {
        "id": command.target_id,
        "revision": command.id,
        "reference": payment_reference(command.target_id, command.observed_at),
        "state": str(PaymentState.COMPLETED),
        "confirmation": str(Confirmation.CONFIRMED),
        "amount": amount,
        "currency": currency,
        "tenders": [dict(tender)],
        "person_id": None,
        "payer_name": "",
        "sponsor_id": None,
        "note": "",
        "gateway": "",  # nothing was begun there, so nothing can be sent back through it
        "metadata": {},
        "shift_id": None,
        "receipt_id": None,
        "receipt_number": "",
        "taken_at": instant_of(command),
        "taken_by": by[0],
        "taken_by_name": by[1],
    }


def paid_entry(
    made: Stamp, payment: Mapping[str, Any], person_id: str, amount: int, what: str, made_by: str, day: str
) -> Body:
    """Return one student's entry of a payment; `day` is empty where it is the day on which it was made."""
    more = {"day": day} if day else {}
    return entry_body(
        made,
        payment_entry_id(str(payment["id"]), person_id),
        EntryKind.PAYMENT,
        -amount,
        person_id=person_id,
        currency=payment["currency"],
        what=what,
        number=payment["reference"],
        payment_id=payment["id"],
        made_by=made_by,
        **more,
    )
