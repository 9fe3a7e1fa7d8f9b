"""The head of a paper: the institute with its logo, and who prints it when."""

from __future__ import annotations

from desktop.core.desk import Desk
from desktop.people.table_paper import Letterhead
from desktop.shell.institute_mark import institute_of, logo_bytes
from desktop.timetable.times import clock_words, local_now, zone_of
from shared.core.text import text
from shared.timetable.clashes import day_words


def letterhead(desk: Desk) -> Letterhead:
    """Return the head of the institute with who prints, now."""
    organisation = institute_of(desk)
    now = local_now(desk, zone_of(desk))
    printed = text("Printed by {name}, {day}, {time}", name=desk.actor.name, day=day_words(now), time=clock_words(now))
    return Letterhead(str(organisation.get("name") or ""), printed, logo_bytes(organisation))
