"""What choosing work for a portfolio does."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from server.core.area import Settler
from server.core.batch import Batch, CommandType, Decision, Item, held, rejected
from server.core.entities import Body
from server.core.sql import SetSql
from server.grading import whole_rows
from server.grading.ground import packed, refused
from server.grading.kinds import SUBMISSION_KIND
from server.grading.skill_kinds import ITEM_KIND
from shared.core.text import text
from shared.grading.commands import PAYLOADS
from shared.grading.portfolio import item_body, may_show, portfolio_fault, portfolio_item_id
from shared.grading.skill_vocabulary import PORTFOLIO_ITEM

_WORK = SetSql(
    f"SELECT {SUBMISSION_KIND.selected()}, m.released_at FROM {{ids}} i"  # noqa: S608 - our own column names
    " {by} submission t ON t.organisation_id = :o AND t.id = i.id LEFT JOIN mark m ON m.organisation_id = :o"
    " AND m.assignment_id = t.assignment_id AND m.enrolment_id = t.enrolment_id"
)


def save(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Take work into portfolios, with captions and order."""
    ids = packed(item.payload.submission_id for item in items)
    work = {row[0]: row for row in batch.db.rows(_WORK, o=batch.organisation_id, ids=ids)}
    return whole_rows.put(batch, ITEM_KIND, items, partial(_item, work), ("caption", "position", "state"))


def _item(work: Mapping[str, Sequence[Any]], item: Item, _before: Body | None) -> Body | Decision:
    row = work.get(item.payload.submission_id)
    if row is None:
        return held("waits_for_creation", text("The work hasn't been accepted yet. The office decides about both."),
                    PORTFOLIO_ITEM)  # fmt: skip
    submission = SUBMISSION_KIND.body_of(row[:-1])
    if not may_show(item.author, submission):
        return rejected(item, "not_allowed", text("Students choose among their own work alone."))
    if item.target.id != portfolio_item_id(submission["id"]):
        return rejected(item, "field_invalid", text("This place belongs to other work. Open the portfolio again."))
    fault = portfolio_fault(submission, {"released_at": row[-1]})
    return refused(item, fault) if fault else item_body(item.command, submission)


COMMANDS = (CommandType("SavePortfolioItem", PAYLOADS["SavePortfolioItem"], save),)
SETTLERS: dict[str, Settler] = {
    PORTFOLIO_ITEM: whole_rows.settler(ITEM_KIND),
}
