"""What a person may ask of statements and what matches them: import, match, take apart, place, and give back."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from shared.core.command import Id
from shared.core.fields import FieldChange
from shared.core.ids import derived_id
from shared.core.money import MOST_MINOR
from shared.core.strict import StrictModel
from shared.finance.bank_words import Goal
from shared.finance.commands import MOST_LINES, Amount, Currency, PaidFor, Reason, Words
from shared.finance.statement_reading import MOST_LETTERS

Balance = Annotated[int, Field(ge=-MOST_MINOR, le=MOST_MINOR)]
MOST_GOALS = 200


class _Part(StrictModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class SaveBankLayout(_Part):
    """Keep how a bank writes its statements (target: the layout's id); `changes` are of name, rules and state."""

    changes: dict[str, FieldChange] = Field(min_length=1, max_length=5)


class ImportStatement(_Part):
    """Bring a statement in (target: its id): lines become rows, and nothing is booked.

    `content` is the file as text, `rules` the layout by which it is read. `opening` and `closing` are balances in
    minor units where the file doesn't tell them. Totals that don't agree need a `reason`.
    """

    file_name: Words
    layout_name: str = Field(default="", max_length=200)
    rules: dict[str, Any] = Field(max_length=40)
    currency: Currency
    content: str = Field(max_length=MOST_LETTERS)
    opening: Balance | None = None
    closing: Balance | None = None
    reason: str = Field(default="", max_length=500)


class MatchGoal(_Part):
    """A payment, cash that was banked, or an approved refund."""

    goal: Goal
    id: Id


class MatchMoney(_Part):
    """Say what a line's money is (target: the line). A match confirms payments that nobody vouched for.

    With a `reason` what the goals don't come to is a difference, and the line is settled. Without one the rest of the
    line stays open.
    """

    goals: tuple[MatchGoal, ...] = Field(min_length=1, max_length=MOST_GOALS)
    reason: str = Field(default="", max_length=500)


class UndoMatch(_Part):
    """End a match (target); what it confirmed is unconfirmed again, what it placed is taken back."""

    reason: Reason


class SetLineAside(_Part):
    """Say that a line is none of the students' money, with a reason, or (`aside` false) that it is open again."""

    aside: bool = True
    reason: str = Field(default="", max_length=500)


class PlaceMoney(_Part):
    """Put money of a line on students (target: the new payment's id); what `goes_to` leaves stays as credit."""

    line_id: Id
    amount: Amount
    paid_for: tuple[PaidFor, ...] = Field(min_length=1, max_length=MOST_LINES)
    payer_name: str = Field(default="", max_length=200)
    note: str = Field(default="", max_length=300)


class AskReturn(_Part):
    """Ask that money of a line goes back to whoever sent it (target: the new match's id); someone else decides."""

    line_id: Id
    amount: Amount
    reason: Reason


class DecideReturn(_Part):
    """Approve or refuse a return that someone else asked for (target: the match)."""

    approved: bool
    reason: str = Field(default="", max_length=500)


PAYLOADS: dict[str, type[StrictModel]] = {
    "SaveBankLayout": SaveBankLayout,
    "ImportStatement": ImportStatement,
    "MatchMoney": MatchMoney,
    "UndoMatch": UndoMatch,
    "SetLineAside": SetLineAside,
    "PlaceMoney": PlaceMoney,
    "AskReturn": AskReturn,
    "DecideReturn": DecideReturn,
}


def match_id(command_id: str, goal_id: str) -> str:
    """Return the id of the match that a command makes with a goal."""
    return derived_id("money_match", command_id, goal_id)


def line_id(statement_id: str, fingerprint: str) -> str:
    """Return the id of a line that a statement brings."""
    return derived_id("statement_line", statement_id, fingerprint)
