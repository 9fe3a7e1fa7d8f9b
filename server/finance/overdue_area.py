"""What overdue money adds to the server's area of fees and payments."""

from server.core.person_moves import Owned, moved_rows
from server.finance import overdue_commands, overdue_follow, overdue_job, overdue_routes, reminder_letters
from server.finance.overdue_kinds import GUARDED, PERSONAL
from server.finance.statement_letters import STATEMENT, statement_paper
from shared.core.text import plural
from shared.finance.vocabulary import FINANCE_POLICY

COMMANDS = overdue_commands.COMMANDS
SETTLERS = {FINANCE_POLICY: overdue_commands.settle_policy}
FOLLOWERS = overdue_follow.FOLLOWERS
JOBS = (overdue_job.JOB, reminder_letters.JOB)
routers = overdue_routes.routers
PAPERS = {STATEMENT: statement_paper}


def _gone(n: int) -> str:
    one = "{n} reminder or exception was changed since. Undo is no longer possible."
    return plural(one, "{n} reminders or exceptions were changed since. Undo is no longer possible.", n)


MOVES = (moved_rows("reminders of payments", _gone, Owned("payment_exception"), Owned("payment_reminder")),)

__all__ = ["COMMANDS", "FOLLOWERS", "GUARDED", "JOBS", "MOVES", "PAPERS", "PERSONAL", "SETTLERS", "routers"]
