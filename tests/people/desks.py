"""Desks with the people area's own kinds, and people to put in them."""

from typing import Any

from desktop.people.lines import STORE
from shared.core.ids import derived_id
from shared.people.vocabulary import PERSON, Role
from tests.desks import make_actor, make_desk, plain_areas

AREAS = (STORE, *(area for area in plain_areas() if PERSON not in area.kinds))
REGISTRAR = make_actor(derived_id("person", "registrar"), "Samuel Njoroge", Role.REGISTRAR)
ADMINISTRATOR = make_actor(derived_id("person", "administrator"), "Akua Boahen", Role.ADMINISTRATOR)
INSTRUCTOR = make_actor(derived_id("person", "instructor"), "Kofi Annan", Role.INSTRUCTOR)
GIVEN = ("Ama", "Kofi", "Yaw", "Esi", "Kwame", "Abena", "Kojo", "Akosua", "Efua", "Yaa")
FAMILY = ("Mensah", "Owusu", "Boateng", "Asante", "Osei", "Appiah", "Agyei", "Darko", "Addo", "Nkrumah", "Quaye")


def person_id(name: object) -> str:
    """The id of a person of these tests."""
    return derived_id("person", str(name))


def person(name: object, given: str = "Ama", family: str = "Mensah", **fields: Any) -> tuple[str, dict[str, Any]]:
    """A person's row."""
    body = {
        "id": person_id(name), "number": None, "given_name": given, "family_name": family, "other_names": "",
        "email": None, "phone": None, "date_of_birth": None, "username": None, "state": "active",
        "roles": ["student"], "provisional": False,
    }  # fmt: skip
    return PERSON, body | fields


def crowd(count: int) -> list[tuple[str, dict[str, Any]]]:
    """People with numbers S-000000 and on, every fifth inactive, every tenth an instructor."""
    return [
        person(
            place,
            GIVEN[place * 7 % 10],
            FAMILY[place * 3 % 11],
            number=f"S-{place:06d}",
            phone=f"024 {place:07d}",
            state="inactive" if place % 5 == 4 else "active",
            roles=["student"] if place % 10 else ["instructor"],
        )
        for place in range(count)
    ]


def open_desk(folder: Any, rows: Any = (), actor: Any = REGISTRAR) -> Any:
    """A desk with these rows; close it at the end."""
    return make_desk(folder, actor, rows, areas=AREAS)
