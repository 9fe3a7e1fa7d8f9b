"""The book of deliveries: what is due, whose turn it is, and what came of it; each step is one transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from server.core.database import Db
from server.core.letters import Channel
from server.messaging.outcomes import Came, Outcome
from shared.core.clock import instant_text
from shared.core.text import text
from shared.messaging.letter_words import DeliveryState

LEASE = timedelta(minutes=10)
"""Longer than any attempt takes: what is still being sent then was cut off."""
_NEXT = (
    "SELECT id, channel, template, person_id, address, urgent, places, sealed, attempts, made_at, code, attached"
    " FROM delivery"
    " WHERE organisation_id = :o AND state = 'queued' AND channel = :channel"
    " AND due_at <= :now ORDER BY urgent DESC, made_at, id LIMIT 1"
)
_NEXTS = {"sqlite": _NEXT, "postgresql": f"{_NEXT} FOR UPDATE SKIP LOCKED"}
_DUE = "SELECT DISTINCT channel FROM delivery WHERE organisation_id = :o AND state = 'queued' AND due_at <= :now"
_LOST = "SELECT id, attempts FROM delivery WHERE organisation_id = :o AND state = 'sending' AND lease_until <= :now"
_BEGIN = (
    "UPDATE delivery SET state = 'sending', attempts = attempts + 1, lease_until = :until, changed_at = :now,"
    " provider = :provider, code = '', reason = '' WHERE organisation_id = :o AND id = :id AND state = 'queued'"
)
_ATTEMPT = (
    "INSERT INTO delivery_attempt (organisation_id, delivery_id, number, began_at, ended_at, outcome, code, reason)"
    " VALUES (:o, :id, :number, :now, NULL, 'sending', '', '')"
)
_TRIED = "SELECT count(*) FROM delivery_attempt WHERE organisation_id = :o AND delivery_id = :id AND began_at >= :since"
# An answer that came later than anybody waited for still tells what an unknown letter came to.
_CAME = (
    "UPDATE delivery SET state = :state, code = :code, reason = :reason, provider_id = :provider_id, parts = :parts,"
    " cost = :cost, currency = :currency, sent_at = :sent_at, due_at = :due_at, changed_at = :now, lease_until = NULL,"
    " sealed = CASE WHEN :kept = 1 THEN sealed END WHERE organisation_id = :o AND id = :id AND attempts = :number"
    " AND state IN ('sending', 'unknown')"
)
_ENDED = (
    "UPDATE delivery_attempt SET ended_at = :now, outcome = :outcome, code = :code, reason = :reason"
    " WHERE organisation_id = :o AND delivery_id = :id AND number = :number"
)
_ASIDE = (
    "UPDATE delivery SET state = :state, code = :code, reason = :reason, due_at = :due_at, changed_at = :now,"
    " sealed = CASE WHEN :kept = 1 THEN sealed END, provider = :provider"
    " WHERE organisation_id = :o AND id = :id AND state = 'queued'"
)
_WAIT = (
    "UPDATE delivery SET due_at = :due_at, code = :code, reason = :reason, changed_at = :now"
    " WHERE organisation_id = :o AND channel = :channel AND state = 'queued' AND due_at <= :now"
    " AND (urgent = false OR :urgent = 1)"
)
_GO_ON = (
    "UPDATE delivery SET due_at = :now, changed_at = :now WHERE organisation_id = :o AND channel = :channel"
    " AND state = 'queued' AND code = :code"
)
_TODAY = (
    "SELECT count(*), coalesce(sum(cost), 0) FROM delivery WHERE organisation_id = :o AND channel = :channel"
    " AND sent_at >= :since AND made_at >= :oldest AND provider <> 'log'"
)
_BLOCKED = "SELECT reason FROM message_block WHERE organisation_id = :o AND channel = :channel AND address = :address"
_BLOCK = """
INSERT INTO message_block (organisation_id, channel, address, sender, reason, blocked_at)
VALUES (:o, :channel, :address, :sender, :reason, :now) ON CONFLICT DO NOTHING
"""
_OLDEST_COUNTED = timedelta(days=8)


@dataclass(frozen=True)
class Waiting:
    """A letter whose turn it is."""

    id: str
    channel: Channel
    template: str
    person_id: str | None
    address: str
    urgent: bool
    places: dict[str, str]
    sealed: str | None
    attempts: int
    made_at: str
    code: str
    attached: str = ""


def due_channels(db: Db, organisation_id: str, now: datetime) -> list[Channel]:
    """Return the channels in which letters have their turn."""
    return sorted(Channel(row[0]) for row in db.rows(_DUE, o=organisation_id, now=instant_text(now)))


def next_due(db: Db, organisation_id: str, channel: Channel, now: datetime) -> Waiting | None:
    """Return the letter whose turn it is, locked; one that another process looks at is passed over."""
    row = db.one(_NEXTS[db.dialect], o=organisation_id, channel=str(channel), now=instant_text(now))
    if row is None:
        return None
    return Waiting(row[0], Channel(row[1]), row[2], row[3], row[4], bool(row[5]), orjson.loads(row[6]), *row[7:12])


def begin(db: Db, organisation_id: str, one: Waiting, provider: str, now: datetime) -> int:
    """Write down that a letter is being sent, before it is; returns the attempt's number, 0 if it isn't ours."""
    at, number = instant_text(now), one.attempts + 1
    until = instant_text(now + LEASE)
    if not db.run(_BEGIN, o=organisation_id, id=one.id, until=until, now=at, provider=provider):
        return 0
    db.run(_ATTEMPT, o=organisation_id, id=one.id, number=number, now=at)
    return number


def tried(db: Db, organisation_id: str, one: Waiting) -> int:
    """Return how often a letter was tried since someone last put it into the queue."""
    row = db.one(_TRIED, o=organisation_id, id=one.id, since=one.made_at)
    return int(row[0]) if row else 0


@dataclass(frozen=True)
class Verdict:
    """What a letter becomes after an attempt; `due_at` is its next turn where it is queued again."""

    state: DeliveryState
    due_at: datetime
    keep_secret: bool = False


def ended(
    db: Db, organisation_id: str, delivery_id: str, number: int, outcome: Outcome, verdict: Verdict, now: datetime
) -> bool:
    """Write down what an attempt came to; False where the letter isn't this attempt's any more."""
    at = instant_text(now)
    place: dict[str, Any] = {"o": organisation_id, "id": delivery_id, "number": number, "now": at}
    said: dict[str, Any] = {"code": outcome.code, "reason": outcome.reason}
    db.run(_ENDED, **place, **said, outcome=str(outcome.came))
    moved = db.run(
        _CAME,
        **place,
        **said,
        state=str(verdict.state),
        provider_id=outcome.provider_id,
        parts=outcome.parts,
        cost=outcome.cost,
        currency=outcome.currency,
        sent_at=at if outcome.came is Came.SENT else None,
        due_at=instant_text(verdict.due_at),
        kept=int(verdict.keep_secret),
    )
    return bool(moved)


def put_aside(
    db: Db,
    organisation_id: str,
    one: Waiting,
    verdict: Verdict,
    why: tuple[str, str],
    now: datetime,
    provider: str = "",
) -> None:
    """Let a letter wait, or say that it won't go; `why` is a stable word and a sentence."""
    db.run(
        _ASIDE,
        o=organisation_id,
        id=one.id,
        state=str(verdict.state),
        code=why[0],
        reason=why[1],
        due_at=instant_text(verdict.due_at),
        kept=int(verdict.keep_secret),
        now=instant_text(now),
        provider=provider,
    )


def let_wait(
    db: Db,
    organisation_id: str,
    channel: Channel,
    until: datetime,
    why: tuple[str, str],
    now: datetime,
    *,
    urgent: bool,
) -> None:
    """Let all due letters of a channel wait, urgent ones too where `urgent`; `why` is a stable word and a sentence."""
    db.run(
        _WAIT,
        o=organisation_id,
        channel=str(channel),
        due_at=instant_text(until),
        code=why[0],
        reason=why[1],
        now=instant_text(now),
        urgent=int(urgent),
    )


def let_go_on(db: Db, organisation_id: str, channel: Channel, code: str, now: datetime) -> int:
    """Let the letters that wait for `code` have their turn now."""
    return db.run(_GO_ON, o=organisation_id, channel=str(channel), code=code, now=instant_text(now))


def give_up_lost(db: Db, organisation_id: str, now: datetime) -> int:
    """Say of letters whose process died in the middle that nobody knows whether they went out."""
    lost = db.rows(_LOST, o=organisation_id, now=instant_text(now))
    reason = text("The server stopped while it was being sent. It may have gone out, so it isn't sent again.")
    for delivery_id, number in lost:
        outcome = Outcome(Came.UNKNOWN, "interrupted", reason)
        ended(db, organisation_id, delivery_id, int(number), outcome, Verdict(DeliveryState.UNKNOWN, now), now)
    return len(lost)


def has_lost(db: Db, organisation_id: str, now: datetime) -> bool:
    """Tell whether a process died while it sent something."""
    return db.one(_LOST, o=organisation_id, now=instant_text(now)) is not None


def sent_since(db: Db, organisation_id: str, channel: Channel, since: datetime) -> tuple[int, int]:
    """Return how many letters went out since then, and their cost in ten-thousandths."""
    oldest = instant_text(since - _OLDEST_COUNTED)
    row = db.one(_TODAY, o=organisation_id, channel=str(channel), since=instant_text(since), oldest=oldest)
    return (int(row[0]), int(row[1])) if row else (0, 0)


def block_of(db: Db, organisation_id: str, channel: Channel, address: str) -> str | None:
    """Return why nothing may go to an address, or None."""
    row = db.one(_BLOCKED, o=organisation_id, channel=str(channel), address=address)
    return str(row[0]) if row else None


def block(
    db: Db, organisation_id: str, channel: Channel, address: str, reason: str, now: datetime, sender: str = ""
) -> None:
    """Let nothing go to an address any more."""
    db.run(
        _BLOCK,
        o=organisation_id,
        channel=str(channel),
        address=address,
        sender=sender,
        reason=reason,
        now=instant_text(now),
    )
