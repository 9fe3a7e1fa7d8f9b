"""Takes letters in: queues mail and SMS in the caller's transaction, and puts notices into people's own lists."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from server.core import feeds
from server.core.context import Context
from server.core.database import Db
from server.core.letters import Channel, Letter, Post
from server.messaging.addresses import mail_address, phone_number
from server.messaging.service import NewNotice, notify
from server.people.own_work import server_batch
from shared.core.clock import instant_text, parse_instant
from shared.core.ids import derived_id
from shared.core.text import text
from shared.messaging.filling import filled
from shared.messaging.letter_kinds import LETTERS, LetterKind
from shared.messaging.letter_words import DeliveryState, LetterCategory
from shared.messaging.vocabulary import NoticeCategory, NoticePriority

DELIVERY = "delivery"

_SENDER = "SELECT name, time_zone, calling_code FROM organisation WHERE id = :o"
_RECEIVER = "SELECT given_name, family_name, email, phone FROM person WHERE organisation_id = :o AND id = :p"
_INSERT = """
INSERT INTO delivery (organisation_id, id, channel, template, person_id, address, urgent, places, sealed, state,
attempts, code, reason, provider, provider_id, parts, cost, currency, made_at, due_at, sent_at, changed_at, lease_until,
attached)
VALUES (:o, :id, :channel, :template, :person_id, :address, :urgent, :places, :sealed, :state, 0, :code, :reason, '',
NULL, 0, 0, '', :now, :now, NULL, :now, NULL, :attached) ON CONFLICT DO NOTHING
"""


_LATELY = (
    "SELECT count(*) FROM delivery WHERE organisation_id = :o AND address = :address AND made_at > :since"
    " AND state <> 'suppressed'"
)
_HOUR = timedelta(hours=1)
_NO_TIME = "2000-01-01T00:00:00.000Z"


@dataclass(frozen=True)
class Ground:
    """What a letter's own places are filled with, and where it goes."""

    places: dict[str, str]
    address: str
    fault: str = ""

    def reason(self, channel: Channel) -> str:
        """Return the sentence about what stands against its going, or nothing."""
        return _fault_words(self.fault, channel)


def post_for(context: Context) -> Post:
    """Return what takes letters in.

    It raises LookupError for a letter that nobody knows, ValueError for one whose secrets are missing or in the wrong
    place: both are faults of the program.
    """

    def post(db: Db, letter: Letter) -> None:
        kind = LETTERS.get(letter.template)
        if kind is None:
            message = f"{letter.template} isn't one of the letters: {', '.join(LETTERS)}"
            raise LookupError(message)
        _check_secrets(kind, letter)
        ground = ground_of(db, letter, instant_text(context.clock.now()))
        if letter.channel is Channel.NOTICE:
            _notice(context, db, letter, kind, ground)
        elif ground.fault != "address_missing" or not _is_news(kind):
            _queue(context, db, letter, ground)

    return post


def _is_news(kind: LetterKind) -> bool:
    """Tell whether a letter only tells of a sign-in: whoever has no address reads of it in the program."""
    return kind.category is LetterCategory.SIGN_IN and not kind.secrets


def _check_secrets(kind: LetterKind, letter: Letter) -> None:
    given = {name for name, value in letter.secrets.items() if value}
    if letter.channel is Channel.NOTICE and given:
        message = f"a notice keeps no secrets: {', '.join(sorted(given))}"
        raise ValueError(message)
    if kind.secrets and not given & set(kind.secrets):
        message = f"the letter {kind.word} needs one of its secrets: {', '.join(kind.secrets)}"
        raise ValueError(message)
    leaked = set(kind.secrets) & set(letter.values)
    if leaked:
        message = f"these belong among the secrets of {kind.word}: {', '.join(sorted(leaked))}"
        raise ValueError(message)


def ground_of(db: Db, letter: Letter, now: str) -> Ground:
    """Return what fills a letter's own places, and its address or why there is none; raises LookupError."""
    sender = db.one(_SENDER, o=letter.organisation_id)
    if sender is None:
        message = f"there is no organisation {letter.organisation_id}"
        raise LookupError(message)
    receiver = db.one(_RECEIVER, o=letter.organisation_id, p=letter.person_id) if letter.person_id else None
    given_name, family_name, email, phone = receiver or ("", "", None, None)
    places = {
        "institute": str(sender[0]),
        "given_name": str(given_name or ""),
        "person": " ".join(part for part in (given_name, family_name) if part),
        "when": when_words(now, str(sender[1])),
    }
    if letter.channel is Channel.NOTICE:
        return Ground(places, "")
    told = letter.to or (email if letter.channel is Channel.MAIL else phone)
    address = _usable(letter.channel, told, str(sender[2]))
    if address is not None:
        return Ground(places, address)
    return Ground(places, "", "address_unusable" if told else "address_missing")


def _usable(channel: Channel, told: str | None, calling_code: str) -> str | None:
    if not told:
        return None
    return mail_address(told) if channel is Channel.MAIL else phone_number(told, calling_code)


def fresh_address(db: Db, organisation_id: str, channel: Channel, person_id: str | None, kept: str) -> str | None:
    """Return where a letter that is sent again goes: its own address, or what the person has by now."""
    if kept:
        return kept
    sender = db.one(_SENDER, o=organisation_id)
    receiver = db.one(_RECEIVER, o=organisation_id, p=person_id)
    if sender is None or receiver is None:
        return None
    return _usable(channel, receiver[2] if channel is Channel.MAIL else receiver[3], str(sender[2]))


def delivery_id_of(db: Db, letter: Letter) -> str:
    """Return the id of a letter's delivery."""
    return _id_of(letter, ground_of(db, letter, _NO_TIME).address)


def _id_of(letter: Letter, address: str) -> str:
    apart = address or f"person:{letter.person_id or letter.to}"
    return derived_id(DELIVERY, letter.organisation_id, letter.channel, apart, letter.key)


def when_words(instant: str, zone: str) -> str:
    """Return an instant as people at the institute read it: `Fri 20 Nov 2026, 08:30`."""
    local = parse_instant(instant).astimezone(ZoneInfo(zone))
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M}"


def _is_too_often(context: Context, db: Db, letter: Letter, address: str) -> bool:
    """Tell whether an address got as many letters within the hour as anybody needs: someone plays with it."""
    settings = context.settings
    most = settings.mail_per_address_hour if letter.channel is Channel.MAIL else settings.sms_per_address_hour
    since = instant_text(context.clock.now() - _HOUR)
    row = db.one(_LATELY, o=letter.organisation_id, address=address, since=since)
    return row is not None and int(row[0]) >= most


def _queue(context: Context, db: Db, letter: Letter, ground: Ground) -> None:
    organisation_id, delivery_id = letter.organisation_id, _id_of(letter, ground.address)
    fault = ground.fault or ("too_many" if _is_too_often(context, db, letter, ground.address) else "")
    secret = orjson.dumps(dict(letter.secrets)) if letter.secrets and not fault else None
    db.run(
        _INSERT,
        o=organisation_id,
        id=delivery_id,
        channel=str(letter.channel),
        template=letter.template,
        person_id=letter.person_id,
        address=ground.address,
        urgent=letter.urgent,
        places=orjson.dumps({**ground.places, **letter.values}).decode(),
        sealed=context.keys.sealed(secret, DELIVERY, organisation_id, delivery_id) if secret else None,
        state=str(DeliveryState.SUPPRESSED if fault else DeliveryState.QUEUED),
        code=fault,
        reason=_fault_words(fault, letter.channel),
        attached=letter.attached if letter.channel is Channel.MAIL else "",
        now=instant_text(context.clock.now()),
    )


def _fault_words(fault: str, channel: Channel) -> str:
    if fault == "address_missing":
        if channel is Channel.MAIL:
            return text("There is no mail address. Add one to the person, then send again.")
        return text("There is no phone number. Add one to the person, then send again.")
    if fault == "address_unusable":
        return text("The address can't be used. Correct it at the person, then send again.")
    if fault == "too_many":
        return text("This address got too many letters within the hour.")
    return ""


def _notice(context: Context, db: Db, letter: Letter, kind: LetterKind, ground: Ground) -> None:
    if letter.person_id is None:
        message = f"a notice goes to a person: {letter.key}"
        raise ValueError(message)
    values: dict[str, Any] = {**ground.places, **letter.values}
    subject, body = kind.supplied(letter.channel)
    batch = server_batch(context, db, letter.organisation_id)
    one = NewNotice(
        letter.person_id,
        ("letter", letter.template, letter.key),
        filled(subject, values).replace("\n", " "),
        filled(body, values),
        category=NoticeCategory.SYSTEM,
        priority=NoticePriority.URGENT if letter.urgent else NoticePriority.HIGH,
    )
    if notify(batch, [one]):
        feeds.write(batch, [], "letter")
