"""Reads DOCX and ODT as plain readable text: headings, paragraphs, lists and tables; no pictures, macros or network."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape, unescape
from typing import TYPE_CHECKING

from defusedxml import DefusedXmlException, ElementTree

from shared.core.errors import CampusError
from shared.core.text import text

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_XML = 24_000_000
"""The part with the words may unpack to so many bytes; more is no one's essay."""
MOST_LETTERS = 200_000
_DEEPEST = 60
"""Tables in tables, lists in lists, spans in spans: beyond that nothing is read."""
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_O = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_T = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_PARTS = {"docx": "word/document.xml", "odt": "content.xml"}
# What was struck out, said about the text, or makes text by a command.
_UNREAD = frozenset(
    {f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_T}tracked-changes", f"{_O}annotation", f"{_T}note"}
)
_BREAKS = frozenset({f"{_W}br", f"{_W}cr", f"{_T}line-break"})
_TAGS = re.compile("</?[bi]>")
_TABS = frozenset({f"{_W}tab", f"{_T}tab"})


@dataclass(frozen=True)
class Block:
    """A piece of a document: `p`, `h` of a depth, `list` of a depth, or `table`; `words` are safe rich text."""

    kind: str
    words: str = ""
    depth: int = 0
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def letters(self) -> int:
        """About how long it is."""
        return len(self.words) + sum(len(cell) for row in self.rows for cell in row)

    def as_plain(self) -> str:
        """Return its words without any tags."""
        cells = ["\t".join(row) for row in self.rows] if self.kind == "table" else [self.words]
        return unescape(_TAGS.sub("", "\n".join(cells).replace("<br>", "\n")))

    def as_html(self) -> str:
        """Return it as rich text made of our own tags alone."""
        if self.kind == "table":
            rows = ("".join(f"<td>{cell}</td>" for cell in row) for row in self.rows)
            body = "".join(f"<tr>{row}</tr>" for row in rows)
            return f'<table border="1" cellspacing="0" cellpadding="4" width="100%">{body}</table><p></p>'
        if self.kind == "h":
            level = min(4, max(1, self.depth))
            return f"<h{level}>{self.words}</h{level}>"
        if self.kind == "list":
            return f'<p style="margin-left: {18 * (self.depth + 1)}px; text-indent: -12px">•&nbsp; {self.words}</p>'
        return f"<p>{self.words or '&nbsp;'}</p>"


@dataclass(frozen=True)
class ReadDocument:
    """A document's blocks, and whether its end was left out."""

    blocks: tuple[Block, ...]
    cut: bool = False

    def as_plain(self) -> str:
        """Return the whole document's words."""
        return "\n".join(one.as_plain() for one in self.blocks)

    def as_html(self) -> str:
        """Return the whole document as rich text."""
        return "".join(one.as_html() for one in self.blocks)


def read_document(content: bytes, kind: str) -> ReadDocument:
    """Read a `docx` or an `odt`. Raises CampusError `preview_broken`, `preview_too_large`."""
    root = _parsed(_part(content, _PARTS[kind]))
    blocks: list[Block] = []
    letters = 0
    for block in _blocks(root, 0, 0):
        letters += block.letters
        if letters > MOST_LETTERS:
            return ReadDocument(tuple(blocks), cut=True)
        blocks.append(block)
    return ReadDocument(tuple(blocks))


def _broken() -> CampusError:
    return CampusError("preview_broken", text("This document is damaged and can't be read here."))


def _part(content: bytes, name: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(name) as part:
            # What the file tells of its size may be a lie: no more than that is unpacked.
            found = part.read(MOST_XML + 1)
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, OSError, RuntimeError, ValueError) as problem:
        raise _broken() from problem
    if len(found) > MOST_XML:
        raise CampusError("preview_too_large", text("This document is too long to be read here."))
    return found


def _parsed(xml: bytes) -> Element:
    try:
        root = ElementTree.fromstring(xml, forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError) as problem:
        raise _broken() from problem
    found: Element = root
    return found


def _blocks(element: Element, depth: int, listed: int) -> Iterator[Block]:
    """Yield the blocks below an element in reading order; `listed` counts the lists around it."""
    if depth > _DEEPEST:
        return
    for one in element:
        if one.tag in _UNREAD:
            continue
        if one.tag == f"{_W}p":
            yield _word_paragraph(one)
        elif one.tag == f"{_T}h":
            yield Block("h", _words(one, 0), _number(one.get(f"{_T}outline-level")))
        elif one.tag == f"{_T}p":
            yield Block("list" if listed else "p", _words(one, 0), max(0, listed - 1))
        elif one.tag in {f"{_W}tbl", f"{_TABLE}table"}:
            yield Block("table", rows=tuple(_rows(one, depth)))
        else:
            yield from _blocks(one, depth + 1, listed + (one.tag == f"{_T}list"))


def _word_paragraph(paragraph: Element) -> Block:
    words = _words(paragraph, 0)
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    name = (style.get(f"{_W}val") or "").lower() if style is not None else ""
    if name.startswith(("heading", "title")):
        return Block("h", words, _number(name.removeprefix("heading")))
    level = paragraph.find(f"{_W}pPr/{_W}numPr/{_W}ilvl")
    if level is not None or paragraph.find(f"{_W}pPr/{_W}numPr") is not None:
        return Block("list", words, min(5, _number(level.get(f"{_W}val"), 0) if level is not None else 0))
    return Block("p", words)


def _number(told: str | None, otherwise: int = 1) -> int:
    return int(told) if told is not None and told.isascii() and told.isdigit() and len(told) < 4 else otherwise


def _rows(table: Element, depth: int) -> Iterator[tuple[str, ...]]:
    for row in _table_rows(table):
        cells = [one for one in row if one.tag in {f"{_W}tc", f"{_TABLE}table-cell"}]
        yield tuple("<br>".join(block.words for block in _blocks(cell, depth + 1, 0) if block.words) for cell in cells)


def _table_rows(table: Element) -> Iterator[Element]:
    for one in table:
        if one.tag in {f"{_W}tr", f"{_TABLE}table-row"}:
            yield one
        elif one.tag in {f"{_TABLE}table-rows", f"{_TABLE}table-header-rows"}:
            yield from _table_rows(one)


def _words(element: Element, depth: int) -> str:
    """Return the words below an element as safe rich text; bold and slanted runs of DOCX stay so."""
    if depth > _DEEPEST or element.tag in _UNREAD:
        return ""
    open_text = element.tag.startswith(_T)
    parts = [escape(element.text)] if element.text and (open_text or element.tag == f"{_W}t") else []
    for one in element:
        if one.tag in _BREAKS:
            parts.append("<br>")
        elif one.tag in _TABS:
            parts.append("&emsp;")
        elif one.tag == f"{_T}s":
            parts.append("&nbsp;" * min(80, _number(one.get(f"{_T}c"))))
        elif one.tag == f"{_W}r":
            parts.append(_run(one, depth))
        else:
            parts.append(_words(one, depth + 1))
        if open_text and one.tail:
            parts.append(escape(one.tail))
    return "".join(parts)


def _run(run: Element, depth: int) -> str:
    signs = {**dict.fromkeys(_BREAKS, "<br>"), **dict.fromkeys(_TABS, "&emsp;")}
    words = "".join(signs.get(one.tag) or _words(one, depth + 1) for one in run)
    if words and run.find(f"{_W}rPr/{_W}b") is not None:
        words = f"<b>{words}</b>"
    if words and run.find(f"{_W}rPr/{_W}i") is not None:
        words = f"<i>{words}</i>"
    return words
