"""Marks sentences for translation where Qt is not at hand, and fills in their named places."""

from collections.abc import Callable
from contextvars import ContextVar

Translator = Callable[[str], str]


def _as_written(template: str) -> str:
    return template


_translator: ContextVar[Translator] = ContextVar("translator", default=_as_written)


def text(template: str, /, **places: object) -> str:
    """Return `template` in the reader's language with its named places filled in.

    The template is looked up first and filled afterwards, so that no sentence is glued from parts.
    """
    return _translator.get()(template).format(**places) if places else _translator.get()(template)


def plural(one: str, many: str, n: int, /, **places: object) -> str:
    """Return `one` or `many` for the count `n`, which fills the place `{n}`.

    Both forms are keys of their own for the translator; a language with more forms maps both to its catalogue.
    """
    return _translator.get()(one if n == 1 else many).format(n=n, **places)


def use_translator(translator: Translator | None) -> None:
    """Set the translator for this context (a request, a thread); None restores English as written."""
    _translator.set(translator or _as_written)
