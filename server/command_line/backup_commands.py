"""`backup` and `restore`: the whole server in one file, for either database."""

import argparse
from pathlib import Path
from typing import Any

from server.command_line.database_check import check_database
from server.command_line.terminal import say, say_json
from server.core.backup import BackupFile, BackupReport, write_backup
from server.core.file_stores import make_file_store
from server.core.keys import Keys, load_keys
from server.core.secret_files import write_secret
from server.core.settings import Settings
from server.core.system_clock import SystemClock
from server.migrations.restoring import restore
from server.migrations.running import newest
from shared.core.errors import CampusError
from shared.core.text import text


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add the parsers."""
    out = commands.add_parser("backup", parents=[shared], help="write everything into one file, while the server runs")
    out.add_argument("file", type=Path)
    out.add_argument("--passphrase-file", type=Path, help="seal the server's keys with this and put them in, too")
    out.add_argument("--without-files", action="store_true", help="rows alone; copy the folder of files by yourself")
    out.add_argument("--overwrite", action="store_true", help="replace a file of that name")
    out.set_defaults(run=run_backup)
    back = commands.add_parser("restore", parents=[shared], help="fill an empty database from a backup")
    back.add_argument("file", type=Path)
    back.add_argument("--passphrase-file", type=Path, help="opens the keys in the backup")
    back.add_argument("--replace", action="store_true", help="remove what is in the database first")
    back.set_defaults(run=run_restore)


def run_backup(options: argparse.Namespace, settings: Settings) -> int:
    """Write a backup."""
    if options.file.exists() and not options.overwrite:
        message = text("{file} is there already. Choose another name, or say --overwrite.", file=options.file)
        raise CampusError("file_exists", message)
    passphrase = _passphrase(options.passphrase_file)
    keys = load_keys(settings.keys_path).packed() if passphrase else None
    store = None if options.without_files else make_file_store(settings)
    revision, now = _revision(settings), SystemClock().now()
    report = write_backup(options.file, settings.database, revision, now, keys, passphrase, store)
    rows = sum(report.rows.values())
    sentence = text("Written: {rows} rows and {files} files in {file}.", rows=rows, files=report.files or 0,
                    file=options.file)  # fmt: skip
    _tell(options, report, sentence)
    if report.missing and not options.json:
        say(text("These files aren't in {path} any more: {names}.", path=settings.files_path,
                 names=", ".join(report.missing)))  # fmt: skip
    if not report.has_keys and not options.json:
        say(text("Keep a copy of {path} elsewhere: without it nobody can sign in.", path=settings.keys_path))
    return 0


def run_restore(options: argparse.Namespace, settings: Settings) -> int:
    """Restore a backup; devices then offer again what they kept."""
    backup = BackupFile(options.file)
    try:
        keys = _keys(options, settings, backup)
        # Before the rows that name them; files that no row names do no harm.
        backup.put_files(make_file_store(settings), settings.files_path / "incoming")
        epoch = restore(
            backup, settings.owner_database, settings.database, keys.lease_key, SystemClock(), replace=options.replace
        )
    finally:
        backup.close()
    if not settings.keys_path.exists():
        write_secret(settings.keys_path, keys.packed())
    rows = sum(backup.report.rows.values())
    sentence = text("Restored: {rows} rows and {files} files as they were at {time}.", rows=rows,
                    files=backup.report.files or 0, time=backup.report.made_at)  # fmt: skip
    _tell(options, backup.report, sentence, server_epoch=epoch)
    return 0


def _keys(options: argparse.Namespace, settings: Settings, backup: BackupFile) -> Keys:
    if settings.keys_path.exists():
        return load_keys(settings.keys_path)
    passphrase = _passphrase(options.passphrase_file)
    if not backup.report.has_keys or passphrase is None:
        message = text(
            "The server's keys are missing. Put them back as {path}, or give the backup's --passphrase-file.",
            path=settings.keys_path,
        )
        raise CampusError("not_set_up", message)
    return Keys.unpacked(backup.keys(passphrase))


def _passphrase(file: Path | None) -> str | None:
    if file is None:
        return None
    try:
        return file.read_text(encoding="utf-8").splitlines()[0]
    except (OSError, UnicodeDecodeError, IndexError):
        raise CampusError("file_unreadable", text("{file} has no passphrase in it.", file=file)) from None


def _revision(settings: Settings) -> str:
    check_database(settings)
    return newest()


def _tell(options: argparse.Namespace, report: BackupReport, sentence: str, **more: Any) -> None:
    if options.json:
        told = {"file": str(options.file), "made_at": report.made_at, "rows": report.rows, "has_keys": report.has_keys}
        told |= {"files": report.files, "missing": list(report.missing)}
        say_json({**told, **more})
    else:
        say(sentence)
