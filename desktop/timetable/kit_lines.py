"""The lines of the sync page for kit, and how its rows are listed."""

from desktop.core.area import KindSpec, Line
from shared.core.command import Command
from shared.core.projection import Body, ReadRow
from shared.core.text import text
from shared.people.rules import fold
from shared.timetable.kit_vocabulary import (
    KIT_BOOKING,
    KIT_ITEM,
    KIT_LOAN,
    KIT_PHOTO,
    KIT_POLICY,
    KitState,
)


def _person(body: Body) -> str | None:
    return body.get("person_id")


def _item(body: Body) -> str | None:
    return body.get("item_id")


def _state(body: Body) -> str | None:
    return body.get("state")


KINDS = {
    KIT_ITEM: KindSpec(
        sort_text=lambda body: fold(str(body.get("name") or "")),
        search_text=lambda body: " ".join(str(body.get(part) or "") for part in ("name", "number", "category")),
        title=lambda body: str(body.get("name") or ""),
    ),
    KIT_LOAN: KindSpec(
        sort_text=lambda body: str(body.get("out_at") or ""),
        keys={"person_id": _person, "item_id": _item, "state": _state},
    ),
    KIT_PHOTO: KindSpec(),
    KIT_BOOKING: KindSpec(
        sort_text=lambda body: str(body.get("starts_at") or ""),
        keys={"person_id": _person, "item_id": _item, "ends_at": lambda body: body.get("ends_at")},
    ),
    KIT_POLICY: KindSpec(),
}


def _name(item_id: str, read: ReadRow) -> str:
    return str((read(KIT_ITEM, item_id) or {}).get("name") or text("a piece of kit"))


def _lent(command: Command, read: ReadRow) -> str:
    person = command.payload.get("person_name") or text("someone")
    return text("Lent {item} to {name}", item=_name(command.target_id, read), name=person)


def _edited(command: Command, read: ReadRow) -> str:
    name = _name(command.target_id, read)
    state = command.payload["changes"].get("state", {}).get("new")
    if state == KitState.REMOVED:
        return text("Removed {item} from the kit", item=name)
    if state == KitState.REPAIR:
        return text("Sent {item} to repair", item=name)
    return text("Changed {item} in the kit", item=name)


def _lifted(command: Command, read: ReadRow) -> str:
    loan = read(KIT_LOAN, command.target_id) or {}
    return text("Lifted the block of {name}", name=loan.get("person_name") or text("someone"))


def _cancelled(command: Command, read: ReadRow) -> str:
    booking = read(KIT_BOOKING, command.target_id) or {}
    return text("Gave back a booking of {item}", item=_name(str(booking.get("item_id") or ""), read))


LINES: dict[str, Line] = {
    "AddKitItem": lambda command, _read: text("Added {item} to the kit", item=command.payload["name"]),
    "EditKitItem": _edited,
    "LendKit": _lent,
    "ReturnKit": lambda command, read: text("Took back {item}", item=_name(command.target_id, read)),
    "LiftKitBlock": _lifted,
    "BookKit": lambda command, read: text("Booked {item}", item=_name(command.payload["item_id"], read)),
    "CancelKitBooking": _cancelled,
    "SetKitPolicy": lambda _command, _read: text("Set the limits of loans"),
}
