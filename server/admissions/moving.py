"""What of admissions follows a merged person: applications with what happened to them."""

from server.core.person_moves import Owned, moved_rows
from shared.core.text import plural


def _changed(n: int) -> str:
    return plural("{n} application is gone by now.", "{n} applications are gone by now.", n)


MOVES = (moved_rows("applications", _changed, Owned("application"), Owned("application_event")),)
