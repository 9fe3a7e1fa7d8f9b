"""How the size of a file is told."""

from shared.core.text import text

_KILO = 1024


def size_words(count: int) -> str:
    """Return `640 bytes`, `6.1 KB` or `2.5 MB`."""
    if count < _KILO:
        return text("{n} bytes", n=count)
    kilo = count / _KILO
    return text("{n} KB", n=f"{kilo:.1f}") if kilo < _KILO else text("{n} MB", n=f"{kilo / _KILO:.1f}")
