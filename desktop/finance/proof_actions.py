"""What people do with proofs of transfers: show one by a picture or PDF, take it back, approve or decline it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from desktop.core.desk import Desk
from desktop.core.file_transfer import Chosen, Wanted
from desktop.core.outbox import Ask
from desktop.core.queries import Where
from desktop.finance.account_store import currency_of, today_of
from shared.core.errors import CampusError
from shared.core.money import parse_amount
from shared.core.text import text
from shared.finance.bank_words import TRANSFER_PROOF, ProofState
from shared.finance.permissions import may_approve, may_take_payment
from shared.finance.proof_commands import KINDS, MOST_BYTES, decide_fault, send_fault

Body = Mapping[str, Any]


def proofs_of(desk: Desk, person_id: str) -> list[dict[str, Any]]:
    """Return someone's proofs that weren't taken back, the latest first."""
    rows = desk.store.page(TRANSFER_PROOF, [Where("person_id", "=", person_id)], descending=True, limit=-1)
    return [one for one in rows if one["state"] != ProofState.WITHDRAWN]


def may_send(desk: Desk, person_id: str) -> bool:
    """Tell whether someone shows transfers for this person."""
    return desk.actor.person_id == person_id or may_take_payment(desk.actor)


def choose(desk: Desk, path: Path) -> Chosen:
    """Check a file by its content and keep a copy on this computer.

    Raises CampusError `no_server`, `proof_kind`, and what `FileTransfer.choose` does for a file that can't be taken.
    """
    if desk.files is None:
        raise CampusError("no_server", text("No server is known to this computer. Sign in to one first."))
    try:
        return desk.files.choose(path, frozenset(KINDS), MOST_BYTES)
    except CampusError as refused:
        if refused.code not in {"file_type_unknown", "file_type_wrong", "file_kind_refused"}:
            raise
        words = text("A proof is a picture or a PDF. Take a photo of the slip, or save it as PDF.")
        raise CampusError("proof_kind", words) from refused


def send(
    desk: Desk,
    person_id: str,
    file: Chosen,
    amount: str,
    paid_on: date | None,
    *,
    reference: str = "",
    bank: str = "",
) -> str:
    """Show a transfer; returns the proof's id.

    Raises CampusError `not_allowed`, `day_missing`, `bad_amount` and the codes of `send_fault` and `parse_amount`.
    """
    if not may_send(desk, person_id):
        raise CampusError("not_allowed", text("You can show your own transfers only. The office takes others."))
    currency = currency_of(desk)
    minor = parse_amount(amount, currency)
    if not minor:
        raise CampusError("bad_amount", text("Enter an amount above zero."))
    if paid_on is None:
        raise CampusError("day_missing", text("Enter the day of the transfer."))
    fault = send_fault(paid_on.isoformat(), file.type, today_of(desk))
    if fault is not None:
        raise CampusError(*fault)
    payload = {
        "person_id": person_id,
        "amount": minor,
        "currency": currency,
        "paid_on": paid_on.isoformat(),
        "reference": reference.strip()[:100],
        "bank": bank.strip()[:100],
        "note": "",
        "sha256": file.sha256,
        "file_name": file.name[:200],
        "file_kind": file.type,
        "author_id": desk.actor.person_id,
        "author_name": desk.actor.name,
    }
    if desk.files is not None:
        desk.files.send([file])  # on its way before the proof names it
    target = desk.ids()
    desk.commit([Ask("SendProof", target, payload)])
    return target


def decide(desk: Desk, proof: Body, *, approved: bool, reason: str = "") -> None:
    """Approve or decline a proof. Raises CampusError `not_allowed` and the codes of `decide_fault`."""
    if not may_approve(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't decide about transfers. Ask the bursar."))
    fault = decide_fault(proof, desk.actor.person_id, approved=approved, reason=reason)
    if fault is not None:
        raise CampusError(*fault)
    by = {"author_id": desk.actor.person_id, "author_name": desk.actor.name}
    payload = {"approved": approved, "reason": reason.strip()[:500], **by}
    desk.commit([Ask("DecideProof", str(proof["id"]), payload, base=str(proof["revision"]))])


def withdraw(desk: Desk, proof: Body) -> None:
    """Take a proof back. Raises CampusError `request_settled`."""
    if proof["state"] != ProofState.WAITING:
        raise CampusError("request_settled", text("This was decided already."))
    desk.commit([Ask("WithdrawProof", str(proof["id"]), {}, base=str(proof["revision"]))])


def content(desk: Desk, proof: Body) -> bytes | None:
    """Return a proof's file; None where it isn't on this computer: then it is asked for."""
    if desk.files is None:
        return None
    sha256 = str(proof["sha256"])
    if desk.files.files.exists(sha256):
        with closing(desk.files.files.open(sha256)) as kept:
            return kept.read(kept.size)
    desk.files.fetch([Wanted(sha256, MOST_BYTES, str(proof["file_name"]))])
    return None
