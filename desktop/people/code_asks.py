"""What keeps a code that was typed for people who come: one command for each of them."""

from collections.abc import Sequence

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from shared.people.typed_codes import CodePlace, may_type_code, payload_of, tidy_code, typed_code_id


def asks_of(desk: Desk, typed: str, person_ids: Sequence[str], place: CodePlace, place_id: str) -> list[Ask]:
    """Return what keeps a code that was typed for some people; nothing where none was, or where that isn't allowed."""
    if not tidy_code(typed):
        return []
    return [
        Ask("TypeCode", typed_code_id(str(place), place_id, one), payload_of(one, typed, place, place_id))
        for one in person_ids
        if may_type_code(desk.actor, one)
    ]
