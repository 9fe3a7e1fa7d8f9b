"""When money that came is explained: what is left of lines and goals, what stands against a match, and differences."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from shared.core.money import money_text
from shared.core.text import text
from shared.finance.bank_words import COUNTING, Goal, LinePart, LineProblem, LineState, MatchState, Origin
from shared.finance.payment_rules import is_payment_reference
from shared.finance.vocabulary import Confirmation, Method, Movement, PaymentState, RequestKind, RequestState

Body = Mapping[str, Any]
Refusal = tuple[str, str]
_GONE = frozenset({PaymentState.FAILED, PaymentState.VOIDED})
_LEAST_REASON = 3


def counting(matches: Iterable[Body]) -> list[Body]:
    """Return the matches that take something."""
    return [one for one in matches if one["state"] in COUNTING]


def left_of_line(line: Body, matches: Iterable[Body]) -> int:
    """Return what of a line isn't explained yet, signed; `matches` are the line's own."""
    if line["state"] == LineState.ASIDE:
        return 0
    return int(line["amount"]) - sum(int(one["amount"]) + int(one["difference"]) for one in counting(matches))


def part_of_line(line: Body, matches: Sequence[Body]) -> LinePart:
    """Return where a line stands in the list; one whose money waits to go back still wants somebody's word."""
    if line["state"] == LineState.ASIDE:
        return LinePart.ASIDE
    waits = any(one["state"] == MatchState.WAITING for one in counting(matches))
    return LinePart.OPEN if waits or left_of_line(line, matches) else LinePart.MATCHED


def worth(goal: Goal, body: Body) -> int:
    """Return what a goal should show on a statement: money in above zero, money back below; cash shows nothing."""
    if goal is Goal.PAYMENT:
        if body["state"] in _GONE or body["confirmation"] == Confirmation.REFUSED:
            return 0
        if body["gateway"]:
            return int(body["amount"]) if body["confirmation"] == Confirmation.CONFIRMED else 0
        return sum(int(one["amount"]) for one in body["tenders"] if one["method"] != Method.CASH)
    if goal is Goal.CASH_MOVEMENT:
        return int(body["amount"]) if body["movement"] == Movement.BANK else 0
    if goal is Goal.REQUEST:
        goes = body["kind"] == RequestKind.REFUND and body["state"] == RequestState.APPROVED
        return -int(body["amount"]) if goes and body["method"] != Method.CASH else 0
    return 0


def left_of_goal(goal: Goal, body: Body, matches: Iterable[Body]) -> int:
    """Return what of a goal no line shows yet; `matches` are the goal's own."""
    whole = worth(goal, body)
    left = whole - sum(int(one["amount"]) for one in counting(matches))
    return left if whole and (left > 0) == (whole > 0) else 0


def match_fault(line: Body, left: int, goals: Sequence[int], currencies: Iterable[str], reason: str) -> Refusal | None:
    """Return why these can't be matched, or None. `left` is what is open of the line, `goals` what of each goal."""
    if not left:
        return "line_settled", text("This line is explained already. End its match first.")
    if not line["live"]:
        return "line_test_money", text("This is test money: nothing came. Set the line aside.")
    if not all(goals):
        words = text("One of these is matched already, or was taken back. Choose again.")
        return "goal_settled", words
    if any(one != line["currency"] for one in currencies):
        words = text("The line is in {currency}, the payment isn't. Choose another one.", currency=line["currency"])
        return "match_currency", words
    total = sum(goals)
    if (total > 0) != (left > 0):
        return "match_direction", text("One is money in, the other money out. Choose another one.")
    if abs(total) > abs(left) and len(reason.strip()) < _LEAST_REASON:
        missing = money_text(abs(total - left), str(line["currency"]))
        words = text("{amount} less came than these payments come to. Say why, such as fees.", amount=missing)
        return "difference_unnamed", words
    return None


def place_fault(line: Body, left: int, amount: int, *, returned: bool = False) -> Refusal | None:
    """Return why money of a line can't be put on students or given back, or None."""
    if not line["live"]:
        return "line_test_money", text("This is test money: nothing came. Set the line aside.")
    if line["problem"] == LineProblem.OTHER_CURRENCY and not returned:
        return "match_currency", problem_words(LineProblem.OTHER_CURRENCY)
    if left <= 0:
        return "line_settled", text("Nothing of this line is left to place.")
    if amount > left:
        shown = money_text(left, str(line["currency"]))
        return "line_exceeded", text("Only {amount} of this line is left. Check the amounts.", amount=shown)
    return None


def return_fault(match: Body, person_id: str) -> Refusal | None:
    """Return why this person can't decide a return, or None."""
    if match["goal"] != Goal.RETURN or match["state"] != MatchState.WAITING:
        return "request_settled", text("This was decided already.")
    if match["made_by"] == person_id:
        return "second_person", text("You asked for this yourself. Somebody else decides.")
    return None


def method_of(line: Body) -> Method:
    """Return the means by which a line's money came."""
    return Method.BANK_TRANSFER if line["origin"] == Origin.BANK else Method(line["origin"])


def problem_words(problem: str, reference: str = "") -> str:
    """Return what is the matter with a gateway's line, and what to do; empty where nothing is.

    A reference of ours that isn't known is a payment that a restored backup lacks and whose signed words, if there were
    any, leave a doubt: only the gateway can tell whose it is, and whether it went back.
    """
    if problem == LineProblem.UNKNOWN_REFERENCE and is_payment_reference(reference):
        return text(
            "Campusdesk began this payment and doesn't know it any more, as after a restored backup. Look up the"
            " reference on the gateway's own page: it says who paid. Then press Place on students; if the money went"
            " back there, press Set aside."
        )
    words = {
        LineProblem.OTHER_AMOUNT: text("Another amount came than was asked for. Place it, or give it back."),
        LineProblem.OTHER_CURRENCY: text("Money of another currency came. Give it back through the gateway."),
        LineProblem.TEST_MONEY: text("The gateway's test mode says this: no money came. Set the line aside."),
        LineProblem.LIVE_MONEY: text("Real money came for a payment of the test mode. Place it, or give it back."),
        LineProblem.UNKNOWN_REFERENCE: text("The gateway has a payment that isn't ours. Place it, or give it back."),
    }
    return words[LineProblem(problem)] if problem in set(LineProblem) else ""
