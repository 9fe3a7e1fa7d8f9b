"""What lists and searches need to know about a body, taken from it once when it is stored."""

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.core.search import words_of
from desktop.core.store_area import MAX_KEYS, KeyValue, KindSpec
from shared.core.projection import Body

_PLAIN = KindSpec()


@dataclass(frozen=True)
class Listed:
    """The columns beside a body: what it sorts by, its keys, the words it is found by (None: not found by search)."""

    sort_text: str
    keys: tuple[KeyValue, ...]
    words: str | None


_GONE = Listed("", (None,) * MAX_KEYS, None)


def listed(kinds: Mapping[str, KindSpec], kind: str, body: Body | None) -> Listed:
    """Return the columns for a row of `kind`; a row that is gone has none."""
    if body is None:
        return _GONE
    spec = kinds.get(kind, _PLAIN)
    keys = tuple(_plain(key(body)) for key in spec.keys.values())
    words = " ".join(words_of(spec.search_text(body))) if spec.search_text else None
    return Listed(spec.sort_text(body), keys + (None,) * (MAX_KEYS - len(keys)), words or None)


def _plain(value: KeyValue) -> KeyValue:
    # SQLite binds subclasses such as those of StrEnum by their exact type only.
    if isinstance(value, str):
        return str(value)
    return None if value is None else int(value)
