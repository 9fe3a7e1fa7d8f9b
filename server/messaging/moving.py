"""What of the messaging area follows a merged person: notices and letters."""

from server.core.person_moves import Owned, moved_rows
from shared.core.text import plural


def _changed(n: int) -> str:
    return plural("{n} notice or letter is gone by now.", "{n} notices or letters are gone by now.", n)


MOVES = (moved_rows("letters", _changed, Owned("notice"), Owned("delivery")),)
