"""What a cell's text means: dates, emails, phone numbers, languages; each check keeps what was written."""

import re
from datetime import date
from enum import StrEnum

FORMULA = re.compile(r"=\s*[\w\"'(+\-@{$.]")
EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_][\w-]*[^\W_]", re.UNICODE)
PLAIN_PHONE = re.compile(r"\+?[0-9]{7,15}")
PHONE = re.compile(r"\+?[\d\s().\-/\u2010-\u2015]+(?:(?:ext\.?|x)\s?\d{1,6})?", re.IGNORECASE)
EXPONENT = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d{1,2}")
ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?")
YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})")
YEAR_LAST = re.compile(r"(\d{1,2})\s?[/.\- ]\s?(\d{1,2})\s?[/.\- ]\s?(\d{4})")
SHORT_YEAR = re.compile(r"\d{1,2}[/.\- ](?:\d{1,2}|[A-Za-z]{3,9})[/.\- ]\d{2}")
DAY_WORD = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s\-./]+([A-Za-z]{3,9})\.?,?[\s\-./]+(\d{4})")
WORD_DAY = re.compile(r"([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH_NAMES = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december", "sept"),
)
LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,3}", re.IGNORECASE)
LANGUAGES = {
    "akan": "ak",
    "arabic": "ar",
    "dagaare": "dga",
    "dagbani": "dag",
    "dangme": "ada",
    "english": "en",
    "ewe": "ee",
    "fante": "fat",
    "french": "fr",
    "ga": "gaa",
    "gonja": "gjn",
    "hausa": "ha",
    "igbo": "ig",
    "kasem": "xsm",
    "nzema": "nzi",
    "portuguese": "pt",
    "spanish": "es",
    "swahili": "sw",
    "twi": "tw",
    "yoruba": "yo",
}
MIN_PHONE_DIGITS, MAX_PHONE_DIGITS = 7, 15
MAX_EMAIL = 254
LAST_MONTH = 12


class DateOrder(StrEnum):
    """Which comes first in 03/04/2005."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


class DateError(ValueError):
    """Why a text is no date; `code` is the row error's."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def looks_like_formula(cell: str) -> bool:
    """Tell whether a spreadsheet would calculate the cell: an equals sign with something to calculate behind it."""
    return cell[:1] == "=" and FORMULA.match(cell) is not None


def is_email(cell: str) -> bool:
    """Tell whether the cell is one whole address."""
    return len(cell) <= MAX_EMAIL and ".." not in cell and EMAIL.fullmatch(cell) is not None


def is_phone(cell: str) -> bool:
    """Tell whether the cell holds 7 to 15 digits with the usual signs between them."""
    if PLAIN_PHONE.fullmatch(cell):
        return True
    number = re.split(r"ext|x", cell, maxsplit=1, flags=re.IGNORECASE)[0]
    digits = sum(sign.isdigit() for sign in number)
    return PHONE.fullmatch(cell) is not None and MIN_PHONE_DIGITS <= digits <= MAX_PHONE_DIGITS


def lost_digits(cell: str) -> bool:
    """Tell whether a spreadsheet wrote the number as 2.33E+11."""
    return EXPONENT.fullmatch(cell) is not None


def parse_date(cell: str, order: DateOrder = DateOrder.DAY_FIRST) -> date:
    """Return the date that the cell names, its time of day left out. Raises DateError."""
    try:
        if match := ISO_DATE.fullmatch(cell) or YEAR_FIRST.fullmatch(cell):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := YEAR_LAST.fullmatch(cell):
            day, month = (1, 2) if order is DateOrder.DAY_FIRST else (2, 1)
            return date(int(match[3]), int(match[month]), int(match[day]))
        if match := DAY_WORD.fullmatch(cell):
            return date(int(match[3]), _month(match[2]), int(match[1]))
        if match := WORD_DAY.fullmatch(cell):
            return date(int(match[3]), _month(match[1]), int(match[2]))
    except ValueError as reason:
        raise DateError("bad_date") from reason
    raise DateError("date_year_short" if SHORT_YEAR.fullmatch(cell) else "bad_date")


def order_evidence(cell: str) -> DateOrder | None:
    """Return the order that this one date proves, None when it fits both or is written otherwise."""
    match = YEAR_LAST.fullmatch(cell)
    if match is None:
        return None
    first, second = int(match[1]), int(match[2])
    if first > LAST_MONTH >= second:
        return DateOrder.DAY_FIRST
    return DateOrder.MONTH_FIRST if second > LAST_MONTH >= first else None


def is_ambiguous_date(cell: str) -> bool:
    """Tell whether day and month could change places."""
    match = YEAR_LAST.fullmatch(cell)
    return match is not None and match[1] != match[2] and max(int(match[1]), int(match[2])) <= LAST_MONTH


def language_tag(cell: str) -> str | None:
    """Return the language as a tag (en, fr, tw), None when it is neither a tag nor a name we know."""
    known = LANGUAGES.get(cell.casefold())
    if known:
        return known
    return cell if LANGUAGE_TAG.fullmatch(cell) else None


def _month(word: str) -> int:
    name = word.casefold()
    if name not in MONTHS and name not in MONTH_NAMES:
        raise ValueError(word)
    return MONTHS.index(name[:3]) + 1
