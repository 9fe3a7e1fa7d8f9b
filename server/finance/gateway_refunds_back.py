"""Takes a refund that its gateway refused back in the books: the money is still the institute's, and still paid."""

from server.core.batch import Batch, Item
from server.core.entities import Body
from server.core.sql import SetSql
from server.finance.ground import day_of, ledgers_of, packed
from server.finance.kinds import ENTRY_KIND
from server.finance.ledger_writing import reverse
from server.finance.till_kinds import REQUEST_KIND
from shared.core.command import Command, Target
from shared.core.ids import derived_id
from shared.core.text import text
from shared.finance.commands import refund_entry_id
from shared.finance.online_rules import Problem, problem_text
from shared.finance.request_rules import state_after_refund
from shared.finance.vocabulary import EntryKind, PaymentState, RequestState

_ENTRIES = SetSql(
    f"SELECT {ENTRY_KIND.selected()} FROM {{ids}} i {{by}} ledger_entry t ON t.payment_id = i.id"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :o"
)


def take_refund_back(batch: Batch, payment: Body, request_id: str) -> Body:
    """Reverse the entry of a refund that never went, close its request, and return the payment as it stands then."""
    request = REQUEST_KIND.read(batch, [request_id])[request_id]
    ledgers = ledgers_of(batch, [request["person_id"]])
    entry = ledgers.entries.get(refund_entry_id(request_id))
    item = _item(batch, request_id)
    if entry is not None and ledgers.reversal_of(entry["id"]) is None:
        reverse(batch, item, ledgers, [entry], day_of(batch, batch.now))
        words = text("{reason} Refused by the gateway.", reason=request["decided_reason"]).strip()[:500]
        closed = {"state": str(RequestState.REFUSED), "decided_reason": words, "revision": item.command.id}
        REQUEST_KIND.update(batch, [{**request, **closed}])
    rows = batch.db.rows(_ENTRIES, o=batch.organisation_id, ids=packed([payment["id"]]))
    entries = [ENTRY_KIND.body_of(row) for row in rows]
    gone = {one["reverses_id"] for one in entries if one["reverses_id"]}
    went = any(one["kind"] == EntryKind.REFUND and one["id"] not in gone for one in entries)
    state = state_after_refund(payment, entries, 0) if went else PaymentState.COMPLETED
    problem = Problem.REFUND_FAILED
    metadata = {**payment["metadata"], "problem": str(problem), "words": problem_text(problem)}
    return {**payment, "state": str(state), "metadata": metadata}


def _item(batch: Batch, request_id: str) -> Item:
    """What the books take for the hand that reverses: the server's own."""
    command = Command(
        id=batch.new_id(),
        device_id=derived_id("server of", batch.organisation_id),
        install_epoch=1,
        device_seq=1,
        type="DecideRequest",
        type_version=1,
        target_id=request_id,
        base=None,
        payload={},
        observed_at=batch.now,
    )
    return Item(command, Target(id=request_id, base=None), None, batch.actor)
