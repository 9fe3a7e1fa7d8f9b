"""The institute's time zone, also for words that are made beside the store: what day a class was, on a receipt."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from desktop.core import meta
from desktop.core.disk import Db
from desktop.core.schema import from_text
from shared.core.clock import parse_instant

_ZONE: ContextVar[tzinfo | None] = ContextVar("zone", default=None)


def institute_zone(db: Db) -> tzinfo:
    """Return the institute's zone, as synced or as told at the sign-in; UTC where neither is there.

    A store belongs to one institute, so there is one such row at most.
    """
    row = db.execute("SELECT body FROM base WHERE kind = 'organisation' AND body IS NOT NULL LIMIT 1").fetchone()
    known = from_text(row[0]) if row else meta.read(db, meta.ORGANISATION) or {}
    try:
        return ZoneInfo(str(known["time_zone"]))
    except (KeyError, ValueError, ZoneInfoNotFoundError):
        return UTC


@contextmanager
def in_zone(zone: tzinfo) -> Iterator[None]:
    """Let `local_day` mean this zone inside the block."""
    token = _ZONE.set(zone)
    try:
        yield
    finally:
        _ZONE.reset(token)


def local_day(instant: str) -> date:
    """Return the day of an instant in the zone in force, in UTC outside of any."""
    return parse_instant(instant).astimezone(_ZONE.get() or UTC).date()
