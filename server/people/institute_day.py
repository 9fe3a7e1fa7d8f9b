"""Tells which day it is at the institute, for what can't lie after it."""

from datetime import date
from zoneinfo import ZoneInfo

from server.core.database import Db
from shared.core.clock import parse_instant

_ZONE = "SELECT time_zone FROM organisation WHERE id = :organisation_id"


def institute_day(db: Db, organisation_id: str, now: str) -> date:
    """Return the day of an instant by the institute's clocks; by UTC where there is no such institute."""
    row = db.one(_ZONE, organisation_id=organisation_id)
    return parse_instant(now).astimezone(ZoneInfo(str(row[0]) if row else "UTC")).date()
