"""Codes of authenticator apps: the numbers of RFC 6238, the steps that count, and what an app reads."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.people import totp

SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (59, "94287082"),
        (1_111_111_109, "07081804"),
        (1_111_111_111, "14050471"),
        (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"),
        (20_000_000_000, "65353130"),
    ],
)
def test_the_numbers_of_the_standard(moment, code):
    step = totp.step_of(datetime.fromtimestamp(moment, UTC))
    assert totp.code_at(SECRET, step, 8) == code
    assert totp.code_at(SECRET, step) == code[2:]


@given(st.binary(min_size=20, max_size=20), st.integers(0, 4_000_000_000), st.integers(-5, 5))
def test_a_code_counts_in_its_step_and_the_ones_beside_it(secret, moment, away):
    now = datetime.fromtimestamp(moment + 300, UTC)
    present = totp.step_of(now)
    found = totp.matching_step(secret, totp.code_at(secret, present + away), now)
    if abs(away) <= 1:
        assert found is not None
    else:  # one in a million codes is another step's as well
        assert found is None or totp.code_at(secret, found) == totp.code_at(secret, present + away)


@pytest.mark.parametrize("code", ["", "abcdef", "ⅫⅫⅫ", "१२३४५६", "12345", "1234567"])
def test_what_is_no_code_belongs_to_no_step(code):
    assert totp.matching_step(SECRET, code, datetime.fromtimestamp(59, UTC)) is None


@given(st.binary(min_size=20, max_size=20))
def test_a_secret_is_read_as_it_was_written(secret):
    written = totp.secret_text(secret)
    assert len(written) == 32
    assert set(written) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    assert totp.secret_of(written) == secret


@given(st.text(max_size=40), st.text(max_size=40))
def test_an_app_reads_institute_name_and_secret(institute, name):
    address = urlsplit(totp.address_of(SECRET, institute, name))
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    issuer, _, label = unquote(address.path[1:]).partition(":")
    assert (issuer, label) == (institute.replace(":", " "), name.replace(":", " "))
    told = parse_qs(address.query, keep_blank_values=True)
    assert told["secret"] == ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"]
    assert told["issuer"] == [institute.replace(":", " ")]
    assert (told["algorithm"], told["digits"], told["period"]) == (["SHA1"], ["6"], ["30"])
