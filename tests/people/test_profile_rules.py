"""What a profile's fields take, who reads and writes each, and how an edit shows before the server has spoken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.actor import Actor
from shared.people.profile_commands import PAYLOADS, PROJECTIONS, ROW_OF, empty_row
from shared.people.profile_fields import (
    BY_NAME,
    LISTS,
    PROFILE_FIELDS,
    may_read_field,
    may_write_field,
    names_of,
    row_id,
    writable_fields,
)
from shared.people.profile_rules import MOST_LETTERS, link_error, profile_error, text_error, tidy_profile
from shared.people.vocabulary import BUILT_IN_ROLES, PRIVATE_PROFILE, PROFILE, Role
from tests.people.test_numbering import _command

ME, OTHER = "11111111-1111-7111-8111-111111111111", "22222222-2222-7222-8222-222222222222"
STUDENT, STAFF = frozenset({"student"}), frozenset({"instructor"})
SHARED = {"preferred_name", "bio", "specialisation", "qualifications"}
OWN_ONLY = {"links", "interests", "goals", "skill_level", "learning_style", "study_time", "weekly_goal"}
PRIVATE = {"address", "guardians"}
OFFICE_ONLY = {"branch_id"}
EVERY = SHARED | OWN_ONLY | PRIVATE | OFFICE_ONLY
ADMINISTRATORS = {Role.PLATFORM_ADMINISTRATOR, Role.ADMINISTRATOR}
OFFICE = ADMINISTRATORS | {Role.REGISTRAR}


def _actor(role: Role) -> Actor:
    permissions = frozenset(map(str, BUILT_IN_ROLES[role]))
    return Actor(person_id=ME, organisation_id=OTHER, name="Me", roles=(role,), permissions=permissions)


def _expected_read(role: Role, whose: str, *, sees: bool) -> set[str]:
    if whose == ME:
        return EVERY
    if not sees:
        return set()
    return EVERY if role in OFFICE else EVERY - PRIVATE


def _expected_write(role: Role, whose: str, roles: frozenset[str]) -> set[str]:
    office = role in ADMINISTRATORS or (role is Role.REGISTRAR and roles == STUDENT)
    return (EVERY - OFFICE_ONLY if whose == ME else set()) | (SHARED | PRIVATE | OFFICE_ONLY if office else set())


@pytest.mark.parametrize("role", list(Role))
def test_the_field_matrix(role):
    """Role x whose x field x read or write, against the sets that this page spells out."""
    assert {field.name for field in PROFILE_FIELDS} == EVERY
    actor, cells = _actor(role), 0
    for whose in (ME, OTHER):
        for sees in (True, False):
            read = {name for name in EVERY if may_read_field(actor, whose, name, sees=sees)}
            assert read == _expected_read(role, whose, sees=sees), (role, whose, sees)
            cells += len(EVERY)
        for roles in (STUDENT, STAFF):
            written = {name for name in EVERY if may_write_field(actor, whose, roles, name)}
            assert written == _expected_write(role, whose, roles), (role, whose, roles)
            cells += len(EVERY)
    assert cells == 14 * 8


def test_rows_keep_what_the_same_people_read():
    for field in PROFILE_FIELDS:
        assert (field.row == PRIVATE_PROFILE) == (field.name in PRIVATE)
    assert set(names_of(PROFILE)) | set(names_of(PRIVATE_PROFILE)) == set(BY_NAME)
    assert set(writable_fields(_actor(Role.REGISTRAR), OTHER, STUDENT, PROFILE)) == SHARED | OFFICE_ONLY
    assert row_id(PROFILE, ME) != row_id(PRIVATE_PROFILE, ME)


@pytest.mark.parametrize(
    "address",
    ["https://example.org", "https://www.instagram.com/ama.o/", "https://xn--bcher-kva.example/a?b=c#d"],
)
def test_addresses_of_pages(address):
    assert link_error(address) is None


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org", "javascript:alert(1)", "https://", "https://localhost/x", "https://127.0.0.1/",
        "https://[::1]/", "https://2130706433/", "https://ama:secret@example.org", "https://example.org:8443/",
        "https://example.org\\@evil.example", "https://exa mple.org", "ftp://example.org", "example.org",
        "//example.org",
        "https://example.org/\u202egpj", "https://example.org:99999999", "https://" + "a" * 400, "https://[broken", 7,
        "HTTPS://", "data:text/html,x", "https://-a.example", "https://example.1",
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_page(address):
    assert link_error(address)
    assert profile_error("links", [address])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("preferred_name", "Ama \U0001f600"), ("bio", "One line\nand another"),
        ("bio", "<b>bold</b>'; DROP TABLE person"),
        ("bio", "\u0645\u0631\u062d\u0628\u0627"), ("specialisation", "=1+1"), ("qualifications", ["A", "B"]),
        ("interests", []), ("goals", None), ("skill_level", "advanced"), ("learning_style", "doing"),
        ("study_time", "night"), ("weekly_goal", 1), ("weekly_goal", 10_080), ("branch_id", OTHER),
        ("address", "12 High Street\nAccra"),
        ("guardians", [{"name": "Yaw", "phone": "024 555 0101", "told": True}]),
        ("guardians", [{"name": "Yaw", "email": "yaw@example.org", "relation": "father"}]),
    ],
)  # fmt: skip
def test_what_the_fields_take(name, value):
    assert profile_error(name, value) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("preferred_name", "a" * 101), ("preferred_name", "two\nlines"), ("preferred_name", "a\tb"),
        ("bio", "a\x00b"), ("bio", "a\u202eb"), ("bio", "a\x7fb"), ("bio", 7), ("bio", "a" * 2_001), ("address", ["x"]),
        ("qualifications", "A"), ("qualifications", ["a"] * 21), ("qualifications", ["  "]), ("qualifications", [7]),
        ("interests", ["a" * 61]), ("skill_level", "expert"), ("skill_level", 3), ("study_time", ["night"]),
        ("weekly_goal", 0), ("weekly_goal", -5), ("weekly_goal", 10_081), ("weekly_goal", True), ("weekly_goal", "60"),
        ("branch_id", "Tema"), ("branch_id", 7), ("branch_id", [OTHER]),
        ("guardians", "Yaw"), ("guardians", ["Yaw"]), ("guardians", [{"phone": "024 555 0101"}]),
        ("guardians", [{"name": "Yaw"}]), ("guardians", [{"name": "Yaw", "phone": "abc"}]),
        ("guardians", [{"name": "Yaw", "email": "no"}]),
        ("guardians", [{"name": "Yaw", "phone": "024 555 0101", "x": 1}]),
        ("guardians", [{"name": "Yaw", "phone": "024 555 0101", "told": "yes"}]),
        ("guardians", [{"name": 7, "phone": "1"}]),
        ("guardians", [{"name": "Yaw", "phone": "024 555 0101"}] * 5),
    ],
)  # fmt: skip
def test_what_the_fields_refuse(name, value):
    assert profile_error(name, value)


@given(st.sampled_from(sorted(EVERY)), st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_no_value_breaks_the_check_and_what_is_kept_is_kept_again(name, value):
    if profile_error(name, value) is None:
        kept = tidy_profile(name, value)
        assert profile_error(name, kept) is None
        assert tidy_profile(name, kept) == kept


def test_values_are_tidied():
    assert tidy_profile("bio", "  a ") == "a"
    assert tidy_profile("bio", "   ") is None
    assert tidy_profile("interests", [" film", "film", "light "]) == ["film", "light"]
    contact = tidy_profile("guardians", [{"name": " Yaw ", "phone": "024 555 0101"}])
    assert contact == [{"name": "Yaw", "relation": "", "phone": "024 555 0101", "email": "", "told": False}]
    assert tidy_profile("weekly_goal", 60) == 60
    assert tidy_profile("guardians", ["odd"]) == ["odd"]
    assert text_error("fine", 10) is None
    assert set(MOST_LETTERS) <= EVERY


def test_an_edit_shows_at_once_and_again_changes_nothing():
    payload = {"person_id": ME, "changes": {"bio": {"old": None, "new": "Hello"}}}
    command = _command("EditProfile", payload)
    draft = PROJECTIONS["EditProfile"](command, lambda _kind, _id: None)[0]
    assert (draft.kind, draft.parent, draft.body["bio"], draft.body["links"]) == (PROFILE, ME, "Hello", [])
    again = PROJECTIONS["EditProfile"](command, lambda _kind, _id: draft.body)[0]
    assert again == draft
    assert set(ROW_OF) == set(PAYLOADS)
    assert {name for name in LISTS if name in empty_row(PRIVATE_PROFILE, "x", ME)} == {"guardians"}
