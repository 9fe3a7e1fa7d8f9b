"""Tells how a letter would go out if it were posted now: subject, text, address, and what stands against it."""

from dataclasses import dataclass

from server.core.context import Context
from server.core.database import Db
from server.core.letters import Letter
from server.messaging.delivery_book import Waiting
from server.messaging.posting import ground_of
from server.messaging.screening import Screen
from server.messaging.texts import written
from shared.core.clock import instant_text


@dataclass(frozen=True)
class Foretold:
    """A letter as its receiver would read it; `code` and `reason` say why it wouldn't go, or not at once."""

    subject: str
    text: str
    to: str
    code: str = ""
    reason: str = ""


def foretold(context: Context, db: Db, screen: Screen, letter: Letter) -> Foretold:
    """Return how a letter would go out; nothing is queued. `screen` is that of its institute and channel."""
    now = context.clock.now()
    ground = ground_of(db, letter, instant_text(now))
    places = {**ground.places, **letter.values}
    said = written(db, letter.organisation_id, letter.template, letter.channel, places)
    if ground.fault:
        return Foretold(said.subject, said.text, "", ground.fault, ground.reason(letter.channel))
    one = Waiting(
        "", letter.channel, letter.template, letter.person_id, ground.address, letter.urgent, places, None, 0,
        instant_text(now), "",
    )  # fmt: skip
    if screen.way.problem:
        return Foretold(said.subject, said.text, ground.address, "way_stopped", screen.way.problem)
    aside = screen.judged(db, one, now)
    code, reason = (aside.code, aside.reason) if aside is not None else ("", "")
    return Foretold(said.subject, said.text, ground.address, code, reason)
