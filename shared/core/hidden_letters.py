"""Letters in a text that nobody sees, or that turn round or hide the others: finding them, and leaving them out."""

import unicodedata

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
