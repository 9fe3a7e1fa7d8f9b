"""Watches sign-ins: how many there are, new devices and countries, and one that is used from too many places."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.core.context import Context
from server.core.database import Db
from server.core.letters import Channel, Letter
from server.people.address_ranges import read_ranges
from server.people.security_log import SecurityEvent, put_event
from server.people.sign_in_ends import Ending, end_oldest, end_one
from server.people.sign_in_tries import Caller
from shared.core.clock import instant_text, parse_instant
from shared.core.text import text
from shared.people.security import EndReason, SecurityKind

_EARLIER = """
SELECT count(*), coalesce(sum(CASE WHEN device_id = :device_id THEN 1 ELSE 0 END), 0),
coalesce(sum(CASE WHEN country = :country THEN 1 ELSE 0 END), 0),
coalesce(sum(CASE WHEN country IS NOT NULL THEN 1 ELSE 0 END), 0)
FROM sign_in WHERE organisation_id = :organisation_id AND person_id = :person_id AND id <> :id
"""
_PLACE = """
UPDATE sign_in SET last_address = :address, country = coalesce(:country, country)
WHERE organisation_id = :organisation_id AND id = :id
"""
_NOTE_ADDRESS = """
INSERT INTO sign_in_address (organisation_id, sign_in_id, address, country, first_at, last_at)
VALUES (:organisation_id, :id, :address, :country, :now, :now)
ON CONFLICT (organisation_id, sign_in_id, address) DO UPDATE SET last_at = excluded.last_at
"""
_ADDRESSES = """
SELECT count(*) FROM sign_in_address
WHERE organisation_id = :organisation_id AND sign_in_id = :id AND last_at >= :since
"""
_ELSEWHERE = """
SELECT country FROM sign_in_address WHERE organisation_id = :organisation_id AND sign_in_id = :id
AND country IS NOT NULL AND country <> :country AND last_at >= :since LIMIT 1
"""
_OF = """
SELECT s.person_id, s.device_id, d.name, s.country FROM sign_in s
JOIN device d ON d.organisation_id = s.organisation_id AND d.id = s.device_id
WHERE s.organisation_id = :organisation_id AND s.id = :id
"""
_security = logging.getLogger("campusdesk.security")


@dataclass(frozen=True)
class Begun:
    """A sign-in that has just begun."""

    organisation_id: str
    person_id: str
    sign_in_id: str
    device_id: str
    device_name: str


class Watch:
    """Looks at sign-ins in the transaction that begins or moves them."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def began(self, db: Db, begun: Begun, caller: Caller, now: datetime) -> None:
        """Note where a sign-in began, end the oldest beyond the limit, and tell the person of a new device."""
        country = self._country(caller.address)
        own = {"organisation_id": begun.organisation_id, "id": begun.sign_in_id}
        person = {"person_id": begun.person_id, "device_id": begun.device_id, "country": country or ""}
        row = db.one(_EARLIER, **own, **person)
        sign_ins, on_device, in_country, with_country = map(int, row or (0, 0, 0, 0))
        self._note(db, begun.organisation_id, begun.sign_in_id, caller.address, country, now)
        end_oldest(
            db,
            begun.organisation_id,
            begun.person_id,
            self._context.settings.sign_ins_per_person - 1,
            begun.sign_in_id,
            now,
        )
        new_device = not on_device
        new_country = country is not None and with_country > 0 and not in_country
        details: dict[str, str | int | list[str]] = {
            "device": begun.device_name,
            "country": country or "",
            "new_device": int(new_device),
            "new_country": int(new_country),
        }
        event = SecurityEvent(
            begun.organisation_id,
            SecurityKind.SIGNED_IN,
            begun.person_id,
            sign_in_id=begun.sign_in_id,
            device_id=begun.device_id,
            address=caller.address,
            user_agent=caller.user_agent,
            details=details,
        )
        put_event(db, self._context.new_id(), now, event)
        # The first sign-in ever is the person's own: there is nothing it could be new beside.
        if sign_ins and (new_device or new_country):
            place = {"device": begun.device_name, "address": caller.address, "country": _shown(country)}
            self._tell(db, begun.organisation_id, begun.person_id, "new_sign_in", begun.sign_in_id, place)

    def moved(self, db: Db, organisation_id: str, sign_in_id: str, caller: Caller, now: datetime) -> EndReason | None:
        """Note that a sign-in is used from an address; returns why it has to end, and ends it, where it moved too much.

        Two countries within `fastest_move_hours`, or more than `addresses_per_sign_in` within
        `address_window_minutes`, are more than one person with one computer.
        """
        country = self._country(caller.address)
        settings, own = self._context.settings, {"organisation_id": organisation_id, "id": sign_in_id}
        since = instant_text(now - timedelta(hours=settings.fastest_move_hours))
        reason = None
        if country is not None and db.one(_ELSEWHERE, **own, country=country, since=since):
            reason = EndReason.MOVED_TOO_FAST
        self._note(db, organisation_id, sign_in_id, caller.address, None if reason else country, now)
        since = instant_text(now - timedelta(minutes=settings.address_window_minutes))
        row = db.one(_ADDRESSES, **own, since=since)
        if reason is None and row is not None and int(row[0]) > settings.addresses_per_sign_in:
            reason = EndReason.MANY_ADDRESSES
        if reason is not None and end_one(db, organisation_id, sign_in_id, Ending(reason, now)):
            _security.warning("A sign-in was ended: %s", reason, extra={"sign_in_id": sign_in_id})
            self.tell_ended(db, organisation_id, sign_in_id, reason, caller)
        return reason

    def tell_ended(self, db: Db, organisation_id: str, sign_in_id: str, reason: str, caller: Caller) -> None:
        """Let a person know that a sign-in was ended because somebody else may have it."""
        row = db.one(_OF, organisation_id=organisation_id, id=sign_in_id)
        if row is None:
            return
        words = {
            EndReason.TOKEN_REUSED: text("it was used from two places"),
            EndReason.MOVED_TOO_FAST: text("it was used in two countries within a short time"),
            EndReason.MANY_ADDRESSES: text("it was used from many addresses within a short time"),
        }
        values = {"device": row[2], "address": caller.address, "country": _shown(row[3])}
        values["reason"] = words.get(EndReason(reason), text("the office ended it"))
        self._tell(db, organisation_id, row[0], "sign_in_ended", sign_in_id, values)

    def _country(self, address: str) -> str | None:
        return read_ranges(self._context.settings.address_ranges).country(address)

    def _note(
        self, db: Db, organisation_id: str, sign_in_id: str, address: str, country: str | None, now: datetime
    ) -> None:
        own = {"organisation_id": organisation_id, "id": sign_in_id, "address": address[:64], "country": country}
        db.run(_PLACE, **own)
        db.run(_NOTE_ADDRESS, **own, now=instant_text(now))

    def _tell(
        self, db: Db, organisation_id: str, person_id: str, template: str, key: str, values: dict[str, str]
    ) -> None:
        for channel in (Channel.MAIL, Channel.NOTICE):
            letter = Letter(organisation_id, channel, template, f"{template}:{key}", person_id=person_id, values=values)
            self._context.post(db, letter)


def _shown(country: str | None) -> str:
    return country or text("not known")


def is_too_long(context: Context, started_at: str, now: datetime, *, kept: bool) -> bool:
    """Tell whether a sign-in has lasted as long as any may."""
    return now >= latest_end(context, started_at, kept=kept)


def latest_end(context: Context, started_at: str, *, kept: bool) -> datetime:
    """Return when a sign-in ends however often it is used."""
    settings = context.settings
    days = settings.longest_kept_sign_in_days if kept else settings.longest_sign_in_days
    return parse_instant(started_at) + timedelta(days=days)
