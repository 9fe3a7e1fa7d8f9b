"""What booking does: give people times of kit and of studios, the first who comes has one, and take them back."""

from collections.abc import Sequence

import orjson

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, held, rejected
from server.core.entities import Body, missing
from server.core.sql import SetSql
from server.timetable.kit_ground import KitGround, read_ground, unknown_person
from server.timetable.kit_kinds import BOOKING_KIND, DESK, ITEM_KIND
from shared.core.clock import instant_text, parse_instant
from shared.core.text import text
from shared.timetable.clashes import LONGEST, room_key
from shared.timetable.kit_commands import PAYLOADS
from shared.timetable.kit_permissions import may_book_kit_for, may_cancel_kit_booking
from shared.timetable.kit_projections import booking_from
from shared.timetable.kit_rules import (
    Refusal,
    booked_refusal,
    booking_times_refusal,
    class_refusal,
    item_refusal,
    overlapping,
    right_refusal,
    still_out_refusal,
)
from shared.timetable.kit_vocabulary import KIT_BOOKING, KitBookingState, KitKind

_CLASSES = SetSql(
    "SELECT s.room_key, s.starts_at, s.ends_at FROM {rows} r {by} class_session s"
    " ON s.room_key = r.room_key AND s.starts_at > r.earliest AND s.starts_at < r.ends_at AND s.ends_at > r.starts_at"
    " WHERE s.organisation_id = :organisation_id AND s.state <> 'cancelled' ORDER BY s.starts_at",
    room_key="text",
    earliest="text",
    starts_at="text",
    ends_at="text",
)


def book(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Give people times of kit."""
    present = ITEM_KIND.read(batch, (item.payload.item_id for item in items))
    people = [item.payload.person_id or item.author.person_id for item in items]
    ground = read_ground(batch, people, present)
    wanted = {item.command.id: booking_from(item.command, item.author.person_id) for item in items}
    classes = _classes(batch, [(present[one["item_id"]], one) for one in wanted.values() if one["item_id"] in present])
    bodies: list[Body] = []
    decisions: dict[str, Decision] = {}
    for item in items:
        body, piece = wanted[item.command.id], present.get(item.payload.item_id)
        decision = _refusal(item, piece, body, ground, classes)
        if decision is None:
            bodies.append({**body, "person_name": ground.people[body["person_id"]].name})
            ground.bookings.setdefault(body["item_id"], []).append(body)
        else:
            decisions[item.command.id] = decision
    inserted = BOOKING_KIND.insert(batch, bodies)
    return [decisions.get(item.command.id) or _made(item, inserted) for item in items]


def _made(item: Item, inserted: set[str]) -> Decision:
    if item.target.id in inserted:
        return applied(item.command.id)
    return agreed(None, existing_id=item.target.id)


def _classes(batch: Batch, pairs: Sequence[tuple[Body, Body]]) -> dict[str, list[Body]]:
    """Return by room the classes that a booking of a studio may meet."""
    rows = [
        {
            "room_key": room_key(piece["room"]),
            "earliest": instant_text(parse_instant(one["starts_at"]) - LONGEST),
            "starts_at": one["starts_at"],
            "ends_at": one["ends_at"],
        }
        for piece, one in pairs
        if piece["kit_kind"] == KitKind.STUDIO
    ]
    found: dict[str, list[Body]] = {}
    if rows:
        packed = orjson.dumps(rows).decode()
        for key, start, end in batch.db.rows(_CLASSES, organisation_id=batch.organisation_id, rows=packed):
            found.setdefault(key, []).append(
                {"id": "", "starts_at": start, "ends_at": end, "state": str(KitBookingState.BOOKED)}
            )
    return found


def _refusal(
    item: Item, piece: Body | None, body: Body, ground: KitGround, classes: dict[str, list[Body]]
) -> Decision | None:
    if not item.accepted and not may_book_kit_for(item.author, body["person_id"]):
        return rejected(item, "not_allowed", text("You book for yourself only. Ask whoever lends kit."))
    if piece is None:
        message = text("This piece of kit hasn't been accepted yet. The office decides about both.")
        return held("waits_for_creation", message, KIT_BOOKING, DESK)
    borrower = ground.people.get(body["person_id"])
    if borrower is None:
        return unknown_person(KIT_BOOKING)
    fault = booking_times_refusal(piece, body["starts_at"], body["ends_at"], ground.at(item))
    fault = fault or item_refusal(piece) or right_refusal(piece, borrower)
    fault = fault or still_out_refusal(piece, body["starts_at"], ground.zone) or _taken(piece, body, ground, classes)
    return rejected(item, *fault) if fault else None


def _taken(piece: Body, body: Body, ground: KitGround, classes: dict[str, list[Body]]) -> Refusal | None:
    span = body["starts_at"], body["ends_at"]
    other = overlapping(ground.bookings.get(piece["id"], ()), *span, but=body["id"])
    if other is not None:
        return booked_refusal(piece, other, ground.zone)
    lesson = overlapping(classes.get(room_key(piece["room"]), ()), *span, but=body["id"])
    return class_refusal(piece, lesson, ground.zone) if lesson else None


def cancel(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Give booked times back."""
    present = BOOKING_KIND.read(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    bodies: list[Body] = []
    for item in items:
        body = present.get(item.target.id)
        if body is None:
            decisions.append(missing(batch, item, KIT_BOOKING))
        elif not item.accepted and not may_cancel_kit_booking(item.author, body):
            decisions.append(rejected(item, "not_allowed", text("This booking is someone else's.")))
        elif body["state"] == KitBookingState.CANCELLED:
            decisions.append(agreed(body["revision"]))
        else:
            bodies.append({**body, "state": str(KitBookingState.CANCELLED), "revision": item.command.id})
            decisions.append(applied(item.command.id))
    BOOKING_KIND.update(batch, bodies)
    return decisions


COMMANDS = (
    CommandType("BookKit", PAYLOADS["BookKit"], book),
    CommandType("CancelKitBooking", PAYLOADS["CancelKitBooking"], cancel),
)
