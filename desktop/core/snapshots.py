"""Scopes gained and lost: what is still to fetch beside the feed, and what may go once the outbox is answered."""

from desktop.core import base_rows, meta, outbox
from desktop.core.base_rows import Key
from desktop.core.disk import Db
from shared.core.sync import Cursor, SnapshotTask, SyncRequest, SyncResponse


def advance(db: Db, request: SyncRequest, response: SyncResponse) -> None:
    """Move the task that was asked for along, or take it off when it is done."""
    tasks = meta.tasks(db)
    if request.snapshot is None or not tasks or tasks[0] != request.snapshot:
        return
    if response.snapshot_done:
        meta.write_tasks(db, tasks[1:])
    elif response.snapshot is not None:
        meta.write_tasks(db, [response.snapshot, *tasks[1:]])


def follow_scopes(db: Db, response: SyncResponse, cursor: Cursor) -> None:
    """Plan what a change of scopes asks for: snapshots of what was gained, a purge of what was lost.

    Rows of a gained scope that are here already wait to be fetched again: nobody told this device of their changes
    while it did not hold the scope.
    """
    if response.scopes is None and not response.new_epoch:
        return
    known = tuple(meta.read(db, meta.SCOPES, []))
    held = known if response.scopes is None else response.scopes
    gained = held if response.new_epoch else tuple(scope for scope in held if scope not in known)
    kept: list[SnapshotTask] = []
    for task in [] if response.new_epoch else meta.tasks(db):
        scopes = tuple(scope for scope in task.scopes if scope in held)
        kept += [task.model_copy(update={"scopes": scopes})] if scopes else []
    if gained and not response.new_epoch:
        base_rows.mark_stale(db, gained)
    if gained and cursor.seq > 0:
        kept.append(SnapshotTask(scopes=gained, after=0, until=cursor.seq))
    meta.write_tasks(db, kept)
    meta.write(db, meta.SCOPES, list(held))
    if set(known) - set(held):
        meta.write(db, meta.PURGE, True)


def start_epoch(db: Db) -> None:
    """Begin anew with a server that was set back: all base rows are to be fetched again, all commands offered again."""
    base_rows.mark_stale(db, None)
    outbox.offer_again(db)


def pull_again(db: Db, scopes: tuple[str, ...]) -> None:
    """Plan to fetch `scopes` again, because the server has something else there."""
    cursor = meta.cursor(db)
    if not scopes or cursor is None or cursor.seq == 0:
        return
    base_rows.mark_stale(db, scopes)
    meta.write_tasks(db, [*meta.tasks(db), SnapshotTask(scopes=scopes, after=0, until=cursor.seq)])


def purge(db: Db) -> set[Key]:
    """Remove what is to go, as soon as everything came that was asked for and the outbox is answered."""
    if meta.tasks(db) or meta.read(db, meta.MORE, False) or meta.read(db, meta.UNKNOWN_KIND):
        return set()
    if sum(outbox.open_count(db)):
        return set()
    gone = base_rows.drop_stale(db)
    if meta.read(db, meta.PURGE, False):
        gone |= base_rows.drop_outside(db, meta.read(db, meta.SCOPES, []))
        meta.write(db, meta.PURGE, False)
    return gone
