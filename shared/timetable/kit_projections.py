"""What pending commands of kit make: the rows that both sides derive from them in the same way."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.core.clock import instant_text, parse_instant
from shared.core.command import Command
from shared.core.projection import Draft, Projection, ReadRow
from shared.timetable.kit_commands import loan_id_of, photo_id_of
from shared.timetable.kit_rules import DEFAULT_POLICY
from shared.timetable.kit_vocabulary import (
    KIT_BOOKING,
    KIT_ITEM,
    KIT_LOAN,
    KIT_PHOTO,
    KIT_POLICY,
    KitBookingState,
    KitKind,
    KitState,
    LoanState,
    PhotoSide,
)

Body = dict[str, Any]


def instant_of(value: str) -> str:
    """Return an instant in the one form in which texts sort by time."""
    return instant_text(parse_instant(value))


def item_from(command: Command) -> Body:
    """Return the piece of kit that an `AddKitItem` asks for."""
    payload = command.payload
    kind = str(payload.get("kit_kind", KitKind.ITEM))
    name = payload["name"].strip()
    return {
        "id": command.target_id,
        "revision": command.id,
        "name": name,
        "number": payload["number"].strip(),
        "category": payload.get("category", "").strip(),
        "kit_kind": kind,
        "room": (payload.get("room", "").strip() or name[:100]) if kind == KitKind.STUDIO else "",
        "condition": payload.get("condition", "").strip(),
        "course_ids": sorted(set(payload.get("course_ids") or ())),
        "state": str(KitState.IN_USE),
        "loan_id": None,
        "due_at": None,
    }


def loan_from(command: Command, lent_by: str = "") -> Body:
    """Return the loan that a `LendKit` makes; `lent_by` is the name of whoever gives it out."""
    payload = command.payload
    return {
        "id": loan_id_of(command.id),
        "revision": command.id,
        "item_id": command.target_id,
        "person_id": payload["person_id"],
        "person_name": payload.get("person_name", ""),
        "out_at": instant_of(command.observed_at),
        "due_at": instant_of(payload["due_at"]),
        "back_at": None,
        "condition_out": payload.get("condition", "").strip(),
        "condition_in": "",
        "lent_by": lent_by or payload.get("author_name", ""),
        "taken_by": "",
        "lifted_by": "",
        "lifted_reason": "",
        "state": str(LoanState.OUT),
    }


def returned(loan: Mapping[str, Any], command: Command, taken_by: str = "") -> Body:
    """Return a loan as a `ReturnKit` ends it."""
    return {
        **loan,
        "revision": command.id,
        "back_at": instant_of(command.observed_at),
        "condition_in": command.payload.get("condition", "").strip(),
        "taken_by": taken_by or command.payload.get("author_name", ""),
        "state": str(LoanState.BACK),
    }


def lifted(loan: Mapping[str, Any], command: Command, by: str = "") -> Body:
    """Return a loan whose late return blocks no longer."""
    name = by or command.payload.get("author_name", "")
    return {
        **loan,
        "revision": command.id,
        "lifted_by": name or "-",
        "lifted_reason": command.payload["reason"].strip(),
    }


def photo_from(command: Command, loan: Mapping[str, Any], side: PhotoSide) -> Body | None:
    """Return the photo that came with a loan's way out or in, or None."""
    jpeg = command.payload.get("photo")
    if not jpeg:
        return None
    return {
        "id": photo_id_of(loan["id"], side),
        "revision": command.id,
        "loan_id": loan["id"],
        "person_id": loan["person_id"],
        "side": str(side),
        "jpeg_base64": jpeg,
    }


def booking_from(command: Command, person_id: str = "", person_name: str = "") -> Body:
    """Return the booking that a `BookKit` asks for."""
    payload = command.payload
    return {
        "id": command.target_id,
        "revision": command.id,
        "item_id": payload["item_id"],
        "person_id": payload.get("person_id") or person_id,
        "person_name": payload.get("person_name") or person_name,
        "starts_at": instant_of(payload["starts_at"]),
        "ends_at": instant_of(payload["ends_at"]),
        "purpose": payload.get("purpose", "").strip(),
        "state": str(KitBookingState.BOOKED),
    }


def with_loan(item: Mapping[str, Any], loan: Mapping[str, Any] | None, revision: str) -> Body:
    """Return an item that is out with a loan, or in."""
    return {
        **item,
        "revision": revision,
        "loan_id": loan["id"] if loan else None,
        "due_at": loan["due_at"] if loan else None,
    }


def _changed(command: Command, present: Mapping[str, Any]) -> Body:
    new = {name: change.get("new") for name, change in command.payload["changes"].items()}
    return {**present, **new, "revision": command.id}


def _with_photo(command: Command, loan: Mapping[str, Any], side: PhotoSide) -> list[Draft]:
    photo = photo_from(command, loan, side)
    return [Draft(KIT_LOAN, loan["id"], loan, loan["item_id"])] + (
        [Draft(KIT_PHOTO, photo["id"], photo, loan["id"])] if photo else []
    )


def _add(command: Command, _read: ReadRow) -> Sequence[Draft]:
    return [Draft(KIT_ITEM, command.target_id, item_from(command))]


def _edit(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(KIT_ITEM, command.target_id)
    return [] if present is None else [Draft(KIT_ITEM, command.target_id, _changed(command, present))]


def _lend(command: Command, read: ReadRow) -> Sequence[Draft]:
    item = read(KIT_ITEM, command.target_id)
    if item is None:
        return []
    loan = loan_from(command)
    out = with_loan(item, loan, command.id)
    return [Draft(KIT_ITEM, item["id"], out), *_with_photo(command, loan, PhotoSide.OUT)]


def _return(command: Command, read: ReadRow) -> Sequence[Draft]:
    item, loan = read(KIT_ITEM, command.target_id), read(KIT_LOAN, command.payload["loan_id"])
    if item is None or loan is None:
        return []
    drafts = _with_photo(command, returned(loan, command), PhotoSide.IN)
    if item["loan_id"] not in (None, loan["id"]):
        return drafts
    return [Draft(KIT_ITEM, item["id"], with_loan(item, None, command.id)), *drafts]


def _lift(command: Command, read: ReadRow) -> Sequence[Draft]:
    loan = read(KIT_LOAN, command.target_id)
    return [] if loan is None else [Draft(KIT_LOAN, loan["id"], lifted(loan, command), loan["item_id"])]


def _book(command: Command, _read: ReadRow) -> Sequence[Draft]:
    body = booking_from(command)
    return [Draft(KIT_BOOKING, body["id"], body, body["item_id"])]


def _cancel(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(KIT_BOOKING, command.target_id)
    if present is None:
        return []
    body = {**present, "state": str(KitBookingState.CANCELLED), "revision": command.id}
    return [Draft(KIT_BOOKING, body["id"], body, body["item_id"])]


def _set_policy(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(KIT_POLICY, command.target_id) or DEFAULT_POLICY
    return [Draft(KIT_POLICY, command.target_id, {**_changed(command, present), "id": command.target_id})]


PROJECTIONS: dict[str, Projection] = {
    "AddKitItem": _add,
    "EditKitItem": _edit,
    "LendKit": _lend,
    "ReturnKit": _return,
    "LiftKitBlock": _lift,
    "BookKit": _book,
    "CancelKitBooking": _cancel,
    "SetKitPolicy": _set_policy,
}
