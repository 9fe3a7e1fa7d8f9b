"""The rows of overdue money in the matrix: a hold, a reminder and an exception for each course."""

from collections.abc import Callable
from typing import Any

from shared.core.ids import derived_id
from shared.finance.overdue_commands import finance_policy_id, payment_exception_id
from shared.finance.vocabulary import PAYMENT_REMINDER
from shared.learning.holds import hold_id

Rows = dict[str, str]
Make = Callable[[str, dict[str, Any], str], str]
Do = Callable[[str, str, dict[str, Any], str], str]
_RULE = {"what": "exam", "ground": "owed", "days": 0, "least": 0}


def policy(do: Do, home: str) -> None:
    """Let whoever owes anything be kept from exams."""
    do("SetFinancePolicy", finance_policy_id(home), {"changes": {"holds": {"old": [], "new": [_RULE]}}}, home)


def overdue(make: Make, do: Do, rows: Rows, home: str, today: str) -> None:
    """Hold and remind whoever owes something; someone spared is another matter."""
    make("RunOverdue", {}, home)
    make("RemindPayers", {"person_ids": [rows["person"]]}, home)
    rows["hold"] = hold_id(rows["person"], "exam")
    rows["reminder"] = derived_id(PAYMENT_REMINDER, rows["person"], "GHS", "asked", today)
    wanted = {"person_id": rows["person"], "until": "2020-01-01", "reason": "Was spared once"}
    rows["exception"] = do("SparePayer", payment_exception_id(rows["person"]), wanted, home)
