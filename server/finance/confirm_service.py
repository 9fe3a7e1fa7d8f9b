"""What happens to a payment as a whole: its money came or never did; its entries are taken back with it."""

from collections.abc import Sequence

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, rejected
from server.core.entities import Body, missing
from server.core.sql import SetSql
from server.finance.ground import Ledgers, day_of, ledgers_of, packed
from server.finance.kinds import PAYMENT_KIND
from server.finance.ledger_writing import note, reverse
from server.finance.receipt_letters import tell_confirmed
from shared.core.text import text
from shared.finance.commands import PAYLOADS
from shared.finance.permissions import may_approve
from shared.finance.projections import confirmed_body
from shared.finance.vocabulary import PAYMENT, Confirmation, EntryKind, PaymentState

_PEOPLE_PAID = SetSql(
    "SELECT DISTINCT t.person_id FROM {ids} i {by} ledger_entry t ON t.payment_id = i.id WHERE t.organisation_id = :o"
)


def ledgers_of_payments(batch: Batch, payment_ids: Sequence[str]) -> Ledgers:
    """Return the ledgers of all whom payments were for, locked."""
    rows = batch.db.rows(_PEOPLE_PAID, o=batch.organisation_id, ids=packed(payment_ids))
    return ledgers_of(batch, (row[0] for row in rows))


def take_back(batch: Batch, item: Item, ledgers: Ledgers, payment_id: str, reason: str) -> list[Body]:
    """Reverse what is left of a payment on every ledger; what it paid is owed again. Returns the reversals.

    The payment's own state is the caller's to write.
    """
    living = [
        one
        for one in ledgers.entries.values()
        if one["payment_id"] == payment_id
        and one["kind"] == EntryKind.PAYMENT
        and ledgers.reversal_of(one["id"]) is None
    ]
    made = reverse(batch, item, ledgers, living, day_of(batch, item.command.observed_at))
    note(batch, item, made, reason)
    return made


def confirm(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Say of unconfirmed payments that their money came, or that it never did: then they are taken back."""
    present = PAYMENT_KIND.read(batch, (item.target.id for item in items))
    gone = [item.target.id for item in items if not item.payload.came]
    ledgers = ledgers_of_payments(batch, gone) if gone else Ledgers()
    decisions: list[Decision] = []
    written: list[Body] = []
    for item in items:
        body = present.get(item.target.id)
        decision = missing(batch, item, PAYMENT) if body is None else _refusal(item, body)
        if decision is None and body is not None:
            written.append(confirmed_body(item.command, body, came=item.payload.came))
            if not item.payload.came:
                take_back(batch, item, ledgers, body["id"], item.payload.reason.strip())
        decisions.append(decision or applied(item.command.id))
    PAYMENT_KIND.update(batch, written)
    tell_confirmed(batch, [one["id"] for one in written if one["confirmation"] == Confirmation.CONFIRMED])
    return decisions


def _refusal(item: Item, body: Body) -> Decision | None:
    wanted = Confirmation.CONFIRMED if item.payload.came else Confirmation.REFUSED
    if not item.accepted and not may_approve(item.author):
        return rejected(item, "not_allowed", text("Your role doesn't confirm payments. Ask the bursar."))
    if body["confirmation"] == wanted:
        return agreed(body["revision"])
    if body["confirmation"] != Confirmation.UNCONFIRMED or body["state"] == PaymentState.VOIDED:
        words = text("This was decided already. Void the receipt, or take the payment anew.")
        return rejected(item, "payment_decided", words)
    if not item.payload.came and not item.payload.reason.strip():
        return rejected(item, "reason_missing", text("Say in a few words why the money isn't there."))
    return None


COMMANDS = (CommandType("ConfirmPayment", PAYLOADS["ConfirmPayment"], confirm),)
