"""What must agree in the books: each entry's postings, all accounts together, and allocations."""

from collections.abc import Iterator

from server.core.agreement import Disagreement
from server.core.database import Db
from shared.core.text import text
from shared.finance.vocabulary import ALLOCATION, LEDGER_ENTRY

_UNEVEN = """
SELECT e.id FROM ledger_entry e LEFT JOIN posting p ON p.organisation_id = e.organisation_id AND p.entry_id = e.id
WHERE e.organisation_id = :o GROUP BY e.id HAVING sum(p.amount) IS NULL OR sum(p.amount) <> 0 ORDER BY e.id
"""
_BEYOND = """
SELECT e.id FROM ledger_entry e JOIN (
  SELECT organisation_id, {side} AS id, sum(amount) AS used FROM allocation WHERE organisation_id = :o
  GROUP BY organisation_id, {side}
) a ON a.organisation_id = e.organisation_id AND a.id = e.id
WHERE e.organisation_id = :o AND (a.used < 0 OR a.used > abs(e.amount)) ORDER BY e.id
"""


def books_agree(db: Db, organisation_id: str) -> Iterator[Disagreement]:
    """Look through the books; nothing of them is mended but by a linked entry that someone answers for.

    Codes: `entry_uneven` (its postings don't come to zero, so neither does the trial balance) and
    `allocated_beyond` (more of an entry is used than it has, or less than nothing).
    """
    for (entry_id,) in db.rows(_UNEVEN, o=organisation_id):
        words = text("The postings of the entry {id} don't come to zero. Reverse it and enter it anew.", id=entry_id)
        yield Disagreement("entry_uneven", LEDGER_ENTRY, entry_id, words)
    for side in ("entry_id", "charge_id"):
        for (entry_id,) in db.rows(_BEYOND.format(side=side), o=organisation_id):
            words = text("More of the entry {id} is used than it has. Look at the person's account.", id=entry_id)
            yield Disagreement("allocated_beyond", ALLOCATION, entry_id, words)


AGREEMENTS = (books_agree,)
