"""The REST face of invoices: the institute's signature under a charge's document, made once."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import ConfigDict
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db
from server.core.openapi import described
from server.core.responses import answer
from server.core.routing import Router
from server.core.submission import Submission, Wish
from server.finance.invoice_service import signed_invoice
from server.finance.kinds import ENTRY_KIND
from server.finance.receipt_keys import current_key
from server.finance.report_kinds import INVOICE_KIND
from server.finance.till_routes import publish_key
from shared.core.clock import instant_text
from shared.core.command import Id
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.text import text
from shared.finance.invoice_rules import invoice_id
from shared.finance.permissions import may_manage_finance, may_see_account

_ENTRY = f"SELECT {ENTRY_KIND.selected()} FROM ledger_entry t WHERE t.organisation_id = :o AND t.id = :id"  # noqa: S608 - our own names
_INVOICE = f"SELECT {INVOICE_KIND.selected()} FROM invoice t WHERE t.organisation_id = :o AND t.id = :id"  # noqa: S608 - our own names
_EXAMPLE: dict[str, Any] = {
    "id": "01a1f7f8-3000-7672-874a-d4a8ff8edb72",
    "number": "I-2026-1102",
    "words": "CDI…",
    "signature": "…",
    "issued_at": "2026-11-20T08:30:00.000Z",
    "copies": 0,
}


class Invoicing(StrictModel):
    """The charge whose invoice is asked for; an invoice holds all charges of its number."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"entry_id": "01a1f7f8-3000-7672-874a-d4a8ff8edb60"}}
    )

    entry_id: Id


def routers(context: Context) -> list[APIRouter]:
    """Return the routes."""
    router = Router(prefix="/api/v1/invoices", tags=["invoices"])
    submission = Submission(context.door, context.clock, context.new_id)

    @router.post("", status_code=200, summary="The signed invoice of a charge", **described(None, _EXAMPLE))
    def issue(known: Annotated[CurrentSignIn, Depends(context.auth.current)], given: Invoicing) -> Response:
        """Answers with what is kept already where the invoice was signed before."""
        organisation_id = known.actor.organisation_id
        with context.database.read() as db:
            entry = _entry(db, known, given.entry_id)
            target = invoice_id(entry["person_id"], entry["number"])
            kept = db.one(_INVOICE, o=organisation_id, id=target)
            has_key = current_key(db, organisation_id) is not None
        if kept is not None:
            return answer(None, INVOICE_KIND.body_of(kept))
        if not has_key:
            _need_fees_right(known)
            publish_key(context, submission, known)
        with context.database.read() as db:
            payload = signed_invoice(db, context.keys, organisation_id, entry, instant_text(context.clock.now()))
        submission.put(known, None, Wish("IssueInvoice", target, payload))
        with context.database.read() as db:
            row = db.one(_INVOICE, o=organisation_id, id=target)
        return answer(None, INVOICE_KIND.body_of(row) if row is not None else {})

    return [router]


def _need_fees_right(known: CurrentSignIn) -> None:
    if not may_manage_finance(known.actor):
        words = text("The institute has no key to sign with yet. The bursar makes it with the first invoice or till.")
        raise CampusError("receipt_key_missing", words)


def _entry(db: Db, known: CurrentSignIn, entry_id: str) -> dict[str, Any]:
    row = db.one(_ENTRY, o=known.actor.organisation_id, id=entry_id)
    if row is None or not may_see_account(known.actor, (body := ENTRY_KIND.body_of(row))["person_id"]):
        raise CampusError("not_found", text("This charge isn't there, or isn't yours to see."))
    return body
