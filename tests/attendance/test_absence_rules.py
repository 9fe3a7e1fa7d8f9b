"""When attendance warns: percentages and absences in a row, as tables and whatever the history."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.attendance.absence_rules import (
    LEAST_RECORDED,
    AbsenceWarning,
    absence_streak,
    absence_warning,
    policy_error,
    policy_id,
)
from shared.attendance.rules import percentage
from shared.attendance.vocabulary import AttendanceState

WORDS = {"p": "present", "l": "late", "a": "absent", "e": "excused", "-": "none", "x": "left_early"}


def history(letters: str) -> list[str]:
    """States from letters, the latest class last."""
    return [WORDS[one] for one in letters]


@pytest.mark.parametrize(
    ("letters", "count"),
    [
        ("", 0), ("p", 0), ("a", 1), ("aaa", 3), ("aap", 0), ("paaa", 3), ("aea", 2), ("a-a", 2), ("aaae", 3),
        ("aaa-", 3), ("al", 0), ("ax", 0), ("aapaa", 2),
    ],
)  # fmt: skip
def test_absences_in_a_row(letters: str, count: int) -> None:
    assert absence_streak(history(letters)) == count


@pytest.mark.parametrize(
    ("letters", "policy", "wanted"),
    [
        ("", None, None),
        ("a", None, None),
        ("aa", None, None),
        ("aaa", None, AbsenceWarning(0, 3)),
        ("ppppa", None, None),
        ("pppaa", None, AbsenceWarning(60, None)),
        ("ppppppppppppaaa", None, AbsenceWarning(None, 3)),
        ("pppppppaaa", None, AbsenceWarning(70, 3)),
        ("pppaap", None, AbsenceWarning(67, None)),
        ("pppaap", {"threshold": 60}, None),
        ("pppppppaa", {"streak": 2}, AbsenceWarning(78, 2)),
        ("eeea", None, None),
        ("eeeppa", None, AbsenceWarning(67, None)),
        ("pppp", {"threshold": 100}, None),
        ("lllx", None, None),
    ],
)
def test_what_there_is_to_look_at(letters: str, policy: dict[str, int] | None, wanted: AbsenceWarning | None) -> None:
    assert absence_warning(history(letters), policy) == wanted


@given(st.lists(st.sampled_from([str(one) for one in AttendanceState]), max_size=30), st.integers(1, 100))
def test_a_warning_says_what_people_see(states: list[str], threshold: int) -> None:
    found = absence_warning(states, {"threshold": threshold})
    counted = [one for one in states if one not in ("excused", "none")]
    percent = percentage(states)
    low = percent is not None and percent < threshold and len(counted) >= LEAST_RECORDED
    assert (found is not None and found.percent is not None) == low
    assert found is None or found.percent in (None, percent)
    assert found is None or found.streak is None or counted[-found.streak :] == ["absent"] * found.streak


@given(st.lists(st.sampled_from([str(one) for one in AttendanceState]), max_size=20))
def test_coming_again_ends_the_row(states: list[str]) -> None:
    assert absence_streak([*states, "present"]) == 0
    assert absence_streak([*states, "excused"]) == absence_streak(states)
    assert absence_streak([*states, "absent"]) == absence_streak(states) + 1


@pytest.mark.parametrize(
    ("values", "right"),
    [
        ({"threshold": 80}, True), ({"threshold": 0}, False), ({"threshold": 101}, False), ({"streak": 2}, True),
        ({"streak": 1}, False), ({"streak": 21}, False), ({"threshold": "80"}, False), ({"threshold": None}, False),
        ({}, True),
    ],
)  # fmt: skip
def test_bounds_of_the_policy(values: dict[str, Any], right: bool) -> None:
    assert (policy_error(values) is None) == right


def test_the_policy_has_one_id_everywhere() -> None:
    assert policy_id("a") == policy_id("a") != policy_id("b")
