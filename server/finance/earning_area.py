"""What affiliates and instructors' shares add to the server's area of fees and payments."""

from server.core.person_moves import Owned, moved_rows
from server.core.personal_data import PersonalTable
from server.finance import earning_follow, earning_moves, earning_routes, earning_service, payout_service
from server.finance.earning_kinds import GUARDED
from shared.core.text import plural
from shared.finance.earning_vocabulary import AFFILIATE


def _changed(n: int) -> str:
    return plural("{n} referral or share changed since.", "{n} referrals or shares changed since.", n)


COMMANDS = (*earning_service.COMMANDS, *payout_service.COMMANDS)
SETTLERS = {AFFILIATE: earning_service.settle}
FOLLOWERS = earning_follow.FOLLOWERS
_OWNED = (Owned("affiliate"), Owned("referral"), Owned("revenue_share"))
MOVES = (moved_rows("referrals and shares", _changed, *_OWNED), earning_moves.MOVE)
PERSONAL = (
    PersonalTable("affiliate", own=("person_id",), blank=("name", "mail"), kept=("code",)),
    PersonalTable("referral", own=("person_id",), ids=("affiliate_id",)),
    PersonalTable("revenue_share", own=("person_id",), ids=("course_id",)),
    PersonalTable("earning", own=("person_id",), ids=("payee_id", "source_id", "course_id")),
    PersonalTable(
        "payout",
        by={"asked_by": "asked_by_name", "decided_by": "decided_by_name"},
        ids=("payee_id",),
        kept=("reference", "reason"),
    ),
)
routers = earning_routes.routers

__all__ = ["COMMANDS", "FOLLOWERS", "GUARDED", "MOVES", "PERSONAL", "SETTLERS", "routers"]
