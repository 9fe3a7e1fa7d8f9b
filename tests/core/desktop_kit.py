"""A small area and a small server of its own, to try the local store and sync engine without the real ones."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop.core.area import KindSpec, StoreArea
from desktop.core.local_store import Identity, LocalStore
from desktop.core.outbox import Ask
from desktop.core.sealed_outbox import Owner
from shared.core.clock import ManualClock, instant_text
from shared.core.command import Command
from shared.core.ids import IdMaker
from shared.core.outcome import Outcome, Verdict
from shared.core.projection import Draft, ReadRow
from shared.core.sync import (
    ALL_SCOPE,
    Change,
    CheckRequest,
    CheckResponse,
    Cursor,
    SnapshotTask,
    SyncRequest,
    SyncResponse,
    digest_rows,
)

KEY = bytes(range(32))
NOTE = "note"


def _add(command: Command, _read: ReadRow) -> Sequence[Draft]:
    body = {**command.payload, "id": command.target_id, "revision": command.id}
    return [Draft(NOTE, command.target_id, body, command.payload.get("folder"))]


def _edit(command: Command, read: ReadRow) -> Sequence[Draft]:
    drafts = []
    for target in command.targets:
        present = read(NOTE, target.id)
        if present is not None:
            drafts.append(Draft(NOTE, target.id, {**present, **command.payload, "revision": command.id}))
    return drafts


def _remove(command: Command, read: ReadRow) -> Sequence[Draft]:
    return [Draft(NOTE, command.target_id, None)] if read(NOTE, command.target_id) else []


NOTES = StoreArea(
    kinds={
        NOTE: KindSpec(
            sort_text=lambda body: body["title"].lower(),
            search_text=lambda body: f"{body['title']} {body.get('text', '')}",
            title=lambda body: body["title"],
            keys={"colour": lambda body: body.get("colour"), "rank": lambda body: body.get("rank")},
        ),
        "folder": KindSpec(sort_text=lambda body: body["name"]),
    },
    projections={"AddNote": _add, "EditNote": _edit, "RemoveNote": _remove},
    type_versions={"AddNote": 1, "EditNote": 2, "RemoveNote": 1},
    lines={"AddNote": lambda command, _read: f"Note {command.payload['title']}"},
)


def seeded_ids(clock: ManualClock, seed: int = 1) -> IdMaker:
    """Ids that are the same in every run."""
    state = [seed]

    def bits(n: int) -> int:
        state[0] += 1
        return int.from_bytes(hashlib.sha256(str(state[0]).encode()).digest()) & ((1 << n) - 1)

    return IdMaker(clock, bits)


class Bench:
    """One device: a clock, ids and a store in a folder."""

    def __init__(self, folder: Path, seed: int = 1, **options: Any) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.clock = ManualClock()
        self.ids = seeded_ids(self.clock, seed)
        self.path = folder / "notes.store"
        self.identity = Identity(Owner(self.ids(), self.ids(), self.ids()))
        self.options = options
        self.store = self.opened()

    def opened(self) -> LocalStore:
        """Open the store once more, as at the next start."""
        self.store = LocalStore(self.path, KEY, self.identity, [NOTES], self.clock, self.ids, **self.options)
        return self.store

    def add(self, title: str, **fields: Any) -> str:
        """Add a note; returns its id."""
        note_id = self.ids()
        self.store.commit([Ask("AddNote", note_id, {"title": title, **fields})])
        return note_id

    def edit(self, note_id: str, **fields: Any) -> Command:
        """Edit a note as it is shown."""
        shown = self.store.get(NOTE, note_id)
        return self.store.commit([Ask("EditNote", note_id, fields, base=shown["revision"] if shown else None)])[0]

    def exchange(self, server: "FakeServer") -> Any:
        """One exchange without faults."""
        request = self.store.next_request()
        return self.store.settle(request, server.sync(request))

    def sync(self, server: "FakeServer") -> None:
        """Exchange until nothing is left."""
        for _ in range(200):
            settled = self.exchange(server)
            pending = self.store.pending()
            if not settled.more and not pending.waiting and not pending.sending:
                return
        raise AssertionError("still not in sync")

    def titles(self) -> dict[str, str]:
        """What the screen shows."""
        return {row["id"]: row["title"] for row in self.store.page(NOTE, limit=-1)}


@dataclass
class FakeServer:
    """Applies notes in memory. `refuse` maps a title to a verdict; `page` rows go down at a time."""

    page: int = 500
    epoch: str = "epoch-1"
    scopes: tuple[str, ...] = (ALL_SCOPE,)
    scope_revision: str = "1"
    seq: int = 0
    rows: dict[str, Change] = field(default_factory=dict)
    outcomes: dict[str, list[Outcome]] = field(default_factory=dict)
    claims: list[str] = field(default_factory=list)
    refuse: dict[str, Verdict] = field(default_factory=dict)
    lag: int = 0
    exchanges: int = 0

    def put(self, note_id: str, scope: str = "organisation:1", parent: str | None = None, **body: Any) -> Change:
        """Write a row as the server itself would."""
        self.seq += 1
        revision = body.pop("revision", f"00000000-0000-7000-8000-{self.seq:012x}")
        old = self.rows.get(note_id)
        full = {**((old.body or {}) if old else {}), **body, "id": note_id, "revision": revision}
        self.rows[note_id] = Change(
            seq=self.seq, kind=NOTE, id=note_id, revision=revision, scope=scope, parent=parent, body=full
        )
        return self.rows[note_id]

    def remove(self, note_id: str) -> None:
        """Leave a tombstone."""
        self.seq += 1
        old = self.rows[note_id]
        self.rows[note_id] = old.model_copy(
            update={"seq": self.seq, "deleted": True, "body": None, "revision": f"gone-{self.seq}"}
        )

    def _apply(self, command: Command) -> list[Outcome]:
        if command.id in self.outcomes:
            return self.outcomes[command.id]
        self.claims.append(command.id)
        found = []
        for target in command.targets:
            verdict = self.refuse.get(command.payload.get("title", ""), Verdict.APPLIED)
            if verdict is Verdict.APPLIED and command.type == "RemoveNote":
                self.remove(target.id)
            elif verdict is Verdict.APPLIED:
                old = self.rows.get(target.id)
                parent = old.parent if old else command.payload.get("folder")
                self.put(target.id, parent=parent, revision=command.id, **command.payload)
            else:
                self.seq += 1
            found.append(
                Outcome(
                    command_id=command.id,
                    target_id=target.id,
                    verdict=verdict,
                    seq=self.seq,
                    message="It can't be." if verdict is Verdict.REJECTED else None,
                )
            )
        self.outcomes[command.id] = found
        return found

    def _chain(self, seq: int) -> str:
        return f"{self.epoch}/{seq}"

    def _sees(self, change: Change, scopes: Sequence[str]) -> bool:
        return ALL_SCOPE in scopes or change.scope in scopes or change.also in scopes

    def sync(self, request: SyncRequest) -> SyncResponse:
        """Answer one exchange as the real server does."""
        self.exchanges += 1
        outcomes = [outcome for command in request.commands for outcome in self._apply(command)]
        head = Cursor(
            server_epoch=self.epoch, scope_revision=self.scope_revision, seq=self.seq, chain=self._chain(self.seq)
        )
        told: dict[str, Any] = {"outcomes": tuple(outcomes), "server_time": request.device_time}
        cursor = request.cursor
        if cursor is None:
            return SyncResponse(cursor=head, scopes=self.scopes, **told)
        if cursor.server_epoch != self.epoch or cursor.seq > self.seq:
            return SyncResponse(cursor=head, scopes=self.scopes, new_epoch=True, **told)
        limit = max(cursor.seq, self.seq - self.lag)
        visible = sorted(
            (row for row in self.rows.values() if cursor.seq < row.seq <= limit and self._sees(row, self.scopes)),
            key=lambda row: row.seq,
        )
        rows = visible[: self.page]
        reached = rows[-1].seq if len(rows) == self.page else limit
        return SyncResponse(
            changes=tuple(rows),
            cursor=head.model_copy(update={"seq": reached, "chain": self._chain(reached)}),
            more=reached < limit,
            scopes=self.scopes if cursor.scope_revision != self.scope_revision else None,
            **self._snapshot(request.snapshot),
            **told,
        )

    def _snapshot(self, task: SnapshotTask | None) -> dict[str, Any]:
        if task is None:
            return {}
        rows = sorted(
            (
                row
                for row in self.rows.values()
                if task.after < row.seq <= task.until and not row.deleted and self._sees(row, task.scopes)
            ),
            key=lambda row: row.seq,
        )[: self.page]
        if len(rows) < self.page:
            return {"snapshot_changes": tuple(rows), "snapshot_done": True}
        return {
            "snapshot_changes": tuple(rows),
            "snapshot": task.model_copy(update={"after": rows[-1].seq}),
        }

    def check(self, request: CheckRequest) -> CheckResponse:
        """Compare digests."""
        if request.cursor.seq != self.seq:
            return CheckResponse(comparable=False)
        wrong = []
        for given in request.digests:
            mine = [
                (row.id, row.revision)
                for row in self.rows.values()
                if not row.deleted and self._sees(row, (given.scope,))
            ]
            if digest_rows(given.scope, mine) != given:
                wrong.append(given.scope)
        return CheckResponse(comparable=True, mismatched=tuple(wrong))

    def titles(self) -> dict[str, str]:
        """The living notes."""
        return {row.id: row.body["title"] for row in self.rows.values() if row.body is not None}


def at(clock: ManualClock) -> str:
    """The time on a clock as text."""
    return instant_text(clock.now())
