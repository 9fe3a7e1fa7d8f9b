"""Where lines of money stand: as conditions of their list, and counted by one statement."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db
from server.core.openapi import described
from server.core.responses import answer
from shared.core.errors import CampusError
from shared.core.text import text
from shared.finance.bank_words import COUNTING, LinePart
from shared.finance.permissions import may_approve

_COUNTING = ", ".join(f"'{one}'" for one in sorted(COUNTING))
_SETTLED = (
    "SELECT m.line_id FROM money_match m JOIN statement_line l ON l.organisation_id = m.organisation_id"  # noqa: S608 - our own words
    f" AND l.id = m.line_id WHERE m.organisation_id = :organisation_id AND m.state IN ({_COUNTING})"
    " GROUP BY m.line_id, l.amount HAVING sum(m.amount + m.difference) = l.amount"
    " AND sum(CASE WHEN m.state = 'waiting' THEN 1 ELSE 0 END) = 0"
)
"""Lines that are explained, found once for a whole list: a look at each line's matches takes five times as long."""
PARTS = {
    str(LinePart.OPEN): f"t.state <> 'aside' AND t.id NOT IN ({_SETTLED})",
    str(LinePart.MATCHED): f"t.state <> 'aside' AND t.id IN ({_SETTLED})",
    str(LinePart.ASIDE): "t.state = 'aside'",
}
"""The conditions on a line `t` that `part_of_line` decides by; tests hold the two together."""
_COUNTS = f"""
SELECT part, origin, currency, count(*), sum(amount) FROM (
SELECT t.origin, t.currency, t.amount, CASE WHEN t.state = 'aside' THEN 'aside'
WHEN t.amount <> coalesce(f.explained, 0) OR coalesce(f.waiting, 0) > 0 THEN 'open' ELSE 'matched' END AS part
FROM statement_line t LEFT JOIN (
SELECT m.line_id, sum(m.amount + m.difference) AS explained,
sum(CASE WHEN m.state = 'waiting' THEN 1 ELSE 0 END) AS waiting
FROM money_match m WHERE m.organisation_id = :o AND m.state IN ({_COUNTING}) GROUP BY m.line_id) f ON f.line_id = t.id
WHERE t.organisation_id = :o) l GROUP BY part, origin, currency ORDER BY part, origin, currency
"""  # noqa: S608 - our own words
_COUNT: dict[str, Any] = {"part": "open", "told_by": "bank", "currency": "GHS", "lines": 12, "amount": 1_250_000}


def counted(db: Db, organisation_id: str) -> list[dict[str, Any]]:
    """Return how many lines stand where and what they come to in minor units, by who tells of them and currency."""
    return [
        {"part": part, "told_by": origin, "currency": currency, "lines": int(lines), "amount": int(amount)}
        for part, origin, currency, lines, amount in db.rows(_COUNTS, o=organisation_id)
    ]


def add_parts(router: APIRouter, context: Context) -> None:
    """Add the counts of lines."""

    @router.get("/parts", summary="How many lines stand where, and what they come to", **described(None, [_COUNT]))
    def parts(request: Request, known: Annotated[CurrentSignIn, Depends(context.auth.current)]) -> Response:
        if not may_approve(known.actor):
            raise CampusError("not_allowed", text("Your role doesn't reconcile money. Ask the bursar."))
        with context.database.read() as db:
            return answer(request, counted(db, known.actor.organisation_id))
