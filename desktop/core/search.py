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
_MOST_MATCHES = 300
_SHORT = 2
_ENOUGH = 60


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


def match_expression(query: str) -> str | None:
    """Return the FTS5 expression for rows that have, for each word typed, a word that starts with it."""
    words = words_of(query)
    return " AND ".join(f'"{word}"*' for word in words) if words else None


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
    places = ", ".join("?" * len(kinds))
    rows: list[Any] = []
    typed = words_of(query)
    if len(typed) == 1 and len(typed[0]) <= _SHORT:
        # One or two letters match a third of a school: the head of the sorted list is a better answer than any rank.
        span = (typed[0], typed[0] + "\U0010ffff")
        for kind in kinds:
            rows += db.execute(
                "SELECT kind, id, sort_text, body, words FROM base WHERE kind = ? AND shown = 1 AND sort_text >= ?"
                f" AND sort_text < ? ORDER BY sort_text LIMIT {_ENOUGH}",
                (kind, *span),
            ).fetchall()
        if len(typed[0]) == 1 and len(rows) >= _ENOUGH:
            return rows
    rows += db.execute(
        "SELECT b.kind, b.id, b.sort_text, b.body, b.words FROM (SELECT rowid AS number FROM search"
        f" WHERE search MATCH ? LIMIT {_MOST_MATCHES * 2}) s CROSS JOIN base b ON b.row = s.number"
        f" WHERE b.shown = 1 AND b.kind IN ({places}) LIMIT {_MOST_MATCHES}",
        (expression, *kinds),
    ).fetchall()
    if db.execute("SELECT 1 FROM draft LIMIT 1").fetchone():
        rows += db.execute(
            "SELECT d.kind, d.id, d.sort_text, d.body, d.words FROM search s CROSS JOIN draft d ON d.row = -s.rowid"
            " WHERE s.search MATCH ? AND s.rowid < 0 AND d.latest = 1 AND d.body IS NOT NULL"
            f" AND d.kind IN ({places}) LIMIT {_MOST_MATCHES}",
            (expression, *kinds),
        ).fetchall()
    return rows
