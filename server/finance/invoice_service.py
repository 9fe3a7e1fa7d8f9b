"""Invoices on the server: what the institute's key signed is kept once, and each print is counted."""

import base64
from collections.abc import Sequence
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, rejected
from server.core.database import Db
from server.core.entities import Body, missing
from server.core.keys import Keys
from server.finance.ground import packed, read_ledgers, unknown
from server.finance.kinds import ENTRY_KIND
from server.finance.receipt_keys import current_key, secret_of, verify
from server.finance.report_kinds import INVOICE_KIND
from shared.core.clock import instant_text, parse_instant
from shared.core.errors import CampusError
from shared.core.text import text
from shared.finance.invoice_code import InvoiceFacts, invoice_words, is_signed_by, read_invoice, sign_invoice
from shared.finance.invoice_rules import PAYLOADS, amount_of, charges_of, invoice_id, last_due
from shared.finance.permissions import may_see_account
from shared.finance.report_vocabulary import INVOICE

_NAME = "SELECT given_name, family_name FROM person WHERE organisation_id = :o AND id = :id"


def signed_invoice(db: Db, keys: Keys, organisation_id: str, entry: Body, now: str) -> dict[str, Any]:
    """Return what is kept of a charge's invoice, signed by the present key. Raises CampusError `invoice_unnumbered`."""
    entries, _ = read_ledgers(db, organisation_id, packed([entry["person_id"]]))
    charges = charges_of(entries, entry["number"])
    if not charges:
        raise CampusError("invoice_unnumbered", text("Only charges have an invoice. Choose a charge with a number."))
    public_key = str(current_key(db, organisation_id))
    secret = secret_of(db, keys, organisation_id, public_key)
    name = " ".join(part for part in db.one(_NAME, o=organisation_id, id=entry["person_id"]) or () if part)
    facts = InvoiceFacts(
        entry["number"], amount_of(charges), entry["currency"], name, charges[0]["made_at"], last_due(charges)
    )
    words = invoice_words(facts, organisation_id, base64.b64decode(public_key))
    signature = sign_invoice(words, Ed25519PrivateKey.from_private_bytes(secret).sign)
    return {"entry_id": charges[0]["id"], "words": words, "signature": signature, "issued_at": now}


def issue(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Keep signed invoices; the first one of a number stays."""
    entries = ENTRY_KIND.read(batch, (item.payload.entry_id for item in items))
    present = INVOICE_KIND.read(batch, (item.target.id for item in items))
    public_key = current_key(batch.db, batch.organisation_id)
    decisions: list[Decision] = []
    for item in items:
        entry, known = entries.get(item.payload.entry_id), present.get(item.target.id)
        if entry is None:
            decisions.append(unknown(INVOICE))
        elif not may_see_account(item.author, entry["person_id"]):
            decisions.append(rejected(item, "not_allowed", text("This account isn't yours to see.")))
        elif known is not None:
            decisions.append(agreed(known["revision"]))
        elif not _is_ours(item, entry, public_key):
            words = text("An invoice is signed by the server alone. Ask it for this one.")
            decisions.append(rejected(item, "invoice_unsigned", words))
        else:
            present[item.target.id] = _kept(batch, item, entry)
            decisions.append(applied(item.command.id))
    return decisions


def _is_ours(item: Item, entry: Body, public_key: str | None) -> bool:
    asked = item.payload
    if public_key is None or item.target.id != invoice_id(entry["person_id"], entry["number"]):
        return False
    if not is_signed_by(asked.words, asked.signature, base64.b64decode(public_key), verify):
        return False
    said = read_invoice(asked.words)
    return (said.number, said.currency) == (entry["number"], entry["currency"])


def _kept(batch: Batch, item: Item, entry: Body) -> Body:
    asked = item.payload
    body = {
        "id": item.target.id,
        "revision": item.command.id,
        "entry_id": entry["id"],
        "person_id": entry["person_id"],
        "number": entry["number"],
        "words": asked.words,
        "signature": asked.signature,
        "issued_at": instant_text(parse_instant(asked.issued_at)),
        "copies": 0,
    }
    INVOICE_KIND.insert(batch, [body])
    return body


def count_print(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Count prints."""
    present = INVOICE_KIND.read(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    for item in items:
        row = present.get(item.target.id)
        if row is None:
            decisions.append(missing(batch, item, INVOICE))
        elif not may_see_account(item.author, row["person_id"]):
            decisions.append(rejected(item, "not_allowed", text("This account isn't yours to see.")))
        else:
            INVOICE_KIND.update(batch, [{**row, "copies": row["copies"] + 1, "revision": item.command.id}])
            decisions.append(applied(item.command.id))
    return decisions


COMMANDS = (
    CommandType("IssueInvoice", PAYLOADS["IssueInvoice"], issue),
    CommandType("PrintInvoice", PAYLOADS["PrintInvoice"], count_print),
)
