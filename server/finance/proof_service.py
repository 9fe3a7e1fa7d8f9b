"""What proofs of transfers do: they wait, and approving one books its money, once; the student is told."""

from collections.abc import Sequence
from typing import Any

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, rejected
from server.core.database import Db, RepeatTransactionError
from server.core.entities import Body, missing
from server.finance.bank_kinds import PROOF_KIND
from server.finance.ground import day_of, ledgers_of, unknown
from server.finance.kinds import PAYMENT_KIND
from server.finance.money_came import Coming, money_came
from server.messaging.service import NewNotice, notify
from shared.core.actor import Actor
from shared.core.money import money_text
from shared.core.text import text
from shared.finance.bank_models import confirmed_payment, paid_entry
from shared.finance.bank_words import TRANSFER_PROOF, ProofState
from shared.finance.ledger_rules import share_out
from shared.finance.payment_rules import payment_reference
from shared.finance.permissions import may_approve, may_see_ledgers, may_take_payment
from shared.finance.proof_commands import (
    KINDS,
    PAYLOADS,
    SendProof,
    decide_fault,
    decided_proof,
    proof_body,
    proof_payment_id,
    proof_tender,
    send_fault,
)
from shared.finance.vocabulary import Method
from shared.messaging.vocabulary import NoticeCategory, NoticePriority

# The hash alone opens nothing: whoever sent the proof must have brought the file in, or anyone could name another's.
_READS = """
SELECT 1 FROM transfer_proof t JOIN upload u ON u.organisation_id = t.organisation_id AND u.sha256 = t.sha256
AND u.person_id = t.sent_by AND u.state = 'stored'
WHERE t.organisation_id = :o AND t.sha256 = :sha256 AND (t.person_id = :p OR t.sent_by = :p OR :office = 1) LIMIT 1
"""
_FILE = """
SELECT kind, state FROM upload WHERE organisation_id = :o AND person_id = :p AND sha256 = :sha256
ORDER BY CASE state WHEN 'stored' THEN 0 ELSE 1 END LIMIT 1
"""
_SAME = """
SELECT 1 FROM transfer_proof WHERE organisation_id = :o AND sha256 = :sha256 AND id <> :id
AND state IN ('waiting', 'approved') LIMIT 1
"""
_DECIDED = {True: ProofState.APPROVED, False: ProofState.DECLINED}


def may_read(db: Db, actor: Actor, sha256: str) -> bool:
    """Tell whether an actor sees a proof that is this file."""
    office = int(may_see_ledgers(actor))
    return db.one(_READS, o=actor.organisation_id, sha256=sha256, p=actor.person_id, office=office) is not None


def send(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Keep proofs that wait for somebody's word."""
    ledgers = ledgers_of(batch, (item.payload.person_id for item in items))
    present = PROOF_KIND.read(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    for item in items:
        before = present.get(item.target.id)
        decision = agreed(before["revision"]) if before else _unsent(batch, item)
        if decision is None and item.payload.person_id not in ledgers.names:
            decision = unknown(TRANSFER_PROOF)
        if decision is None:
            by = (item.author.person_id, item.author.name)
            PROOF_KIND.insert(batch, [proof_body(item.command, item.payload, by)])
            decision = applied(item.command.id)
        decisions.append(decision)
    return decisions


def _unsent(batch: Batch, item: Item) -> Decision | None:
    asked: SendProof = item.payload
    own = asked.person_id == item.author.person_id
    if not (own or item.accepted or may_take_payment(item.author)):
        return rejected(item, "not_allowed", text("You can show your own transfers only. The office takes others."))
    fault = send_fault(asked.paid_on, asked.file_kind, day_of(batch, item.command.observed_at))
    if fault is not None:
        return rejected(item, *fault)
    if batch.db.one(_SAME, o=batch.organisation_id, sha256=asked.sha256, id=item.target.id) is not None:
        words = text("This picture was sent before. Wait for the office, or choose the right one.")
        return rejected(item, "proof_known", words)
    found: Any = _file(batch, asked.sha256, item.author.person_id)
    if found is not None and found[0] not in KINDS:
        words = text("A proof is a picture or a PDF. Take a photo of the slip, or save it as PDF.")
        return rejected(item, "proof_kind", words)
    return None


def _file(batch: Batch, sha256: str, person_id: str) -> Any:
    return batch.db.one(_FILE, o=batch.organisation_id, p=person_id, sha256=sha256)


def decide(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Approve proofs, which books their money, or decline them with a reason."""
    present = PROOF_KIND.read(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    for item in items:
        proof = present.get(item.target.id)
        decision = missing(batch, item, TRANSFER_PROOF) if proof is None else _undecided(batch, item, proof)
        if decision is None and proof is not None:
            decision = _decided(batch, item, proof)
        decisions.append(decision or applied(item.command.id))
    return decisions


def _undecided(batch: Batch, item: Item, proof: Body) -> Decision | None:
    if not item.accepted and not may_approve(item.author):
        return rejected(item, "not_allowed", text("Your role doesn't decide about transfers. Ask the bursar."))
    if proof["state"] == _DECIDED[item.payload.approved]:
        return agreed(proof["revision"])
    approved, reason = item.payload.approved, item.payload.reason
    fault = decide_fault(proof, item.author.person_id, approved=approved, reason=reason)
    if fault is not None:
        return rejected(item, *fault)
    found: Any = _file(batch, proof["sha256"], proof["sent_by"])
    if approved and (found is None or found[1] != "stored"):
        words = text("The picture hasn't arrived yet. Wait until it is sent, or decline with a reason.")
        return rejected(item, "proof_missing", words)
    if approved and found[0] not in KINDS:
        return rejected(item, "proof_kind", text("The file is no picture and no PDF. Decline it with a reason."))
    return None


def _decided(batch: Batch, item: Item, proof: Body) -> Decision:
    by = (item.author.person_id, item.author.name)
    state = _DECIDED[item.payload.approved]
    details = _book(batch, item, proof) if state is ProofState.APPROVED else {}
    PROOF_KIND.update(batch, [decided_proof(item.command, proof, state, item.payload.reason, by)])
    _tell(batch, item, proof, approved=item.payload.approved)
    return applied(item.command.id, **details)


def _book(batch: Batch, item: Item, proof: Body) -> dict[str, Any]:
    """Book the money of a proof: what is owed longest is paid first, the rest is credit."""
    person_id, amount = proof["person_id"], proof["amount"]
    ledgers = ledgers_of(batch, [person_id])
    by = (item.author.person_id, item.author.name)
    target = proof_payment_id(proof["id"])
    payment = confirmed_payment(item.command, amount, proof["currency"], proof_tender(proof), by)
    reference = payment_reference(target, item.command.observed_at)
    payment |= {"id": target, "reference": reference, "person_id": person_id}
    payment["payer_name"] = ledgers.names.get(person_id, "")[:200]
    if not PAYMENT_KIND.insert(batch, [payment]):
        raise RepeatTransactionError
    day = day_of(batch, item.command.observed_at)
    method = Method.BANK_TRANSFER
    entry = paid_entry(item.command, payment, person_id, amount, str(method), by[0], day)
    open_ = ledgers.account(person_id, proof["currency"]).open
    wanted = share_out(amount, [ledgers.entries[one] for one in open_], open_)
    paid = money_came(batch, ledgers, [Coming(item.command, [entry], {entry["id"]: wanted}, [(method, amount)])])[0]
    return {"reference": payment["reference"], "credit": amount - sum(one["amount"] for one in paid)}


def _tell(batch: Batch, item: Item, proof: Body, *, approved: bool) -> None:
    amount = money_text(proof["amount"], proof["currency"])
    title = text("Your transfer of {amount} is booked", amount=amount)
    words = text("Thank you. It stands under My fees.")
    if not approved:
        title = text("Your transfer of {amount} wasn't accepted", amount=amount)
        words = text("{reason} Send a better picture, or ask the office.", reason=_sentence(item.payload.reason))
    about = ("transfer_proof", proof["id"], str(approved))
    priority = NoticePriority.MEDIUM if approved else NoticePriority.HIGH
    notify(batch, [NewNotice(proof["person_id"], about, title, words, NoticeCategory.PAYMENT, priority)])


def _sentence(reason: str) -> str:
    stripped = reason.strip()
    return stripped if stripped.endswith((".", "!", "?")) else f"{stripped}."


def withdraw(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Take one's own proofs back."""
    present = PROOF_KIND.read(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    for item in items:
        proof = present.get(item.target.id)
        by = (item.author.person_id, item.author.name)
        if proof is None:
            decisions.append(missing(batch, item, TRANSFER_PROOF))
        elif by[0] not in (proof["sent_by"], proof["person_id"]):
            decisions.append(rejected(item, "not_allowed", text("Only who sent a proof takes it back.")))
        elif proof["state"] == ProofState.WITHDRAWN:
            decisions.append(agreed(proof["revision"]))
        elif proof["state"] != ProofState.WAITING:
            decisions.append(rejected(item, "request_settled", text("This was decided already.")))
        else:
            PROOF_KIND.update(batch, [decided_proof(item.command, proof, ProofState.WITHDRAWN, "", by)])
            decisions.append(applied(item.command.id))
    return decisions


COMMANDS = (
    CommandType("SendProof", PAYLOADS["SendProof"], send),
    CommandType("DecideProof", PAYLOADS["DecideProof"], decide),
    CommandType("WithdrawProof", PAYLOADS["WithdrawProof"], withdraw),
)
