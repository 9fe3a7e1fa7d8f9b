"""Reads dates as people type them: ``20/11``, ``20 Nov 2026``, ``2026-11-20``, ``+7``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

_RELATIVE = re.compile(r"([+-])\s*(\d{1,4})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NUMBERS = re.compile(r"(\d{1,2})[./\s-](\d{1,2})(?:[./\s-](\d{4}|\d{2}))?[.]?")
_NAMED = re.compile(r"(\d{1,2})\.?\s*([^\W\d]{3,})\.?(?:\s*,?\s*(\d{4}|\d{2}))?")
_CENTURY_TURN = 70


def read_date(
    text: str, today: date, *, months: Sequence[str] = (), day_first: bool = True, days: Sequence[str] = ()
) -> date | None:
    """Return the date that ``text`` means, None when it means none.

    Without a year the one nearest to ``today`` is taken; ``+7`` and ``-3`` count days from today. ``months`` are
    the twelve names in the reader's language (three letters are enough), ``days`` the words for yesterday, today,
    tomorrow. Two-digit years from 70 on belong to the last century.
    """
    text = text.strip().casefold()
    for offset, word in zip((-1, 0, 1), days, strict=False):
        if text and text == word.casefold():
            return today + timedelta(days=offset)
    if match := _RELATIVE.fullmatch(text):
        return today + timedelta(days=int(match[1] + match[2]))
    if match := _ISO.fullmatch(text):
        return _make(int(match[1]), int(match[2]), int(match[3]))
    if match := _NUMBERS.fullmatch(text):
        first, second = int(match[1]), int(match[2])
        day, month = (first, second) if day_first else (second, first)
        return _with_year(match[3], month, day, today)
    if match := _NAMED.fullmatch(text):
        named = _month_of(match[2], months)
        return None if named is None else _with_year(match[3], named, int(match[1]), today)
    return None


def _month_of(word: str, months: Sequence[str]) -> int | None:
    found = [place for place, name in enumerate(months, start=1) if name.casefold().startswith(word)]
    return found[0] if len(found) == 1 else None


def _with_year(year: str | None, month: int, day: int, today: date) -> date | None:
    if year is not None:
        full = int(year) if len(year) == len("2026") else int(year) + (1900 if int(year) >= _CENTURY_TURN else 2000)
        return _make(full, month, day)
    near = [_make(today.year + step, month, day) for step in (-1, 0, 1)]
    return min((found for found in near if found is not None), key=lambda found: abs(found - today), default=None)


def _make(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
