"""Names and texts as people write them: without letters that nobody sees and that turn round or hide the others."""

from typing import Annotated

from pydantic import AfterValidator

from shared.core.hidden_letters import hidden_in, seen
from shared.core.text import text


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
