"""Full-text search as you type: folding of Ghanaian names, entries, ranking and where the letters matched."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.core.disk import Db
from desktop.core.schema import from_text
from desktop.core.store_area import KindSpec

_LETTERS = str.maketrans("ɛƐɔƆŋŊɖƉƒƑʋƲ", "eeoonnddffvv")
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"[+(]?[0-9][0-9 ()./-]{3,}")
_LEAST_DIGITS = 4
_MOST_MATCHES = 300
_SHORT = 2
_ENOUGH = 60
_FEW = 1_000
"""Up to so many rows of a kind are read through faster than the index of all kinds is."""


@dataclass(frozen=True)
class Hit:
    """A row that a search found. `spans` are (start, end) places of the matched letters in `title`."""

    kind: str
    id: str
    body: dict[str, Any]
    title: str
    spans: tuple[tuple[int, int], ...] = ()


def fold(value: str) -> str:
    """Return `value` as the index has it: small letters without marks, ɛ as e, ɔ as o, ŋ as n."""
    if value.isascii():
        return value.lower()
    plain = unicodedata.normalize("NFKD", value.translate(_LETTERS))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()


def words_of(value: str) -> list[str]:
    """Return the folded words of a text."""
    return _WORD.findall(fold(value))


def alternatives(query: str) -> list[list[str]]:
    """Return the ways to read what was typed: each a list of beginnings of words, all of which a row must have.

    Digits, in groups or not ("024 555 01", "+233 24 555", "02455501"), may also be the beginning of a phone number.
    """
    words = words_of(query)
    if not words:
        return []
    if not _NUMBER.fullmatch(query.strip()):
        return [words]
    joined = "".join(words)
    if query.lstrip().startswith("+"):
        return [[joined]]
    # Without the zero that is dialled within the country, as people's national numbers are indexed.
    national = [joined.lstrip("0")]
    return [words, national] if len(national[0]) >= _LEAST_DIGITS and national != words else [words]


def match_expression(query: str) -> str | None:
    """Return the FTS5 expression for rows that have, for each word typed, a word that starts with it."""
    ways = [" AND ".join(f'"{word}"*' for word in words) for words in alternatives(query)]
    return " OR ".join(f"({way})" for way in ways) if len(ways) > 1 else next(iter(ways), None)


def _condition(query: str) -> tuple[str, list[str]]:
    """Return the same as a condition on the column of words, for kinds with so few rows that no index is needed."""
    ways = alternatives(query)
    each = " OR ".join("(" + " AND ".join(["instr(' ' || words, ?) > 0"] * len(words)) + ")" for words in ways)
    return f"({each})", [f" {word}" for words in ways for word in words]


def spans(query: str, title: str) -> tuple[tuple[int, int], ...]:
    """Return where in `title` words start with the words typed, as (start, end), in order, without overlaps."""
    typed = sorted(set(words_of(query)), key=len, reverse=True)
    found: list[tuple[int, int]] = []
    for match in re.finditer(r"[^\W_]+", title):
        folded = fold(match[0])
        best = next((word for word in typed if folded.startswith(word)), None)
        if best is not None:
            found.append((match.start(), match.start() + _covered(match[0], len(best))))
    return tuple(found)


def _covered(word: str, folded_length: int) -> int:
    for length in range(1, len(word) + 1):
        if len(fold(word[:length])) >= folded_length:
            return length
    return len(word)


def put(db: Db, entries: Sequence[tuple[int, str]], old: Iterable[int] = ()) -> None:
    """Write entries (number, words) and drop the `old` numbers."""
    gone = [(number,) for number in old]
    if gone:
        db.executemany("DELETE FROM search WHERE rowid = ?", gone)
    if entries:
        db.executemany("INSERT INTO search (rowid, words) VALUES (?, ?)", entries)


def find(db: Db, kinds: dict[str, KindSpec], query: str, limit: int) -> list[Hit]:
    """Return at most `limit` rows of `kinds`, the best first: those whose title begins with what was typed lead."""
    expression = match_expression(query)
    if expression is None or not kinds:
        return []
    rows = {(row[0], row[1]): row for row in _matches(db, list(kinds), query, expression)}
    folded = " ".join(words_of(query))
    hits = []
    for kind, entity_id, sort_text, text, words in rows.values():
        body = from_text(text)
        spec = kinds[kind]
        title = spec.title(body) if spec.title else sort_text
        hits.append((_rank(folded, fold(title), words or ""), sort_text, entity_id, kind, body, title))
    hits.sort(key=lambda hit: hit[:3])
    return [
        Hit(kind, entity_id, body, title, spans(query, title)) for _, _, entity_id, kind, body, title in hits[:limit]
    ]


def _rank(typed: str, title: str, words: str) -> int:
    if title == typed or typed in words.split():
        return 0
    if title.startswith(typed):
        return 1
    return 2 if f" {typed}" in f" {words}" else 3


def _matches(db: Db, kinds: list[str], query: str, expression: str) -> list[Any]:
    typed = words_of(query)
    rows: list[Any] = []
    if len(typed) == 1 and len(typed[0]) <= _SHORT:
        # One or two letters match a third of a school: the head of the sorted list is a better answer than any rank.
        rows += _first_sorted(db, kinds, typed[0])
        if len(typed[0]) == 1 and len(rows) >= _ENOUGH:
            return rows
    condition, values = _condition(query)
    large = []
    for kind in kinds:
        if _has_few(db, kind):
            rows += _scanned(db, "base", "shown = 1", kind, condition, values)
        else:
            large.append(kind)
        # Drafts are few, and an index over them would be read beside all others for each letter typed.
        rows += _scanned(db, "draft", "latest = 1 AND body IS NOT NULL", kind, condition, values)
    if large:
        places = ", ".join("?" * len(large))
        rows += db.execute(
            "SELECT b.kind, b.id, b.sort_text, b.body, b.words FROM (SELECT rowid AS number FROM search"
            f" WHERE search MATCH ? LIMIT {_MOST_MATCHES * 2}) s CROSS JOIN base b ON b.row = s.number"
            f" WHERE b.shown = 1 AND b.kind IN ({places}) LIMIT {_MOST_MATCHES}",
            (expression, *large),
        ).fetchall()
    return rows


def _first_sorted(db: Db, kinds: list[str], typed: str) -> list[Any]:
    rows: list[Any] = []
    for kind in kinds:
        rows += db.execute(
            "SELECT kind, id, sort_text, body, words FROM base WHERE kind = ? AND shown = 1 AND sort_text >= ?"
            f" AND sort_text < ? ORDER BY sort_text LIMIT {_ENOUGH}",
            (kind, typed, typed + "\U0010ffff"),
        ).fetchall()
    return rows


def _has_few(db: Db, kind: str) -> bool:
    found = db.execute(
        f"SELECT count(*) FROM (SELECT 1 FROM base WHERE kind = ? AND shown = 1 LIMIT {_FEW + 1})", (kind,)
    ).fetchone()
    return bool(found[0] <= _FEW)


def _scanned(db: Db, table: str, among: str, kind: str, condition: str, values: list[str]) -> list[Any]:
    return db.execute(
        f"SELECT kind, id, sort_text, body, words FROM {table} WHERE kind = ? AND {among} AND words IS NOT NULL"
        f" AND {condition} ORDER BY sort_text LIMIT {_MOST_MATCHES}",
        (kind, *values),
    ).fetchall()
