"""Whoever holds a role of the institute's own is changed only by those who hold what it allows, by every way in."""

import pytest

from shared.people.photos import photo_digest, photo_id
from shared.people.profile_fields import row_id
from shared.people.vocabulary import PROFILE, Role
from tests.institute import Device, Institute
from tests.learning.importing import Office
from tests.people.pictures import kept_photo
from tests.people.test_role_service import give, holder_of, save

HELD = ("roles.assign", "people.edit", "people.erase", "people.import")


@pytest.fixture
def keeper(institute: Institute) -> str:
    """A student who reads the audit log by a role of the institute's own."""
    office = institute.device("office", Role.ADMINISTRATOR, "Esi Office")
    assert save(office, "log_reader", own=["audit.read"]).verdict == "applied"
    person_id = institute.students[0]
    assert give(institute.devices["system"], person_id, "student", "log_reader").verdict == "applied"
    return person_id


def ways(by: Device, person_id: str) -> list[str | None]:
    """Set the photo, write the biography and anonymise; gives what each answered."""
    photo = {"person_id": person_id, "jpeg_base64": kept_photo("#3350c4"), "old_digest": photo_digest(None)}
    biography = {"person_id": person_id, "changes": {"specialisation": {"old": None, "new": "Sound"}}}
    told = [
        by.do("SetPersonPhoto", photo_id(person_id), photo),
        by.do("EditProfile", row_id(PROFILE, person_id), biography),
        by.do("ErasePerson", person_id, {"reason": "Asked for it"}),
    ]
    return [one.code for one in told]


def test_a_helper_who_holds_less_changes_nobody_of_a_custom_role(institute: Institute, keeper: str) -> None:
    assert ways(holder_of(institute, "helper", *HELD), keeper) == ["not_allowed"] * 3


def test_a_helper_who_holds_as_much_does(institute: Institute, keeper: str) -> None:
    assert "not_allowed" not in ways(holder_of(institute, "helper", *HELD, "audit.read"), keeper)


@pytest.mark.parametrize(("more", "errors"), [((), ["person_not_allowed"]), (("audit.read",), [])])
def test_a_roster_goes_by_the_same_rule(institute: Institute, keeper: str, tmp_path, more, errors) -> None:
    office = Office(institute, tmp_path)
    number = office.rows("SELECT number FROM person WHERE organisation_id = :o AND id = :id", id=keeper)[0][0]
    path = tmp_path / "roster.csv"
    path.write_text("Student number,First name,Last name\n" + f"{number},Changed,Name\n")
    helper = holder_of(institute, "helper", *HELD, *more)
    found = office.dry_run(path, actor=helper.actor)
    assert [one["code"] for one in found["errors"]] == errors
