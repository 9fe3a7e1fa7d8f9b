"""The REST face of proofs of transfers: send one, read them, decide, take one back."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import ConfigDict
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.resource_routes import IdempotencyKey
from server.core.resources import Resource
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.core.submission import Submission, Wish
from server.finance import account_resources as resources
from server.finance.bank_kinds import PROOF_KIND
from server.finance.row_routes import add_reads, row_of
from shared.core.command import Id
from shared.finance.proof_commands import DecideProof, SendProof

_SENT: dict[str, Any] = {
    "person_id": resources.PERSON,
    "amount": 250_000,
    "currency": "GHS",
    "paid_on": "2026-11-19",
    "reference": "FT26325A1",
    "bank": "Our bank",
    "note": "",
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "file_name": "slip.jpg",
    "file_kind": "jpeg",
}
PROOFS = Resource(
    family="transfer-proofs",
    kind=PROOF_KIND,
    add="",
    edit="",
    filters={"person_id": "person_id", "state": "state"},
    sorts=("sent_at", "amount"),
    default_sort="sent_at",
    name="proof of a transfer",
    example={
        "id": "01a1f7f8-3000-7672-874a-d4a8ff8edb90",
        "revision": "01a1f7f8-3000-7672-874a-d4a9f55daf8f",
        **_SENT,
        "state": "waiting",
        "payment_id": None,
        "sent_at": "2026-11-20T08:30:00.000Z",
        "sent_by_name": "Ama Mensah",
        "decided_reason": "",
    },
)


class Proof(SendProof):
    """A transfer and the file that shows it, which is sent by an upload of its own."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _SENT})


class ProofDecision(DecideProof):
    """Whether the money is booked; a reason where it isn't."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"approved": True, "reason": ""}})


def routers(context: Context) -> list[APIRouter]:
    """Return the routes."""
    router = Router(prefix="/api/v1/transfer-proofs", tags=["transfer-proofs"])
    submission = Submission(context.door, context.clock, context.new_id)
    add_reads(router, PROOFS, context)
    _add_writes(router, context, submission)
    return [router]


def _add_writes(router: APIRouter, context: Context, submission: Submission) -> None:
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.post(
        "",
        status_code=201,
        response_model=Answer[dict[str, Any]],
        responses=resources.shown(PROOFS, 201),
        summary="Show a transfer by a picture or PDF",
    )
    def send(known: signed_in, given: Proof, key: IdempotencyKey = None) -> Response:
        target = submission.command_id(known, key) if key else submission.new_id()
        submission.put(known, key, Wish("SendProof", target, given.model_dump(mode="json")))
        body = row_of(context, PROOFS, known, target)
        return answer(None, body, created=True, etag=body["revision"])

    @router.post(
        "/{row_id}/decision",
        response_model=Answer[dict[str, Any]],
        responses=resources.shown(PROOFS),
        summary="Approve a proof, which books the money, or decline it with a reason",
    )
    def decide(row_id: Id, known: signed_in, given: ProofDecision, key: IdempotencyKey = None) -> Response:
        seen = row_of(context, PROOFS, known, row_id)
        submission.put(known, key, Wish("DecideProof", row_id, given.model_dump(), seen["revision"]))
        return answer(None, row_of(context, PROOFS, known, row_id))

    @router.post(
        "/{row_id}/withdrawal",
        response_model=Answer[dict[str, Any]],
        responses=resources.shown(PROOFS),
        summary="Take one's own proof back",
    )
    def withdraw(row_id: Id, known: signed_in, key: IdempotencyKey = None) -> Response:
        seen = row_of(context, PROOFS, known, row_id)
        submission.put(known, key, Wish("WithdrawProof", row_id, {}, seen["revision"]))
        return answer(None, row_of(context, PROOFS, known, row_id))
