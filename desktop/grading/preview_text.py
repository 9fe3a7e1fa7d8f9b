"""Reads text and code of any encoding as lines of a page, bounded, without running anything."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

COLUMNS = 96
LINES = 62
"""Letters in a line and lines on a page: a comment's place is the same on every computer, whatever its fonts."""
MOST_BYTES = 2_000_000
"""More than that of a text isn't shown; a log of that length isn't read to its end by anyone."""
_SAMPLE = 64_000
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_TAB = 4


@dataclass(frozen=True)
class ReadText:
    """Lines as they fill pages, the name of the encoding that was found, and whether the end was left out."""

    lines: tuple[str, ...]
    encoding: str
    cut: bool = False

    @property
    def pages(self) -> int:
        """How many pages the lines fill, at least one."""
        return max(1, -(-len(self.lines) // LINES))

    def page(self, page: int) -> tuple[str, ...]:
        """Return the lines of a page, counted from 0."""
        return self.lines[page * LINES : (page + 1) * LINES]


def read_text(content: bytes, most: int = MOST_BYTES) -> ReadText:
    """Read text: marked or plain UTF-8 and UTF-16 first, else what its letters are likeliest in; always readable."""
    words, encoding = decoded(content[:most])
    return ReadText(tuple(_lines(words)), encoding.removesuffix("-sig"), len(content) > most)


def decoded(content: bytes) -> tuple[str, str]:
    """Return text as it was written, and the name of the encoding that was found."""
    encoding = _encoding_of(content)
    return content.decode(encoding, errors="replace"), encoding


def _encoding_of(content: bytes) -> str:
    for mark, name in _MARKS:
        if content.startswith(mark):
            return name
    try:
        # The last letter may be cut in two where the reading ends.
        codecs.getincrementaldecoder("utf-8")().decode(content)
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    from charset_normalizer import from_bytes

    found = from_bytes(content[:_SAMPLE]).best()
    return found.encoding if found is not None else "cp1252"


def _lines(words: str) -> list[str]:
    lines: list[str] = []
    for line in words.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        plain = "".join(one if one.isprintable() else "\ufffd" for one in line.expandtabs(_TAB))
        lines += [plain[at : at + COLUMNS] for at in range(0, len(plain), COLUMNS)] or [""]
    while lines and not lines[-1]:
        lines.pop()
    return lines
