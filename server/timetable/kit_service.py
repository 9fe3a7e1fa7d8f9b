"""What the commands of the list of kit do: add pieces and studios, change and remove them, set the limits."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, rejected
from server.core.entities import Body, edit, settler_of
from server.core.field_values import refused_values
from server.timetable.kit_kinds import ITEM_KIND, POLICY_KIND, number_key
from shared.core.ids import is_id
from shared.core.text import text
from shared.timetable.kit_commands import ITEM_FIELDS, PAYLOADS, POLICY_FIELDS, AddKitItem, kit_policy_id
from shared.timetable.kit_permissions import may_manage_kit
from shared.timetable.kit_projections import item_from
from shared.timetable.kit_rules import DEFAULT_POLICY, policy_error
from shared.timetable.kit_vocabulary import KitState

_HOLDER = "SELECT id FROM kit_item WHERE organisation_id = :organisation_id AND number_key = :key"
_LONGEST_TEXTS = {"name": 200, "number": 60, "category": 100, "room": 100, "condition": 500}
_NEEDED = frozenset({"name", "number"})


def _not_allowed(item: Item) -> Decision:
    return rejected(item, "not_allowed", text("Your role doesn't keep the list of kit. Ask the office."))


def _may(item: Item) -> bool:
    return item.accepted or may_manage_kit(item.author)


def add(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Add pieces of kit; a number that another piece has is refused."""
    bodies: dict[str, Body] = {}
    for item in items:
        body = item_from(item.command)
        if _may(item) and body["name"] and body["number"]:
            bodies[item.command.id] = body
    inserted = ITEM_KIND.insert(batch, list(bodies.values()))
    return [_added(batch, item, bodies.get(item.command.id), inserted) for item in items]


def _added(batch: Batch, item: Item, body: Body | None, inserted: set[str]) -> Decision:
    if body is None:
        blank = text("Enter a name and a number.")
        return rejected(item, "field_invalid", blank) if _may(item) else _not_allowed(item)
    if body["id"] in inserted:
        return applied(item.command.id)
    holder = _holder(batch, body["number"])
    return agreed(None, existing_id=body["id"]) if holder in (None, body["id"]) else _taken(item, body["number"])


def _holder(batch: Batch, number: str) -> str | None:
    row = batch.db.one(_HOLDER, organisation_id=batch.organisation_id, key=number_key(number))
    return str(row[0]) if row else None


def _taken(item: Item, number: str) -> Decision:
    words = text("Another piece has the number {number} already. Enter another one.", number=number)
    return rejected(item, "kit_number_taken", words)


def edit_items(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Change pieces of kit field by field; one that is out isn't removed."""
    return edit(batch, ITEM_KIND, items, _check)


def _check(batch: Batch, item: Item, body: Body, wanted: Mapping[str, Any]) -> Decision | None:
    if not _may(item):
        return _not_allowed(item)
    if not set(wanted) <= set(ITEM_FIELDS):
        return rejected(item, "field_unknown", text("This can't be set here."))
    for name, value in wanted.items():
        if not _is_fit(name, value):
            return rejected(item, "field_invalid", text("A value can't be kept. Check what you entered."))
    refusal = refused_values(item, AddKitItem, wanted)
    if refusal is not None:
        return refusal
    if wanted.get("state") == KitState.REMOVED and body["loan_id"] is not None:
        words = text("{item} is out. Take it back before you remove it.", item=body["name"])
        return rejected(item, "kit_is_out", words)
    number = wanted.get("number")
    if number is not None and _holder(batch, number) not in (None, body["id"]):
        return _taken(item, number)
    return None


def _is_fit(name: str, value: object) -> bool:
    if name == "course_ids":
        return (
            isinstance(value, list) and len(value) <= 100 and all(isinstance(one, str) and is_id(one) for one in value)
        )
    if name == "state":
        return value in frozenset(KitState)
    fits = isinstance(value, str) and len(value) <= _LONGEST_TEXTS[name]
    return fits and (name not in _NEEDED or bool(str(value).strip()))


settle_item_fields = settler_of(ITEM_KIND)
"""Writes the chosen values of a piece."""


def set_policy(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Set the limits; the row of the defaults appears with its first change."""
    for item in items:
        if item.target.id == kit_policy_id(batch.organisation_id) and _may(item):
            first = {**DEFAULT_POLICY, "id": item.target.id, "revision": item.target.base or batch.new_id()}
            POLICY_KIND.insert(batch, [first])
    return edit(batch, POLICY_KIND, items, _check_policy)


def _check_policy(_batch: Batch, item: Item, _body: Body, wanted: Mapping[str, Any]) -> Decision | None:
    if not _may(item):
        return rejected(item, "not_allowed", text("Whoever keeps kit sets its limits. Ask the office."))
    if not set(wanted) <= set(POLICY_FIELDS):
        return rejected(item, "field_unknown", text("This can't be set here."))
    fault = policy_error(wanted)
    return rejected(item, "field_invalid", fault) if fault else None


settle_policy = settler_of(POLICY_KIND)
"""Writes the chosen limits."""


COMMANDS = (
    CommandType("AddKitItem", PAYLOADS["AddKitItem"], add),
    CommandType("EditKitItem", PAYLOADS["EditKitItem"], edit_items),
    CommandType("SetKitPolicy", PAYLOADS["SetKitPolicy"], set_policy),
)
