"""Names and texts as people write them: without letters that nobody sees and that turn round or hide the others."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator

from shared.core.text import text

TURNERS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Letters that turn round what follows; texts in Arabic or Hebrew need none of them."""
_HIDDEN = frozenset({"Cc", "Cs", "Zl", "Zp"})
_IN_TEXTS = frozenset("\n\r\t\u2028\u2029")


def hidden_in(value: str, *, lines: bool = False) -> list[str]:
    """Return the letters of a text that nobody sees; `lines` lets line ends and tabs pass."""
    passing = _IN_TEXTS if lines else frozenset[str]()
    return [
        letter
        for letter in value
        if letter not in passing and (letter in TURNERS or unicodedata.category(letter) in _HIDDEN)
    ]


def seen(value: str, *, lines: bool = False) -> str:
    """Return a text without the letters that nobody sees."""
    hidden = frozenset(hidden_in(value, lines=lines))
    return "".join(letter for letter in value if letter not in hidden) if hidden else value


def _one(value: str) -> str:
    if hidden_in(value):
        raise ValueError(text("Remove the letters that can't be seen in {value}.", value=seen(value)[:60]))
    return value


def _many(value: str) -> str:
    if hidden_in(value, lines=True):
        raise ValueError(text("Remove the letters that can't be seen in this text."))
    return value


OneLine = Annotated[str, AfterValidator(_one)]
"""A name or a title inside a command or a request."""
Lines = Annotated[str, AfterValidator(_many)]
"""A text of several lines inside a command or a request."""
