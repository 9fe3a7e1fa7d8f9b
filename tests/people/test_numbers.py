"""Whose number it is: a card of an entry that was merged is still that person's."""

from typing import Any

from desktop.people.numbers import person_of_number
from shared.people.merge_commands import MERGED_PERSON
from tests.people.desks import person, person_id


def _merged(name: str, number: str, into: str) -> tuple[str, dict[str, Any]]:
    return MERGED_PERSON, {"id": person_id(name), "number": number, "name": name, "merged_into": person_id(into)}


def test_an_old_card_finds_whoever_stays(desks: Any) -> None:
    rows = [person("ama", number="S-1"), _merged("old", "S-2", "ama"), _merged("older", "S-3", "old")]
    store = desks(rows).desk.store
    for number in ("S-1", "s-2", "S-3"):
        found = person_of_number(store, number)
        assert found is not None
        assert found["id"] == person_id("ama")
    assert person_of_number(store, "S-4") is None


def test_entries_that_lead_nowhere_find_nobody(desks: Any) -> None:
    store = desks([_merged("one", "S-1", "two"), _merged("two", "S-2", "one")]).desk.store
    assert person_of_number(store, "S-1") is None
