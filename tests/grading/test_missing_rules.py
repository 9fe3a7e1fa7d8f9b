"""When work that hasn't come is missing."""

from datetime import timedelta

import pytest

from shared.core.clock import parse_instant
from shared.grading.missing_rules import is_over, last_moment
from tests.grading.work_rows import CUTOFF, DUE, work

LATER = "2026-11-30T17:00:00.000Z"


@pytest.mark.parametrize(
    ("fields", "extension", "last"),
    [
        ({"due_at": DUE, "cutoff_at": CUTOFF}, None, CUTOFF),
        ({"due_at": DUE, "cutoff_at": None}, None, DUE),
        ({"due_at": None, "cutoff_at": CUTOFF}, None, CUTOFF),
        ({"due_at": None, "cutoff_at": None}, None, None),
        ({"due_at": DUE, "cutoff_at": CUTOFF}, {"due_at": LATER}, LATER),
        ({"due_at": DUE, "cutoff_at": None}, {"due_at": LATER}, LATER),
        ({"due_at": DUE, "cutoff_at": CUTOFF}, {"due_at": None}, CUTOFF),
    ],
)
def test_the_last_moment(fields, extension, last):
    found = last_moment(work(**fields), extension)
    assert found == (parse_instant(last) if last else None)
    if found is not None:
        assert not is_over(work(**fields), found, extension)
        assert is_over(work(**fields), found + timedelta(seconds=1), extension)


def test_work_without_a_time_is_missing_when_someone_says_so():
    assert is_over(work(due_at=None), parse_instant(DUE))
