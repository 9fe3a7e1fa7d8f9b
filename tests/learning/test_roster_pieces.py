"""The small parts of the roster reader, each by its own rules, and the words it speaks."""

import re
import string
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.learning.imports.sentences import SENTENCES
from server.learning.roster import sentences
from server.learning.roster.archive import RosterArchive
from server.learning.roster.encoding import find_encoding
from server.learning.roster.findings import Findings
from server.learning.roster.limits import ReadLimits
from server.learning.roster.number_formats import number_text
from server.learning.roster.synonyms import SYNONYMS
from server.learning.roster.values import (
    DateError,
    DateOrder,
    is_email,
    is_phone,
    language_tag,
    looks_like_formula,
    lost_digits,
    parse_date,
)
from shared.core.errors import CampusError
from tests.learning.roster_samples import write_zip

GUIDE = Path(__file__).parents[2] / "docs" / "roster-import.md"
ALL_SENTENCES = sentences.ROW_SENTENCES | sentences.NOTE_SENTENCES | sentences.FILE_SENTENCES | SENTENCES
PLACES = dict.fromkeys(
    (
        *("file", "line", "column", "value", "begins", "other_line", "differing", "choices", "found", "expected"),
        *("mode", "about", "order", "limit", "limit_mib", "field", "sheet", "version", "name", "holder", "wanted"),
        "nearest",
    ),
    "X",
) | {"reason": "Check the year."}


@pytest.mark.parametrize("code", sorted(ALL_SENTENCES))
def test_every_code_has_a_whole_sentence_and_a_line_in_the_guide(code):
    said = ALL_SENTENCES[code](**PLACES)
    assert said.endswith(".")
    assert "{" not in said
    assert code not in said
    assert f"| `{code}` |" in GUIDE.read_text(encoding="utf-8")


def test_the_guide_names_no_code_that_is_gone():
    coded = GUIDE.read_text(encoding="utf-8").partition("## Errors of a row")[2]
    table = re.findall(r"^\| `([a-z_0-9]+)` \|", coded, re.MULTILINE)
    assert sorted(table) == sorted(ALL_SENTENCES)


def test_no_synonym_stands_for_two_fields():
    words = [word.removeprefix("~") for field in SYNONYMS.values() for word in field]
    assert sorted(words) == sorted(set(words))
    allowed = set(string.ascii_lowercase + string.digits + " ")
    assert all(set(word) <= allowed for word in words)


def test_errors_beyond_the_limit_are_counted_only():
    findings = Findings(kept_errors=2)
    for line in range(5):
        findings.error("value_missing", "a.csv", line, column="x")
    assert (len(findings.errors), findings.error_count) == (2, 5)


def test_values_are_shown_short_and_printable():
    findings = Findings()
    findings.error("bad_email", "a.csv", 1, column="x", value="a\0\x1b[31m" + "b" * 500)
    shown = findings.errors[0].value
    assert len(shown) == 80
    assert shown.isprintable()


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (42, "00000", "00042"),
        (42, "General", "42"),
        (42.0, "General", "42"),
        (42.5, "General", "42.5"),
        (233244123456.0, "General", "233244123456"),
        (244123456, "0000000000", "0244123456"),
        (1234567, "0", "1234567"),
        (1234567, "#,##0", "1234567"),
        (7, '"STU-"0000', "STU-0007"),
        (244123456, r"\+000 00 000 0000", "+000 24 412 3456"),
        (5512345, "(000) 000-0000", "(000) 551-2345"),
        (12, "[Red]000;[Blue]-000", "012"),
        (0.1, "0%", "0.1"),
        (1e-7, "General", "0.0000001"),
        (-5, "000", "-5"),
        (123456, "000", "123456"),
    ],
)
def test_numbers_read_as_the_cell_shows_them(value, number_format, shown):
    assert number_text(value, number_format) == shown


@given(st.integers(0, 10**15 - 1), st.integers(1, 20))
def test_padding_never_changes_the_digits(value, width):
    shown = number_text(value, "0" * width)
    assert int(shown) == value
    assert len(shown) == max(width, len(str(value)))


def test_a_number_with_more_digits_than_a_sheet_keeps():
    with pytest.raises(ValueError, match="1234567890123456"):
        number_text(1234567890123456, "0")


@pytest.mark.parametrize("cell", ["ama@x.example", "a.b+c@mail.school.edu.gh", "kɔfi@schüle.example", "o'neil@x.co"])
def test_emails(cell):
    assert is_email(cell)


@pytest.mark.parametrize(
    "cell",
    ["ama", "ama@", "@x.example", "a b@x.example", "a@b@c.example", "a@x", "a@x..example", "a@x.e.", "<a@x.example>"],
)
def test_no_emails(cell):
    assert not is_email(cell)


@pytest.mark.parametrize(
    "cell", ["0244123456", "+233 24 412 3456", "(024) 412-3456", "024.412.3456", "302123456 ext 12"]
)
def test_phones(cell):
    assert is_phone(cell)


@pytest.mark.parametrize("cell", ["", "12345", "0244 none", "1234567890123456", "024+4123456", "n/a"])
def test_no_phones(cell):
    assert not is_phone(cell)


@pytest.mark.parametrize(
    ("cell", "is_one"), [("=A1", True), ("= 1", True), ("=", False), ("==", False), ("a=b", False), ("===", False)]
)
def test_formulas(cell, is_one):
    assert looks_like_formula(cell) is is_one


@pytest.mark.parametrize(
    ("cell", "is_one"),
    [("2.33E+11", True), ("1E5", True), ("2,33E+11", True), ("E12", False), ("12E", False), ("1234", False)],
)
def test_shortened_numbers(cell, is_one):
    assert lost_digits(cell) is is_one


@pytest.mark.parametrize(
    ("cell", "order", "found"),
    [
        ("2004-02-29", DateOrder.DAY_FIRST, date(2004, 2, 29)),
        ("2004-02-29T00:00:00Z", DateOrder.DAY_FIRST, date(2004, 2, 29)),
        ("2004/2/9", DateOrder.MONTH_FIRST, date(2004, 2, 9)),
        ("03/04/2005", DateOrder.DAY_FIRST, date(2005, 4, 3)),
        ("03/04/2005", DateOrder.MONTH_FIRST, date(2005, 3, 4)),
        ("3.4.2005", DateOrder.DAY_FIRST, date(2005, 4, 3)),
        ("3 Apr 2005", DateOrder.MONTH_FIRST, date(2005, 4, 3)),
        ("3rd April, 2005", DateOrder.DAY_FIRST, date(2005, 4, 3)),
        ("Sept 3, 2005", DateOrder.DAY_FIRST, date(2005, 9, 3)),
    ],
)
def test_dates(cell, order, found):
    assert parse_date(cell, order) == found


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("30/02/2005", "bad_date"),
        ("13/13/2005", "bad_date"),
        ("3 Foo 2005", "bad_date"),
        ("38000", "bad_date"),
        ("3/4/05", "date_year_short"),
        ("3-Apr-05", "date_year_short"),
    ],
)
def test_no_dates(cell, code):
    with pytest.raises(DateError) as refused:
        parse_date(cell)
    assert refused.value.code == code


@pytest.mark.parametrize(("cell", "tag"), [("Twi", "tw"), ("english", "en"), ("en-GB", "en-GB"), ("Klingonese!", None)])
def test_languages(cell, tag):
    assert language_tag(cell) == tag


LETTERS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn", "Co"]), min_size=1)


@given(LETTERS, st.integers(1, 40))
def test_utf_8_is_found_wherever_the_chunks_end(text, size):
    data = text.encode()
    assert find_encoding(data[at : at + size] for at in range(0, len(data), size)) in {"utf-8", "utf-8-sig"}


@given(st.text("àâçéèêëîïôùûüœ’“”", min_size=1, max_size=8), st.text("abcdefghij ,\n", min_size=40, max_size=60))
def test_windows_1252_is_not_taken_for_utf_8(accents, plain):
    data = (plain + "N" + "x".join(accents) + "n").encode("cp1252")
    assert find_encoding([data]) == "cp1252"


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (ReadLimits(max_unpacked_bytes=1_000), "roster_zip_too_large"),
        (ReadLimits(max_entries=1), "roster_zip_too_many_files"),
        (ReadLimits(max_ratio=2, ratio_from_bytes=100), "roster_zip_too_large"),
    ],
)
def test_the_limits_of_a_zip(tmp_path, limits, code):
    path = write_zip(tmp_path / "r.zip", {"users.csv": b"a" * 5_000, "orgs.csv": b"b"})
    with pytest.raises(CampusError) as refused:
        RosterArchive(path, "r.zip", limits)
    assert refused.value.code == code
