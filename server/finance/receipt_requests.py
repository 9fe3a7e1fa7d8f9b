"""What a second person decides: receipts voided by reversal of everything they brought, and money given back."""

from collections.abc import Sequence

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, held, rejected
from server.core.entities import Body, missing
from server.core.sql import SetSql
from server.finance.ground import Ledgers, day_of, ledgers_of, packed
from server.finance.kinds import ALLOCATION_KIND, DESK, ENTRY_KIND, PAYMENT_KIND
from server.finance.ledger_writing import note, reverse, undone, write_entries
from server.finance.till_kinds import RECEIPT_KIND, REQUEST_KIND
from shared.core.text import text
from shared.finance.commands import refund_entry_id
from shared.finance.entry_rules import paid_postings
from shared.finance.models import allocation_body, entry_body
from shared.finance.online_rules import refund_method_fault
from shared.finance.permissions import may_approve, may_take_payment
from shared.finance.request_rules import ask_fault, decide_fault, left_to_refund, state_after_refund
from shared.finance.shift_models import decided, request_body
from shared.finance.till_commands import PAYLOADS
from shared.finance.vocabulary import (
    ACCOUNT_OF,
    PAYMENT,
    REQUEST,
    EntryKind,
    Method,
    PaymentState,
    RequestKind,
    RequestState,
)

_ENTRIES = SetSql(
    f"SELECT {ENTRY_KIND.selected()} FROM {{ids}} i {{by}} ledger_entry t ON t.payment_id = i.id"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :o"
)
_REQUESTS = SetSql(
    f"SELECT {REQUEST_KIND.selected()} FROM {{ids}} i {{by}} finance_request t ON t.payment_id = i.id"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :o"
)


def ask_void(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Ask that receipts be voided."""
    receipts = RECEIPT_KIND.read(batch, (item.payload.receipt_id for item in items))
    payments = {item.command.id: receipts.get(item.payload.receipt_id, {}).get("payment_id", "") for item in items}
    return _ask(batch, items, RequestKind.VOID, payments)


def ask_refund(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Ask that money goes back."""
    return _ask(batch, items, RequestKind.REFUND, {item.command.id: item.payload.payment_id for item in items})


def _ask(batch: Batch, items: Sequence[Item], kind: RequestKind, payment_ids: dict[str, str]) -> list[Decision]:
    payments = PAYMENT_KIND.read(batch, (one for one in payment_ids.values() if one))
    known = REQUEST_KIND.read(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    for item in items:
        before, payment = known.get(item.target.id), payments.get(payment_ids[item.command.id])
        if before is not None:
            decisions.append(agreed(before["revision"]))
            continue
        decision = _ask_refusal(batch, item, kind, payment)
        if decision is None and payment is not None:
            by = (item.author.person_id, item.author.name)
            REQUEST_KIND.insert(batch, [request_body(item.command, kind, payment, by)])
            decision = applied(item.command.id)
        decisions.append(decision or missing(batch, item, PAYMENT))
    return decisions


def _ask_refusal(batch: Batch, item: Item, kind: RequestKind, payment: Body | None) -> Decision | None:
    if not item.accepted and not may_take_payment(item.author):
        return rejected(item, "not_allowed", text("Your role doesn't take payments. Ask the bursar."))
    if payment is None:
        words = text("The payment hasn't been accepted yet. The office decides about both.")
        return held("waits_for_creation", words, REQUEST, DESK)
    requests, entries = _about(batch, payment["id"])
    person_id = item.payload.person_id if kind is RequestKind.REFUND else None
    amount = item.payload.amount if kind is RequestKind.REFUND else payment["amount"]
    if kind is RequestKind.REFUND and (other := refund_method_fault(item.payload.method, payment)):
        return rejected(item, *other)
    fault = ask_fault(kind, payment, requests, left_to_refund(entries, requests, person_id), amount)
    return rejected(item, *fault) if fault else None


def _about(batch: Batch, payment_id: str) -> tuple[list[Body], list[Body]]:
    places = {"o": batch.organisation_id, "ids": packed([payment_id])}
    requests = [REQUEST_KIND.body_of(row) for row in batch.db.rows(_REQUESTS, **places)]
    entries = [ENTRY_KIND.body_of(row) for row in batch.db.rows(_ENTRIES, **places)]
    return requests, entries


def decide(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Approve or refuse what someone else asked for; what is approved is done in the same transaction."""
    present = REQUEST_KIND.read(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    for item in items:
        request = present.get(item.target.id)
        decision = missing(batch, item, REQUEST) if request is None else _decide_refusal(item, request)
        if decision is None and request is not None:
            decision = _carry_out(batch, item, request)
        decisions.append(decision or missing(batch, item, REQUEST))
    return decisions


def _decide_refusal(item: Item, request: Body) -> Decision | None:
    if not may_approve(item.author):
        return rejected(item, "not_allowed", text("Your role doesn't decide about this. Ask the bursar."))
    fault = decide_fault(request, item.author.person_id)
    wanted = RequestState.APPROVED if item.payload.approved else RequestState.REFUSED
    if request["state"] == wanted:
        return agreed(request["revision"])
    return rejected(item, *fault) if fault else None


def _carry_out(batch: Batch, item: Item, request: Body) -> Decision:
    by = (item.author.person_id, item.author.name)
    if not item.payload.approved:
        REQUEST_KIND.update(batch, [decided(item.command, request, RequestState.REFUSED, by)])
        return applied(item.command.id)
    payment = PAYMENT_KIND.read(batch, [request["payment_id"]])[request["payment_id"]]
    requests, entries = _about(batch, payment["id"])
    others = [one for one in requests if one["id"] != request["id"]]
    void = request["kind"] == RequestKind.VOID
    left = left_to_refund(entries, others, None if void else request["person_id"])
    fault = ask_fault(RequestKind(request["kind"]), payment, others, left, request["amount"])
    if fault is not None:
        return rejected(item, *fault)
    if void:
        _void(batch, item, payment, entries, request["reason"])
    else:
        _refund(batch, item, request, payment, entries)
    REQUEST_KIND.update(batch, [decided(item.command, request, RequestState.APPROVED, by)])
    return applied(item.command.id)


def _void(batch: Batch, item: Item, payment: Body, entries: Sequence[Body], reason: str) -> None:
    """Take back whatever the payment brought, wherever it was moved since; the receipt stays."""
    gone = {one["reverses_id"] for one in entries if one["reverses_id"]}
    living = [one for one in entries if one["kind"] == EntryKind.PAYMENT and one["id"] not in gone]
    ledgers = ledgers_of(batch, (one["person_id"] for one in living))
    made = reverse(batch, item, ledgers, living, day_of(batch, item.command.observed_at))
    note(batch, item, made, reason)
    PAYMENT_KIND.update(batch, [{**payment, "state": str(PaymentState.VOIDED), "revision": item.command.id}])


def _refund(batch: Batch, item: Item, request: Body, payment: Body, entries: Sequence[Body]) -> None:
    """Give money back: what is free goes first, and charges that it paid are owed again."""
    person_id, amount = request["person_id"], request["amount"]
    ledgers = ledgers_of(batch, [person_id])
    day = day_of(batch, item.command.observed_at)
    back = entry_body(
        item.command,
        refund_entry_id(request["id"]),
        EntryKind.REFUND,
        amount,
        person_id=person_id,
        currency=payment["currency"],
        what=request["method"],
        number=payment["receipt_number"],
        payment_id=payment["id"],
        made_by=item.author.person_id,
        day=day,
    )
    write_entries(batch, [back], {back["id"]: paid_postings([(ACCOUNT_OF[Method(request["method"])], -amount)])})
    note(batch, item, [back], request["reason"])
    ALLOCATION_KIND.insert(batch, _allocations(item, ledgers, back, entries, amount))
    state = state_after_refund(payment, entries, amount)
    PAYMENT_KIND.update(batch, [{**payment, "state": str(state), "revision": item.command.id}])


def _allocations(item: Item, ledgers: Ledgers, back: Body, entries: Sequence[Body], amount: int) -> list[Body]:
    gone = {one["reverses_id"] for one in entries if one["reverses_id"]}
    own = [
        one
        for one in entries
        if one["kind"] == EntryKind.PAYMENT and one["person_id"] == back["person_id"] and one["id"] not in gone
    ]
    made: list[Body] = []
    for entry in own:
        free = ledgers.account(back["person_id"], back["currency"]).credit.get(entry["id"], 0)
        wanted = min(amount, -entry["amount"])
        if free < wanted:
            for one in undone(item.command, ledgers, entry["id"]):
                if free >= wanted:
                    break
                part = min(-one["amount"], wanted - free)
                if part > 0:
                    made.append({**one, "amount": -part})
                    free += part
        part = min(wanted, free)
        if part > 0:
            made.append(allocation_body(item.command, back["person_id"], entry["id"], back["id"], part))
            amount -= part
    return made


def withdraw(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Take one's own requests back."""
    present = REQUEST_KIND.read(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    written: list[Body] = []
    for item in items:
        request = present.get(item.target.id)
        if request is None:
            decisions.append(missing(batch, item, REQUEST))
        elif request["asked_by"] != item.author.person_id:
            decisions.append(rejected(item, "not_allowed", text("Only who asked takes a request back.")))
        elif request["state"] == RequestState.WITHDRAWN:
            decisions.append(agreed(request["revision"]))
        elif request["state"] != RequestState.WAITING:
            decisions.append(rejected(item, "request_settled", text("This was decided already.")))
        else:
            by = (item.author.person_id, item.author.name)
            written.append(decided(item.command, request, RequestState.WITHDRAWN, by))
            decisions.append(applied(item.command.id))
    REQUEST_KIND.update(batch, written)
    return decisions


COMMANDS = (
    CommandType("AskVoid", PAYLOADS["AskVoid"], ask_void),
    CommandType("AskRefund", PAYLOADS["AskRefund"], ask_refund),
    CommandType("DecideRequest", PAYLOADS["DecideRequest"], decide),
    CommandType("WithdrawRequest", PAYLOADS["WithdrawRequest"], withdraw),
)
