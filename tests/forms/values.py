"""What people, pastes and mischief put into fields, and what each of them is meant to show."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bad:
    """A value under a short name; `typed` is what is put into the field."""

    name: str
    typed: str


TEXTS = (
    Bad("empty", ""),
    Bad("blanks", "   "),
    Bad("long", "x" * 10_000),
    Bad("control", "a\x00b\x07c"),
    Bad("turned", "\u202eabc\u2066\u05d0\u05d1"),
    Bad("emoji", "\U0001f469\u200d\U0001f52c\U0001f1ec\U0001f1ed e\u0301\u0302\u0303"),
    Bad("html", "<b onclick=1>Ama</b>"),
    Bad("sql", "'; DROP TABLE person; --"),
    Bad("formula", '=HYPERLINK("x")'),
    Bad("braces", "{name} %s {0}"),
)
"""For every field that takes letters."""
NUMBERS = (
    Bad("minus", "-1"),
    Bad("huge float", "1e400"),
    Bad("huge", "99999999999999999999"),
    Bad("comma", "1,5"),
    Bad("arabic", "\u0663"),
    Bad("superscript", "\u00b2"),
    Bad("day zero", "0/0/0000"),
    Bad("year 10000", "1/1/10000"),
)
"""For every field, too: who may write a name there may write a number."""
ALL = TEXTS + NUMBERS
