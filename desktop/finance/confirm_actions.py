"""Says of payments that nobody vouches for that their money is there, or that it never came."""

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from shared.core.errors import CampusError
from shared.core.text import text
from shared.finance.permissions import may_approve
from shared.finance.vocabulary import PAYMENT, Confirmation

_LEAST_REASON = 3


def confirm(desk: Desk, payment_id: str, *, came: bool, reason: str = "") -> None:
    """Confirm a payment, or take it back because its money never came; then a reason is needed.

    Raises CampusError `not_allowed`, `payment_unknown`, `payment_decided`, `reason_missing`.
    """
    if not may_approve(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't confirm payments. Ask the bursar."))
    payment = desk.store.get(PAYMENT, payment_id)
    if payment is None:
        raise CampusError("payment_unknown", text("This payment is no longer on this computer."))
    if payment["confirmation"] != Confirmation.UNCONFIRMED:
        words = text("This was decided already. Void the receipt, or take the payment anew.")
        raise CampusError("payment_decided", words)
    if not came and len(reason.strip()) < _LEAST_REASON:
        raise CampusError("reason_missing", text("Say in a few words why the money isn't there."))
    payload = {"came": came, "reason": reason.strip()[:500]}
    desk.commit([Ask("ConfirmPayment", payment_id, payload, base=payment["revision"])])
