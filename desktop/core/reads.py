"""Everything that screens read from the local store: base rows and drafts, conflicts, what is pending, the receipt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from desktop.core import base_rows, local_time, meta, outbox, overlay, queries, receipts, search
from desktop.core.connections import Connections
from desktop.core.queries import Where
from desktop.core.receipts import Only, ReceiptCounts, ReceiptLine
from desktop.core.schema import to_text
from desktop.core.search import Hit
from desktop.core.store_area import KindSpec, StoreArea
from shared.core.conflict import KIND as CONFLICT
from shared.core.conflict import Conflict
from shared.core.sync import Cursor, ScopeDigest

_PLAIN = KindSpec()


@dataclass(frozen=True)
class Pending:
    """What is not settled: commands here and on their way, open conflicts, refused ones that nobody dismissed."""

    waiting: int = 0
    sending: int = 0
    decisions: int = 0
    refused: int = 0
    oldest: str | None = None


class Reads:
    """The reading half of the local store; safe on any thread."""

    area: StoreArea
    _files: Connections

    def recall(self, name: str, default: Any = None) -> Any:
        """Return what `remember` keeps."""
        with self._files.read() as db:
            return meta.read(db, name, default)

    def zone(self) -> tzinfo:
        """Return the institute's time zone, UTC while it isn't known."""
        with self._files.read() as db:
            return local_time.institute_zone(db)

    def cursor(self) -> Cursor | None:
        """Return how far this device has read; None before the first exchange."""
        with self._files.read() as db:
            return meta.cursor(db)

    def get(self, kind: str, entity_id: str) -> dict[str, Any] | None:
        """Return the body that the screen shows, or None."""
        with self._files.read() as db:
            return overlay.shown(db, kind, entity_id)

    def many(self, kind: str, entity_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Return the shown bodies of those ids that exist, in the order asked for."""
        with self._files.read() as db:
            return queries.many(db, kind, entity_ids)

    def children(self, kind: str, parent: str) -> list[dict[str, Any]]:
        """Return the shown rows of `kind` that hang on `parent`, in the order of sort_text."""
        with self._files.read() as db:
            return queries.children(db, kind, parent)

    def ids(
        self,
        kind: str,
        where: Sequence[Where] = (),
        order: str = "sort_text",
        descending: bool = False,
        offset: int = 0,
        limit: int = -1,
    ) -> list[str]:
        """Return the ids of shown rows in order; rows without the value ordered by come last."""
        with self._files.read() as db:
            spec = self.area.kinds.get(kind, _PLAIN)
            return queries.ids(db, kind, spec, where, order, descending, offset, limit)

    def page(
        self,
        kind: str,
        where: Sequence[Where] = (),
        order: str = "sort_text",
        descending: bool = False,
        offset: int = 0,
        limit: int = 200,
    ) -> list[dict[str, Any]]:
        """Return a page of shown bodies in order."""
        with self._files.read() as db:
            spec = self.area.kinds.get(kind, _PLAIN)
            found = queries.ids(db, kind, spec, where, order, descending, offset, limit)
            return list(queries.many(db, kind, found).values())

    def values(self, kind: str, name: str, where: Sequence[Where] = ()) -> list[Any]:
        """Return one key or field of the shown rows that fulfil all conditions: much quicker than whole bodies."""
        with self._files.read() as db:
            return queries.values(db, kind, self.area.kinds.get(kind, _PLAIN), name, where)

    def count(self, kind: str, where: Sequence[Where] = ()) -> int:
        """Return how many rows are shown that fulfil all conditions."""
        with self._files.read() as db:
            return queries.count(db, kind, self.area.kinds.get(kind, _PLAIN), where)

    def search(self, query: str, kinds: Sequence[str] = (), limit: int = 20) -> list[Hit]:
        """Return rows that have a word starting with each word typed, the best first."""
        wanted = kinds or [kind for kind, spec in self.area.kinds.items() if spec.search_text]
        with self._files.read() as db:
            return search.find(db, {kind: self.area.kinds[kind] for kind in wanted}, query, limit)

    def conflicts(self) -> list[Conflict]:
        """Return the open conflicts that this device sees, the oldest first."""
        rows = self.page(CONFLICT, [Where("state", "=", "open")], limit=-1)
        return [Conflict.model_validate(row) for row in rows]

    def waiting(self, kind: str, entity_id: str) -> bool:
        """Tell whether what is shown of a row is not on the server yet."""
        with self._files.read() as db:
            sql = (
                "SELECT 1 FROM draft d JOIN outbox o ON o.position = d.position WHERE d.kind = ? AND d.id = ?"
                " AND o.state <> 'answered' LIMIT 1"
            )
            return db.execute(sql, (kind, entity_id)).fetchone() is not None

    def waiting_among(self, kind: str, entity_ids: Sequence[str]) -> set[str]:
        """Return those of `entity_ids` whose shown row is not on the server yet."""
        with self._files.read() as db:
            sql = (
                "SELECT DISTINCT d.id FROM draft d JOIN outbox o ON o.position = d.position WHERE d.kind = ?"
                " AND o.state <> 'answered' AND d.id IN (SELECT value FROM json_each(?))"
            )
            return {row[0] for row in db.execute(sql, (kind, to_text(list(entity_ids))))}

    def pending(self) -> Pending:
        """Return what is not settled yet."""
        with self._files.read() as db:
            waiting, sending = outbox.open_count(db)
            decisions = queries.count(db, CONFLICT, self.area.kinds[CONFLICT], [Where("state", "=", "open")])
            refused = db.execute("SELECT count(*) FROM outbox WHERE verdict = 'rejected' AND dismissed = 0").fetchone()
            oldest = db.execute(
                "SELECT made_at FROM outbox WHERE state <> 'answered' ORDER BY position LIMIT 1"
            ).fetchone()
            return Pending(waiting, sending, decisions, int(refused[0]), oldest[0] if oldest else None)

    def receipt(self, offset: int = 0, limit: int = 200, only: Only | None = None) -> list[ReceiptLine]:
        """Return the receipt's lines, the newest first."""
        with self._files.read() as db:
            return receipts.lines(db, self.area, offset, limit, only)

    def receipt_line(self, command_id: str) -> ReceiptLine | None:
        """Return the receipt's line of one command, None for one that was not made here or is forgotten."""
        with self._files.read() as db:
            return receipts.line(db, self.area, command_id)

    def receipt_counts(self, since: str | None = None) -> ReceiptCounts:
        """Return how many commands were saved here since an instant, and how they ended."""
        with self._files.read() as db:
            return receipts.counts(db, since)

    def digests(self) -> tuple[ScopeDigest, ...]:
        """Return count and hash of what this device holds of each scope."""
        with self._files.read() as db:
            return base_rows.digests(db, meta.read(db, meta.SCOPES, []))
