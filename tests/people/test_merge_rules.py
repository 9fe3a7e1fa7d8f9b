"""The rule of merging: no value is lost, choices count where both have one, rights are never widened."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.actor import Actor
from shared.people.merge_commands import PAYLOADS
from shared.people.merge_rules import (
    CHOOSABLE,
    PHOTO,
    field_lines,
    full_name,
    left_body,
    may_merge,
    merge_refusal,
    merged_body,
    name_of,
)
from shared.people.vocabulary import BUILT_IN_ROLES, Role

VALUES = st.dictionaries(st.sampled_from(CHOOSABLE), st.sampled_from(["", "a", "b"]))
CHOICES = st.dictionaries(st.sampled_from(CHOOSABLE), st.sampled_from(["stays", "goes"]))


def _body(key: str, **more: Any) -> dict[str, Any]:
    return {"id": key, "given_name": key.title(), "roles": ["student"], "state": "active", "provisional": False, **more}


def _actor(role: Role, key: str = "me") -> Actor:
    permissions = frozenset(map(str, BUILT_IN_ROLES[role]))
    return Actor(person_id=key, organisation_id="o", name="Me", roles=(str(role),), permissions=permissions)


@given(VALUES, VALUES, CHOICES)
def test_no_value_is_lost_and_a_choice_counts_only_between_two(
    stays: dict[str, str], goes: dict[str, str], choices: dict[str, str]
) -> None:
    for line in field_lines(stays, goes, choices):
        own, other = stays.get(line.name) or None, goes.get(line.name) or None
        assert line.value in (own, other)
        assert bool(line.value) == bool(own or other)
        if own and other:
            assert line.value == (other if choices.get(line.name) == "goes" else own)
        assert line.differs == bool(own and other and own != other)


@given(VALUES, VALUES)
def test_without_a_choice_the_one_that_stays_counts(stays: dict[str, str], goes: dict[str, str]) -> None:
    merged = merged_body(_body("one", **stays), _body("two", **goes))
    assert merged["id"] == "one"
    assert all(merged[name] == value for name, value in stays.items() if value and name != PHOTO)


def test_roles_are_those_of_both_and_the_stricter_state_stays() -> None:
    one = _body("one", roles=["student"], state="active", provisional=True)
    two = _body("two", roles=["instructor", "student"], state="suspended")
    merged = merged_body(one, two)
    assert (merged["roles"], merged["state"], merged["provisional"]) == (["student", "instructor"], "suspended", False)
    assert merged_body(_body("one", provisional=True), _body("two", provisional=True))["provisional"]


@pytest.mark.parametrize(
    ("stays", "goes", "choices", "kept", "left"),
    [
        ("S-1", "S-2", {}, "S-1", "S-2"),
        ("S-1", "S-2", {"number": "goes"}, "S-2", "S-1"),
        (None, "S-2", {}, "S-2", None),
        ("S-1", None, {}, "S-1", None),
        (None, None, {}, None, None),
    ],
)
def test_the_number_that_is_not_kept_stays_with_the_entry_that_goes(
    stays: str | None, goes: str | None, choices: dict[str, str], kept: str | None, left: str | None
) -> None:
    one, two = _body("one", number=stays), _body("two", number=goes, email="x@example.org", username="x")
    merged = merged_body(one, two, choices)
    rest = left_body(one, two, merged)
    assert (merged["number"], rest["number"]) == (kept, left)
    assert (rest["email"], rest["username"], rest["roles"], rest["state"]) == (None, None, [], "inactive")
    assert rest["merged_into"] == "one"


def test_who_may_merge_whom() -> None:
    registrar, boss = _actor(Role.REGISTRAR), _actor(Role.ADMINISTRATOR)
    one, two, teacher = _body("one"), _body("two"), _body("three", roles=["instructor"])
    assert may_merge(registrar)
    assert merge_refusal(registrar, one, two) is None
    assert merge_refusal(boss, one, teacher) is None
    refused = {
        "not_allowed": (_actor(Role.INSTRUCTOR), one, two),
        "same_entry": (registrar, one, one),
        "own_entry": (registrar, one, _body("me")),
        "merged_already": (registrar, one, _body("two", merged_into="three")),
    }
    for code, (actor, stays, goes) in refused.items():
        found = merge_refusal(actor, stays, goes)
        assert found is not None
        assert found.code == code
    beyond = merge_refusal(registrar, one, teacher)
    assert beyond is not None
    assert (beyond.code, beyond.message) == (
        "not_allowed",
        "Three has rights that you don't have. Ask an administrator.",
    )


def test_names_and_payloads() -> None:
    body = {"given_name": "Ama", "other_names": "", "family_name": "Mensah", "number": "S-1"}
    assert (full_name(body), name_of(body), name_of({"given_name": "Yaa"})) == ("Ama Mensah", "Ama Mensah S-1", "Yaa")
    assert PAYLOADS["MergePeople"].model_validate({"from_id": "x", "choices": {"phone": "goes"}})
    assert PAYLOADS["UndoMerge"].model_validate({"merge_id": "x"})
