"""Makes the backups that were asked for or are due, tries them out by restoring, and removes the oldest."""

import logging
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import NullPool, create_engine, func, select

from server.core import backup_book
from server.core.area import Job
from server.core.backup import BackupFile, write_backup
from server.core.context import Context
from server.core.database import Db
from server.core.file_stores import make_file_store
from server.core.settings import with_driver
from server.core.tables import METADATA
from server.migrations.restoring import restore
from server.migrations.running import newest
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.text import text

_EVERY_SECONDS = 60.0
_MOVED_ON = frozenset({"feed_head", "audit_link", "server_state"})
"""Tables to which restoring adds something of its own."""
_SCHEDULE = "schedule"
_log = logging.getLogger(__name__)


def run(context: Context) -> int:
    """Do what waits; returns how much that was."""
    work = context.database.write(lambda db: _waiting_now(context, db))
    for one in work:
        if one["state"] == backup_book.RUNNING:
            _change(context, one["id"], state=backup_book.FAILED, ended_at=_now(context),
                    problem=text("The server was stopped in the middle."))  # fmt: skip
        elif one["state"] == backup_book.ASKED:
            _make(context, one)
        else:
            _try_out(context, one)
    if work:
        _prune(context)
    return len(work)


def is_waiting(context: Context) -> bool:
    """Tell whether somebody asked for something."""
    with context.database.read() as db:
        return bool(backup_book.to_do(db))


JOB = Job("backups", _EVERY_SECONDS, run, is_waiting)


def _now(context: Context) -> str:
    return instant_text(context.clock.now())


def _change(context: Context, run_id: str, **values: Any) -> None:
    context.database.write(lambda db: backup_book.change(db, run_id, **values))


def _waiting_now(context: Context, db: Db) -> list[dict[str, Any]]:
    plan, now = backup_book.read_plan(db, context.settings), context.clock.now()
    if backup_book.is_due(db, plan, now):
        backup_book.ask(db, context.new_id, now, _SCHEDULE, plan)
    return backup_book.to_do(db)


def _make(context: Context, one: dict[str, Any]) -> None:
    now = context.clock.now()
    name = f"campusdesk-{now:%Y%m%d-%H%M%S}-{one['id'][-6:]}.backup"
    total = len(METADATA.sorted_tables) + 1
    _change(context, one["id"], state=backup_book.RUNNING, began_at=_now(context), file=name, total=total)

    def step(done: int) -> None:
        context.database.write(lambda db: backup_book.step(db, one["id"], done, total))

    try:
        told = _written(context, Path(one["place"]) / name, step)
    except (CampusError, OSError) as problem:
        _log.warning("A backup couldn't be made", exc_info=True)
        reason = problem.message if isinstance(problem, CampusError) else str(problem.strerror or problem)
        _change(context, one["id"], state=backup_book.FAILED, ended_at=_now(context), problem=reason)
        return
    _change(context, one["id"], state=backup_book.DONE, ended_at=_now(context), done=total, **told)
    if one["tested"] == backup_book.WANTED:
        _try_out(context, {**one, "file": name})


def _written(context: Context, path: Path, step: Callable[[int], None]) -> dict[str, Any]:
    settings = context.settings
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    passphrase, keys = None, None
    if settings.backup_passphrase_file is not None:
        passphrase = settings.backup_passphrase_file.read_text(encoding="utf-8").splitlines()[0]
        keys = context.keys.packed()
    report = write_backup(
        path, settings.database, newest(), context.clock.now(), keys, passphrase, make_file_store(settings), step
    )
    problem = text("{n} files were missing from the store.", n=len(report.missing)) if report.missing else ""
    told = {"bytes": path.stat().st_size, "row_count": sum(report.rows.values()), "file_count": report.files or 0}
    return {**told, "problem": problem}


def _try_out(context: Context, one: dict[str, Any]) -> None:
    """Restore a backup into a scratch database that is thrown away, and count its rows there."""
    path = Path(one["place"]) / one["file"]
    folder = Path(tempfile.mkdtemp(prefix="campusdesk-try-", dir=one["place"] if path.exists() else None))
    tested, problem = backup_book.SOUND, ""
    try:
        problem = _fault_of(context, path, folder)
    except (CampusError, OSError) as failure:
        problem = failure.message if isinstance(failure, CampusError) else str(failure.strerror or failure)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if problem:
        tested = backup_book.BROKEN
    _change(context, one["id"], tested=tested, tested_at=_now(context), problem=problem)


def _fault_of(context: Context, path: Path, folder: Path) -> str:
    scratch = with_driver(f"sqlite:///{(folder / 'scratch.sqlite3').as_posix()}")
    backup = BackupFile(path)
    try:
        restore(backup, scratch, scratch, context.keys.lease_key, context.clock, replace=False)
        engine = create_engine(scratch, poolclass=NullPool)
        try:
            with engine.connect() as connection:
                for table in METADATA.sorted_tables:
                    wanted = backup.report.rows.get(str(table.name), 0)
                    found = connection.execute(select(func.count()).select_from(table)).scalar_one()
                    if table.name not in _MOVED_ON and found != wanted:
                        return text("Of {wanted} rows of {table} only {found} came back.", wanted=wanted,
                                    table=table.name, found=found)  # fmt: skip
        finally:
            engine.dispose()
    finally:
        backup.close()
    return ""


def _prune(context: Context) -> None:
    """Remove what is beyond the number kept; of those that are sound the newest always stays."""
    with context.database.read() as db:
        plan = backup_book.read_plan(db, context.settings)
        there = backup_book.kept(db)
    sound = next((one["id"] for one in there if one["tested"] == backup_book.SOUND), "")
    for one in there[plan.keep :]:
        if one["id"] != sound:
            (Path(one["place"]) / one["file"]).unlink(missing_ok=True)
            _change(context, one["id"], state=backup_book.REMOVED)
