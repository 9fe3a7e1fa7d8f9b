"""Words that people write into requests: without letters that nobody sees, which hide or turn round what follows."""

from typing import Annotated

from pydantic import AfterValidator

from shared.people.institute import hidden_letters

_BREAKS = str.maketrans("", "", "\n\r\t")


def _line(value: str) -> str:
    if hidden_letters(value):
        message = "has letters that can't be seen"
        raise ValueError(message)
    return value


def _text(value: str) -> str:
    _line(value.translate(_BREAKS))
    return value


SeenLine = Annotated[str, AfterValidator(_line)]
"""One line."""
SeenText = Annotated[str, AfterValidator(_text)]
"""As many lines as somebody writes."""
