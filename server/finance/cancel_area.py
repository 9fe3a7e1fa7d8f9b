"""What cancelling an enrolment adds to the server's area of fees and payments."""

from server.core.person_moves import Owned, moved_rows
from server.finance import cancel_routes, cancel_service
from server.finance.cancel_kinds import GUARDED, PERSONAL
from shared.core.text import plural
from shared.finance.vocabulary import REFUND_RULE


def _gone(n: int) -> str:
    one = "{n} cancelled enrolment was changed since. Undo is no longer possible."
    return plural(one, "{n} cancelled enrolments were changed since. Undo is no longer possible.", n)


COMMANDS = cancel_service.COMMANDS
FOLLOWERS = cancel_service.FOLLOWERS
MOVES = (moved_rows("cancelled enrolments", _gone, Owned("enrolment_cancellation")),)
SETTLERS = {REFUND_RULE: cancel_service.settle}
routers = cancel_routes.routers

__all__ = ["COMMANDS", "FOLLOWERS", "GUARDED", "MOVES", "PERSONAL", "SETTLERS", "routers"]
