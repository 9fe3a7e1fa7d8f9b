"""What the office does with photos and numbers: set, remove, give; everything that can be is taken back by Undo."""

from collections.abc import Mapping, Sequence
from typing import Any

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.people.actions import Done, may_change
from desktop.people.words import full_name
from shared.core.command import MAX_TARGETS, Target
from shared.core.errors import CampusError
from shared.core.text import plural, text
from shared.people.numbering import DEFAULT_RULE, FIELDS, numbering_id, rule_error
from shared.people.permissions import may_edit_people, may_set_numbering
from shared.people.photos import photo_digest, photo_error, photo_id
from shared.people.vocabulary import NUMBERING_RULE, PERSON, PERSON_PHOTO

Body = Mapping[str, Any]


def set_photo(desk: Desk, person: Body, jpeg_base64: str | None) -> Done | None:
    """Set someone's photo or one's own, or remove it; None where it is the same.

    Raises CampusError `not_allowed`, `photo_invalid`. Undo brings the photo before back.
    """
    if person["id"] != desk.actor.person_id and not may_change(desk, person):
        raise CampusError("not_allowed", text("Your role doesn't change people. Ask the office."))
    fault = photo_error(jpeg_base64) if jpeg_base64 is not None else None
    if fault is not None:
        raise CampusError("photo_invalid", fault)
    row = desk.store.get(PERSON_PHOTO, photo_id(person["id"])) or {}
    old = row.get("jpeg_base64")
    if old == jpeg_base64:
        return None
    payload = {"person_id": person["id"], "jpeg_base64": jpeg_base64, "old_digest": photo_digest(old)}
    command = desk.commit([Ask("SetPersonPhoto", photo_id(person["id"]), payload, row.get("revision"))])[0]
    back = {"person_id": person["id"], "jpeg_base64": old, "old_digest": photo_digest(jpeg_base64)}
    undo = Ask("SetPersonPhoto", photo_id(person["id"]), back, base=command.id)
    name = full_name(person)
    words = text("Photo of {name} saved", name=name) if jpeg_base64 else text("Photo of {name} removed", name=name)
    return Done(words, (undo,), person["id"])


def numbering_rule(desk: Desk) -> dict[str, Any] | None:
    """Return the rule for student numbers, None while numbers are typed."""
    return desk.store.get(NUMBERING_RULE, numbering_id(desk.actor.organisation_id))


def set_numbering(desk: Desk, wanted: Body) -> Done | None:
    """Set the rule; None where nothing differs. Raises CampusError `not_allowed`, `field_invalid`."""
    if not may_set_numbering(desk.actor):
        raise CampusError("not_allowed", text("Only an administrator sets the rule for student numbers."))
    shown = numbering_rule(desk) or {}
    fault = rule_error({**DEFAULT_RULE, **shown, **wanted})
    if fault is not None:
        raise CampusError("field_invalid", fault)
    changes = {
        name: {"old": shown.get(name), "new": wanted[name]}
        for name in FIELDS
        if name in wanted and shown.get(name) != wanted[name]
    }
    if not changes:
        return None
    place = numbering_id(desk.actor.organisation_id)
    command = desk.commit([Ask("SetNumbering", place, {"changes": changes}, shown.get("revision"))])[0]
    if not shown:
        return Done(text("Student numbers set"))
    back = {name: {"old": change["new"], "new": change["old"]} for name, change in changes.items()}
    return Done(text("Student numbers set"), (Ask("SetNumbering", place, {"changes": back}, base=command.id),))


def give_numbers(desk: Desk, person_ids: Sequence[str]) -> Done | None:
    """Ask the server for the next numbers for those without one; None where everyone has one.

    Raises CampusError `not_allowed`, `no_numbering`. A number once given isn't taken back: it may be on a card already.
    """
    if not may_edit_people(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't give numbers. Ask the office."))
    people = desk.store.many(PERSON, list(person_ids))
    wanting = [people[one] for one in person_ids if one in people and not people[one].get("number")]
    if not wanting:
        return None
    if numbering_rule(desk) is None:
        raise CampusError(
            "no_numbering",
            text("There is no rule for student numbers yet. An administrator sets it under ID cards."),
        )
    asks = []
    for start in range(0, len(wanting), MAX_TARGETS):
        part = wanting[start : start + MAX_TARGETS]
        more = tuple(Target(id=one["id"], base=one["revision"]) for one in part[1:])
        asks.append(Ask("GiveNumbers", part[0]["id"], {}, part[0]["revision"], more))
    desk.commit(asks)
    n = len(wanting)
    return Done(plural("The server gives {n} number", "The server gives {n} numbers", n))
