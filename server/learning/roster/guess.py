"""Proposes a mapping for a file nobody has described: from its column names first, then from what stands below."""

import difflib
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from server.learning.roster.mapping import IDENTITIES, RosterField, RosterMapping
from server.learning.roster.rows import Cell, Row
from server.learning.roster.synonyms import SYNONYMS
from server.learning.roster.values import DateError, DateOrder, is_email, is_phone, order_evidence, parse_date

HEADER_SEARCH = 20
SURE, LIKELY, VAGUE, ODD = 1.0, 0.8, 0.55, 0.2
MOSTLY = 0.8
CONTRADICTED = 0.4
SPELLING = 0.84
NAMED = {
    word.removeprefix("~"): (field, VAGUE if word.startswith("~") else SURE)
    for field, words in SYNONYMS.items()
    for word in words
}


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """What a column seems to hold: `confidence` from 0 to 1, None as field when nothing fits."""

    place: int
    header: str
    field: RosterField | None
    confidence: float
    samples: tuple[str, ...] = ()


def find_header(rows: Sequence[Row]) -> Row | None:
    """Return the row among the first ones that names the most columns, None when the file begins with its data."""
    best, most = None, 0
    for row in rows[:HEADER_SEARCH]:
        named = sum(_named(_text(cell)) is not None for cell in row.cells)
        if named > most:
            best, most = row, named
    return best if most > 1 or (best is not None and not any(_is_data(_text(cell)) for cell in best.cells)) else None


def guess_columns(header: Sequence[Cell], rows: Sequence[Row]) -> list[ColumnGuess]:
    """Return a guess for each column; every field is given to one column at most, the likeliest."""
    guesses: list[ColumnGuess] = []
    for place, cell in enumerate(header):
        name = _text(cell)
        values = [_text(row.cells[place]) for row in rows if place < len(row.cells)]
        values = [value for value in values if value]
        field, confidence = _judge(name, values)
        guesses.append(ColumnGuess(place, name, field, round(confidence, 2), tuple(values[:5])))
    taken: set[RosterField] = set()
    chosen: dict[int, ColumnGuess] = {}
    for guess in sorted(guesses, key=lambda guess: (-guess.confidence, guess.place)):
        if guess.field is None or guess.field in taken:
            chosen[guess.place] = ColumnGuess(guess.place, guess.header, None, 0.0, guess.samples)
        else:
            taken.add(guess.field)
            chosen[guess.place] = guess
    return [chosen[place] for place in sorted(chosen)]


def propose_mapping(guesses: Sequence[ColumnGuess], rows: Sequence[Row], header_line: int) -> RosterMapping:
    """Return the mapping that the guesses make; a full name gives way where both its parts have columns."""
    columns = {guess.place: guess.field for guess in guesses if guess.field is not None}
    fields = set(columns.values())
    if {RosterField.GIVEN_NAME, RosterField.FAMILY_NAME} <= fields:
        columns = {place: field for place, field in columns.items() if field is not RosterField.FULL_NAME}
    orders = {order for guess in guesses for order in _orders(guess, rows) if guess.place in columns}
    order = orders.pop() if len(orders) == 1 else DateOrder.DAY_FIRST
    return RosterMapping(columns=columns, header_line=header_line, date_order=order)


def _orders(guess: ColumnGuess, rows: Sequence[Row]) -> set[DateOrder]:
    if guess.field not in {RosterField.DATE_OF_BIRTH, RosterField.BEGINS, RosterField.ENDS}:
        return set()
    found = {order_evidence(_text(row.cells[guess.place])) for row in rows if guess.place < len(row.cells)}
    return {order for order in found if order is not None}


def _judge(name: str, values: Sequence[str]) -> tuple[RosterField | None, float]:
    named = _named(name)
    seen = _seen(values)
    if named is None:
        return (seen, VAGUE) if seen is not None else (None, 0.0)
    field, confidence = named
    check = CONTENT.get(field)
    if check is None or not values:
        odd = seen is RosterField.EMAIL and field not in IDENTITIES
        return field, ODD if odd else confidence
    share = sum(check(value) for value in values) / len(values)
    if share >= MOSTLY:
        return field, min(SURE, confidence + (SURE - confidence) / 2)
    return field, confidence * (CONTRADICTED + (1 - CONTRADICTED) * share)


def _named(name: str) -> tuple[RosterField, float] | None:
    """Return the field that a column's name means and how surely."""
    plain = _plain(name)
    if not plain:
        return None
    if plain in NAMED:
        return NAMED[plain]
    joined = plain.replace(" ", "")
    for word, (field, confidence) in NAMED.items():
        if word.replace(" ", "") == joined:
            return field, confidence
    if len(plain) > 4:
        near = difflib.get_close_matches(plain, NAMED, n=1, cutoff=SPELLING)
        if near:
            field, confidence = NAMED[near[0]]
            return field, confidence * LIKELY
    return None


def _plain(name: str) -> str:
    """Return a name in lower case, its words apart (also those of firstName), without accents and punctuation."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    flat = unicodedata.normalize("NFKD", apart).casefold()
    return " ".join(re.findall(r"[^\W_]+", "".join(sign for sign in flat if not unicodedata.combining(sign))))


def _seen(values: Sequence[str]) -> RosterField | None:
    """Return what the values alone give away."""
    for field in (RosterField.EMAIL, RosterField.DATE_OF_BIRTH, RosterField.PHONE):
        if values and sum(CONTENT[field](value) for value in values) >= MOSTLY * len(values):
            return field
    return None


def _is_data(value: str) -> bool:
    return is_email(value) or _is_date(value) or (value.isdigit() and len(value) > 2)


def _is_date(value: str) -> bool:
    try:
        parse_date(value)
    except DateError:
        return order_evidence(value) is not None
    return True


def _is_full_phone(value: str) -> bool:
    return is_phone(value) and (value.startswith(("+", "0")) or " " in value)


CONTENT: dict[RosterField, Callable[[str], bool]] = {
    RosterField.EMAIL: is_email,
    RosterField.DATE_OF_BIRTH: _is_date,
    RosterField.BEGINS: _is_date,
    RosterField.ENDS: _is_date,
    RosterField.GUARDIAN_EMAIL: is_email,
    RosterField.SPONSOR_EMAIL: is_email,
    RosterField.GUARDIAN_PHONE: is_phone,
    RosterField.SPONSOR_PHONE: is_phone,
    RosterField.PHONE: _is_full_phone,
    RosterField.FULL_NAME: lambda value: " " in value.strip() and not any(sign.isdigit() for sign in value),
    RosterField.GIVEN_NAME: lambda value: not any(sign.isdigit() for sign in value),
    RosterField.FAMILY_NAME: lambda value: not any(sign.isdigit() for sign in value),
}


def _text(cell: Cell) -> str:
    return cell if isinstance(cell, str) else cell.shown
