"""What the forms of coming in take, and how strong a password seems."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.people.entry_rules import LENGTHS, entry_error, entry_errors
from shared.people.password_strength import STEPS, strength_of


@pytest.mark.parametrize("name", list(LENGTHS))
@pytest.mark.parametrize("value", ["", "   ", None])
def test_every_field_is_needed(name, value):
    assert entry_error(name, value).startswith("Enter ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("given_name", "Ama"),
        ("given_name", "Nana Akosua"),
        ("given_name", "ɔkɔtɔ"),
        ("given_name", "=1+1"),
        ("family_name", "<b>x</b>"),
        ("email", "ama@example.org"),
        ("username", "ama.mensah"),
        ("institute", "🦊 College"),
        ("slug", "km-media"),
        ("slug", "a1"),
        ("study_time", "evening"),
        ("study_time", None),
        ("skill_level", "beginner"),
        ("interests", ["sound"]),
    ],
)
def test_what_is_taken(name, value):
    assert entry_error(name, value) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("given_name", "x" * 101),
        ("given_name", "a\x00b"),
        ("given_name", "a\nb"),
        ("given_name", "\u202eama"),
        ("given_name", 7),
        ("email", "ama"),
        ("email", f"{'x' * 250}@example.org"),
        ("username", "Ama Mensah"),
        ("username", "x" * 101),
        ("institute", "x" * 201),
        ("slug", "KM Media"),
        ("slug", "-km"),
        ("slug", "km-"),
        ("slug", "k"),
        ("slug", "x" * 61),
        ("study_time", "noon"),
        ("skill_level", "wizard"),
        ("interests", "sound"),
    ],
)
def test_what_is_refused_has_a_sentence(name, value):
    assert entry_error(name, value).endswith(".")


def test_all_faults_are_told_at_once():
    faults = entry_errors({"given_name": "", "email": "ama", "username": "ama"})
    assert faults.keys() == {"given_name", "email"}


# ------------------------------------------------------------------------------------------------------------- strength


@pytest.mark.parametrize(
    ("password", "step"),
    [
        ("", 0),
        ("short", 1),
        ("aaaaaaaaaaaaaaaa", 1),
        ("abcdefghijklmnopqrst", 1),
        ("1234567890123456", 1),
        ("Mensah Mensah", 1),
        ("kettle birds", 2),
        ("three boats on the Volta", STEPS),
        ("ɔkɔtɔ nwo anoma da da yie", STEPS),
    ],
)
def test_how_strong_a_password_seems(password, step):
    found = strength_of(password, ["Mensah", "Amo"])
    assert found.step == step
    assert bool(found.advice) == (step < STEPS)


def test_length_alone_makes_it_strong_and_nothing_is_demanded():
    """No capital, digit or sign is ever asked for."""
    assert strength_of("grey goats eat nine kettles").step == STEPS
    for typed in ("", "grey", "grey goats ea", "grey goats eat"):
        said = strength_of(typed).advice
        assert not any(word in said.lower() for word in ("capital", "digit", "special", "symbol", "upper", "number"))


@pytest.mark.parametrize(("missing", "words"), [(1, "Add 1 character."), (5, "Add 5 characters.")])
def test_what_is_missing_is_counted(missing, words):
    assert strength_of("x" * (12 - missing)).advice == words


@given(st.text(max_size=60), st.text(max_size=20))
def test_more_letters_never_make_it_weaker(password, more):
    if len(password) >= 12:
        assert strength_of(password + more).step >= strength_of(password).step
