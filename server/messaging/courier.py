"""The job that sends letters: one after another, each written down before it goes and after what came of it."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import orjson

from server.core.area import Job
from server.core.context import Context
from server.core.database import Db
from server.core.isolation import each_organisation
from server.core.letters import Channel
from server.messaging import delivery_book as book
from server.messaging.alarms import sound
from server.messaging.delivery_book import Verdict, Waiting
from server.messaging.mail_building import Mail, built
from server.messaging.mail_sending import MailSender
from server.messaging.outcomes import Came, Outcome
from server.messaging.papers import with_paper
from server.messaging.posting import DELIVERY
from server.messaging.screening import Aside, Screen
from server.messaging.sms_sending import SmsSender
from server.messaging.texts import Written, written
from server.messaging.ways import Way
from shared.core.errors import CampusError
from shared.core.text import text
from shared.messaging.letter_words import DeliveryState

_log = logging.getLogger(__name__)
EVERY_SECONDS = 60.0
MOST_TRIES = 8
_MOST_AT_ONCE = 50
_FIRST_PAUSE, _FIRST_URGENT_PAUSE, _LONGEST_PAUSE = 30.0, 10.0, 3_600.0
_AWAY_PAUSE = timedelta(seconds=30)
_random = secrets.SystemRandom().random


class Sender(Protocol):
    """What hands letters of one channel over."""

    def hand_over(self, delivery_id: str, letter: Written, receiver: str, at: datetime) -> Outcome:
        """Send one letter and tell what came of it."""

    def close(self) -> None:
        """Let the connection go."""


class _Mails:
    def __init__(self, way: Way, institute: str) -> None:
        self._way = way.mail
        self._institute = institute
        self._sender = MailSender(way.mail) if way.mail else None

    def hand_over(self, delivery_id: str, letter: Written, receiver: str, at: datetime) -> Outcome:
        if self._way is None or self._sender is None:
            raise LookupError
        name = self._way.sender_name or self._institute
        try:
            mail = built(
                Mail(delivery_id, self._way.sender, name, receiver, letter.subject, letter.text, at, letter.paper)
            )
        except ValueError:
            return Outcome(Came.FAILED, "address_unusable", text("The address can't stand in a mail."))
        return self._sender.send(mail, receiver)

    def close(self) -> None:
        if self._sender is not None:
            self._sender.close()


class _Messages:
    def __init__(self, way: Way) -> None:
        self._sender = SmsSender(way.sms) if way.sms else None

    def hand_over(self, _delivery_id: str, letter: Written, receiver: str, _at: datetime) -> Outcome:
        if self._sender is None:
            raise LookupError
        return self._sender.send(letter.text, receiver)

    def close(self) -> None:
        if self._sender is not None:
            self._sender.close()


def sender_for(way: Way, institute: str) -> Sender:
    """Return what sends by a way that isn't the log."""
    return _Mails(way, institute) if way.mail is not None else _Messages(way)


def pause(tries: int, wanted: float, *, urgent: bool, random: Callable[[], float] = _random) -> float:
    """Return the seconds before the next try: growing, never the same for two letters, never less than `wanted`."""
    base = _FIRST_URGENT_PAUSE if urgent else _FIRST_PAUSE
    longest = min(_LONGEST_PAUSE, base * 2.0 ** (max(tries, 1) - 1))
    return max(wanted, longest * (0.5 + random() / 2))


@dataclass(frozen=True)
class _Taken:
    """A letter that this process sends."""

    one: Waiting
    number: int
    tries: int
    letter: Written


class Courier:
    """Sends what is due in all institutes; several may run at once and share the letters between them."""

    def __init__(self, context: Context, make_sender: Callable[[Way, str], Sender] = sender_for) -> None:
        self._context = context
        self._make_sender = make_sender

    def deliver(self) -> int:
        """Send what is due; returns how many letters had their turn."""
        done = 0
        for organisation_id in each_organisation(self._context.database):
            try:
                done += self._deliver_for(organisation_id)
            except CampusError as failure:
                # One institute's settings that can't be used hold up no other.
                _log.error("Letters of institute %s can't be sent: %s", organisation_id, failure.code)
        return done

    def _deliver_for(self, organisation_id: str) -> int:
        database, now = self._context.database, self._context.clock.now()
        with database.read() as db:
            lost, due = book.has_lost(db, organisation_id, now), book.due_channels(db, organisation_id, now)
        done = database.write(lambda db: book.give_up_lost(db, organisation_id, now)) if lost else 0
        for channel in due:
            done += self._deliver_by(organisation_id, channel)
        return done

    def _deliver_by(self, organisation_id: str, channel: Channel) -> int:
        with self._context.database.read() as db:
            screen = Screen.made(self._context, db, organisation_id, channel)
        sender = self._make_sender(screen.way, screen.institute) if screen.way.whose != "log" else None
        done = 0
        try:
            while done < _MOST_AT_ONCE:
                taken = self._context.database.write(lambda db: self._take(db, organisation_id, screen))
                if taken is None:
                    break
                done += 1
                if isinstance(taken, _Taken) and sender is not None and not self._send(organisation_id, taken, sender):
                    break
        finally:
            if sender is not None:
                sender.close()
        return done

    def _take(self, db: Db, organisation_id: str, screen: Screen) -> _Taken | Aside | None:
        now = self._context.clock.now()
        if screen.hold_all(db, now):
            return None
        one = book.next_due(db, organisation_id, screen.channel, now)
        if one is None:
            return None
        aside = screen.judged(db, one, now)
        if aside is not None:
            book.put_aside(db, organisation_id, one, aside.verdict, (aside.code, aside.reason), now, aside.provider)
            return aside
        try:
            values = {**one.places, **self._secrets(organisation_id, one)}
        except CampusError as failure:
            verdict = Verdict(DeliveryState.FAILED, now)
            book.put_aside(db, organisation_id, one, verdict, (failure.code, failure.message), now)
            return Aside(verdict, failure.code, failure.message)
        letter = written(db, organisation_id, one.template, one.channel, values)
        tries = book.tried(db, organisation_id, one) + 1
        number = book.begin(db, organisation_id, one, screen.way.provider, now)
        return _Taken(one, number, tries, letter) if number else None

    def _secrets(self, organisation_id: str, one: Waiting) -> dict[str, str]:
        if one.sealed is None:
            return {}
        opened: dict[str, str] = orjson.loads(self._context.keys.opened(one.sealed, DELIVERY, organisation_id, one.id))
        return opened

    def _send(self, organisation_id: str, taken: _Taken, sender: Sender) -> bool:
        """Send a letter and write down what came of it; False where the rest of this way had better wait."""
        one = taken.one
        letter = with_paper(self._context, organisation_id, one, taken.letter)
        if isinstance(letter, Outcome):
            outcome = letter
        else:
            outcome = sender.hand_over(one.id, letter, one.address, self._context.clock.now())
        self._context.database.write(lambda db: self._record(db, organisation_id, taken, outcome))
        _log.info("letter %s by %s: %s %s", one.id, one.channel, outcome.came, outcome.code)
        return not outcome.away and outcome.came is not Came.STOPPED

    def _record(self, db: Db, organisation_id: str, taken: _Taken, outcome: Outcome) -> None:
        now, one = self._context.clock.now(), taken.one
        verdict = _verdict(taken, outcome, now)
        if not book.ended(db, organisation_id, one.id, taken.number, outcome, verdict, now):
            return
        if outcome.block:
            book.block(db, organisation_id, one.channel, one.address, outcome.block, now)
        if outcome.away:
            until = now + max(_AWAY_PAUSE, timedelta(seconds=outcome.wait_seconds))
            book.let_wait(db, organisation_id, one.channel, until, (outcome.code, outcome.reason), now, urgent=True)
        if outcome.came is Came.STOPPED:
            sound(self._context, db, organisation_id, one.channel, outcome.reason)


def _verdict(taken: _Taken, outcome: Outcome, now: datetime) -> Verdict:
    if outcome.came is Came.SENT:
        return Verdict(DeliveryState.SENT, now)
    if outcome.came is Came.UNKNOWN:
        return Verdict(DeliveryState.UNKNOWN, now)
    if outcome.came is Came.STOPPED:
        return Verdict(DeliveryState.QUEUED, now, keep_secret=True)
    # A provider that can't be reached says nothing about the letter: its age alone ends it then.
    if outcome.came is Came.FAILED or (taken.tries >= MOST_TRIES and not outcome.away):
        return Verdict(DeliveryState.FAILED, now)
    seconds = pause(taken.tries, outcome.wait_seconds, urgent=taken.one.urgent)
    return Verdict(DeliveryState.QUEUED, now + timedelta(seconds=seconds), keep_secret=True)


def waiting(context: Context) -> bool:
    """Tell whether any letter has its turn."""
    now = context.clock.now()
    for organisation_id in each_organisation(context.database):
        with context.database.read() as db:
            if book.due_channels(db, organisation_id, now) or book.has_lost(db, organisation_id, now):
                return True
    return False


def deliver(context: Context) -> int:
    """Send what is due."""
    return Courier(context).deliver()


JOB = Job("letters", EVERY_SECONDS, deliver, waiting)
