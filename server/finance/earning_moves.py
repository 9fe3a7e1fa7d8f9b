"""Brings what a merged instructor is owed to whoever stays, by lines that are added, and back when that is undone."""

from collections.abc import Mapping

from server.core.database import Db
from server.core.entities import Body
from server.core.person_moves import Kept, Merge, PersonMove
from server.finance.earning_follow import settle
from server.finance.earning_kinds import EARNING_KIND
from server.finance.ground import day_of
from shared.finance.earning_vocabulary import EarningKind, Payee

_STUDENTS = """
SELECT DISTINCT person_id FROM earning WHERE organisation_id = :o AND payee_id = :p AND person_id IS NOT NULL
"""
_OWED = """
SELECT currency, sum(amount) FROM earning WHERE organisation_id = :o AND payee_id = :p
GROUP BY currency HAVING sum(amount) <> 0 ORDER BY currency
"""
_COUNT = "SELECT count(*) FROM earning WHERE organisation_id = :o AND (payee_id = :p OR person_id = :p)"


def _line(merge: Merge, payee_id: str, amount: int, currency: str) -> Body:
    revision = merge.batch.new_id()
    return {
        "id": revision,
        "revision": merge.revision,
        "payee_kind": str(Payee.INSTRUCTOR),
        "payee_id": payee_id,
        "kind": str(EarningKind.PAID_OUT),
        "person_id": None,
        "source_id": None,
        "course_id": None,
        "amount": amount,
        "currency": currency,
        "day": day_of(merge.batch, merge.batch.now),
        "made_at": merge.batch.now,
    }


def _carry(merge: Merge, from_id: str, to_id: str) -> dict[str, int]:
    """Let shares that have moved count, then bring over what stays of payouts; returns what that was by currency."""
    places = {"o": merge.organisation_id, "p": from_id}
    students = {str(row[0]) for row in merge.batch.db.rows(_STUDENTS, **places)}
    if students:
        settle(merge.batch, students)
    left = {str(row[0]): int(row[1]) for row in merge.batch.db.rows(_OWED, **places)}
    lines = [
        _line(merge, payee_id, amount * sign, currency)
        for currency, amount in left.items()
        for payee_id, sign in ((from_id, -1), (to_id, 1))
    ]
    EARNING_KIND.insert(merge.batch, lines)
    return left


def move(merge: Merge) -> Kept:
    """Bring what is owed to the one who stays."""
    return _carry(merge, merge.from_id, merge.to_id)


def put_back(merge: Merge, kept: Kept) -> None:
    """Bring back what was brought over."""
    lines = [
        _line(merge, payee_id, amount * sign, currency)
        for currency, amount in (kept or {}).items()
        for payee_id, sign in ((merge.to_id, -1), (merge.from_id, 1))
    ]
    EARNING_KIND.insert(merge.batch, lines)


def counts(db: Db, organisation_id: str, person_id: str) -> Mapping[str, int]:
    """Return how many lines name someone, as who earns or as whose money it was."""
    row = db.one(_COUNT, o=organisation_id, p=person_id)
    n = int(row[0]) if row else 0
    return {"earning": n} if n else {}


MOVE = PersonMove("earnings", move, put_back, ("earning",), counts)
