"""The texts of letters: places are filled once and never carried out, mistyped ones named, and an SMS has a size."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.messaging.filling import UnknownPlace, filled, places_of, unknown_places
from shared.messaging.letter_kinds import LETTERS, OWN_PLACES
from shared.messaging.letter_samples import samples
from shared.messaging.letter_words import LetterCategory
from shared.messaging.sms_text import sms_size
from shared.messaging.vocabulary import NOTICE

NEEDED = {
    "verify_email",
    "reset_password",
    "temporary_password",
    "invitation",
    "sign_in_code",
    "new_sign_in",
    "sign_in_ended",
    "recovery_code_used",
    "password_changed",
    "factor_changed",
    "locked_out",
    "general",
    "test",
}


def test_every_letter_that_others_send_is_there() -> None:
    assert set(LETTERS) >= NEEDED
    assert NOTICE


@pytest.mark.parametrize("word", sorted(LETTERS))
@pytest.mark.parametrize("channel", ["mail", "sms"])
def test_supplied_texts_use_only_their_places_and_all_of_their_secrets(word: str, channel: str) -> None:
    kind = LETTERS[word]
    subject, body = kind.supplied(channel)
    assert unknown_places(subject + body, kind.places) == []
    assert set(places_of(subject)) & set(kind.secrets) == set()
    assert not kind.secrets or set(places_of(body)) & set(kind.secrets)
    assert re.search(r"please|sorry|!|[‘’“”—]", subject + body, re.IGNORECASE) is None
    done = filled(body, samples(word))
    assert "{" not in done
    assert done == done.strip()


@pytest.mark.parametrize("word", sorted(LETTERS))
def test_a_supplied_sms_is_short_and_in_the_small_alphabet(word: str) -> None:
    size = sms_size(filled(LETTERS[word].sms, samples(word)))
    assert size.wide == ()
    assert size.parts <= 2


def test_letters_about_sign_in_cant_be_switched_off_but_the_general_ones_can() -> None:
    other = {word for word in NEEDED if LETTERS[word].category is not LetterCategory.SIGN_IN}
    assert other == {"general", "test"}


def test_places_are_filled_once() -> None:
    assert filled("{person} {code}", {"person": "{code}", "code": "741"}) == "{code} 741"
    assert filled("{person.__class__} {0} {}", {"person": "Ama"}) == "{person.__class__} {0} {}"
    assert filled("{{person}}", {"person": "Ama"}) == "{Ama}"


def test_a_line_whose_places_are_all_empty_is_left_out() -> None:
    template = "Hello {given_name},\n\nCode: {code}\nLink: {link}\n\n{message}\n\nGoodbye"
    assert filled(template, {"given_name": "Ama", "code": "741", "link": ""}) == "Hello Ama,\n\nCode: 741\n\nGoodbye"


@given(st.text(max_size=60), st.dictionaries(st.sampled_from(OWN_PLACES), st.text(max_size=30)))
def test_filling_never_fails_whatever_is_written(template: str, values: dict[str, str]) -> None:
    filled(template, values)
    unknown_places(template, OWN_PLACES)


def test_a_mistyped_place_is_named_with_the_nearest_right_one() -> None:
    known = LETTERS["sign_in_code"].places
    found = unknown_places("Hello {given name}, {Code} {codee} {codee} {xyzzy} {code}", known)
    assert found == [
        UnknownPlace("given name", "given_name"),
        UnknownPlace("Code", "code"),
        UnknownPlace("codee", "code"),
        UnknownPlace("xyzzy", ""),
    ]


@pytest.mark.parametrize(
    ("text", "units", "parts", "left"),
    [
        ("", 0, 0, 160),
        ("a" * 160, 160, 1, 0),
        ("a" * 161, 161, 2, 145),
        ("a" * 306, 306, 2, 0),
        ("a" * 307, 307, 3, 152),
        ("€" * 80, 160, 1, 0),
        # An escaped character is never cut in half: 152 and the first of two septets don't share a part.
        ("a" * 152 + "€" + "a" * 10, 164, 2, 141),
        ("₵" + "a" * 69, 70, 1, 0),
        ("₵" + "a" * 70, 71, 2, 63),
        ("😀" * 35, 70, 1, 0),
        ("a" * 66 + "😀" + "a" * 10, 78, 2, 55),
    ],
)
def test_the_size_of_an_sms(text: str, units: int, parts: int, left: int) -> None:
    size = sms_size(text)
    assert (size.units, size.parts, size.left) == (units, parts, left)


def test_what_made_an_sms_wide_is_named() -> None:
    assert sms_size("Pay ₵ 50 – “now” ₵").wide == ("₵", "–", "“", "”")
    assert sms_size("GHS 50, ~10 % @ 5 [€]").wide == ()


@given(st.text(max_size=400))
def test_a_longer_sms_never_has_fewer_parts(text: str) -> None:
    sizes = [sms_size(text[:end]).parts for end in range(0, len(text), 7)]
    wide = [bool(sms_size(text[:end]).wide) for end in range(0, len(text), 7)]
    assert sizes == sorted(sizes)
    assert wide == sorted(wide)
