"""Proofs of transfers: what a student or the office sends, what somebody decides about it, and the rows of both."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import ConfigDict, Field, StringConstraints

from shared.core.command import Command, Id
from shared.core.days import Day
from shared.core.ids import derived_id
from shared.core.projection import Draft, Projection, ReadRow
from shared.core.strict import StrictModel
from shared.core.text import text
from shared.finance.bank_words import TRANSFER_PROOF, ProofState
from shared.finance.commands import Amount, Currency
from shared.finance.models import instant_of
from shared.finance.vocabulary import Method

KINDS = ("pdf", "png", "jpeg", "webp", "gif")
"""The types of files that can show a transfer."""
MOST_BYTES = 10_000_000
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Refusal = tuple[str, str]
_LEAST_REASON = 3


class _Part(StrictModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class SendProof(_Part):
    """Show a transfer (target: the proof's id) by a picture or PDF; the money is booked once somebody approves."""

    person_id: Id
    amount: Amount
    currency: Currency
    paid_on: Day
    reference: str = Field(default="", max_length=100)
    bank: str = Field(default="", max_length=100)
    note: str = Field(default="", max_length=300)
    sha256: Sha256
    file_name: str = Field(min_length=1, max_length=200)
    file_kind: str = Field(max_length=20)


class DecideProof(_Part):
    """Approve a proof (target), which books the money, or decline it with a reason."""

    approved: bool
    reason: str = Field(default="", max_length=500)


class WithdrawProof(_Part):
    """Take one's own proof back (target), as long as nobody decided."""


PAYLOADS: dict[str, type[StrictModel]] = {
    "SendProof": SendProof,
    "DecideProof": DecideProof,
    "WithdrawProof": WithdrawProof,
}


def proof_payment_id(proof_id: str) -> str:
    """Return the id of the payment that an approved proof books."""
    return derived_id("proof_payment", proof_id)


def send_fault(paid_on: str, file_kind: str, today: str) -> Refusal | None:
    """Return why a proof can't be sent, or None."""
    if file_kind not in KINDS:
        words = text("A proof is a picture or a PDF. Take a photo of the slip, or save it as PDF.")
        return "proof_kind", words
    if paid_on > today:
        return "proof_future", text("The transfer lies in the future. Check the day.")
    return None


def decide_fault(proof: Mapping[str, Any], person_id: str, *, approved: bool, reason: str) -> Refusal | None:
    """Return why this person can't decide about a proof, or None."""
    if proof["state"] != ProofState.WAITING:
        return "request_settled", text("This was decided already.")
    if proof["person_id"] == person_id:
        return "second_person", text("This is your own account. Somebody else decides.")
    if not approved and len(reason.strip()) < _LEAST_REASON:
        return "reason_missing", text("Say in a few words why it is declined. The student reads it.")
    return None


def proof_body(command: Command, sent: SendProof, by: tuple[str, str]) -> dict[str, Any]:
    """Return the row of a proof that was sent; `by` is who sent it, id and name."""
    return {
        "id": command.target_id,
        "revision": command.id,
        **{name: getattr(sent, name) for name in ("person_id", "amount", "currency", "paid_on")},
        **{name: getattr(sent, name).strip() for name in ("reference", "bank", "note", "file_name")},
        "sha256": sent.sha256,
        "file_kind": sent.file_kind,
        "state": str(ProofState.WAITING),
        "payment_id": None,
        "sent_at": instant_of(command),
        "sent_by": by[0],
        "sent_by_name": by[1],
        "decided_by": None,
        "decided_by_name": "",
        "decided_at": None,
        "decided_reason": "",
    }


def decided_proof(
    command: Command, proof: Mapping[str, Any], state: ProofState, reason: str, by: tuple[str, str]
) -> dict[str, Any]:
    """Return a proof that was approved, declined or taken back."""
    return {
        **proof,
        "revision": command.id,
        "state": str(state),
        "payment_id": proof_payment_id(str(proof["id"])) if state is ProofState.APPROVED else None,
        "decided_by": by[0] or None,
        "decided_by_name": by[1],
        "decided_at": instant_of(command),
        "decided_reason": reason.strip(),
    }


def proof_tender(proof: Mapping[str, Any]) -> dict[str, Any]:
    """Return by what means the money of a proof came."""
    method = str(Method.BANK_TRANSFER)
    kept = {"reference": str(proof["reference"]), "bank": str(proof["bank"]), "dated": str(proof["paid_on"])}
    return {"method": method, "amount": int(proof["amount"]), **kept, "proof": str(proof["sha256"])}


def _by(command: Command) -> tuple[str, str]:
    return str(command.payload.get("author_id", "")), str(command.payload.get("author_name", ""))


def _send(command: Command, _read: ReadRow) -> Sequence[Draft]:
    body = proof_body(command, SendProof.model_validate(command.payload), _by(command))
    return [Draft(TRANSFER_PROOF, body["id"], body, body["person_id"])]


def _decide(command: Command, read: ReadRow) -> Sequence[Draft]:
    # The payment comes back from the server, which knows what is owed by then.
    state = ProofState.APPROVED if command.payload["approved"] else ProofState.DECLINED
    return _decided(command, read, state)


def _withdraw(command: Command, read: ReadRow) -> Sequence[Draft]:
    return _decided(command, read, ProofState.WITHDRAWN)


def _decided(command: Command, read: ReadRow, state: ProofState) -> Sequence[Draft]:
    proof = read(TRANSFER_PROOF, command.target_id)
    if proof is None:
        return []
    body = decided_proof(command, proof, state, str(command.payload.get("reason", "")), _by(command))
    return [Draft(TRANSFER_PROOF, command.target_id, body, proof["person_id"])]


PROJECTIONS: dict[str, Projection] = {"SendProof": _send, "DecideProof": _decide, "WithdrawProof": _withdraw}
