"""Settles one exchange: outcomes, changes, cursor and all that follows, in the caller's transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop.core import base_rows, meta, outbox, snapshots, steps
from desktop.core.base_rows import Key
from desktop.core.disk import Db
from desktop.core.overlay import Overlay
from desktop.core.restored_log import note_epoch
from desktop.core.steps import Step
from shared.core.clock import instant_text, parse_instant
from shared.core.sync import SyncRequest, SyncResponse

KEPT_FOR = timedelta(days=90)
"""How long answered commands are kept, so that a server restored from an older backup can be offered them again."""


@dataclass(frozen=True)
class Settled:
    """What an exchange brought: newly answered command ids, rows to redraw, and whether there is more to fetch."""

    answered: tuple[str, ...]
    keys: frozenset[Key]
    more: bool
    moved: bool


def settle(
    db: Db, overlay: Overlay, request: SyncRequest, response: SyncResponse, now: datetime, step: Step
) -> Settled:
    """Apply a whole answer. An answer to a question from before the present cursor gives its outcomes only."""
    step(steps.SETTLE_BEGUN)
    before = meta.cursor(db)
    current = request.cursor == before
    if current and response.new_epoch:
        snapshots.start_epoch(db)
        note_epoch(db, response)
    # Kept by the server's time: a clock that was set wrong and right again must not let what is kept look old.
    there = parse_instant(response.server_time) if response.server_time else now
    answered = outbox.answer(db, response.outcomes, instant_text(there))
    if response.renew_install is not None and response.renew_install > meta.read(db, meta.EPOCH, 1):
        outbox.renumber(db, response.renew_install)
    step(steps.SETTLE_OUTCOMES)
    written = _take_page(db, overlay, request, response) if current else set()
    step(steps.SETTLE_CHANGES)
    gone = snapshots.purge(db) if current else set()
    cursor = meta.cursor(db)
    fetching = max((task.until for task in meta.tasks(db)), default=0)
    dropped = overlay.drop_settled(db, cursor.seq if cursor else 0, fetching)
    changed = written | gone | dropped
    again = overlay.project_again(db, changed)
    overlay.refresh(db, dropped | again)
    _note_times(db, response, now)
    outbox.forget(db, instant_text(there - KEPT_FOR))
    step(steps.SETTLE_CURSOR)
    more = bool(meta.read(db, meta.MORE, False) or meta.tasks(db))
    return Settled(tuple(answered), frozenset(changed | again), more, current and cursor != before)


def _take_page(db: Db, overlay: Overlay, request: SyncRequest, response: SyncResponse) -> set[Key]:
    changes = (*response.snapshot_changes, *response.changes)
    unknown = response.unknown_kind or next(
        (change.kind for change in changes if change.kind not in overlay.area.kinds), None
    )
    meta.write(db, meta.UNKNOWN_KIND, unknown)
    if unknown is not None and response.unknown_kind is None:
        # A server that does not stop by itself: nothing of this page counts as read.
        meta.write(db, meta.MORE, False)
        return set()
    written = base_rows.apply(db, overlay.area.kinds, changes)
    meta.write_cursor(db, response.cursor)
    meta.write(db, meta.MORE, response.more and unknown is None)
    snapshots.advance(db, request, response)
    snapshots.follow_scopes(db, response, response.cursor)
    return written


def _note_times(db: Db, response: SyncResponse, now: datetime) -> None:
    meta.write(db, meta.LAST_SYNC, instant_text(now))
    if response.lease is not None:
        meta.write(db, meta.LEASE, response.lease)
    if response.server_time:
        server = parse_instant(response.server_time)
        meta.write(db, meta.OFFSET, round((server - now) / timedelta(milliseconds=1)))
