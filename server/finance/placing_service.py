"""What becomes of money that came with no student: it is placed on one or several, or goes back with approval."""

from collections.abc import Sequence

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, rejected
from server.core.database import RepeatTransactionError
from server.core.entities import Body, missing
from server.finance.bank_kinds import MATCH_KIND
from server.finance.ground import Ledgers, day_of, ledgers_of, unknown
from server.finance.kinds import PAYMENT_KIND
from server.finance.match_service import Ground, ground_of, not_yours
from server.finance.money_came import Coming, money_came
from shared.core.text import text
from shared.finance.bank_commands import PAYLOADS, PlaceMoney
from shared.finance.bank_models import ended_match, match_body, placed_rows, return_body
from shared.finance.bank_words import MONEY_MATCH, STATEMENT_LINE, Effect, Goal, MatchState
from shared.finance.match_rules import place_fault, return_fault
from shared.finance.vocabulary import PAYMENT


def place(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Put money of lines on students: a confirmed payment, its entries, and the match with the line."""
    ground = ground_of(batch, (item.payload.line_id for item in items))
    ledgers = ledgers_of(batch, (one.person_id for item in items for one in item.payload.paid_for))
    present = PAYMENT_KIND.read(batch, (item.target.id for item in items))
    decisions = []
    for item in items:
        before = present.get(item.target.id)
        decision = agreed(before["revision"]) if before else _unplaced(batch, item, ground, ledgers)
        decisions.append(decision or _placed(batch, item, ground, ledgers))
    return decisions


def _unplaced(batch: Batch, item: Item, ground: Ground, ledgers: Ledgers) -> Decision | None:
    asked: PlaceMoney = item.payload
    line = ground.lines.get(asked.line_id)
    refusal = not_yours(item)
    if refusal is not None or line is None:
        return refusal or missing(batch, item, STATEMENT_LINE)
    people = [one.person_id for one in asked.paid_for]
    if any(one not in ledgers.names for one in people):
        return unknown(PAYMENT)
    if len(set(people)) != len(people):
        words = text("A student stands in this payment twice. Put the amounts together.")
        return rejected(item, "student_twice", words)
    if sum(one.amount for one in asked.paid_for) != asked.amount:
        words = text("The students' shares don't add up to the payment. Check the amounts.")
        return rejected(item, "shares_differ", words)
    fault = place_fault(line, ground.left(line), asked.amount)
    return rejected(item, *fault) if fault else None


def _placed(batch: Batch, item: Item, ground: Ground, ledgers: Ledgers) -> Decision:
    line = ground.lines[item.payload.line_id]
    by = (item.author.person_id, item.author.name)
    rows = placed_rows(item.command, item.payload, line, by, day_of(batch, item.command.observed_at))
    if not PAYMENT_KIND.insert(batch, [rows.payment]):
        raise RepeatTransactionError
    paid = money_came(batch, ledgers, [Coming(item.command, rows.entries, rows.wanted, rows.tenders)])[0]
    made = match_body(item.command, line, Goal.PAYMENT, rows.payment["id"], item.payload.amount, by)
    made["effect"] = str(Effect.PLACED)
    MATCH_KIND.insert(batch, [made])
    ground.matches[made["id"]] = made
    credit = item.payload.amount - sum(one["amount"] for one in paid)
    return applied(item.command.id, reference=rows.payment["reference"], credit=credit, left=ground.left(line))


def ask_return(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Ask that money of lines goes back; until someone else decides, it can't be placed."""
    ground = ground_of(batch, (item.payload.line_id for item in items))
    present = MATCH_KIND.read(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    for item in items:
        before, line = present.get(item.target.id), ground.lines.get(item.payload.line_id)
        refusal = agreed(before["revision"]) if before else not_yours(item)
        if refusal is None and line is None:
            refusal = missing(batch, item, STATEMENT_LINE)
        if refusal is None and line is not None:
            fault = place_fault(line, ground.left(line), item.payload.amount, returned=True)
            refusal = rejected(item, *fault) if fault else None
        if refusal is None and line is not None:
            by = (item.author.person_id, item.author.name)
            made = return_body(item.command, line, item.payload.amount, item.payload.reason, by)
            MATCH_KIND.insert(batch, [made])
            ground.matches[made["id"]] = made
        decisions.append(refusal or applied(item.command.id))
    return decisions


def decide_return(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Approve or refuse returns that someone else asked for; the money itself is sent by hand."""
    present = MATCH_KIND.read(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    written: list[Body] = []
    for item in items:
        body = present.get(item.target.id)
        wanted = MatchState.MADE if item.payload.approved else MatchState.REFUSED
        decision = not_yours(item) or (missing(batch, item, MONEY_MATCH) if body is None else None)
        if decision is None and body is not None:
            decision = agreed(body["revision"]) if body["state"] == wanted else _undecided(item, body)
        if decision is None and body is not None:
            by = (item.author.person_id, item.author.name)
            written.append(ended_match(item.command, body, wanted, item.payload.reason, by))
        decisions.append(decision or applied(item.command.id))
    MATCH_KIND.update(batch, written)
    return decisions


def _undecided(item: Item, body: Body) -> Decision | None:
    fault = return_fault(body, item.author.person_id)
    return rejected(item, *fault) if fault else None


COMMANDS = (
    CommandType("PlaceMoney", PAYLOADS["PlaceMoney"], place),
    CommandType("AskReturn", PAYLOADS["AskReturn"], ask_return),
    CommandType("DecideReturn", PAYLOADS["DecideReturn"], decide_return),
)
