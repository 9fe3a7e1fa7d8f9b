"""Whether a log that is shorter than what this computer saw comes from a restore that the server signed."""

import base64

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from desktop.core import meta
from desktop.core.disk import Db
from shared.core.sync import RestoredLog, SyncResponse, restored_words


def is_signed(restored: RestoredLog | None, organisation_id: str, public_key: str, epoch: str) -> bool:
    """Tell whether the server signed that a restore began `epoch` for this institute."""
    if restored is None or restored.server_epoch != epoch:
        return False
    words = restored_words(organisation_id, restored.audit_seq, restored.chain, epoch)
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key))
        key.verify(base64.b64decode(restored.signature), words)
    except (InvalidSignature, ValueError):
        return False
    return True


def note_epoch(db: Db, response: SyncResponse) -> None:
    """Note that the server's log goes back behind what was seen here, unless a restore was signed.

    Work isn't held back for it: what is kept is offered again either way, and the person is told.
    """
    key, actor = meta.read(db, meta.LEASE_KEY), meta.read(db, meta.ACTOR)
    if key is None or actor is None:
        return  # nobody has signed in here, so no server's word is known yet
    if is_signed(response.restored, actor["organisation_id"], key, response.cursor.server_epoch):
        meta.drop(db, meta.LOG_CUT)
    else:
        meta.write(db, meta.LOG_CUT, response.server_time)
