"""What the SMS provider tells of letters that went out, and of people who want no more; nothing of it is signed.

So a report counts only on a path that nobody can guess, only for a letter that went out under its id, and only forward.
"""

from dataclasses import dataclass
from datetime import datetime

from server.core.database import Db
from server.core.letters import Channel
from server.messaging import delivery_book
from shared.core.clock import instant_text
from shared.core.text import text
from shared.messaging.letter_words import DeliveryState

_MOVE = (
    "UPDATE delivery SET state = :state, code = :code, reason = :reason, changed_at = :now"
    " WHERE organisation_id = :o AND channel = 'sms' AND provider_id = :id AND state = 'sent'"
)
_ADDRESS = "SELECT address FROM delivery WHERE organisation_id = :o AND channel = 'sms' AND provider_id = :id"
_KNOWN_NUMBER = "SELECT 1 FROM delivery WHERE organisation_id = :o AND channel = 'sms' AND address = :address LIMIT 1"
_DELIVERED, _REJECTED, _FAILED = "Success", "Rejected", "Failed"
_BLACKLISTED = "UserInBlackList"


@dataclass(frozen=True)
class Report:
    """What the provider tells of one letter."""

    id: str
    status: str
    failure: str


def take_report(db: Db, organisation_id: str, report: Report, now: datetime) -> bool:
    """Move a letter forward; False where the report says nothing new. The same report twice changes nothing."""
    states = {_DELIVERED: DeliveryState.DELIVERED, _REJECTED: DeliveryState.FAILED, _FAILED: DeliveryState.FAILED}
    state = states.get(report.status)
    if state is None:
        return False
    failed = state is DeliveryState.FAILED
    failure = "".join(one for one in report.failure if one.isascii() and one.isalpha())[:30]
    moved = db.run(
        _MOVE,
        o=organisation_id,
        id=report.id,
        state=str(state),
        code=f"report_{failure.lower()}"[:40] if failed else "",
        reason=text("The network didn't take it: {why}", why=failure or report.status) if failed else "",
        now=instant_text(now),
    )
    if moved and failed and failure == _BLACKLISTED:
        row = db.one(_ADDRESS, o=organisation_id, id=report.id)
        if row is not None:
            delivery_book.block(db, organisation_id, Channel.SMS, str(row[0]), "blacklisted", now)
    return bool(moved)


def take_opt_out(db: Db, organisation_id: str, number: str, sender: str, now: datetime) -> bool:
    """Let nothing go any more to a number whose owner said so; False for one that nothing ever went to."""
    if db.one(_KNOWN_NUMBER, o=organisation_id, address=number) is None:
        return False
    delivery_book.block(db, organisation_id, Channel.SMS, number, "opted_out", now, sender[:40])
    return True
