"""ID cards: what is printed is read again, and what is torn, foreign or nonsense is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.ids import derived_id
from shared.people.id_card import CardRefusal, barcode_text, qr_text, read_card

HERE = derived_id("organisation", "here")
THERE = derived_id("organisation", "there")
NUMBERS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9./-]{0,38}[A-Za-z0-9]", fullmatch=True)


def refused(scanned):
    told = read_card(scanned, HERE)
    assert isinstance(told, CardRefusal), told
    return told


@given(NUMBERS)
def test_what_is_printed_is_read_again(number):
    assert read_card(qr_text(HERE, number), HERE) == number
    assert read_card(barcode_text(number), HERE) == number or number.upper().startswith("CD")


def test_the_text_of_a_card_is_short_and_says_whose_it_is():
    said = qr_text(HERE, "S-004188")
    assert said.startswith(f"CD1.{HERE[:8]}.S-004188.")
    assert len(said) == 26


@given(NUMBERS, st.data())
def test_a_letter_misread_is_noticed(number, data):
    said = qr_text(HERE, number)
    place = data.draw(st.integers(13, len(said) - 1))
    other = data.draw(st.sampled_from("ABCXYZ279"))
    torn = said[:place] + other + said[place + 1 :]
    if torn.upper() != said.upper():
        told = read_card(torn, HERE)
        assert isinstance(told, CardRefusal)
        assert told.code == "card_torn"


@pytest.mark.parametrize("scanned", ["", "  ", "CD1.", "CD1.ab12cd34.S-0041", "CD1.ab12.S-004188.ABCD", "cd."])
def test_a_torn_code_says_what_to_do(scanned):
    assert refused(scanned).code == "card_torn"
    assert "type the number printed on it" in refused(scanned).sentence


def test_a_card_of_another_institute_says_so():
    told = refused(qr_text(THERE, "S-004188"))
    assert (told.code, told.sentence) == ("card_other_institute", "This card is from another institute.")


@pytest.mark.parametrize("scanned", ["https://example.org/?a=1", "x" * 41, "a\tb", "№ 12"])
def test_other_codes_are_no_cards(scanned):
    assert refused(scanned).code == "card_nonsense"


def test_a_reader_with_caps_lock_reads_the_same():
    assert read_card(qr_text(HERE, "S-004188").upper(), HERE) == "S-004188"
