"""What the server answered last to a question, with its moment: shown while the server is away, and known to be old."""

from dataclasses import dataclass
from typing import Any, Protocol

from desktop.core.erasures import LAST_ANSWER
from desktop.core.schema import to_text
from shared.core.clock import Clock, instant_text

MOST_LETTERS = 1_000_000
"""A longer answer isn't kept: it would take longer to write than anybody waits."""


class Facts(Protocol):
    """Where facts are kept: the local store."""

    def remember(self, name: str, value: Any) -> None:
        """Keep a fact."""

    def recall(self, name: str, default: Any = None) -> Any:
        """Return a fact."""


@dataclass(frozen=True)
class LastAnswer:
    """A JSON-ready answer, and the instant at which it came."""

    at: str
    value: Any


def keep(store: Facts, clock: Clock, question: str, value: Any) -> LastAnswer:
    """Keep an answer in place of the one before; one that is too long stays out, and the one before goes on."""
    answer = LastAnswer(instant_text(clock.now()), value)
    if len(to_text(value)) <= MOST_LETTERS:
        store.remember(LAST_ANSWER + question, [answer.at, value])
    return answer


def last(store: Facts, question: str) -> LastAnswer | None:
    """Return what was answered last, or None."""
    kept = store.recall(LAST_ANSWER + question)
    return LastAnswer(*kept) if kept else None
