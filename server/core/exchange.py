"""One exchange of the sync protocol: commands up through the door, outcomes and the next page of changes down."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from server.core import feeds
from server.core.access import AccessBook, scope_revision
from server.core.batch import Origin
from server.core.command_log import Accepted, Door
from server.core.database import Database, Db
from server.core.restored_log import restored_log
from server.core.sql import SetSql
from shared.core.actor import Actor
from shared.core.clock import Clock, instant_text
from shared.core.errors import CampusError
from shared.core.sync import (
    ALL_SCOPE,
    PROTOCOL,
    CheckRequest,
    CheckResponse,
    Cursor,
    SnapshotTask,
    SyncRequest,
    digest_rows,
)
from shared.core.text import text

_AT_HEAD = 1 << 60
_LARGEST_PAGE = 1_000_000
"""Bytes of rows in one answer: photos are large, and a page must get through a slow line before that breaks."""
_ROWS_OF = {
    dialect: SetSql(
        "SELECT f.entity_id, f.revision FROM feed_row f WHERE f.organisation_id = :organisation_id"
        " AND f.deleted = false"
        " AND (:every = 1 OR f.scope IN (SELECT id FROM {ids} s) OR f.also IN (SELECT id FROM {ids} s))"
        + feeds.but(dialect)
    )
    for dialect in ("sqlite", "postgresql")
}
_RENEW = """
UPDATE device SET install_epoch = :epoch WHERE organisation_id = :o AND id = :id AND install_epoch < :epoch
"""


@dataclass(frozen=True)
class _Down:
    """The feed's part of an answer."""

    page: feeds.Page
    new_epoch: bool
    scopes: Sequence[str] | None
    unknown_kind: str | None = None
    restored: dict[str, Any] | None = None


@dataclass(frozen=True)
class _Snapshot:
    """A page of a gained scope; `left` is what to fetch next, None once it is all there."""

    entries: bytes = b"[]"
    left: SnapshotTask | None = None
    unknown_kind: str | None = None


class Exchange:
    """Answers sync requests with ready bytes. `kinds` are the row kinds that this server sends.

    `lease(actor, device_id)` gives a fresh offline lease, or None. `guarded` are kinds that not everybody who sees
    everything gets.
    """

    def __init__(
        self,
        database: Database,
        door: Door,
        clock: Clock,
        kinds: frozenset[str],
        book: AccessBook,
        lease: Callable[[Actor, str], str | None] = lambda _actor, _device: None,
        guarded: Mapping[str, Callable[[Actor], bool]] | None = None,
    ) -> None:
        self._database = database
        self._door = door
        self._clock = clock
        self.kinds = kinds
        self._book = book
        self._lease = lease
        self._guarded = guarded or {}

    def run(self, actor: Actor, origin: Origin, request: SyncRequest) -> bytes:
        """Return the JSON of a `SyncResponse`. Raises CampusError `client_too_old` or `server_too_old`."""
        check_protocol(request.protocol)
        accepted = Accepted()
        if request.commands:
            accepted = self._door.accept(actor, origin, request.commands)
        with self._database.read() as db:
            if accepted.access_changed:
                # What one's own command lets one see (a walk-in's name) comes with the answer to it.
                actor = self._book.refreshed(db, actor)
            down = self._down(db, actor, request)
            snapshot = self._snapshot(db, actor, request.snapshot, request) if request.snapshot else None
        renewed = self._renewed(actor, origin, request, accepted)
        told = request.actor_revision
        news = actor if told is not None and told != actor.revision else None
        return self._answer(actor, origin, accepted, down, snapshot, renewed, news)

    def hidden(self, actor: Actor) -> list[str]:
        """Return the kinds of rows that someone who sees everything doesn't get all the same, nor disputes of them."""
        if ALL_SCOPE not in actor.scopes:
            return []
        return sorted(kind for kind, may in self._guarded.items() if not may(actor))

    def _seen(self, actor: Actor, scopes: Sequence[str]) -> tuple[str, ...]:
        """Return scopes as the feed takes them: hidden kinds are left out, but for the actor's own rows."""
        hidden = [feeds.BUT + kind for kind in self.hidden(actor)]
        return (*scopes, *hidden, feeds.OWN + own_scope(actor))

    def _down(self, db: Db, actor: Actor, request: SyncRequest) -> _Down:
        organisation_id, scopes, cursor = actor.organisation_id, actor.scopes, request.cursor
        if cursor is None:
            return _Down(feeds.page_after(db, organisation_id, scopes, _AT_HEAD, 0), new_epoch=False, scopes=scopes)
        page = feeds.page_after(db, organisation_id, self._seen(actor, scopes), cursor.seq, request.page_rows)
        known = (page.server_epoch, page.cursor_chain) == (cursor.server_epoch, cursor.chain)
        if not known or cursor.seq > page.head_seq:
            page = feeds.page_after(db, organisation_id, scopes, _AT_HEAD, 0)
            signed = restored_log(db, organisation_id, page.server_epoch)
            return _Down(page, new_epoch=True, scopes=scopes, restored=signed)
        changed = cursor.scope_revision != scope_revision(actor)
        page, unknown = self._cut(db, actor, page, request)
        return _Down(page, new_epoch=False, scopes=scopes if changed else None, unknown_kind=unknown)

    def _cut(self, db: Db, actor: Actor, page: feeds.Page, request: SyncRequest) -> tuple[feeds.Page, str | None]:
        """End a page before the first row of a kind that the device doesn't know, and before it gets too large."""
        rows, at = self._unknown(page.entries, request)
        unknown = str(rows[at]["kind"]) if at is not None else None
        if (end_at := _too_large_from(page.entries)) is not None and (at is None or end_at < at):
            rows, at, unknown = orjson.loads(page.entries), end_at, None
        if at is None:
            return page, None
        end = feeds.page_after(db, actor.organisation_id, actor.scopes, rows[at]["seq"] - 1, 0)
        kept = feeds.Page(
            head_seq=page.head_seq,
            server_epoch=page.server_epoch,
            cursor_chain=page.cursor_chain,
            entries=orjson.dumps(rows[:at]),
            count=at,
            reached=rows[at]["seq"] - 1,
            chain=end.cursor_chain,
        )
        return kept, unknown

    def _unknown(self, entries: bytes, request: SyncRequest) -> tuple[list[dict[str, Any]], int | None]:
        """Return the rows of a page, and where the first one is of a kind that the device doesn't know (None: none)."""
        if not request.known_kinds or self.kinds <= set(request.known_kinds):
            return [], None
        rows = orjson.loads(entries)
        return rows, next((at for at, row in enumerate(rows) if row["kind"] not in request.known_kinds), None)

    def _snapshot(self, db: Db, actor: Actor, task: SnapshotTask, request: SyncRequest) -> _Snapshot:
        every, size = ALL_SCOPE in actor.scopes, request.page_rows
        allowed = tuple(scope for scope in task.scopes if every or scope in actor.scopes)
        entries, last, count = feeds.snapshot_after(
            db, actor.organisation_id, self._seen(actor, allowed), task.after, task.until, size
        )
        rows, at = self._unknown(entries, request)
        unknown = str(rows[at]["kind"]) if at is not None else None
        if (end_at := _too_large_from(entries)) is not None and (at is None or end_at < at):
            rows, at, unknown = orjson.loads(entries), end_at, None
        if at is not None:
            # As in the feed: what the device can't keep stays to be fetched until it can.
            left = SnapshotTask(scopes=task.scopes, after=rows[at]["seq"] - 1, until=task.until)
            return _Snapshot(orjson.dumps(rows[:at]), left, unknown)
        more = SnapshotTask(scopes=task.scopes, after=last, until=task.until) if count == size else None
        return _Snapshot(entries, more)

    def _renewed(self, actor: Actor, origin: Origin, request: SyncRequest, accepted: Accepted) -> int | None:
        """Return the install epoch that a cloned or set-back install must take, or None."""
        if not accepted.renew_install and request.install_epoch >= origin.install_epoch:
            return None
        epoch = max(origin.install_epoch, request.install_epoch) + 1
        self._database.write(lambda db: db.run(_RENEW, o=actor.organisation_id, id=origin.device_id, epoch=epoch))
        return epoch

    def _answer(
        self,
        actor: Actor,
        origin: Origin,
        accepted: Accepted,
        down: _Down,
        snapshot: _Snapshot | None,
        renewed: int | None,
        news: Actor | None,
    ) -> bytes:
        page = down.page
        cursor = Cursor(
            server_epoch=page.server_epoch, scope_revision=scope_revision(actor), seq=page.reached, chain=page.chain
        )
        fetched = snapshot or _Snapshot()
        answer = {
            "outcomes": orjson.Fragment(accepted.joined),
            "changes": orjson.Fragment(page.entries),
            "cursor": cursor.model_dump(),
            "more": page.reached < page.head_seq and down.unknown_kind is None,
            "snapshot_changes": orjson.Fragment(fetched.entries),
            "snapshot": fetched.left.model_dump() if fetched.left else None,
            "snapshot_done": snapshot is not None and fetched.left is None,
            "scopes": list(down.scopes) if down.scopes is not None else None,
            "new_epoch": down.new_epoch,
            "restored": down.restored,
            "renew_install": renewed,
            "unknown_kind": down.unknown_kind or fetched.unknown_kind,
            "server_time": instant_text(self._clock.now()),
            "lease": self._lease(actor, origin.device_id),
            "actor": news.model_dump(mode="json") if news is not None else None,
        }
        return orjson.dumps(answer)

    def check(self, actor: Actor, request: CheckRequest) -> CheckResponse:
        """Compare scope digests at the device's cursor; only at the feed's head do they mean anything."""
        with self._database.read() as db:
            page = feeds.page_after(db, actor.organisation_id, actor.scopes, request.cursor.seq, 0)
            at_head = (page.server_epoch, page.head_seq) == (request.cursor.server_epoch, request.cursor.seq)
            if not at_head or page.cursor_chain != request.cursor.chain:
                return CheckResponse(comparable=False)
            every = ALL_SCOPE in actor.scopes
            mismatched = []
            for given in request.digests:
                if not every and given.scope not in actor.scopes:
                    mismatched.append(given.scope)
                    continue
                rows = db.rows(
                    _ROWS_OF[db.dialect],
                    organisation_id=actor.organisation_id,
                    every=int(given.scope == ALL_SCOPE),
                    ids=feeds.packed_ids([given.scope]),
                    hidden=feeds.packed_ids(self.hidden(actor)),
                    own=own_scope(actor),
                )
                if digest_rows(given.scope, [(row[0], row[1]) for row in rows]) != given:
                    mismatched.append(given.scope)
        return CheckResponse(comparable=True, mismatched=tuple(mismatched))


def _too_large_from(entries: bytes) -> int | None:
    """Return where a page has to end so that it isn't too large, None where it is small enough as a whole."""
    if len(entries) <= _LARGEST_PAGE:
        return None
    size = 0
    rows = orjson.loads(entries)
    for at, row in enumerate(rows):
        size += len(orjson.dumps(row))
        if size > _LARGEST_PAGE and at > 0:
            return at
    return None


def own_scope(actor: Actor) -> str:
    """Return the scope of an actor's own rows, which nothing hides from him or her."""
    return f"person:{actor.person_id}"


def check_protocol(protocol: int) -> None:
    """Refuse a device of another protocol; its outbox is kept and the person is told to update."""
    if protocol < PROTOCOL:
        message = text("This program is too old for the server. Update it. Your work is kept on this computer.")
        raise CampusError("client_too_old", message, {"protocol": PROTOCOL})
    if protocol > PROTOCOL:
        message = text("The server is older than this program. Ask the office to update it. Your work is kept here.")
        raise CampusError("server_too_old", message, {"protocol": PROTOCOL})
