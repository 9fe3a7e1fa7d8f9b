"""Tells the institute's time zone and its day, for what can't lie after it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from server.core.batch import Batch
from server.core.database import Db
from shared.core.clock import parse_instant

_ZONE = "SELECT time_zone FROM organisation WHERE id = :organisation_id"
_MEMORY = "institute's zone"


def zone_of(db: Db, organisation_id: str) -> ZoneInfo:
    """Return the time zone of an institute; UTC where there is no such institute."""
    row = db.one(_ZONE, organisation_id=organisation_id)
    return ZoneInfo(str(row[0]) if row else "UTC")


def institute_day(db: Db, organisation_id: str, now: datetime) -> date:
    """Return the day of an instant by the institute's clocks."""
    return now.astimezone(zone_of(db, organisation_id)).date()


def local(batch: Batch, instant: str) -> datetime:
    """Return an instant by the institute's clocks; a batch reads its zone once."""
    if _MEMORY not in batch.memory:
        batch.memory[_MEMORY] = zone_of(batch.db, batch.organisation_id)
    return parse_instant(instant).astimezone(batch.memory[_MEMORY])
