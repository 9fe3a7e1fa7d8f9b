"""What looking at overdue money does: holds are laid and lifted, and people are reminded, each of each thing once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from server.core.batch import Batch
from server.core.database import Db
from server.core.entities import Body
from server.core.sql import SetSql
from server.finance.ground import Ledgers, ledgers_of, packed, read_ledgers
from server.finance.overdue_kinds import POLICY_KIND, REMINDER_KIND
from server.finance.plan_service import plans_of
from server.learning import holds as hold_rows
from server.messaging.service import NewNotice, notify
from shared.core.ids import derived_id
from shared.core.text import text
from shared.finance.overdue_commands import finance_policy_id
from shared.finance.overdue_projections import lifted_body
from shared.finance.overdue_rules import (
    Part,
    Reminder,
    Wanted,
    asked_reminder,
    currencies_of,
    holds_after,
    open_parts,
    reminder_of,
    wanted_holds,
)
from shared.finance.plan_rules import dues
from shared.finance.policy_rules import with_defaults
from shared.finance.vocabulary import PAYMENT_REMINDER
from shared.learning.holds import STANDING, hold_id, hold_sentence, hold_word
from shared.messaging.vocabulary import NoticeCategory, NoticePriority

WAITING, SENT, PAID = "waiting", "sent", "paid"
AT_ONCE = 100
"""People whose ledgers one transaction holds."""
_POLICY = f"SELECT {POLICY_KIND.selected()} FROM finance_policy t WHERE t.organisation_id = :o AND t.id = :id"  # noqa: S608 - our own names
_EXCEPTIONS = SetSql(
    "SELECT t.person_id, t.until FROM {ids} i {by} payment_exception t ON t.person_id = i.id"
    " WHERE t.organisation_id = :o AND t.until >= :today"
)
_MARKS = SetSql(
    "SELECT t.person_id, t.currency, t.marks FROM {ids} i {by} payment_reminder t ON t.person_id = i.id"
    " WHERE t.organisation_id = :o"
)
_ACTIVE = SetSql(
    "SELECT p.id, p.given_name, p.family_name FROM {ids} i {by} person p ON p.id = i.id"
    " WHERE p.organisation_id = :o AND p.state = 'active'"
)
_CONCERNED = f"""
SELECT person_id FROM (
SELECT DISTINCT person_id FROM (SELECT person_id, currency FROM ledger_entry WHERE organisation_id = :o
GROUP BY person_id, currency HAVING sum(amount) > 0) owing
UNION SELECT person_id FROM access_hold WHERE organisation_id = :o AND state = '{STANDING}') found ORDER BY person_id
"""  # noqa: S608 - our own words


def policy_of(db: Db, organisation_id: str) -> Mapping[str, Any]:
    """Return an institute's policy; the usual one, which does nothing by itself, where it never set any."""
    row = db.one(_POLICY, o=organisation_id, id=finance_policy_id(organisation_id))
    return with_defaults(POLICY_KIND.body_of(row) if row else None)


def concerned(db: Db, organisation_id: str) -> list[str]:
    """Return who owes anything once credit is taken off, and who is held."""
    return [str(row[0]) for row in db.rows(_CONCERNED, o=organisation_id)]


@dataclass
class Look:
    """What is found of one person on a day, and what is to be done about it."""

    person_id: str
    name: str
    parts: dict[str, list[Part]] = field(default_factory=dict)
    reminders: dict[str, Reminder] = field(default_factory=dict)
    laid: Sequence[Wanted] = ()
    changed: Sequence[tuple[Mapping[str, Any], Wanted]] = ()
    lifted: Sequence[Mapping[str, Any]] = ()
    spared: bool = False

    @property
    def anything(self) -> bool:
        """Whether anything is done."""
        return bool(self.reminders or self.laid or self.changed or self.lifted)


@dataclass(frozen=True)
class Aim:
    """What a look is for: the day, the policy, whether holds are laid, who is asked to be reminded by hand."""

    today: str
    policy: Mapping[str, Any]
    lay: bool = True
    remind: bool = True
    by_hand: bool = False


def looked_at(db: Db, organisation_id: str, ledgers: Ledgers, person_ids: Iterable[str], aim: Aim) -> Iterator[Look]:
    """Yield what is found of people, in their order; nothing is written."""
    ids = sorted(set(person_ids))
    given: dict[str, Any] = {"o": organisation_id, "ids": packed(ids)}
    plans: dict[str, list[Body]] = {}
    for plan in plans_of(db, organisation_id, ids):
        plans.setdefault(plan["person_id"], []).append(plan)
    spared = {row[0] for row in db.rows(_EXCEPTIONS, today=aim.today, **given)}
    names = {row[0]: " ".join(filter(None, row[1:])) for row in db.rows(_ACTIVE, **given)}
    marks = _marks(db, given)
    held = hold_rows.holds_of(db, organisation_id, ids)
    for one in ids:
        look = Look(one, names.get(one, ""), spared=one in spared)
        _fill(look, ledgers, plans.get(one, ()))
        if one in names:
            _remind(look, marks, aim)
        wanted: dict[str, Wanted] = {}
        for currency, parts in look.parts.items():
            wanted = {**wanted_holds(parts, aim.policy, aim.today, currency), **wanted}
        present = {hold["what"]: hold for hold in held.get(one, ())}
        look.laid, look.changed, look.lifted = holds_after(
            present, wanted, aim.today, spared=look.spared, lay=aim.lay and one in names
        )
        yield look


def _marks(db: Db, given: Mapping[str, Any]) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for person_id, currency, marks in db.rows(_MARKS, **given):
        found.setdefault((person_id, currency), set()).update(orjson.loads(marks))
    return found


def _fill(look: Look, ledgers: Ledgers, plans: Sequence[Body]) -> None:
    entries, allocations = ledgers.of(look.person_id)
    due = dues(plans, entries, allocations)
    for currency in currencies_of(entries):
        parts = open_parts(entries, allocations, due, currency)
        if parts:
            look.parts[currency] = parts


def _remind(look: Look, marks: Mapping[tuple[str, str], set[str]], aim: Aim) -> None:
    if not aim.remind or (look.spared and not aim.by_hand):
        return
    for currency, parts in look.parts.items():
        told = marks.get((look.person_id, currency), set())
        found = asked_reminder(parts, aim.today) if aim.by_hand else reminder_of(parts, aim.policy, aim.today, told)
        if found is not None:
            look.reminders[currency] = found


@dataclass
class Counts:
    """What a run came to."""

    looked_at: int = 0
    reminded: int = 0
    laid: int = 0
    lifted: int = 0


def act(batch: Batch, person_ids: Iterable[str], aim: Aim, counts: Counts, asked_by: str | None = None) -> None:
    """Lay and lift the holds of people and make their reminders, in the caller's transaction; their ledgers are locked.

    Reminders have ids of their person, currency, day and marks, so that two servers make one.
    """
    ledgers = ledgers_of(batch, person_ids)
    looks = list(looked_at(batch.db, batch.organisation_id, ledgers, ledgers.names, aim))
    revision = batch.new_id()
    bodies = [
        _reminder(batch, look, currency, aim, revision, asked_by) for look in looks for currency in look.reminders
    ]
    counts.looked_at += len(looks)
    counts.reminded += len(REMINDER_KIND.insert(batch, bodies))
    write_holds(batch, looks, aim.today, revision)
    counts.laid += sum(len(look.laid) for look in looks)
    counts.lifted += sum(len(look.lifted) for look in looks)


def write_holds(batch: Batch, looks: Iterable[Look], today: str, revision: str) -> None:
    """Write the holds that looks lay, change and lift."""
    fresh: list[Body] = []
    changed: list[Body] = []
    for look in looks:
        fresh += [_hold(look.person_id, one, today, revision) for one in look.laid]
        changed += [
            {**here, "amount": one.amount, "currency": one.currency, "ground": one.ground, "revision": revision}
            for here, one in look.changed
        ]
        changed += [lifted_body(one, revision, batch.now) for one in look.lifted]
    known = hold_rows.HOLD_KIND.read(batch, (one["id"] for one in fresh))
    new = [one for one in fresh if one["id"] not in known]
    if new or changed or known:
        hold_rows.write(batch, new, [*changed, *(one for one in fresh if one["id"] in known)])
        notify(batch, _told(fresh))


def _told(fresh: Sequence[Body]) -> list[NewNotice]:
    """Return what people are told of holds that were laid now: one notice each, whatever is withheld."""
    by_person: dict[str, list[Body]] = {}
    for one in fresh:
        by_person.setdefault(one["person_id"], []).append(one)
    return [
        NewNotice(
            person_id,
            ("hold", own[0]["since"], *sorted(one["what"] for one in own)),
            text("Held for payment: {what}", what=", ".join(hold_word(one["what"]) for one in own)),
            hold_sentence(own[0]),
            category=NoticeCategory.PAYMENT,
            priority=NoticePriority.HIGH,
        )
        for person_id, own in by_person.items()
    ]


def _hold(person_id: str, wanted: Wanted, today: str, revision: str) -> Body:
    return {
        "id": hold_id(person_id, wanted.what),
        "revision": revision,
        "person_id": person_id,
        "what": str(wanted.what),
        "state": STANDING,
        "ground": wanted.ground,
        "since": today,
        "amount": wanted.amount,
        "currency": wanted.currency,
        "lifted_at": None,
        "lifted_by": None,
        "lifted_by_name": "",
        "reason": "",
        "until": None,
    }


def _reminder(batch: Batch, look: Look, currency: str, aim: Aim, revision: str, asked_by: str | None) -> Body:
    found = look.reminders[currency]
    about = ("asked", aim.today) if aim.by_hand else tuple(found.marks)
    return {
        "id": derived_id(PAYMENT_REMINDER, look.person_id, currency, *about),
        "revision": revision,
        "person_id": look.person_id,
        "currency": currency,
        "day": aim.today,
        "kind": found.kind,
        "amount": found.amount,
        "items": [{"entry_id": one.entry_id, "due_on": one.due_on, "amount": one.amount} for one in found.parts],
        "marks": list(found.marks),
        "channels": list(aim.policy["channels"]),
        "contacts": bool(aim.policy["contacts"]),
        "by_hand": aim.by_hand,
        "state": WAITING,
        "asked_by": asked_by,
        "made_at": batch.now,
    }


def preview(db: Db, organisation_id: str, person_ids: Iterable[str], aim: Aim) -> list[Look]:
    """Return what would be done about people; nothing is written and nobody is locked."""
    ids = sorted(set(person_ids))
    found: list[Look] = []
    for at in range(0, len(ids), AT_ONCE):
        chunk = ids[at : at + AT_ONCE]
        entries, allocations = read_ledgers(db, organisation_id, packed(chunk))
        ledgers = Ledgers({}, {one["id"]: one for one in entries}, allocations)
        found += looked_at(db, organisation_id, ledgers, chunk, aim)
    return found
