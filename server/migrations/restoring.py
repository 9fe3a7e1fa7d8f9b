"""Restores a backup in one transaction: tables, rows, a new server epoch, and a signed entry in each audit chain."""

import base64
from pathlib import Path
from typing import Any

import orjson
from alembic import command
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import URL, Connection, NullPool, create_engine, event
from sqlalchemy.exc import DBAPIError

from server.core import feeds
from server.core.backup import BackupFile
from server.core.batch import Batch, Origin
from server.core.database import prepare_sqlite, raw_db
from server.core.row_security import see_everything
from server.core.server_epoch import begin_epoch
from server.migrations.running import check_known, configuration, grant, is_known, newest, present
from server.people.organisations import system_actor
from shared.core.clock import Clock, instant_text
from shared.core.errors import CampusError
from shared.core.ids import IdMaker, derived_id
from shared.core.sync import restored_words
from shared.core.text import text

_HEADS = "SELECT organisation_id, audit_seq, chain FROM feed_head ORDER BY organisation_id"


def restore(
    backup: BackupFile, owner: URL, application: URL, key: Ed25519PrivateKey, clock: Clock, *, replace: bool
) -> str:
    """Restore and return the new epoch; whatever goes wrong leaves the database as it was.

    `replace` removes what is there first. Raises CampusError `backup_newer`, `database_away`,
    `database_newer` or `database_not_empty`.
    """
    if not is_known(backup.report.revision):
        message = text("This backup was made by a newer Campusdesk. Update this program, and restore it then.")
        raise CampusError("backup_newer", message, {"found": backup.report.revision, "wanted": newest()})
    engine = create_engine(owner, poolclass=NullPool)
    if owner.get_backend_name() == "sqlite":
        Path(owner.database or "").parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Python's driver would commit around changes of tables; here they belong to the one transaction.
        event.listen(engine, "connect", _leave_transactions_to_us)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.begin() as connection:
            see_everything(connection)
            check_known(present(connection))
            if replace and present(connection) is not None:
                command.downgrade(configuration(connection), "base")
            if present(connection) is None:
                command.upgrade(configuration(connection), backup.report.revision)
            backup.fill(connection)
            command.upgrade(configuration(connection), "head")
            epoch = _begin(connection, key, clock, backup.report.made_at)
            if owner.get_backend_name() == "postgresql" and application.username not in (None, owner.username):
                grant(connection, str(application.username))
    except DBAPIError as failure:
        message = text("The backup can't be restored: {reason}", reason=str(failure.orig).strip())
        raise CampusError("database_away", message) from failure
    finally:
        engine.dispose()
    return epoch


def _leave_transactions_to_us(raw: Any, _record: Any) -> None:
    raw.isolation_level = None
    # A link of the chain is hashed in the database, as in the server's own connections.
    prepare_sqlite(raw)


def _begin(connection: Connection, key: Ed25519PrivateKey, clock: Clock, made_at: str) -> str:
    new_id, now = IdMaker(clock), instant_text(clock.now())
    db = raw_db(connection)
    epoch = new_id()
    begin_epoch(db, epoch)
    for organisation_id, audit_seq, chain in db.rows(_HEADS):
        ended = bytes(chain).hex()
        signature = key.sign(restored_words(organisation_id, int(audit_seq), ended, epoch))
        note = {
            "what": "restored",
            "backup_made_at": made_at,
            "audit_seq": int(audit_seq),
            "chain": ended,
            "server_epoch": epoch,
            "signature": base64.b64encode(signature).decode(),
        }
        actor = system_actor(organisation_id, derived_id("restore", organisation_id))
        feeds.write(Batch(db, actor, Origin(""), now, new_id), [], orjson.dumps(note).decode())
    return epoch
