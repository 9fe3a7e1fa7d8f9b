"""What the screens of kit read: pieces with where they are, who has them, loans, bookings, and what decisions need."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.people.numbers import person_of_number
from desktop.timetable.store import full_name
from desktop.timetable.times import zone_of
from shared.core.clock import instant_text
from shared.core.conflict import KIND as CONFLICT
from shared.core.conflict import is_held
from shared.core.text import text
from shared.learning.holds import HOLD, HoldOn, held_on
from shared.learning.vocabulary import ATTENDING, COHORT, COURSE, ENROLMENT
from shared.people.id_card import CardRefusal, read_card
from shared.people.vocabulary import PERSON
from shared.timetable.kit_commands import kit_policy_id, photo_id_of
from shared.timetable.kit_rules import (
    DEFAULT_POLICY,
    Block,
    Borrower,
    Ground,
    block_of,
    block_sentence,
    has_right,
    is_out,
    is_overdue,
)
from shared.timetable.kit_vocabulary import (
    KIT_BOOKING,
    KIT_ITEM,
    KIT_LOAN,
    KIT_PHOTO,
    KIT_POLICY,
    KitBookingState,
    KitState,
    PhotoSide,
)

Body = Mapping[str, Any]
KINDS_READ = frozenset(
    {KIT_ITEM, KIT_LOAN, KIT_BOOKING, KIT_POLICY, KIT_PHOTO, CONFLICT, PERSON, HOLD, "class_session"}
)


class Standing(StrEnum):
    """Where a piece is, in the order in which lists show it."""

    OVERDUE = "overdue"
    OUT = "out"
    IN = "in"
    REPAIR = "repair"
    REMOVED = "removed"


@dataclass(frozen=True)
class KitLine:
    """One piece as lists show it; `waiting`: not sent yet. With `conflict_id` two desks disagree about it."""

    body: Body
    standing: Standing
    borrower: str = ""
    borrower_number: str = ""
    loan: Body | None = None
    waiting: bool = False
    conflict_id: str | None = None

    @property
    def id(self) -> str:
        """The piece's id."""
        return str(self.body["id"])

    @property
    def name(self) -> str:
        """The piece's name."""
        return str(self.body["name"])


def policy_of(desk: Desk) -> dict[str, Any]:
    """Return how long late returns block and how long loans last here, in days."""
    return {**DEFAULT_POLICY, **(desk.store.get(KIT_POLICY, kit_policy_id(desk.actor.organisation_id)) or {})}


def ground_of(desk: Desk) -> Ground:
    """Return what decisions made now stand on."""
    return Ground(instant_text(desk.clock.now()), zone_of(desk), policy_of(desk))


def standing_of(body: Body, now: str) -> Standing:
    """Return where a piece is at an instant."""
    if body["state"] == KitState.REMOVED:
        return Standing.REMOVED
    if body.get("loan_id") is not None:
        return Standing.OVERDUE if is_overdue(body["due_at"], now) else Standing.OUT
    return Standing.REPAIR if body["state"] == KitState.REPAIR else Standing.IN


def kit_lines(desk: Desk, *, own: bool = False) -> list[KitLine]:
    """Return all pieces, or with `own` those that the person who signed in may take."""
    bodies = desk.store.page(KIT_ITEM, limit=-1)
    if own:
        me = borrower_of(desk, desk.actor.person_id)
        bodies = [body for body in bodies if has_right(body, me) and body["state"] != KitState.REMOVED]
    return lines_of(desk, bodies)


def lines_of(desk: Desk, bodies: list[dict[str, Any]]) -> list[KitLine]:
    """Return pieces with what is around them."""
    now = instant_text(desk.clock.now())
    loans = desk.store.many(KIT_LOAN, [one["loan_id"] for one in bodies if one.get("loan_id")])
    people = desk.store.many(PERSON, sorted({one["person_id"] for one in loans.values()}))
    unsent = desk.store.waiting_among(KIT_ITEM, [one["id"] for one in bodies])
    disputed = {one.entity_id: one.id for one in desk.store.conflicts() if one.kind == KIT_ITEM and not is_held(one)}
    lines = []
    for body in bodies:
        loan = loans.get(body.get("loan_id") or "")
        person = people.get(loan["person_id"]) if loan else None
        name = full_name(person) if person else str((loan or {}).get("person_name") or "")
        number = str((person or {}).get("number") or "")
        standing = standing_of(body, now)
        conflict_id = disputed.get(body["id"])
        lines.append(KitLine(body, standing, name, number, loan, body["id"] in unsent, conflict_id))
    return lines


def line_of(desk: Desk, item_id: str) -> KitLine | None:
    """Return one piece."""
    body = desk.store.get(KIT_ITEM, item_id)
    return lines_of(desk, [body])[0] if body else None


def borrower_of(desk: Desk, person_id: str) -> Borrower:
    """Return someone with the courses and loans that this computer knows of."""
    body = desk.store.get(PERSON, person_id) or {"id": person_id, "state": "active", "roles": list(desk.actor.roles)}
    where = [Where("person_id", "=", person_id)]
    enrolments = desk.store.page(ENROLMENT, where, limit=-1)
    ids = sorted({one["cohort_id"] for one in enrolments if one["state"] in ATTENDING})
    courses = frozenset(one["course_id"] for one in desk.store.many(COHORT, ids).values())
    loans = desk.store.page(KIT_LOAN, where, limit=-1)
    held = held_on(desk.store.page(HOLD, where, limit=-1), HoldOn.EQUIPMENT)
    return Borrower(body, full_name(body) or desk.actor.name, courses, loans, held)


def block_words(desk: Desk, borrower: Borrower) -> tuple[Block, str] | None:
    """Return what keeps someone from borrowing and the sentence for it, or None."""
    ground = ground_of(desk)
    block = block_of(borrower.loans, ground.now, int(ground.policy["block_days"]))
    if block is None:
        return None
    item = (desk.store.get(KIT_ITEM, block.loan["item_id"]) or {}).get("name") or text("a piece of kit")
    return block, block_sentence(block, borrower.name, item, ground.zone)


def names_of_items(desk: Desk, loans: Iterable[Body]) -> dict[str, str]:
    """Return the names of the pieces of loans."""
    found = desk.store.many(KIT_ITEM, sorted({one["item_id"] for one in loans}))
    return {key: str(body["name"]) for key, body in found.items()}


def loans_of(desk: Desk, item_id: str) -> list[dict[str, Any]]:
    """Return the loans of a piece, the latest first."""
    return desk.store.page(KIT_LOAN, [Where("item_id", "=", item_id)], descending=True, limit=-1)


def loans_of_person(desk: Desk, person_id: str) -> list[dict[str, Any]]:
    """Return someone's loans: those that are out first, then the latest."""
    found = desk.store.page(KIT_LOAN, [Where("person_id", "=", person_id)], descending=True, limit=-1)
    return sorted(found, key=lambda one: not is_out(one))


def bookings_of(desk: Desk, item_id: str, *, past: bool = False) -> list[dict[str, Any]]:
    """Return the bookings of a piece that aren't over, the next one first; cancelled ones are left out."""
    where = [Where("item_id", "=", item_id)]
    if not past:
        where.append(Where("ends_at", ">", instant_text(desk.clock.now())))
    found = desk.store.page(KIT_BOOKING, where, limit=-1)
    return [one for one in found if one["state"] == KitBookingState.BOOKED]


def bookings_of_person(desk: Desk, person_id: str) -> list[dict[str, Any]]:
    """Return someone's bookings that aren't over."""
    where = [Where("person_id", "=", person_id), Where("ends_at", ">", instant_text(desk.clock.now()))]
    return [one for one in desk.store.page(KIT_BOOKING, where, limit=-1) if one["state"] == KitBookingState.BOOKED]


def photos_of(desk: Desk, loan_id: str) -> dict[PhotoSide, str]:
    """Return the photos of a loan as base64 of a JPEG."""
    found = desk.store.many(KIT_PHOTO, [photo_id_of(loan_id, side) for side in PhotoSide])
    return {PhotoSide(body["side"]): body["jpeg_base64"] for body in found.values()}


def people_like(desk: Desk, typed: str, limit: int = 5) -> list[dict[str, Any]]:
    """Return who matches what was typed."""
    return [hit.body for hit in desk.store.search(typed, [PERSON], limit)] if typed.strip() else []


def person_on_card(desk: Desk, scanned: str) -> dict[str, Any] | CardRefusal:
    """Return whose card was scanned, or why nobody's."""
    number = read_card(scanned, desk.actor.organisation_id)
    if isinstance(number, CardRefusal):
        return number
    found = person_of_number(desk.store, number)
    return found or CardRefusal("unknown_card", text("Nobody has the number {number}.", number=number))


def categories_of(desk: Desk) -> list[str]:
    """Return the categories in use."""
    found = {str(one.get("category") or "") for one in desk.store.page(KIT_ITEM, limit=-1)}
    return sorted(found - {""}, key=str.casefold)


def course_choices(desk: Desk) -> list[tuple[str, str]]:
    """Return the courses whose students a piece may be for, by title."""
    found = [one for one in desk.store.page(COURSE, limit=-1) if not one.get("archived")]
    return [(one["id"], str(one.get("title") or one.get("code") or "")) for one in found]


def course_words(desk: Desk, body: Body) -> str:
    """Return who may take a piece."""
    ids = list(body.get("course_ids") or ())
    if not ids:
        return text("Everybody")
    found = desk.store.many(COURSE, ids)
    names = sorted(str(one.get("title") or one.get("code") or "") for one in found.values())
    return ", ".join(names) or text("Other courses")
