"""Lifts holds in the very transaction in which money comes, and takes letters back that wait to be sent."""

from collections.abc import Sequence

from server.core.batch import Batch, ChangedRow
from server.core.sql import SetSql
from server.finance.ground import day_of, ledgers_of, packed
from server.finance.overdue_service import Aim, looked_at, policy_of, write_holds
from server.learning import holds as hold_rows
from shared.core.text import text
from shared.finance.vocabulary import ALLOCATION, INSTALMENT_PLAN, LEDGER_ENTRY
from shared.learning.holds import STANDING

_UNNEEDED = SetSql(
    "UPDATE delivery SET state = 'suppressed', code = 'paid', reason = :reason, changed_at = :now"
    " WHERE organisation_id = :o AND state = 'queued' AND person_id IN (SELECT id FROM {ids} i)"
    " AND template IN ('payment_due', 'payment_overdue', 'instalment_due', 'instalment_overdue')"
)
_QUEUED = SetSql(
    "SELECT DISTINCT t.person_id FROM {ids} i {by} delivery t ON t.person_id = i.id"
    " WHERE t.organisation_id = :o AND t.state = 'queued'"
    " AND t.template IN ('payment_due', 'payment_overdue', 'instalment_due', 'instalment_overdue')"
)
_SEEN = "overdue looked at"


def money_moved(batch: Batch, rows: Sequence[ChangedRow]) -> None:
    """Look again at the people whose ledger or plan changed; only lifts, and never lays."""
    people = {str(row.body["person_id"]) for row in rows if row.body and row.body["person_id"]}
    seen: set[str] = batch.memory.setdefault(_SEEN, set())
    fresh = sorted(people - seen)
    if not fresh:
        return
    seen |= set(fresh)
    held = hold_rows.holds_of(batch.db, batch.organisation_id, fresh)
    standing = {key for key, own in held.items() if any(one["state"] == STANDING for one in own)}
    ids = packed(fresh)
    told = {str(row[0]) for row in batch.db.rows(_QUEUED, o=batch.organisation_id, ids=ids)}
    if standing | told:
        _look_again(batch, sorted(standing | told), told)


def look_anew(batch: Batch) -> None:
    """Look at everybody whose ledger this batch changed so far, those included who were looked at before."""
    batch.memory.pop(_SEEN, None)
    money_moved(batch, [row for row in batch.changes.values() if row.kind == LEDGER_ENTRY])


def _look_again(batch: Batch, people: Sequence[str], told: set[str]) -> None:
    ledgers = ledgers_of(batch, people)
    today = day_of(batch, batch.now)
    aim = Aim(today, policy_of(batch.db, batch.organisation_id), lay=False, remind=False)
    looks = list(looked_at(batch.db, batch.organisation_id, ledgers, people, aim))
    write_holds(batch, looks, today, batch.new_id())
    clear = [look.person_id for look in looks if look.person_id in told and not look.parts]
    if clear:
        reason = text("It was paid meanwhile.")
        batch.db.run(_UNNEEDED, o=batch.organisation_id, ids=packed(clear), reason=reason, now=batch.now)


FOLLOWERS = dict.fromkeys((LEDGER_ENTRY, ALLOCATION, INSTALMENT_PLAN), money_moved)
