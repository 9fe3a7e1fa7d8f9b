"""What of attendance follows a merged person: what was observed, and leave."""

from server.core.person_moves import Owned, moved_rows
from shared.core.text import plural


def _changed(n: int) -> str:
    return plural("{n} entry of a register is gone by now.", "{n} entries of registers are gone by now.", n)


MOVES = (moved_rows("attendance", _changed, Owned("observation"), Owned("leave_request")),)
