"""What matching does: a line of money is a payment, cash that was banked or a refund; what it proves is confirmed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, rejected
from server.core.entities import Body, EntityKind, missing
from server.core.sql import SetSql
from server.finance.bank_kinds import LINE_KIND, MATCH_KIND, MATCHES_OF_GOALS, MATCHES_OF_LINES
from server.finance.confirm_service import ledgers_of_payments, take_back
from server.finance.ground import packed
from server.finance.kinds import PAYMENT_KIND
from server.finance.receipt_letters import tell_confirmed
from server.finance.till_kinds import MOVEMENT_KIND, REQUEST_KIND, SHIFT_KIND
from shared.core.text import text
from shared.finance.bank_commands import PAYLOADS, MatchMoney
from shared.finance.bank_models import aside_body, ended_match, match_body
from shared.finance.bank_words import MONEY_MATCH, STATEMENT_LINE, Effect, Goal, LineState, MatchState
from shared.finance.match_rules import counting, left_of_goal, left_of_line, match_fault
from shared.finance.permissions import may_approve
from shared.finance.vocabulary import Confirmation, PaymentState

_KINDS: Mapping[Goal, EntityKind] = {
    Goal.PAYMENT: PAYMENT_KIND,
    Goal.CASH_MOVEMENT: MOVEMENT_KIND,
    Goal.REQUEST: REQUEST_KIND,
}
_LEAST_REASON = 3


def matches_of(batch: Batch, statement: SetSql, ids: Iterable[str]) -> list[Body]:
    """Return the matches of lines or of goals."""
    rows = batch.db.rows(statement, o=batch.organisation_id, ids=packed(ids))
    return [MATCH_KIND.body_of(row) for row in rows]


def not_yours(item: Item) -> Decision | None:
    """Refuse whoever doesn't reconcile."""
    if item.accepted or may_approve(item.author):
        return None
    return rejected(item, "not_allowed", text("Your role doesn't reconcile money. Ask the bursar."))


@dataclass
class Ground:
    """Lines and goals, locked, with their matches; what one item adds the next one sees."""

    lines: dict[str, Body]
    goals: dict[str, tuple[Goal, Body]] = field(default_factory=dict)
    currencies: dict[str, str] = field(default_factory=dict)
    matches: dict[str, Body] = field(default_factory=dict)
    confirmed: dict[str, Body] = field(default_factory=dict)

    def left(self, line: Body) -> int:
        """What of a line is open."""
        return left_of_line(line, [one for one in self.matches.values() if one["line_id"] == line["id"]])

    def left_of(self, goal_id: str) -> int:
        """What of a goal no line shows."""
        if goal_id not in self.goals:
            return 0
        own = [one for one in self.matches.values() if one["goal_id"] == goal_id]
        return left_of_goal(*self.goals[goal_id], own)


def ground_of(batch: Batch, line_ids: Iterable[str], goals: Iterable[tuple[Goal, str]] = ()) -> Ground:
    """Return lines and goals, held until the transaction ends."""
    found = Ground(LINE_KIND.read(batch, line_ids))
    wanted = set(goals)
    for goal, kind in _KINDS.items():
        ids = [key for word, key in wanted if word is goal]
        if ids:
            found.goals |= {key: (goal, body) for key, body in kind.read(batch, ids).items()}
    shifts = [body["shift_id"] for goal, body in found.goals.values() if goal is Goal.CASH_MOVEMENT]
    drawers = SHIFT_KIND.read(batch, shifts) if shifts else {}
    for key, (goal, body) in found.goals.items():
        row = drawers.get(body["shift_id"], {}) if goal is Goal.CASH_MOVEMENT else body
        found.currencies[key] = str(row.get("currency", ""))
    of_lines = matches_of(batch, MATCHES_OF_LINES, found.lines)
    of_goals = matches_of(batch, MATCHES_OF_GOALS, found.goals) if found.goals else []
    found.matches = {one["id"]: one for one in (*of_lines, *of_goals)}
    return found


def match(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Match lines; each item is whole or not at all."""
    goals = [(one.goal, one.id) for item in items for one in item.payload.goals]
    ground = ground_of(batch, (item.target.id for item in items), goals)
    decisions: list[Decision] = []
    made: list[Body] = []
    for item in items:
        line = ground.lines.get(item.target.id)
        decision = missing(batch, item, STATEMENT_LINE) if line is None else _unmatched(item, ground, line)
        if decision is None and line is not None:
            bodies = _matched(item, ground, line)
            made += bodies
            difference = sum(one["difference"] for one in bodies)
            decision = applied(item.command.id, difference=difference, left=ground.left(line))
        decisions.append(decision or applied(item.command.id))
    MATCH_KIND.insert(batch, made)
    PAYMENT_KIND.update(batch, list(ground.confirmed.values()))
    tell_confirmed(batch, list(ground.confirmed))
    return decisions


def _unmatched(item: Item, ground: Ground, line: Body) -> Decision | None:
    asked: MatchMoney = item.payload
    refusal = not_yours(item)
    if refusal is not None:
        return refusal
    ids = [one.id for one in asked.goals]
    own = [one for one in counting(ground.matches.values()) if one["line_id"] == line["id"]]
    if {one["goal_id"] for one in own} >= set(ids):
        return agreed(line["revision"])
    if len(set(ids)) != len(ids) or any(ground.goals.get(one.id, (None,))[0] is not one.goal for one in asked.goals):
        return rejected(item, "goal_settled", text("What you chose isn't there any more. Choose again."))
    left = [ground.left_of(one) for one in ids]
    fault = match_fault(line, ground.left(line), left, [ground.currencies[one] for one in ids], asked.reason)
    return rejected(item, *fault) if fault else None


def _matched(item: Item, ground: Ground, line: Body) -> list[Body]:
    asked: MatchMoney = item.payload
    by = (item.author.person_id, item.author.name)
    left, reason = ground.left(line), asked.reason.strip()
    bodies = []
    for one in asked.goals:
        body = match_body(item.command, line, one.goal, one.id, ground.left_of(one.id), by)
        body["effect"] = str(_confirm(item, ground, one.id) if one.goal is Goal.PAYMENT else Effect.NONE)
        bodies.append({**body, "reason": reason})
    if reason:
        bodies[-1]["difference"] = left - sum(one["amount"] for one in bodies)
    ground.matches |= {one["id"]: one for one in bodies}
    return bodies


def _confirm(item: Item, ground: Ground, payment_id: str) -> Effect:
    """Vouch for a payment that nobody vouched for yet."""
    goal, payment = ground.goals[payment_id]
    if payment["confirmation"] != Confirmation.UNCONFIRMED:
        return Effect.NONE
    state = {"state": str(PaymentState.COMPLETED)} if payment["state"] == PaymentState.PROCESSING else {}
    after = {**payment, **state, "confirmation": str(Confirmation.CONFIRMED), "revision": item.command.id}
    ground.goals[payment_id], ground.confirmed[payment_id] = (goal, after), after
    return Effect.CONFIRMED


def undo(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """End matches, and take back what they did."""
    present = MATCH_KIND.read(batch, (item.target.id for item in items))
    undone = [one["goal_id"] for one in present.values() if one["effect"] and one["goal_id"]]
    payments = PAYMENT_KIND.read(batch, undone) if undone else {}
    decisions: list[Decision] = []
    ended: list[Body] = []
    for item in items:
        body = present.get(item.target.id)
        decision = missing(batch, item, MONEY_MATCH) if body is None else _unending(item, body, payments)
        if decision is None and body is not None:
            _take_effect_back(batch, item, body, payments)
            by = (item.author.person_id, item.author.name)
            ended.append(ended_match(item.command, body, MatchState.ENDED, item.payload.reason, by))
        decisions.append(decision or applied(item.command.id))
    MATCH_KIND.update(batch, ended)
    return decisions


def _unending(item: Item, body: Body, payments: Mapping[str, Body]) -> Decision | None:
    refusal = not_yours(item)
    if refusal is not None:
        return refusal
    if body["state"] in (MatchState.ENDED, MatchState.REFUSED):
        return agreed(body["revision"])
    payment = payments.get(body["goal_id"] or "")
    if payment is not None and payment["state"] != PaymentState.COMPLETED:
        words = text("Some of this money went back since, or was voided. The match stays.")
        return rejected(item, "payment_gone", words)
    return None


def _take_effect_back(batch: Batch, item: Item, body: Body, payments: Mapping[str, Body]) -> None:
    payment = payments.get(body["goal_id"] or "")
    if payment is None:
        return
    if body["effect"] == Effect.PLACED:
        ledgers = ledgers_of_payments(batch, [payment["id"]])
        take_back(batch, item, ledgers, payment["id"], item.payload.reason)
        after = {"state": str(PaymentState.VOIDED)}
    else:
        unconfirmed = str(Confirmation.UNCONFIRMED)
        after = {"state": str(PaymentState.PROCESSING), "confirmation": unconfirmed}
    PAYMENT_KIND.update(batch, [{**payment, **after, "revision": item.command.id}])


def set_aside(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Set lines aside that are none of the students' money, or open them again."""
    ground = ground_of(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    written: list[Body] = []
    for item in items:
        line = ground.lines.get(item.target.id)
        decision = missing(batch, item, STATEMENT_LINE) if line is None else _unset(item, ground, line)
        if decision is None and line is not None:
            written.append(aside_body(item.command, line, item.payload.reason, aside=item.payload.aside))
        decisions.append(decision or applied(item.command.id))
    LINE_KIND.update(batch, written)
    return decisions


def _unset(item: Item, ground: Ground, line: Body) -> Decision | None:
    refusal = not_yours(item)
    if refusal is not None:
        return refusal
    if (line["state"] == LineState.ASIDE) == item.payload.aside:
        return agreed(line["revision"])
    if any(one["line_id"] == line["id"] for one in counting(ground.matches.values())):
        return rejected(item, "line_settled", text("This line is explained already. End its match first."))
    if item.payload.aside and len(item.payload.reason.strip()) < _LEAST_REASON:
        return rejected(item, "reason_missing", text("Say in a few words what this line is."))
    return None


COMMANDS = (
    CommandType("MatchMoney", PAYLOADS["MatchMoney"], match),
    CommandType("UndoMatch", PAYLOADS["UndoMatch"], undo),
    CommandType("SetLineAside", PAYLOADS["SetLineAside"], set_aside),
)
