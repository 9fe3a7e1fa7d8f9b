"""Tills that a restored backup doesn't know: the certificate that the institute signed says that they were its own."""

import base64
from collections.abc import Sequence
from hashlib import sha256

from server.core.batch import Batch, Item
from server.core.entities import Body
from server.core.restored_log import restored_log
from server.core.server_epoch import stored_epoch
from server.finance.receipt_keys import verify
from server.finance.till_kinds import TILL_KIND
from shared.core.text import text
from shared.finance.receipt_code import (
    Certificate,
    certificate_in,
    institute_id,
    is_certified_by,
    is_signed_by,
    read_certificate,
)
from shared.finance.till_rules import series_of
from shared.finance.vocabulary import TillState

SKIPPED = 18
"""So many series at least are left out after a restore: they may be those of tills that were made since the backup."""
SPREAD = 19_997
"""Over so many more the first series after a restore is spread: another restore of the same backup begins elsewhere."""
_KEYS = "SELECT public_key FROM receipt_key_secret WHERE organisation_id = :o"
_LATEST = """
SELECT coalesce(max(series), 0), (SELECT count(*) FROM till WHERE organisation_id = :o AND epoch = :epoch)
FROM till WHERE organisation_id = :o
"""
_MADE_IN = "UPDATE till SET epoch = :epoch WHERE organisation_id = :o AND id = :id"
_OTHERS = "SELECT device_id FROM till WHERE organisation_id = :o AND state <> 'closed'"
_TAKEN = "SELECT 1 FROM till WHERE organisation_id = :o AND series = :series"


def next_series(batch: Batch) -> int:
    """Return the next series to give: never one that may have been given before a backup was restored.

    The first till of an epoch that isn't the institute's first begins far from what the backup knows, also where that
    knows none.
    """
    epoch = stored_epoch(batch.db) or ""
    row = batch.db.one(_LATEST, o=batch.organisation_id, epoch=epoch)
    last, here = (int(row[0]), int(row[1])) if row else (0, 0)
    if here or (not last and restored_log(batch.db, batch.organisation_id, epoch) is None):
        return last + 1
    return last + 1 + SKIPPED + int.from_bytes(sha256(epoch.encode()).digest()[:4]) % SPREAD


def made_now(batch: Batch, till_id: str) -> None:
    """Keep in which of the server's epochs a till was made."""
    batch.db.run(_MADE_IN, o=batch.organisation_id, id=till_id, epoch=stored_epoch(batch.db) or "")


def recovered(batch: Batch, items: Sequence[Item]) -> dict[str, Body]:
    """Add the tills of payments that the institute certified and doesn't know any more; returns them by id.

    A receipt that its till signed is asked for, so nobody brings another's till back. One whose series was given to
    another meanwhile isn't added; where its computer is another till by now, it comes back closed.
    """
    found: dict[str, Body] = {}
    keys = [base64.b64decode(row[0]) for row in batch.db.rows(_KEYS, o=batch.organisation_id)]
    for item in items:
        till_id = item.payload.receipt.till_id
        certificate = certificate_in(item.payload.receipt.words)
        read = None if till_id in found else _certified(batch, item, certificate, keys)
        if read is None or batch.db.one(_TAKEN, o=batch.organisation_id, series=series_of(read.code)):
            continue
        body = _body(batch, item, certificate, read)
        if till_id in TILL_KIND.insert(batch, [body]):
            found[till_id] = body
    return found


def _certified(batch: Batch, item: Item, certificate: str, keys: Sequence[bytes]) -> Certificate | None:
    receipt = item.payload.receipt
    if item.accepted or not batch.origin.device_id:  # a till sends its own receipts
        return None
    if not any(is_certified_by(certificate, key, verify) for key in keys):
        return None
    read = read_certificate(certificate)
    signed = is_signed_by(receipt.words, receipt.signature, read.public_key, verify)
    return read if signed and read.institute == institute_id(batch.organisation_id) else None


def _body(batch: Batch, item: Item, certificate: str, read: Certificate) -> Body:
    device_id = item.command.device_id
    others = {row[0] for row in batch.db.rows(_OTHERS, o=batch.organisation_id)}
    state = TillState.CLOSED if device_id in others else TillState.ACTIVE
    return {
        "id": item.payload.receipt.till_id,
        "revision": item.command.id,
        "name": text("Till {code}", code=read.code),
        "series": series_of(read.code),
        "code": read.code,
        "device_id": device_id,
        "install_epoch": item.command.install_epoch,
        "public_key": base64.b64encode(read.public_key).decode(),
        "certificate": certificate,
        "valid_from": read.valid_from.isoformat(),
        "valid_to": read.valid_to.isoformat(),
        "state": str(state),
        "asked_by": item.author.name,
        "approved_by": "",
    }
