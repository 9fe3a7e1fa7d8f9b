"""Pure decisions about kit: rights by course, the block after a late return, what is overdue, and what overlaps."""

import base64
import binascii
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from shared.core.clock import parse_instant
from shared.core.text import text
from shared.learning.holds import Held
from shared.people.photos import MOST_BYTES, jpeg_size
from shared.people.vocabulary import PersonState, Role
from shared.timetable.clashes import day_words, span_words
from shared.timetable.kit_vocabulary import KitBookingState, KitKind, KitState, LoanState

Body = Mapping[str, Any]
DEFAULT_POLICY: Mapping[str, int] = {"block_days": 7, "longest_days": 14}
LIMITS: Mapping[str, tuple[int, int]] = {"block_days": (0, 365), "longest_days": (1, 365)}
LONGEST_STUDIO = timedelta(hours=16)
LARGEST_PHOTO = 640
"""Pixels of the longer side of a photo that is kept."""


class Refusal(NamedTuple):
    """Why something can't be done: a stable code and the sentence for the person."""

    code: str
    sentence: str


@dataclass(frozen=True)
class Borrower:
    """Who wants a piece of kit. `courses` are those that he or she is enrolled in; `loans` all that count."""

    body: Body
    name: str
    courses: frozenset[str] = frozenset()
    loans: Sequence[Body] = ()
    held: Held | None = None
    """Why finance withholds equipment, if it does."""

    @property
    def is_staff(self) -> bool:
        """Whether any role but the student's is held: staff may take every piece."""
        return any(role != Role.STUDENT for role in self.body.get("roles") or ())


@dataclass(frozen=True)
class Ground:
    """What a decision stands on: the instant, the institute's limits and its clocks."""

    now: str
    zone: ZoneInfo
    policy: Mapping[str, Any] = field(default_factory=lambda: DEFAULT_POLICY)


class Block(NamedTuple):
    """What keeps a person from borrowing: something `overdue`, or a `late` return until an instant."""

    reason: str
    loan: Body
    until: str


def policy_error(values: Mapping[str, Any]) -> str | None:
    """Return the sentence for limits that can't be set, or None."""
    for name, value in values.items():
        least, most = LIMITS[name]
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            return text("Enter a number of days from {least} to {most}.", least=least, most=most)
    return None


def has_right(item: Body, borrower: Borrower) -> bool:
    """Tell whether someone may take an item: staff every one, others what names no course or one of theirs."""
    rights = set(item.get("course_ids") or ())
    return not rights or borrower.is_staff or not rights.isdisjoint(borrower.courses)


def is_out(loan: Body) -> bool:
    """Tell whether a loan hasn't ended."""
    return bool(loan["state"] == LoanState.OUT)


def is_overdue(due_at: str | None, now: str) -> bool:
    """Tell whether something that is out was due before the instant `now`."""
    return due_at is not None and parse_instant(due_at) < parse_instant(now)


def block_of(loans: Iterable[Body], now: str, days: int) -> Block | None:
    """Return what keeps a person from borrowing, or None.

    Something overdue blocks until it is back. Each late return blocks for `days` from then on, unless it was lifted.
    """
    latest: Block | None = None
    for loan in loans:
        if is_out(loan) and is_overdue(loan["due_at"], now):
            return Block("overdue", loan, "")
        if loan["state"] != LoanState.BACK or loan.get("lifted_by"):
            continue
        back = parse_instant(loan["back_at"])
        until = back + timedelta(days=days)
        if back <= parse_instant(loan["due_at"]) or until <= parse_instant(now):
            continue
        if latest is None or until > parse_instant(latest.until):
            latest = Block("late", loan, until.isoformat())
    return latest


def block_sentence(block: Block, name: str, item: str, zone: ZoneInfo) -> str:
    """Return why someone can't borrow, and what ends that; `item` names the piece of the loan."""
    if block.reason == "overdue":
        due = day_words(_local(block.loan["due_at"], zone))
        return text("{name} still has {item}, due {due}. Take it back first.", name=name, item=item, due=due)
    until = day_words(_local(block.until, zone))
    words = "{name} brought {item} back late and borrows nothing until {until}. Whoever manages kit can lift that."
    return text(words, name=name, item=item, until=until)


def _local(instant: str, zone: ZoneInfo) -> datetime:
    return parse_instant(instant).astimezone(zone)


def item_refusal(item: Body) -> Refusal | None:
    """Return why an item is neither lent nor booked at all, or None."""
    if item["state"] == KitState.REMOVED:
        return Refusal("kit_removed", text("{item} was removed from the kit.", item=item["name"]))
    if item["state"] == KitState.REPAIR:
        return Refusal("kit_in_repair", text("{item} is in repair.", item=item["name"]))
    return None


def right_refusal(item: Body, borrower: Borrower) -> Refusal | None:
    """Return why someone may take no such item, or None."""
    if borrower.body.get("state") != PersonState.ACTIVE:
        return Refusal("person_inactive", text("{name} is suspended or has left.", name=borrower.name))
    if borrower.held is not None:
        words = text("{name} borrows nothing. {reason}", name=borrower.name, reason=borrower.held.sentence)
        return Refusal(borrower.held.code, words)
    if has_right(item, borrower):
        return None
    words = "{name} isn't enrolled in a course that may use {item}."
    return Refusal("kit_no_right", text(words, name=borrower.name, item=item["name"]))


def due_refusal(due_at: str, ground: Ground) -> Refusal | None:
    """Return why something can't be due then, or None: `due_in_past`, `loan_too_long`."""
    length = parse_instant(due_at) - parse_instant(ground.now)
    if length <= timedelta(0):
        return Refusal("due_in_past", text("It would be due before it goes out. Set a later time."))
    most = int(ground.policy["longest_days"])
    if length > timedelta(days=most):
        return Refusal("loan_too_long", text("A loan lasts {n} days at most. Set an earlier day.", n=most))
    return None


def lend_refusal(
    item: Body, borrower: Borrower, due_at: str, bookings: Iterable[Body], ground: Ground, names: Mapping[str, str]
) -> Refusal | None:
    """Return why an item that is in can't be lent, or None; `names` are those of the pieces of earlier loans."""
    if item["kit_kind"] == KitKind.STUDIO:
        return Refusal("kit_is_studio", text("A studio isn't lent. Book it."))
    found = item_refusal(item) or right_refusal(item, borrower) or due_refusal(due_at, ground)
    if found is not None:
        return found
    block = block_of(borrower.loans, ground.now, int(ground.policy["block_days"]))
    if block is not None:
        name = names.get(str(block.loan["item_id"])) or text("a piece of kit")
        return Refusal("borrower_blocked", block_sentence(block, borrower.name, name, ground.zone))
    others = [one for one in bookings if one["person_id"] != borrower.body["id"]]
    taken = overlapping(others, ground.now, due_at)
    return booked_refusal(item, taken, ground.zone) if taken else None


def out_refusal(item: Body, zone: ZoneInfo) -> Refusal:
    """Return why an item that is out isn't lent again."""
    due = day_words(_local(item["due_at"], zone))
    return Refusal("kit_out", text("{item} is out, due {due}. Take it back first.", item=item["name"], due=due))


def overlapping(bookings: Iterable[Body], starts_at: str, ends_at: str, but: str = "") -> Body | None:
    """Return the earliest booking that is at the same time, or None; one may begin when the other ends."""
    start, end = parse_instant(starts_at), parse_instant(ends_at)
    found = [
        one
        for one in bookings
        if one["state"] == KitBookingState.BOOKED
        and one["id"] != but
        and parse_instant(one["starts_at"]) < end
        and start < parse_instant(one["ends_at"])
    ]
    return min(found, key=lambda one: (parse_instant(one["starts_at"]), one["id"]), default=None)


def booked_refusal(item: Body, taken: Body, zone: ZoneInfo) -> Refusal:
    """Return why an item isn't had then: someone has booked it."""
    when = span_words(taken["starts_at"], taken["ends_at"], zone)
    return Refusal(
        "kit_booked", text("{item} is booked then: {when}. Choose another time.", item=item["name"], when=when)
    )


def class_refusal(item: Body, taken: Body, zone: ZoneInfo) -> Refusal:
    """Return why a studio isn't had then: there is a class in it."""
    when = span_words(taken["starts_at"], taken["ends_at"], zone)
    words = "There is a class in {item} then: {when}. Choose another time."
    return Refusal("studio_in_class", text(words, item=item["name"], when=when))


def booking_times_refusal(item: Body, starts_at: str, ends_at: str, ground: Ground) -> Refusal | None:
    """Return why a time can't be booked, or None.

    Codes: `booking_times_invalid`, `booking_in_past`, `booking_too_long`.
    """
    length = parse_instant(ends_at) - parse_instant(starts_at)
    if length <= timedelta(0):
        return Refusal("booking_times_invalid", text("It ends before it begins. Set a later end."))
    if parse_instant(ends_at) <= parse_instant(ground.now):
        return Refusal("booking_in_past", text("This time is over. Choose a later one."))
    if item["kit_kind"] == KitKind.STUDIO and length > LONGEST_STUDIO:
        return Refusal("booking_too_long", text("A studio is booked for 16 hours at most. Set an earlier end."))
    most = int(ground.policy["longest_days"])
    if length > timedelta(days=most):
        return Refusal("booking_too_long", text("Kit is booked for {n} days at most. Set an earlier day.", n=most))
    return None


def still_out_refusal(item: Body, starts_at: str, zone: ZoneInfo) -> Refusal | None:
    """Return why an item isn't had from then on: it is out until later."""
    if item.get("loan_id") is None or parse_instant(item["due_at"]) <= parse_instant(starts_at):
        return None
    return Refusal("kit_out", text("{item} is out until {due}.", item=item["name"], due=_until(item["due_at"], zone)))


def _until(instant: str, zone: ZoneInfo) -> str:
    moment = _local(instant, zone)
    return text("{day}, {time}", day=day_words(moment), time=f"{moment:%H:%M}")


def photo_refusal(jpeg_base64: str | None) -> Refusal | None:
    """Return why a photo isn't kept, or None: `photo_invalid`, `photo_too_large`."""
    if jpeg_base64 is None:
        return None
    try:
        content = base64.b64decode(jpeg_base64, validate=True)
    except (binascii.Error, ValueError):
        content = b""
    size = jpeg_size(content)
    if size is None:
        return Refusal("photo_invalid", text("This is not a photo. Take or choose another one."))
    if len(content) > MOST_BYTES or max(size) > LARGEST_PHOTO:
        words = "The photo is too large. At most {most} KB and {side} pixels are kept."
        return Refusal("photo_too_large", text(words, most=MOST_BYTES // 1000, side=LARGEST_PHOTO))
    return None
