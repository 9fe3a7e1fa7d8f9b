"""Carries changes out through the one door, in batches, and keeps the journal as it goes."""

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from server.core.batch import Origin
from server.core.command_log import Door
from server.core.database import Database, Db, is_database_gone
from server.core.sql import SetSql
from server.learning.imports import journal
from server.learning.imports.changes import ORDER, Change, ChangeType
from server.learning.imports.plan import chunks
from shared.core.actor import Actor
from shared.core.command import Command
from shared.core.ids import derived_id
from shared.core.outcome import Outcome, Verdict
from shared.core.text import text

_log = logging.getLogger(__name__)
BATCH = 500
LISTED = 200
_COUNTED_AFTER = (4, 20, 100, 500)
"""Batches after which PostgreSQL counts its tables anew: it would go on to plan for tables that were almost empty
(measured on 20,000 rows into an empty database: 35 s of its time without, 8 s with)."""
_LINK = SetSql(
    "INSERT INTO external_id (organisation_id, source, kind, external_id, entity_id)"
    " SELECT :organisation_id, :source, r.kind, r.external_id, r.entity_id FROM {rows} r WHERE true"
    " ON CONFLICT (organisation_id, source, kind, external_id) DO UPDATE SET entity_id = excluded.entity_id",
    kind="text",
    external_id="text",
    entity_id="text",
)
_RANK = {name: place for place, name in enumerate(ORDER)}
_GOOD = frozenset({Verdict.APPLIED, Verdict.AGREED})
Numbered = tuple[int, Change]


@dataclass(frozen=True)
class Run:
    """One carrying out: who asks, from where, into which journal entry; `source` names the external ids."""

    actor: Actor
    origin: Origin
    entry_id: str
    source: str
    made_at: str


@dataclass
class Applied:
    """What became of the changes; `left` lists those that didn't come about, the first 200 of them."""

    kinds: dict[str, Counter[str]] = field(default_factory=dict)
    done: int = 0
    left_count: int = 0
    left: list[dict[str, Any]] = field(default_factory=list)

    def leave(self, change: Change, code: str, sentence: str) -> None:
        """Note a change that didn't come about."""
        self.left_count += 1
        if len(self.left) < LISTED:
            self.left.append({"kind": change.kind, "label": change.label, "code": code, "sentence": sentence})


class Applier:
    """Applies numbered changes. The same changes again are recognised by the ids of their commands."""

    def __init__(self, database: Database, door: Door) -> None:
        self._database = database
        self._door = door

    def apply(self, run: Run, changes: Iterable[Numbered], applied: Applied) -> None:
        """Apply the changes in their order, a batch to a transaction, into `applied`."""
        for count, batch in enumerate(chunks(changes, BATCH), 1):
            self._batch(run, batch, applied)
            if count in _COUNTED_AFTER:
                self._database.refresh_statistics()

    def _batch(self, run: Run, batch: Sequence[Numbered], applied: Applied) -> None:
        try:
            outcomes = self._database.write(lambda db: self._write(db, run, batch))
        except Exception as failure:
            if is_database_gone(failure):
                raise
            if len(batch) == 1:
                _log.exception("A change of an import broke", extra={"entry_id": run.entry_id})
                applied.leave(batch[0][1], "server_fault", text("The server could not carry this out."))
                return
            half = len(batch) // 2
            self._batch(run, batch[:half], applied)
            self._batch(run, batch[half:], applied)
            return
        self._tell(batch, outcomes, applied)

    def _write(self, db: Db, run: Run, batch: Sequence[Numbered]) -> dict[str, Outcome]:
        commands = self._commands(run, batch)
        accepted = (
            self._door.accept_in(db, run.actor, run.origin, commands, f"import {run.entry_id}") if commands else None
        )
        outcomes = {one.command_id: one for one in accepted.outcomes} if accepted else {}
        good = [(seq, change) for seq, change in batch if _is_good(change, outcomes)]
        _link(db, run, [change for _, change in good if change.external_id is not None])
        rows = [(seq, change) for seq, change in good if change.change is not ChangeType.LINKED]
        journal.put_rows(db, run.actor.organisation_id, run.entry_id, rows, batch[-1][0])
        return outcomes

    def _commands(self, run: Run, batch: Sequence[Numbered]) -> list[Command]:
        device_id = derived_id("import", run.entry_id)
        made = []
        for seq, change in batch:
            base = change.base
            for (kind, payload), command_id in zip(change.asks(), change.command_ids, strict=True):
                made.append((kind, seq, change.entity_id, base, payload, command_id))
                base = command_id
        made.sort(key=lambda one: _RANK[one[0]])
        return [
            Command(
                id=command_id,
                device_id=device_id,
                install_epoch=1,
                device_seq=place + 1,
                type=kind,
                type_version=self._door.types[kind].version,
                target_id=entity_id,
                base=base,
                payload=payload,
                observed_at=run.made_at,
            )
            for place, (kind, _, entity_id, base, payload, command_id) in enumerate(made)
        ]

    @staticmethod
    def _tell(batch: Sequence[Numbered], outcomes: dict[str, Outcome], applied: Applied) -> None:
        for _, change in batch:
            if change.change is ChangeType.LINKED:
                continue
            bad = next((outcomes[one] for one in change.command_ids if outcomes[one].verdict not in _GOOD), None)
            if bad is None:
                applied.done += 1
                applied.kinds.setdefault(change.kind, Counter())[str(change.change)] += 1
            else:
                message = bad.message or text("Someone else changed this meanwhile. Both versions are kept.")
                applied.leave(change, bad.code or str(bad.verdict), message)


def _is_good(change: Change, outcomes: dict[str, Outcome]) -> bool:
    return all(outcomes[one].verdict in _GOOD for one in change.command_ids)


def _link(db: Db, run: Run, changes: Sequence[Change]) -> None:
    # Within one statement the database updates a row once, so the last change that names an id counts.
    rows = {
        (change.kind, change.external_id): {
            "kind": change.kind,
            "external_id": change.external_id,
            "entity_id": change.entity_id,
        }
        for change in changes
    }
    if rows:
        packed = orjson.dumps(list(rows.values())).decode()
        db.run(_LINK, organisation_id=run.actor.organisation_id, source=run.source, rows=packed)
