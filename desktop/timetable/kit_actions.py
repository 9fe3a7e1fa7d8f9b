"""What people do with kit: keep the list, lend and take back, lift a block, book a time and give it back."""

from collections.abc import Mapping
from typing import Any

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.core.queries import Where
from desktop.timetable.clash_store import sessions_in_room
from desktop.timetable.kit_store import bookings_of, borrower_of, ground_of, names_of_items, policy_of
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.rules import fold
from shared.timetable.kit_commands import kit_policy_id, loan_id_of
from shared.timetable.kit_permissions import (
    may_book_kit_for,
    may_cancel_kit_booking,
    may_lend_kit,
    may_manage_kit,
)
from shared.timetable.kit_rules import (
    Refusal,
    booked_refusal,
    booking_times_refusal,
    class_refusal,
    is_out,
    item_refusal,
    lend_refusal,
    out_refusal,
    overlapping,
    photo_refusal,
    policy_error,
    right_refusal,
    still_out_refusal,
)
from shared.timetable.kit_vocabulary import KIT_ITEM, KitKind, KitState

Body = Mapping[str, Any]


def _stop(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise CampusError(refusal.code, refusal.sentence)


def _check_lender(desk: Desk) -> None:
    if not may_lend_kit(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't lend kit. Ask whoever keeps it."))


def _check_keeper(desk: Desk) -> None:
    if not may_manage_kit(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't keep the list of kit. Ask the office."))


def _author(desk: Desk) -> dict[str, str]:
    return {"author_id": desk.actor.person_id, "author_name": desk.actor.name}


def _item(desk: Desk, item_id: str) -> dict[str, Any]:
    body = desk.store.get(KIT_ITEM, item_id)
    if body is None:
        raise CampusError("kit_unknown", text("This piece of kit is no longer on this computer."))
    return body


def why_not_lent(desk: Desk, item_id: str, person_id: str, due_at: str) -> Refusal | None:
    """Return why a piece can't be lent to someone until then, as far as this computer knows, or None."""
    item, ground = _item(desk, item_id), ground_of(desk)
    if item.get("loan_id") is not None:
        return out_refusal(item, ground.zone)
    borrower = borrower_of(desk, person_id)
    names = names_of_items(desk, borrower.loans)
    return lend_refusal(item, borrower, due_at, bookings_of(desk, item_id), ground, names)


def lend(desk: Desk, item_id: str, person_id: str, due_at: str, condition: str = "", photo: str | None = None) -> str:
    """Give a piece out; returns the loan's id. Raises CampusError with the codes of `kit_rules`, `not_allowed`."""
    _check_lender(desk)
    _stop(why_not_lent(desk, item_id, person_id, due_at) or photo_refusal(photo))
    payload = {
        "person_id": person_id,
        "person_name": borrower_of(desk, person_id).name,
        "due_at": due_at,
        "condition": condition.strip(),
        "photo": photo,
        **_author(desk),
    }
    (command,) = desk.commit([Ask("LendKit", item_id, payload, base=_item(desk, item_id)["revision"])])
    return loan_id_of(command.id)


def take_back(desk: Desk, loan: Body, condition: str = "", photo: str | None = None) -> None:
    """Take a piece back. Raises CampusError `not_allowed`, `kit_not_out`, `photo_invalid`, `photo_too_large`."""
    _check_lender(desk)
    item = _item(desk, loan["item_id"])
    if not is_out(loan):
        words = text("{item} isn't out. There is nothing to take back.", item=item["name"])
        raise CampusError("kit_not_out", words)
    _stop(photo_refusal(photo))
    payload = {"loan_id": loan["id"], "condition": condition.strip(), "photo": photo, **_author(desk)}
    desk.commit([Ask("ReturnKit", item["id"], payload, base=item["revision"])])


def lift_block(desk: Desk, loan: Body, reason: str) -> None:
    """Let a late return block no longer. Raises CampusError `not_allowed`, `reason_missing`, `kit_still_out`."""
    if not may_manage_kit(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't lift blocks. Ask whoever keeps kit."))
    if not reason.strip():
        raise CampusError("reason_missing", text("Say in a few words why the block is lifted."))
    if is_out(loan):
        raise CampusError("kit_still_out", text("It isn't back yet. Take it back, then lift the block."))
    payload = {"reason": reason.strip()[:300], **_author(desk)}
    desk.commit([Ask("LiftKitBlock", loan["id"], payload, base=loan["revision"])])


def why_not_booked(desk: Desk, item_id: str, person_id: str, starts_at: str, ends_at: str) -> Refusal | None:
    """Return why a time can't be booked, as far as this computer knows, or None."""
    item, ground = _item(desk, item_id), ground_of(desk)
    fault = booking_times_refusal(item, starts_at, ends_at, ground) or item_refusal(item)
    fault = fault or right_refusal(item, borrower_of(desk, person_id))
    fault = fault or still_out_refusal(item, starts_at, ground.zone)
    if fault is not None:
        return fault
    taken = overlapping(bookings_of(desk, item_id), starts_at, ends_at)
    if taken is not None:
        return booked_refusal(item, taken, ground.zone)
    if item["kit_kind"] != KitKind.STUDIO:
        return None
    lesson = next(iter(sessions_in_room(desk, item["room"], starts_at, ends_at)), None)
    return class_refusal(item, lesson, ground.zone) if lesson else None


def book(desk: Desk, item_id: str, person_id: str, starts_at: str, ends_at: str, purpose: str = "") -> str:
    """Book a piece or a studio; returns the booking's id. Raises CampusError with the codes of `kit_rules`."""
    if not may_book_kit_for(desk.actor, person_id):
        raise CampusError("not_allowed", text("You book for yourself only. Ask whoever lends kit."))
    _stop(why_not_booked(desk, item_id, person_id, starts_at, ends_at))
    booking_id = desk.ids()
    payload = {
        "item_id": item_id,
        "person_id": person_id,
        "person_name": borrower_of(desk, person_id).name,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "purpose": purpose.strip(),
    }
    desk.commit([Ask("BookKit", booking_id, payload)])
    return booking_id


def cancel_booking(desk: Desk, booking: Body) -> None:
    """Give a booked time back. Raises CampusError `not_allowed`."""
    if not may_cancel_kit_booking(desk.actor, booking):
        raise CampusError("not_allowed", text("This booking is someone else's."))
    desk.commit([Ask("CancelKitBooking", booking["id"], {}, base=booking["revision"])])


def add_item(desk: Desk, values: Mapping[str, Any]) -> str:
    """Add a piece or a studio; returns its id.

    Raises CampusError `not_allowed`, `name_missing`, `number_missing`, `kit_number_taken`.
    """
    _check_keeper(desk)
    _check_fields(desk, values)
    item_id = desk.ids()
    desk.commit([Ask("AddKitItem", item_id, dict(values))])
    return item_id


def edit_item(desk: Desk, shown: Body, wanted: Mapping[str, Any]) -> bool:
    """Save what differs of a piece; False where nothing does. Raises what `add_item` does, and `kit_is_out`."""
    _check_keeper(desk)
    _check_fields(desk, {**shown, **wanted}, but=shown["id"])
    if wanted.get("state") == KitState.REMOVED and shown.get("loan_id") is not None:
        words = text("{item} is out. Take it back before you remove it.", item=shown["name"])
        raise CampusError("kit_is_out", words)
    changes = {
        name: {"old": shown.get(name), "new": value} for name, value in wanted.items() if value != shown.get(name)
    }
    if changes:
        desk.commit([Ask("EditKitItem", shown["id"], {"changes": changes}, base=shown["revision"])])
    return bool(changes)


def _check_fields(desk: Desk, values: Mapping[str, Any], but: str = "") -> None:
    if not str(values.get("name") or "").strip():
        raise CampusError("name_missing", text("Enter a name."))
    number = str(values.get("number") or "").strip()
    if not number:
        raise CampusError("number_missing", text("Enter the number that is on it."))
    key = " ".join(fold(number).split())
    others = desk.store.page(KIT_ITEM, [Where("id", "!=", but)], limit=-1)
    if any(" ".join(fold(str(one["number"])).split()) == key for one in others):
        words = text("Another piece has the number {number} already. Enter another one.", number=number)
        raise CampusError("kit_number_taken", words)


def set_policy(desk: Desk, values: Mapping[str, int]) -> bool:
    """Set the limits; False where nothing differs. Raises CampusError `not_allowed`, `field_invalid`."""
    _check_keeper(desk)
    fault = policy_error(values)
    if fault is not None:
        raise CampusError("field_invalid", fault)
    present = policy_of(desk)
    changes = {name: {"old": present[name], "new": value} for name, value in values.items() if present[name] != value}
    if changes:
        target = kit_policy_id(desk.actor.organisation_id)
        desk.commit([Ask("SetKitPolicy", target, {"changes": changes}, base=present.get("revision"))])
    return bool(changes)
