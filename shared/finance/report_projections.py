"""What pending commands beside reports of money make of the rows on screen."""

from collections.abc import Sequence
from typing import Any

from shared.core.command import Command
from shared.core.projection import Draft, Projection, ReadRow
from shared.finance.models import instant_of
from shared.finance.report_commands import ExplainGap, SetBookAccount
from shared.finance.report_vocabulary import BOOK_ACCOUNT, GAP_EXPLANATION


def explanation_body(command: Command, asked: ExplainGap, author_id: str = "") -> dict[str, Any]:
    """Return the explanation that an `ExplainGap` writes."""
    return {
        "id": command.target_id,
        "revision": command.id,
        "till_id": asked.till_id,
        "first": asked.first,
        "last": asked.last,
        "reason": str(asked.reason),
        "words": asked.words,
        "author_id": author_id,
        "made_at": instant_of(command),
    }


def book_account_body(command: Command, asked: SetBookAccount) -> dict[str, Any]:
    """Return the code that a `SetBookAccount` sets."""
    body = {"id": command.target_id, "revision": command.id}
    return {**body, "what": asked.what, "code": asked.code, "name": asked.name}


def _explain(command: Command, _read: ReadRow) -> Sequence[Draft]:
    body = explanation_body(command, ExplainGap.model_validate(command.payload))
    return [Draft(GAP_EXPLANATION, body["id"], body, body["till_id"])]


def _set_account(command: Command, _read: ReadRow) -> Sequence[Draft]:
    body = book_account_body(command, SetBookAccount.model_validate(command.payload))
    return [Draft(BOOK_ACCOUNT, body["id"], body)]


PROJECTIONS: dict[str, Projection] = {"ExplainGap": _explain, "SetBookAccount": _set_account}
