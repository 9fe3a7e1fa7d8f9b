"""Carries out what days and people make of subscriptions: charges, credit, access and rows, in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from server.core.batch import Batch
from server.core.entities import Body
from server.core.sql import SetSql
from server.finance import period_discounts
from server.finance.charge_service import add_charges
from server.finance.ground import Ledgers, packed
from server.finance.kinds import ALLOCATION_KIND
from server.finance.ledger_writing import postings_of, undone, write_entries
from server.finance.subscription_kinds import PRICE_KIND, SUBSCRIPTION_KIND
from server.learning.access_service import Access, set_access
from shared.finance.entry_rules import reversed_postings
from shared.finance.models import Following, allocation_body, reversal_body
from shared.finance.subscription_commands import period_charge_id
from shared.finance.subscription_projections import charges_of, own_charges
from shared.finance.subscription_rules import Turn, access_of
from shared.finance.subscription_vocabulary import SubscriptionState

_PRICES = SetSql(
    f"SELECT {PRICE_KIND.selected()} FROM {{ids}} i {{by}} subscription_price t ON t.id = i.id"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :o"
)
_TERMS = "SELECT starts_on FROM academic_term WHERE organisation_id = :o ORDER BY starts_on"
_OF_PEOPLE = SetSql(
    f"SELECT {SUBSCRIPTION_KIND.selected()} FROM {{ids}} i {{by}} subscription t ON t.person_id = i.id"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :o ORDER BY t.id {lock}",
    lock="t",
)


@dataclass(frozen=True)
class Done:
    """A subscription with its price, what came of it, and what is new on its row."""

    before: Body | None
    price: Body
    turn: Turn


def prices_of(batch: Batch, ids: Iterable[str]) -> dict[str, Body]:
    """Return prices by id, without holding them: many subscribe at once."""
    rows = batch.db.rows(_PRICES, o=batch.organisation_id, ids=packed(ids))
    return {body["id"]: body for body in map(PRICE_KIND.body_of, rows)}


def terms_of(batch: Batch) -> list[str]:
    """Return the first days of the institute's terms."""
    return [str(row[0]) for row in batch.db.rows(_TERMS, o=batch.organisation_id)]


def subscriptions_of(batch: Batch, person_ids: Iterable[str]) -> list[Body]:
    """Return the subscriptions of people, those that are over too, and hold them; hold their ledgers first."""
    rows = batch.db.rows(_OF_PEOPLE, o=batch.organisation_id, ids=packed(person_ids))
    return [SUBSCRIPTION_KIND.body_of(row) for row in rows]


def carry_out(batch: Batch, ledgers: Ledgers, done: Sequence[Done], made: Following, day: str) -> None:
    """Write what came of subscriptions whose people's `ledgers` are held; rows that are new are added."""
    _take_back(batch, ledgers, [one.turn.body for one in done if one.turn.take_back], made, day)
    _charge(batch, ledgers, done, made, day)
    bodies = _with_access(batch, done, made.id)
    fresh, known = [], []
    for one, body in zip(done, bodies, strict=True):
        if one.before is None:
            fresh.append({**body, "revision": made.id})
        elif body != one.before:
            known.append({**body, "revision": made.id})
    SUBSCRIPTION_KIND.insert(batch, fresh)
    SUBSCRIPTION_KIND.update(batch, known)


def _charge(batch: Batch, ledgers: Ledgers, done: Sequence[Done], made: Following, day: str) -> None:
    by = {"made_by": _by(batch), "day": day}
    fresh: list[Body] = []
    reduced: list[tuple[Body, Body]] = []
    documents: list[str] = []
    for one in done:
        for period in one.turn.charges:
            entries = charges_of(made, one.turn.body, one.price, period, **by)
            new = [entry for entry in entries if entry["id"] not in ledgers.entries]
            fresh += new
            reduced += [(one.turn.body, entry) for entry in new]
            # What a period is charged stands on one invoice, however many fees it is.
            documents += [period_charge_id(one.turn.body["id"], period.number)] * len(new)
    add_charges(batch, fresh, documents)
    ledgers.add(fresh)
    period_discounts.give(batch, ledgers, reduced, made, day)
    paid = [one for entry in fresh for one in _from_credit(ledgers, entry, made)]
    ALLOCATION_KIND.insert(batch, paid)


def _by(batch: Batch) -> str:
    """Return whose charge it is; the server's own have nobody's name."""
    return batch.actor.person_id if batch.origin.device_id else ""


def _from_credit(ledgers: Ledgers, entry: Body, made: Following) -> list[Body]:
    """Let what a student paid ahead pay a period."""
    account, found = ledgers.account(entry["person_id"], entry["currency"]), []
    left = account.open.get(entry["id"], 0)
    for payment_id, free in account.credit.items():
        part = min(left, free)
        if part > 0:
            found.append(allocation_body(made, entry["person_id"], payment_id, entry["id"], part))
            left -= part
    ledgers.add([], found)
    return found


def _take_back(batch: Batch, ledgers: Ledgers, bodies: Sequence[Body], made: Following, day: str) -> None:
    """Reverse what was charged for a subscription that nobody ever paid."""
    entries = [
        entry
        for body in bodies
        for entry in own_charges(body, ledgers.of(body["person_id"])[0])
        if ledgers.reversal_of(entry["id"]) is None
    ]
    if not entries:
        return
    posted = postings_of(batch, (one["id"] for one in entries))
    backs, undoing = [], []
    for entry in entries:
        backs.append(reversal_body(made, entry, _by(batch), day))
        undoing += undone(made, ledgers, entry["id"])
    write_entries(batch, backs, {one["id"]: reversed_postings(posted[one["reverses_id"]]) for one in backs})
    ALLOCATION_KIND.insert(batch, undoing)
    ledgers.add(backs, undoing)


def _with_access(batch: Batch, done: Sequence[Done], revision: str) -> list[Body]:
    """Open and close classes; only what a subscription closed itself is opened by it again."""
    wanted = {one.turn.body["enrolment_id"]: access for one in done if (access := _access_wanted(one))}
    moved = set_access(batch, wanted, revision) if wanted else set()
    found = []
    for body in (one.turn.body for one in done):
        access = wanted.get(body["enrolment_id"])
        closed = access is Access.CLOSE and body["enrolment_id"] in moved
        kept = bool(body["withheld"]) and access in (None, Access.CLOSE)
        found.append({**body, "withheld": kept or closed})
    return found


def _access_wanted(one: Done) -> Access | None:
    body, before = one.turn.body, one.before
    if before is not None and before["state"] == body["state"]:
        return None
    open_ = access_of(body)
    if open_ is None:
        return Access.END
    if not open_:
        return None if body["state"] == SubscriptionState.PENDING else Access.CLOSE
    if before is None or before["state"] == SubscriptionState.PENDING:
        return Access.OPEN
    return Access.REOPEN if body["withheld"] else None
