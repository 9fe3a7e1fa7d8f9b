"""What decisions about kit stand on: people with their courses and loans, bookings, limits and clocks, in sets."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

import orjson

from server.core.batch import Batch, Decision, Item, held, rejected
from server.core.entities import Body
from server.core.sql import SetSql
from server.learning.holds import holds_of
from server.people.institute_day import zone_of
from server.timetable.kit_kinds import BOOKING_KIND, DESK, LOAN_KIND, POLICY_KIND
from shared.core.clock import instant_text, parse_instant
from shared.core.text import text
from shared.learning.holds import HoldOn, held_on
from shared.learning.vocabulary import ATTENDING
from shared.timetable.kit_commands import kit_policy_id
from shared.timetable.kit_rules import DEFAULT_POLICY, Borrower, Ground, Refusal
from shared.timetable.kit_vocabulary import KIT_ITEM

_PEOPLE = SetSql(
    "SELECT p.id, p.state, p.roles, p.given_name, p.family_name FROM {ids} i {by} person p ON p.id = i.id"
    " WHERE p.organisation_id = :organisation_id"
)
_COURSES = SetSql(
    "SELECT DISTINCT e.person_id, c.course_id FROM {ids} i {by} enrolment e ON e.person_id = i.id"  # noqa: S608 - our own names
    " JOIN cohort c ON c.organisation_id = e.organisation_id AND c.id = e.cohort_id"
    " WHERE e.organisation_id = :organisation_id AND e.state IN"
    f" ({', '.join(repr(str(state)) for state in sorted(ATTENDING))})"
)
_LOANS = SetSql(
    f"SELECT {LOAN_KIND.selected()} FROM {{ids}} i {{by}} kit_loan t ON t.person_id = i.id"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :organisation_id AND (t.state = 'out' OR (t.state = 'back' AND t.back_at > t.due_at"
    " AND t.back_at > :since))"
)
_BOOKED = SetSql(
    f"SELECT {BOOKING_KIND.selected()} FROM {{ids}} i {{by}} kit_booking t ON t.item_id = i.id"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :organisation_id AND t.state = 'booked' AND t.ends_at > :since"
)
_NAMES = SetSql(
    "SELECT t.id, t.name FROM {ids} i {by} kit_item t ON t.id = i.id WHERE t.organisation_id = :organisation_id"
)
_POLICY = (
    f"SELECT {POLICY_KIND.selected()} FROM kit_policy t"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :organisation_id AND t.id = :id"
)
_LONGEST_BLOCK = timedelta(days=366)


def _packed(ids: Iterable[str]) -> str:
    return orjson.dumps(sorted(set(ids))).decode()


@dataclass
class KitGround:
    """What one run needs to know, read in a few statements whatever its size."""

    zone: ZoneInfo
    policy: Mapping[str, int]
    people: dict[str, Borrower] = field(default_factory=dict)
    bookings: dict[str, list[Body]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def at(self, item: Item) -> Ground:
        """Return what a decision about an item stands on: its own instant counts, however late it comes."""
        return Ground(item.command.observed_at, self.zone, self.policy)


def read_ground(batch: Batch, person_ids: Iterable[str], item_ids: Iterable[str]) -> KitGround:
    """Return what is known of these people and these pieces."""
    places = {"organisation_id": batch.organisation_id}
    row = batch.db.one(_POLICY, id=kit_policy_id(batch.organisation_id), **places)
    policy = POLICY_KIND.body_of(row) if row else dict(DEFAULT_POLICY)
    ground = KitGround(zone_of(batch.db, batch.organisation_id), policy)
    _read_people(batch, ground, _packed(person_ids))
    # What was observed on a device may be older than what is over by now.
    since = instant_text(parse_instant(batch.now) - _LONGEST_BLOCK)
    for found in batch.db.rows(_BOOKED, ids=_packed(item_ids), since=since, **places):
        body = BOOKING_KIND.body_of(found)
        ground.bookings.setdefault(body["item_id"], []).append(body)
    return ground


def _read_people(batch: Batch, ground: KitGround, ids: str) -> None:
    places = {"organisation_id": batch.organisation_id, "ids": ids}
    since = instant_text(parse_instant(batch.now) - _LONGEST_BLOCK)
    courses: dict[str, set[str]] = {}
    for person_id, course_id in batch.db.rows(_COURSES, **places):
        courses.setdefault(person_id, set()).add(course_id)
    loans: dict[str, list[Body]] = {}
    for found in batch.db.rows(_LOANS, since=since, **places):
        loan = LOAN_KIND.body_of(found)
        loans.setdefault(loan["person_id"], []).append(loan)
    holds = holds_of(batch.db, batch.organisation_id, orjson.loads(ids))
    for person_id, state, roles, given, family in batch.db.rows(_PEOPLE, **places):
        body = {"id": person_id, "state": state, "roles": orjson.loads(roles)}
        name = " ".join(part for part in (given, family) if part)
        taking = frozenset(courses.get(person_id, ()))
        held = held_on(holds.get(person_id, ()), HoldOn.EQUIPMENT)
        ground.people[person_id] = Borrower(body, name, taking, loans.get(person_id, []), held)
    wanted = _packed(loan["item_id"] for theirs in loans.values() for loan in theirs)
    ground.names = {row[0]: row[1] for row in batch.db.rows(_NAMES, organisation_id=batch.organisation_id, ids=wanted)}


def in_the_way(batch: Batch, item: Item, refusal: Refusal, title: str = "") -> Decision:
    """Refuse at once where someone waits for the answer; keep for the office what happened at a desk already."""
    if not batch.origin.device_id:
        return rejected(item, refusal.code, refusal.sentence)
    message = text("{reason} It is kept for the office to decide.", reason=refusal.sentence)
    return held(refusal.code, message, KIT_ITEM, DESK, title)


def not_allowed(item: Item) -> Decision:
    """Refuse for want of a permission."""
    return rejected(item, "not_allowed", text("Your role doesn't lend kit. Ask whoever keeps it."))


def unknown_person(kind: str) -> Decision:
    """Keep what names a person whom the server doesn't have yet."""
    message = text("The person hasn't been accepted yet. The office decides about both.")
    return held("waits_for_creation", message, kind, DESK)
