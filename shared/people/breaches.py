"""The register of breaches: what happened, whom it concerns, and who was told when; it is only added to."""

from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import ConfigDict, Field

from shared.core.clock import parse_instant
from shared.core.command import Id, InstantText
from shared.core.strict import StrictModel
from shared.core.text import plural, text

HOURS_TO_TELL = 72
"""Hours after being noticed within which the authority is told."""
MOST_WORDS = 4_000
_IN_DAYS = 48
"""Hours over the limit from which whole days are told."""


class BreachStep(StrEnum):
    """What a line of the register says."""

    NOTED = "noted"
    FOUND_OUT = "found_out"
    MEASURE = "measure"
    TOLD_AUTHORITY = "told_authority"
    TOLD_PEOPLE = "told_people"
    TOLD_OTHERS = "told_others"
    CLOSED = "closed"


class NoteBreach(StrictModel):
    """Enter a breach (target: its new id): what happened, when it was noticed, whom and how many it concerns."""

    model_config = ConfigDict(frozen=True, extra="allow")

    title: str = Field(min_length=1, max_length=200)
    what: str = Field(min_length=1, max_length=MOST_WORDS)
    whom: str = Field(default="", max_length=MOST_WORDS)
    people: int | None = Field(default=None, ge=0, le=10_000_000)
    noticed_at: InstantText


class AddBreachLine(StrictModel):
    """Add a line to a breach (target: the line's new id): what was found out, done, or told to whom, and when."""

    model_config = ConfigDict(frozen=True, extra="allow")

    breach_id: Id
    step: BreachStep
    words: str = Field(min_length=1, max_length=MOST_WORDS)
    happened_at: InstantText


def step_words() -> dict[str, str]:
    """Return what each step is called, in the reader's language."""
    return {
        BreachStep.NOTED: text("Noticed"),
        BreachStep.FOUND_OUT: text("Found out"),
        BreachStep.MEASURE: text("Measure taken"),
        BreachStep.TOLD_AUTHORITY: text("Authority told"),
        BreachStep.TOLD_PEOPLE: text("People concerned told"),
        BreachStep.TOLD_OTHERS: text("Others told"),
        BreachStep.CLOSED: text("Closed"),
    }


def tell_by(noticed_at: str) -> datetime:
    """Return until when the authority is to be told."""
    return parse_instant(noticed_at) + timedelta(hours=HOURS_TO_TELL)


def clock_words(noticed_at: str, told_at: str | None, now: datetime) -> tuple[str, str]:
    """Return how it is with the 72 hours as words and tone: `ok` once told in time, `warn` while it runs, `bad`."""
    limit = tell_by(noticed_at)
    if told_at is not None:
        in_time = parse_instant(told_at) <= limit
        return (text("Told in time"), "ok") if in_time else (text("Told late"), "bad")
    left = int((limit - now).total_seconds() // 3600)
    if now > limit:
        late = int((now - limit).total_seconds() // 3600)
        if late >= _IN_DAYS:
            return plural("{n} day over the 72 hours", "{n} days over the 72 hours", late // 24), "bad"
        return plural("{n} hour over the 72 hours", "{n} hours over the 72 hours", late), "bad"
    return plural("{n} hour left", "{n} hours left", left), "warn"


PAYLOADS: dict[str, type[StrictModel]] = {"NoteBreach": NoteBreach, "AddBreachLine": AddBreachLine}
TYPE_VERSIONS: dict[str, int] = dict.fromkeys(PAYLOADS, 1)
