"""An Outcome: what the server decided about one command and one of its rows."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from pydantic import ConfigDict, Field

from shared.core.strict import StrictModel


class Verdict(StrEnum):
    """The five ends of a command; every acknowledged local save reaches exactly one of them."""

    APPLIED = "applied"
    AGREED = "agreed"
    CONFLICT = "conflict"
    HELD = "held"
    REJECTED = "rejected"


_TELLING = (Verdict.REJECTED, Verdict.HELD, Verdict.CONFLICT, Verdict.AGREED, Verdict.APPLIED)


def most_telling(verdicts: Iterable[Verdict]) -> Verdict:
    """Return what a command on several rows came to: the verdict that a person must hear of first.

    Both sides name a command by it, so that a receipt and the server's log say the same.
    """
    return min(verdicts, key=_TELLING.index)


class Outcome(StrictModel):
    """The answer to one command for one target.

    `seq` is the place in the feed from which on the device's base rows include the decision; `revision` is what later
    commands that name this one as their base count as; `code` and `message` say why it was held or rejected.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    command_id: str
    target_id: str
    verdict: Verdict
    seq: int = 0
    revision: str | None = None
    conflict_id: str | None = None
    code: str | None = None
    message: str | None = None
    details: dict[str, Any] = Field(default_factory=dict)
