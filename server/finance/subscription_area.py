"""What subscriptions add to the server's area of fees and payments."""

from server.core.person_moves import Owned, moved_rows
from server.core.personal_data import PersonalTable
from server.finance import subscription_job, subscription_routes, subscription_service
from server.finance.subscription_kinds import GUARDED
from shared.core.text import plural
from shared.finance.subscription_vocabulary import SUBSCRIPTION_PRICE
from shared.finance.vocabulary import ALLOCATION, LEDGER_ENTRY


def _changed(n: int) -> str:
    return plural("{n} subscription changed since.", "{n} subscriptions changed since.", n)


COMMANDS = subscription_service.COMMANDS
SETTLERS = {SUBSCRIPTION_PRICE: subscription_service.settle}
FOLLOWERS = {ALLOCATION: subscription_job.follow, LEDGER_ENTRY: subscription_job.follow}
JOBS = (subscription_job.JOB,)
MOVES = (moved_rows("subscriptions", _changed, Owned("subscription")),)
PERSONAL = (
    PersonalTable("subscription_price", ids=("course_id", "cohort_id"), kept=("name", "taxes", "lines")),
    PersonalTable("subscription", own=("person_id",), ids=("price_id", "course_id", "cohort_id", "enrolment_id")),
)
routers = subscription_routes.routers

__all__ = ["COMMANDS", "FOLLOWERS", "GUARDED", "JOBS", "MOVES", "PERSONAL", "SETTLERS", "routers"]
