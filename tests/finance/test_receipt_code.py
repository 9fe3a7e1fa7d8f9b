"""The code of a receipt: what it says comes back, and nothing that was altered passes."""

import base64
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.core.currencies import CURRENCIES
from shared.core.errors import CampusError
from shared.core.money import MOST_MINOR
from shared.finance import receipt_code as code
from shared.finance.receipt_code import InstituteKey, Standing
from shared.finance.vocabulary import Method
from tests.finance.receipt_keys import (
    INSTITUTE_KEY,
    KEYS,
    ORGANISATION,
    PUBLIC,
    TILL_KEY,
    certificate,
    facts,
    receipt,
    verify,
)

OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(2, 34)))
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def _check(scanned, keys=None, organisation=ORGANISATION):
    return code.check(scanned, organisation, KEYS if keys is None else keys, verify)


@settings(max_examples=60, deadline=None)
@given(
    sequence=st.integers(1, 2**40 - 1),
    amount=st.integers(1, MOST_MINOR),
    currency=st.sampled_from(CURRENCIES),
    payer=st.text(max_size=60),
    methods=st.sets(st.sampled_from(Method), min_size=1),
    unconfirmed=st.booleans(),
)
def test_what_a_receipt_says_comes_back(sequence, amount, currency, payer, methods, unconfirmed):
    said = facts(
        sequence=sequence,
        amount=amount,
        currency=currency,
        payer=payer,
        methods=frozenset(methods),
        unconfirmed=unconfirmed,
    )
    words, signature = receipt(said)
    found = _check(code.qr_text(words, signature))
    assert found.standing is Standing.GENUINE
    assert found.facts == facts(**{**said.__dict__, "payer": code.shortened(payer)})
    assert code.read_words(words) == found.facts
    assert found.digest == code.digest_of(words, signature)
    assert len(code.shortened(payer).encode()) <= code.MOST_PAYER_BYTES


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_altered_letter_passes(data):
    whole = code.qr_text(*receipt())
    at = data.draw(st.integers(0, len(whole) - 1))
    letter = data.draw(st.sampled_from([one for one in ALPHABET + "1 " if one != whole[at]]))
    found = _check(whole[:at] + letter + whole[at + 1 :])
    assert found.standing not in code.GOOD


def test_it_fits_a_roll_of_80_mm():
    """On the roll a square of 34 mm has up to 61 modules that readers tell apart (version 11 at level L)."""
    longest = facts(payer="Ä" * 40, sequence=999_999_999, amount=MOST_MINOR)
    segno = pytest.importorskip("segno")
    assert segno.make(code.qr_text(*receipt(longest)), error="l", boost_error=False).version <= 11


def test_a_code_is_read_however_it_was_carried():
    whole = code.qr_text(*receipt())
    typed = "\n".join(whole[at : at + 40].lower() for at in range(0, len(whole), 40))
    assert _check(f"  {typed} ").standing is Standing.GENUINE


def test_a_receipt_of_another_institute():
    words, signature = receipt(certified=certificate(organisation="another"))
    assert _check(code.qr_text(words, signature)).standing is Standing.OTHER_INSTITUTE


def test_an_earlier_key_stays_good_and_an_unknown_one_isnt():
    whole = code.qr_text(*receipt())
    earlier = {code.key_id(PUBLIC): InstituteKey(PUBLIC, retired=True)}
    found = _check(whole, earlier)
    assert (found.standing, found.facts) == (Standing.EARLIER_KEY, facts())
    assert _check(whole, {}).standing is Standing.UNKNOWN_KEY


def test_a_till_that_certifies_itself_isnt_believed():
    forged = code.Certificate(
        code.institute_id(ORGANISATION),
        code.key_id(PUBLIC),
        OTHER.public_key().public_bytes_raw(),
        "K3",
        date(2026, 1, 1),
        date(2027, 1, 1),
    )
    words, signature = receipt(certified=code.certified(forged, OTHER.sign), till=OTHER)
    assert _check(code.qr_text(words, signature)).standing is Standing.ALTERED
    words, signature = receipt(till=OTHER)
    assert _check(code.qr_text(words, signature)).standing is Standing.ALTERED


def test_a_receipt_from_outside_the_tills_time():
    words, signature = receipt(facts(issued_at="2028-11-20T14:04:00.000Z"))
    found = _check(code.qr_text(words, signature))
    assert (found.standing, found.facts is None) == (Standing.OUT_OF_TIME, False)


def _packed(**more):
    """A code with one field as no till writes it, signed all the same."""
    plain = {"code": b"\2K3", "amount": (5).to_bytes(6), "currency": b"GHS", "seconds": (9).to_bytes(5)}
    parts = {**plain, **more}
    head = code.institute_id(ORGANISATION) + code.key_id(PUBLIC) + TILL_KEY.public_key().public_bytes_raw()
    own = head + parts["code"] + bytes(4)
    body = own + bytes(64) + bytes(5) + parts["amount"] + parts["currency"] + parts["seconds"] + bytes(2)
    return code.PREFIX + base64.b32encode(body + parts.get("more", b"")).decode().rstrip("=")


@pytest.mark.parametrize(
    "scanned",
    ["", "CDR", "https://example.org", "CDR" + "A" * 300, "XX1" + "A" * 300, "CDRÄÖÜ" + "A" * 103,
     *(_packed(**more) + "A" * 103 for more in (
        {"code": b"\0"}, {"code": b"\2\xff\xff"}, {"amount": b"\xff" * 6}, {"currency": b"QQQ"},
        {"seconds": b"\xff" * 5}, {"more": b"x"}, {"currency": b"\xff\xff\xff"}))],
)  # fmt: skip
def test_what_is_no_receipt_is_said_so(scanned):
    assert _check(scanned).standing is Standing.NO_RECEIPT


def test_words_that_cant_be_read():
    with pytest.raises(CampusError) as told:
        code.read_words("no words")
    assert told.value.code == "receipt_unreadable"
    assert code.read_words(_packed()).amount == 5


def test_a_till_is_known_by_its_signature():
    words, signature = receipt()
    own = TILL_KEY.public_key().public_bytes_raw()
    assert code.is_signed_by(words, signature, own, verify)
    assert not code.is_signed_by(words, signature, OTHER.public_key().public_bytes_raw(), verify)
    assert not code.is_signed_by(f"{words}A", signature, own, verify)
    assert not code.is_signed_by(words, "not base 32!", own, verify)


def test_a_certificate_is_read_back():
    read = code.read_certificate(certificate())
    assert (read.code, read.valid_from, read.valid_to) == ("K3", date(2026, 1, 1), date(2027, 12, 31))
    assert verify(INSTITUTE_KEY.public_key().public_bytes_raw(), INSTITUTE_KEY.sign(read.message), read.message)


def test_every_verdict_has_its_sentence_and_the_digest_its_short_code():
    told = [code.sentence(one, "KM") for one in Standing]
    assert len(set(told)) == len(Standing)
    assert told[0] == "Genuine. KM issued this receipt."
    assert code.short_code("9f1c2b40aa") == "9F1C 2B40"
