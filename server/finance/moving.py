"""Brings the ledger of a merged person to whoever stays, by reversals and new entries, and back when that is undone."""

from collections.abc import Mapping, Sequence

from server.core.database import Db
from server.core.entities import Body
from server.core.person_moves import Kept, Merge, Owned, PersonMove, count_of
from server.core.sql import SetSql
from server.finance import plan_moving
from server.finance.credit_service import put_elsewhere
from server.finance.ground import Ledgers, day_of, ledgers_of, packed
from server.finance.kinds import ALLOCATION_KIND, ENTRY_KIND
from server.finance.ledger_writing import reverse
from shared.core.text import plural
from shared.finance.ledger_rules import in_order
from shared.finance.models import allocation_body
from shared.finance.vocabulary import EntryKind

_ENTRIES = Owned("ledger_entry")
_GONE = SetSql("SELECT count(*) FROM {ids} i {by} ledger_entry t ON t.reverses_id = i.id WHERE t.organisation_id = :o")


def _living(ledgers: Ledgers, person_id: str) -> list[Body]:
    living = [one for one in ledgers.of(person_id)[0] if one["kind"] != EntryKind.REVERSAL]
    places = {one["id"]: place for place, one in enumerate(in_order(living))}
    return sorted((one for one in living if not ledgers.reversal_of(one["id"])), key=lambda one: places[one["id"]])


def _pairs(ledgers: Ledgers, ids: set[str]) -> dict[tuple[str, str], int]:
    """Return what pays what among these entries, as far as it isn't undone."""
    sums: dict[tuple[str, str], int] = {}
    for one in ledgers.allocations:
        if {one["entry_id"], one["charge_id"]} <= ids:
            key = (one["entry_id"], one["charge_id"])
            sums[key] = sums.get(key, 0) + one["amount"]
    return {key: amount for key, amount in sums.items() if amount}


def _carry(merge: Merge, ledgers: Ledgers, entries: Sequence[Body], person_id: str) -> list[str]:
    """Reverse entries and book them on another ledger, with what pays what and what plans them; returns the new ids."""
    batch, item = merge.batch, merge.item
    pairs = _pairs(ledgers, {one["id"] for one in entries})
    day = day_of(batch, item.command.observed_at)
    reverse(batch, item, ledgers, entries, day)
    made = put_elsewhere(batch, item, ledgers, entries, person_id, day)
    new = {old["id"]: one["id"] for old, one in zip(entries, made, strict=True)}
    paid = [
        allocation_body(item.command, person_id, new[entry_id], new[charge_id], amount)
        for (entry_id, charge_id), amount in pairs.items()
    ]
    ALLOCATION_KIND.insert(batch, paid)
    ledgers.add([], paid)
    for holder in {one["person_id"] for one in entries}:
        plan_moving.follow(merge, new, holder, person_id)
    return [one["id"] for one in made]


def _keep_names(merge: Merge, ledgers: Ledgers) -> None:
    """Publish what stays on the old ledger as it is: what was written there never takes another name."""
    entries, allocations = ledgers.of(merge.from_id)
    for kind, bodies in ((ENTRY_KIND, entries), (ALLOCATION_KIND, allocations)):
        for body in bodies:
            kind.publish(merge.batch, body)


def move(merge: Merge) -> Kept:
    """Book what is alive on the ledger of the one who goes on that of the one who stays; returns the new ids."""
    ledgers = ledgers_of(merge.batch, (merge.from_id, merge.to_id))
    entries = _living(ledgers, merge.from_id)
    _keep_names(merge, ledgers)
    return _carry(merge, ledgers, entries, merge.to_id) if entries else []


def put_back(merge: Merge, kept: Kept) -> None:
    """Book the same entries back."""
    if kept:
        ledgers = ledgers_of(merge.batch, (merge.from_id, merge.to_id))
        alive = {one["id"]: one for one in _living(ledgers, merge.to_id)}
        _carry(merge, ledgers, [alive[one] for one in kept if one in alive], merge.from_id)


def counts(db: Db, organisation_id: str, person_id: str) -> Mapping[str, int]:
    """Return how many entries someone's ledger has."""
    n = count_of(db, organisation_id, _ENTRIES, person_id)
    return {"ledger_entry": n} if n else {}


def hinders_undo(db: Db, organisation_id: str, _from_id: str, _to_id: str, kept: Kept) -> list[str]:
    """Return why entries can't go back: some were reversed since."""
    row = db.one(_GONE, o=organisation_id, ids=packed(kept)) if kept else None
    n = int(row[0]) if row else 0
    words = plural(
        "{n} entry of the ledger was reversed since. Undo is no longer possible.",
        "{n} entries of the ledger were reversed since. Undo is no longer possible.",
        n,
    )
    return [words] if n else []


MOVES = (
    PersonMove(
        "ledger",
        move,
        put_back,
        ("ledger_entry", "allocation", "payment", "account_note", "instalment_plan", "discount_use"),
        counts,
        hinders_undo=hinders_undo,
    ),
)
