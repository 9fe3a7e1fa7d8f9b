"""Finds the signed entry of the restore that began the present epoch, for devices that knew a longer log."""

from typing import Any

import orjson

from server.core.database import Db
from shared.core.sync import RestoredLog

_NOTES = """
SELECT note FROM audit_link WHERE organisation_id = :o AND note LIKE '{"what":"restored",%'
ORDER BY audit_seq DESC LIMIT 1
"""


def restored_log(db: Db, organisation_id: str, epoch: str) -> dict[str, Any] | None:
    """Return the entry as `RestoredLog` has it; None where no restore began this epoch."""
    row = db.one(_NOTES, o=organisation_id)
    note = orjson.loads(row[0]) if row else {}
    if note.get("server_epoch") != epoch:
        return None
    return RestoredLog.model_validate(note).model_dump()
