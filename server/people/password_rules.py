"""Which new passwords are taken at an institute: its rules for length, and its own names and courses refused."""

from collections.abc import Iterable
from typing import Any

import orjson

from server.core.database import Db
from server.core.password_policy import check_password
from server.core.settings import Settings
from server.people.factors import shortest_password

# The feed holds every row of the institute in one form; the areas above this one keep courses.
_COURSES = """
SELECT entry FROM feed_row WHERE organisation_id = :organisation_id AND kind = 'course' ORDER BY seq DESC LIMIT 500
"""


def check_new_password(
    db: Db,
    settings: Settings,
    organisation_id: str,
    new: str,
    names: Iterable[str | None],
    person_id: str | None = None,
) -> None:
    """Raise CampusError `password_refused` with the reason where a password can't be taken.

    `names` are the institute's and the person's own; with `person_id` it may be shorter beside a second factor.
    """
    known = [name for name in (*names, *_course_names(db, organisation_id)) if name]
    check_password(new, known, shortest_password(db, settings, organisation_id, person_id))


def _course_names(db: Db, organisation_id: str) -> list[str]:
    names: list[str] = []
    for (entry,) in db.rows(_COURSES, organisation_id=organisation_id):
        body: Any = orjson.loads(entry).get("body") or {}
        names += [str(body[name]) for name in ("code", "title") if body.get(name)]
    return names
