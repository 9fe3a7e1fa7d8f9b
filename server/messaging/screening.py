"""What keeps a letter from going now, or at all: limits of the day, wishes, quiet hours, blocks, age, a stopped way."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from server.core.context import Context
from server.core.database import Db
from server.core.letters import Channel
from server.messaging import delivery_book as book
from server.messaging.delivery_book import Verdict, Waiting
from server.messaging.ways import Way, way_of
from server.messaging.wishes import wishes_of
from shared.core.clock import parse_instant
from shared.core.text import text
from shared.messaging.letter_kinds import LETTERS
from shared.messaging.letter_words import DeliveryState, LetterCategory, attached_words

_log = logging.getLogger(__name__)
OLDEST_URGENT, OLDEST = timedelta(hours=24), timedelta(hours=72)
_STOPPED_PAUSE = timedelta(hours=1)
STOPPED, LIMIT = "way_stopped", "daily_limit"
_FOR_ORDINARY = 0.8
"""The part of a day's limit that letters may take that aren't urgent: codes for signing in keep the rest."""
_INSTITUTE = "SELECT name, time_zone FROM organisation WHERE id = :o"


@dataclass(frozen=True)
class Aside:
    """A letter that doesn't go now, and why."""

    verdict: Verdict
    code: str
    reason: str
    provider: str = ""


@dataclass(frozen=True)
class Screen:
    """What letters of one channel of an institute must get past."""

    organisation_id: str
    channel: Channel
    way: Way
    institute: str
    zone: ZoneInfo

    @classmethod
    def made(cls, context: Context, db: Db, organisation_id: str, channel: Channel) -> Self:
        """Return the screen as it is at present."""
        name, zone = db.one(_INSTITUTE, o=organisation_id) or ("", "UTC")
        way = way_of(context, db, organisation_id, channel)
        return cls(organisation_id, channel, way, str(name), ZoneInfo(str(zone)))

    def hold_all(self, db: Db, now: datetime) -> bool:
        """Let everything wait where the way stopped or the day's limit is reached; tells whether nothing may go."""
        if self.way.problem:
            until, code = now + _STOPPED_PAUSE, STOPPED
            reason = text("Sending stopped: {problem}", problem=self.way.problem)
            book.let_wait(db, self.organisation_id, self.channel, until, (code, reason), now, urgent=True)
            return True
        full, ordinary_full = self._limits(db, now)
        if ordinary_full:
            reason = text("The limit for today is reached. It goes out tomorrow.")
            until = self._tomorrow(now)
            book.let_wait(db, self.organisation_id, self.channel, until, (LIMIT, reason), now, urgent=full)
        return full

    def judged(self, db: Db, one: Waiting, now: datetime) -> Aside | None:
        """Return why a letter doesn't go now, or None where it may."""
        kind = LETTERS.get(one.template)
        if kind is None:
            return _dropped(
                DeliveryState.FAILED, "letter_unknown", text("This kind of letter isn't known any more."), now
            )
        if now - parse_instant(one.made_at) > (OLDEST_URGENT if one.urgent else OLDEST):
            return _dropped(DeliveryState.FAILED, "too_old", text("It couldn't be sent in time."), now)
        if book.block_of(db, self.organisation_id, self.channel, one.address) is not None:
            reason = text("Nothing goes to this address: its owner said so, or it doesn't exist.")
            return _dropped(DeliveryState.SUPPRESSED, "blocked", reason, now)
        if self.way.whose == "log":
            _log.info("letter %s (%s) by %s goes nowhere: nothing is set up", one.id, one.template, self.channel)
            reason = text("Nothing is set up for this way, so the letter was only noted.")
            if one.attached:
                reason = f"{reason} {attached_words(one.attached)}"
            return Aside(Verdict(DeliveryState.SUPPRESSED, now), "log_only", reason, "log")
        return self._wished(db, one, kind.category, now)

    def _wished(self, db: Db, one: Waiting, category: LetterCategory, now: datetime) -> Aside | None:
        wishes = wishes_of(db, self.organisation_id, one.person_id)
        if not wishes.wants(self.channel, category):
            reason = text("The person doesn't want such letters.")
            return _dropped(DeliveryState.SUPPRESSED, "unwanted", reason, now)
        end = None if one.urgent else wishes.quiet_end(now, self.zone)
        if end is None:
            return None
        reason = text("It waits for the end of the person's quiet hours.")
        return Aside(Verdict(DeliveryState.QUEUED, end, keep_secret=True), "quiet_hours", reason)

    def _limits(self, db: Db, now: datetime) -> tuple[bool, bool]:
        """Tell whether the day's limit is reached for all letters, and for those that aren't urgent."""
        if self.way.whose == "log":
            return False, False
        count, cost = book.sent_since(db, self.organisation_id, self.channel, self._today(now))
        most, most_cost = self.way.per_day, self.way.cost_per_day
        reached = [(count, most)] + ([(cost, most_cost)] if self.channel is Channel.SMS else [])
        full = any(is_at >= limit for is_at, limit in reached)
        return full, any(is_at >= limit * _FOR_ORDINARY for is_at, limit in reached)

    def _today(self, now: datetime) -> datetime:
        return now.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0)

    def _tomorrow(self, now: datetime) -> datetime:
        return self._today(now) + timedelta(days=1)


def _dropped(state: DeliveryState, code: str, reason: str, now: datetime) -> Aside:
    return Aside(Verdict(state, now), code, reason)
