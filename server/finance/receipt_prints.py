"""Counts the prints of receipts that the server gave, so that the second one says that it is a duplicate."""

from collections.abc import Sequence

from server.core.batch import Batch, CommandType, Decision, Item, applied, rejected
from server.core.entities import Body, missing
from server.finance.till_kinds import TEXT_KIND
from shared.core.text import text
from shared.finance.permissions import may_see_account, may_see_ledgers
from shared.finance.receipt_models import printed_again
from shared.finance.till_commands import PAYLOADS
from shared.finance.vocabulary import RECEIPT


def count(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Count prints; those of a till's receipts are all duplicates and aren't counted."""
    present = TEXT_KIND.read(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    for item in items:
        body = present.get(item.target.id)
        if body is None:
            decisions.append(missing(batch, item, RECEIPT))
        elif not _may(item, body):
            decisions.append(rejected(item, "not_allowed", text("This receipt isn't yours to see.")))
        else:
            after = printed_again(body, item.command.id)
            if after is not body:
                TEXT_KIND.update(batch, [after])
                present[item.target.id] = after
            decisions.append(applied(item.command.id))
    return decisions


def _may(item: Item, body: Body) -> bool:
    person_id = body["person_id"]
    return item.accepted or may_see_ledgers(item.author) or bool(person_id and may_see_account(item.author, person_id))


COMMANDS = (CommandType("PrintReceipt", PAYLOADS["PrintReceipt"], count),)
