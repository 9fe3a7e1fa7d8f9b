"""What commands beside reports of money do: missing numbers are explained, accounts get codes, journals are noted."""

from collections.abc import Sequence

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, rejected
from server.core.entities import Body
from server.finance.ground import unknown
from server.finance.journal import digest_of, journal_lines
from server.finance.report_kinds import BOOK_ACCOUNT_KIND, EXPLANATION_KIND, JOURNAL_KIND
from server.finance.report_queries import Span
from server.finance.till_kinds import TILL_KIND
from shared.core.text import text
from shared.finance.models import instant_of
from shared.finance.permissions import may_manage_finance
from shared.finance.report_commands import PAYLOADS, book_account_id
from shared.finance.report_projections import book_account_body, explanation_body
from shared.finance.vocabulary import TILL

_HERE = """
SELECT coalesce(sum(CASE WHEN sequence >= :first AND sequence <= :last THEN 1 ELSE 0 END), 0),
coalesce(max(sequence), 0) FROM receipt WHERE organisation_id = :o AND till_id = :till_id
"""


def explain(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Keep why numbers are missing; what was written before stays and is followed by this."""
    tills = TILL_KIND.read(batch, (item.payload.till_id for item in items))
    present = EXPLANATION_KIND.read(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    written: list[Body] = []
    for item in items:
        known = present.get(item.target.id)
        decision = agreed(known["revision"]) if known else _unexplained(batch, item, tills)
        if decision is None:
            written.append(explanation_body(item.command, item.payload, item.author.person_id))
        decisions.append(decision or applied(item.command.id))
    EXPLANATION_KIND.insert(batch, written)
    return decisions


def _unexplained(batch: Batch, item: Item, tills: dict[str, Body]) -> Decision | None:
    asked = item.payload
    if not may_manage_finance(item.author):
        return rejected(item, "not_allowed", text("Your role doesn't explain missing numbers. Ask the bursar."))
    if asked.till_id not in tills:
        return unknown(TILL)
    if asked.last < asked.first:
        return rejected(item, "numbers_not_missing", text("The last number is before the first. Swap them."))
    places = {"till_id": asked.till_id, "first": asked.first, "last": asked.last}
    row = batch.db.one(_HERE, o=batch.organisation_id, **places)
    here, reached = (int(row[0]), int(row[1])) if row else (0, 0)
    if here:
        words = text("Some of these numbers are there. Explain only those that are missing.")
        return rejected(item, "numbers_not_missing", words)
    if asked.last > reached:
        words = text("The till hasn't come to these numbers yet. Explain them when a later one is there.")
        return rejected(item, "numbers_not_missing", words)
    return None


def set_account(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Give what is posted a code; the last one who sets it is right."""
    present = BOOK_ACCOUNT_KIND.read(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    for item in items:
        before, after = present.get(item.target.id), book_account_body(item.command, item.payload)
        if not may_manage_finance(item.author):
            words = text("Your role doesn't set codes of accounts. Ask the bursar.")
            decisions.append(rejected(item, "not_allowed", words))
        elif item.target.id != book_account_id(item.payload.what):
            decisions.append(rejected(item, "field_invalid", text("This row isn't that account's.")))
        elif before is not None and {**before, "revision": ""} == {**after, "revision": ""}:
            decisions.append(agreed(before["revision"]))
        else:
            (BOOK_ACCOUNT_KIND.insert if before is None else BOOK_ACCOUNT_KIND.update)(batch, [after])
            decisions.append(applied(item.command.id))
    return decisions


def note_journal(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Keep that a journal was taken out, with a digest of what was in it; nobody changes that afterwards."""
    present = JOURNAL_KIND.read(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    for item in items:
        asked, known = item.payload, present.get(item.target.id)
        if known is not None:
            decisions.append(agreed(known["revision"]))
        elif not may_manage_finance(item.author):
            decisions.append(
                rejected(item, "not_allowed", text("Your role doesn't take journals out. Ask the bursar."))
            )
        elif asked.last_day < asked.first_day:
            words = text("The last day is before the first. Choose a later last day.")
            decisions.append(rejected(item, "period_invalid", words))
        else:
            lines = journal_lines(batch.db, Span(batch.organisation_id, asked.first_day, asked.last_day))
            body = {"id": item.target.id, "revision": item.command.id, "digest": digest_of(lines), "lines": len(lines)}
            days = {"first_day": asked.first_day, "last_day": asked.last_day}
            made = {"author_id": item.author.person_id, "made_at": instant_of(item.command)}
            JOURNAL_KIND.insert(batch, [{**body, **days, **made}])
            decisions.append(applied(item.command.id))
    return decisions


COMMANDS = (
    CommandType("NoteJournal", PAYLOADS["NoteJournal"], note_journal),
    CommandType("ExplainGap", PAYLOADS["ExplainGap"], explain),
    CommandType("SetBookAccount", PAYLOADS["SetBookAccount"], set_account),
)
