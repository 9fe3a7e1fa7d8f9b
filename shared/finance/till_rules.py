"""Tills: the code of a series, the numbers printed from it, and where numbers are missing."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from shared.core.errors import CampusError
from shared.core.text import text
from shared.finance.vocabulary import TillState

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without I and O, which read like digits."""
_DIGITS = 9
_NUMBER = re.compile(r"R-([A-HJ-NP-Z]{1,3}[1-9])-(\d{6,12})")
LONGEST_CODE = 4
MOST_SERIES = _DIGITS * len(_LETTERS) ** 3
"""More series than an institute ever gives out."""
CERTIFIED_DAYS = 730
"""How long a till's certificate is good; renewing it needs the network, taking money doesn't."""


class Gap(NamedTuple):
    """Numbers of a series that the server doesn't have: first and last of them."""

    first: int
    last: int


class Install(NamedTuple):
    """One install of the program: a renewed epoch is another one."""

    device_id: str
    install_epoch: int


def series_code(series: int) -> str:
    """Return the code of the n-th series: 1 is `A1`, 10 is `B1`, 217 is `AA1`.

    Raises ValueError below 1 and above `MOST_SERIES`.
    """
    if not 1 <= series <= MOST_SERIES:
        raise ValueError(series)
    rest, digit = divmod(series - 1, _DIGITS)
    letters = ""
    while True:
        rest, letter = divmod(rest, len(_LETTERS))
        letters = _LETTERS[letter] + letters
        if rest == 0:
            return f"{letters}{digit + 1}"
        rest -= 1


def series_of(code: str) -> int:
    """Return the series of a code: `A1` is 1. Raises ValueError for what is no code."""
    letters, digit = code[:-1], code[-1:]
    if not letters or digit not in "123456789" or any(letter not in _LETTERS for letter in letters):
        raise ValueError(code)
    rest = 0
    for letter in letters:
        rest = rest * len(_LETTERS) + _LETTERS.index(letter) + 1
    return (rest - 1) * _DIGITS + int(digit)


def receipt_number(code: str, sequence: int) -> str:
    """Return the number as it is printed: `R-K3-000123`."""
    return f"R-{code}-{sequence:06d}"


def read_number(number: str) -> tuple[str, int] | None:
    """Return (code, sequence) of a printed number as it was typed, or None where it is none."""
    found = _NUMBER.fullmatch("".join(number.upper().split()))
    return (found[1], int(found[2])) if found else None


def gaps(sequences: Iterable[int], reached: int = 0) -> list[Gap]:
    """Return where numbers from 1 on are missing; `reached` is the highest number that is known to be given."""
    found: list[Gap] = []
    expected = 1
    for sequence in sorted(set(sequences)):
        if sequence > expected:
            found.append(Gap(expected, sequence - 1))
        expected = sequence + 1
    if reached >= expected:
        found.append(Gap(expected, reached))
    return found


def install_of(till: Mapping[str, Any]) -> Install:
    """Return the one install that may print numbers of a till's series."""
    return Install(str(till["device_id"]), int(till["install_epoch"]))


def is_till_of(till: Mapping[str, Any], install: Install) -> bool:
    """Tell whether an install may go on with a till's series."""
    return till.get("state") == TillState.ACTIVE and install_of(till) == install


def check_till(till: Mapping[str, Any] | None, install: Install, today: str) -> Mapping[str, Any]:
    """Return the till that this install may print numbers of on a day (`2026-11-21`).

    Raises CampusError `no_till`, `till_waiting`, `till_closed`, `till_of_another_install` or `till_expired`.
    """
    if till is None:
        raise CampusError("no_till", text("This computer isn't a till yet. Make it one while there is a network."))
    if till["state"] == TillState.WAITING:
        words = text("{till} waits for approval. Whoever manages money approves it.", till=till["name"])
        raise CampusError("till_waiting", words)
    if till["state"] != TillState.ACTIVE:
        raise CampusError("till_closed", text("{till} was closed. Make this computer a till again.", till=till["name"]))
    if install_of(till) != install:
        words = text(
            "{till} belongs to another install of Campusdesk. Make this computer a till: it gets a series of its own.",
            till=till["name"],
        )
        raise CampusError("till_of_another_install", words)
    if not str(till["valid_from"])[:10] <= today <= str(till["valid_to"])[:10]:
        words = text("The certificate of {till} isn't good today. Renew it at the server.", till=till["name"])
        raise CampusError("till_expired", words)
    return till
