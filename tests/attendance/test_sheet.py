"""What is typed from a printed sheet: lines and letters, minutes, ranges, and every way to mistype them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.attendance.sheet import LETTERS, MOST_TYPED, entry_text, read_sheet
from shared.attendance.vocabulary import AttendanceState

P, L, A, E, LE = LETTERS.values()


def _read(typed, lines=40):
    reading = read_sheet(typed, lines)
    assert reading.faults == ()
    return {line: (entry.state, entry.minutes) for line, entry in reading.entries.items()}


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("", {}),
        ("7a", {7: (A, None)}),
        ("7A 12L15 20E", {7: (A, None), 12: (L, 15), 20: (E, None)}),
        ("7a12l15e", {7: (A, None), 12: (L, None), 15: (E, None)}),
        ("7a12l15 15e", {7: (A, None), 12: (L, 15), 15: (E, None)}),
        ("12l15 e", {12: (L, None), 15: (E, None)}),
        ("7 a, 8 p; 9\tl", {7: (A, None), 8: (P, None), 9: (L, None)}),
        ("3-5a", {3: (A, None), 4: (A, None), 5: (A, None)}),
        ("12l15-17a", {12: (L, None), 15: (A, None), 16: (A, None), 17: (A, None)}),
        ("9le20 10le", {9: (LE, 20), 10: (LE, None)}),
        ("12L0", {12: (L, None)}),
        ("7a 7A", {7: (A, None)}),
        ("1a40a", {1: (A, None), 40: (A, None)}),
        ("7.a", None),
    ],
)
def test_lines_with_letters(typed, wanted):
    if wanted is None:
        assert read_sheet(typed, 40).faults
    else:
        assert _read(typed) == wanted


@pytest.mark.parametrize(
    ("typed", "code", "part"),
    [
        ("7", "sheet_line_unfinished", "7 has no letter yet"),
        ("7a 12-", "sheet_line_unfinished", "12- has no letter yet"),
        ("7x", "sheet_unreadable", "“7x” isn't a line number"),
        ("Amina absent", "sheet_unreadable", "“Amina”"),
        ("41a", "sheet_line_unknown", "no line 41 on this sheet. Its last one is 40"),
        ("0a", "sheet_line_unknown", "no line 0"),
        ("39-44a", "sheet_line_unknown", "no line 44"),
        ("9-3a", "sheet_line_unknown", "9 to 3 runs backwards"),
        ("7a 7l", "sheet_line_twice", "Line 7 is there twice"),
        ("3-9a 5p", "sheet_line_twice", "Line 5 is there twice"),
        ("7a15", "sheet_minutes", "7a15: only L and LE have minutes"),
        ("7l601", "sheet_minutes", "at most 600"),
        ("1a" * MOST_TYPED, "sheet_too_long", "longer than a sheet can be"),
    ],
)
def test_what_cant_be_read_is_named(typed, code, part):
    reading = read_sheet(typed, 40)
    assert code in {fault.code for fault in reading.faults}
    assert any(part in fault.sentence for fault in reading.faults)


def test_a_fault_leaves_the_other_lines():
    reading = read_sheet("1a nonsense 2e 99a 3l 4", 40)
    assert sorted(reading.entries) == [1, 2, 3]
    assert [(fault.code, fault.unfinished) for fault in reading.faults] == [
        ("sheet_unreadable", False),
        ("sheet_line_unknown", False),
        ("sheet_line_unfinished", True),
    ]


_MARK = st.tuples(st.sampled_from(list(LETTERS.values())), st.integers(1, 600))


@given(marks=st.dictionaries(st.integers(1, 400), _MARK, max_size=60), gap=st.sampled_from([" ", ", ", "\n"]))
def test_what_is_written_is_read_again(marks, gap):
    with_minutes = {AttendanceState.LATE, AttendanceState.LEFT_EARLY}
    wanted = {line: (state, minutes if state in with_minutes else None) for line, (state, minutes) in marks.items()}
    typed = gap.join(entry_text(line, state, minutes) for line, (state, minutes) in wanted.items())
    assert _read(typed, 400) == wanted


@given(st.text(alphabet="0123456789plaeLE -,x\n", max_size=80), st.integers(0, 50))
def test_anything_typed_ends_in_lines_of_the_sheet_or_a_sentence(typed, lines):
    reading = read_sheet(typed, lines)
    assert all(1 <= line <= lines for line in reading.entries)
    assert all(fault.sentence.endswith(".") for fault in reading.faults)
    if not reading.entries and not reading.faults:
        assert not typed.strip(" ,\n")
