"""What affiliates and instructors' shares add to the server's area of fees and payments."""

from fastapi import APIRouter

from server.core.context import Context
from server.core.person_moves import Owned, moved_rows
from server.core.personal_data import PersonalTable
from server.finance import (
    code_routes,
    code_service,
    earning_follow,
    earning_moves,
    earning_routes,
    earning_service,
    payout_service,
)
from server.finance.earning_kinds import GUARDED
from shared.core.text import plural
from shared.finance.earning_vocabulary import AFFILIATE


def _changed(n: int) -> str:
    return plural("{n} referral or share changed since.", "{n} referrals or shares changed since.", n)


COMMANDS = (*earning_service.COMMANDS, *code_service.COMMANDS, *payout_service.COMMANDS)
SETTLERS = {AFFILIATE: earning_service.settle}
FOLLOWERS = earning_follow.FOLLOWERS
_OWNED = (Owned("affiliate"), Owned("referral"), Owned("revenue_share"), Owned("typed_code"))
MOVES = (moved_rows("referrals and shares", _changed, *_OWNED), earning_moves.MOVE)
PERSONAL = (
    PersonalTable("affiliate", own=("person_id",), blank=("name", "mail"), kept=("code",)),
    PersonalTable("referral", own=("person_id",), ids=("affiliate_id",)),
    PersonalTable("typed_code", own=("person_id",), ids=("place_id",), blank=("code",)),
    PersonalTable("revenue_share", own=("person_id",), ids=("course_id",)),
    PersonalTable("earning", own=("person_id",), ids=("payee_id", "source_id", "course_id")),
    PersonalTable(
        "payout",
        by={"asked_by": "asked_by_name", "decided_by": "decided_by_name"},
        ids=("payee_id",),
        kept=("reference", "reason"),
    ),
)


def routers(context: Context) -> list[APIRouter]:
    """Return the routes of earnings, and of codes that people type on coming."""
    return [*earning_routes.routers(context), *code_routes.routers(context)]


__all__ = ["COMMANDS", "FOLLOWERS", "GUARDED", "MOVES", "PERSONAL", "SETTLERS", "routers"]
