"""The feed: rows in the order of their transactions, and pages of them for one actor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from server.core.audit import AuditLine, link_digest
from server.core.batch import Batch, ChangedRow
from server.core.database import Db
from server.core.sql import SetSql, id_source
from shared.core.errors import CampusError
from shared.core.sync import ALL_SCOPE
from shared.core.text import text

SCAN_ROWS = 5_000
"""How many places of the feed one page scans for an actor who sees only some rows."""

BUT = "-"
"""What begins a scope that takes a kind of rows out of all that is seen: `-class_code_seed`."""
OWN = "="
"""What begins a scope whose rows are seen although their kind is taken out: `=person:<id>`."""

_ADVANCE = """
UPDATE feed_head SET seq = seq + :rows, audit_seq = audit_seq + 1, chain = {link},
access_revision = access_revision + :access WHERE organisation_id = :organisation_id
RETURNING seq, audit_seq, chain, (SELECT max(c.device_seq) FROM command_log c
WHERE c.organisation_id = :organisation_id AND c.device_id = :device_id AND c.install_epoch = :install_epoch
AND c.audit_seq IS NOT NULL), access_revision
"""
_LINK = """
INSERT INTO audit_link (organisation_id, audit_seq, seq_to, digest, chain, actor_id, device_id, address, user_agent,
made_at, note) VALUES (:organisation_id, :audit_seq, :seq_to, :digest, :chain, :actor_id, :device_id, :address,
:user_agent, :made_at, :note)
"""
_PUT = SetSql(
    """
INSERT INTO feed_row (organisation_id, kind, entity_id, seq, revision, scope, also, deleted, entry)
SELECT :organisation_id, r.kind, r.id, r.seq, r.revision, r.scope, r.also, r.deleted, r.entry FROM {rows} r
WHERE true ON CONFLICT (organisation_id, kind, entity_id) DO UPDATE SET seq = excluded.seq,
revision = excluded.revision, scope = excluded.scope, also = excluded.also, deleted = excluded.deleted,
entry = excluded.entry
""",
    kind="text",
    id="text",
    seq="bigint",
    revision="text",
    scope="text",
    also="text",
    deleted="boolean",
    entry="text",
)
_HEAD = """
SELECT h.seq, h.server_epoch, h.chain,
(SELECT l.chain FROM audit_link l WHERE l.organisation_id = h.organisation_id AND l.seq_to <= :after
ORDER BY l.seq_to DESC LIMIT 1),
(SELECT {join} FROM page), (SELECT max(seq) FROM page), (SELECT count(*) FROM page),
(SELECT l.chain FROM audit_link l WHERE l.organisation_id = h.organisation_id AND l.seq_to <= {reached}
ORDER BY l.seq_to DESC LIMIT 1)
FROM feed_head h WHERE h.organisation_id = :organisation_id
"""
# The driver sends small numbers as small integers, whose sum would overflow: hence the casts here and below.
_REACHED = (
    "(CASE WHEN (SELECT count(*) FROM page) = :rows THEN (SELECT max(seq) FROM page)"
    " ELSE CAST(:after AS bigint) + :scan END)"
)
_ALL_PAGE = """
SELECT seq, entry FROM feed_row WHERE organisation_id = :organisation_id AND seq > :after ORDER BY seq LIMIT :rows
"""
_ALL_BUT_PAGE = """
SELECT f.seq, f.entry FROM feed_row f WHERE f.organisation_id = :organisation_id AND f.seq > :after{but}
ORDER BY f.seq LIMIT :rows
"""
_SCOPED_PAGE = """
SELECT f.seq, f.entry FROM feed_row f WHERE f.organisation_id = :organisation_id AND f.seq > :after
AND f.seq <= CAST(:after AS bigint) + :scan
AND (f.scope IN (SELECT id FROM {ids} s) OR f.also IN (SELECT id FROM {ids} s))
ORDER BY f.seq LIMIT :rows
"""
_SNAPSHOT_PAGE = """
SELECT f.seq, f.entry FROM feed_row f WHERE f.organisation_id = :organisation_id AND f.seq > :after
AND f.seq <= :until AND f.deleted = false
AND (:every = 1 OR f.scope IN (SELECT id FROM {ids} s) OR f.also IN (SELECT id FROM {ids} s)){but}
ORDER BY f.seq LIMIT :rows
"""


def but(dialect: str) -> str:
    """Return the condition that leaves the kinds of `:hidden` out of the rows `f`, and disagreements about them.

    Rows of the scope `:own` stay: nobody's own notices and marks are hidden from him or her.
    """
    hidden = f"(SELECT id FROM {id_source(dialect, 'hidden')} h)"
    about = f"c.organisation_id = :organisation_id AND c.id = f.entity_id AND c.kind IN {hidden}"
    return (
        f" AND (f.kind NOT IN {hidden} OR f.scope = :own OR f.also = :own)"
        f" AND NOT (f.kind = 'conflict' AND EXISTS (SELECT 1 FROM conflict c WHERE {about}))"
    )


def _page_sql(dialect: str, page: str) -> SetSql:
    join = "group_concat(entry, ',')" if dialect == "sqlite" else "string_agg(entry, ',' ORDER BY seq)"
    page = page.replace("{but}", but(dialect))
    return SetSql(f"WITH page AS ({page}) " + _HEAD.replace("{join}", join).replace("{reached}", _REACHED))


_PAGES = {
    (dialect, seen): _page_sql(dialect, page)
    for dialect in ("sqlite", "postgresql")
    for seen, page in (("all", _ALL_PAGE), ("all but", _ALL_BUT_PAGE), ("scopes", _SCOPED_PAGE))
}
_SNAPSHOTS = {
    dialect: SetSql(
        f"WITH page AS ({_SNAPSHOT_PAGE.replace('{but}', but(dialect))}) SELECT {join}, max(seq), count(*) FROM page"
    )
    for dialect, join in (
        ("sqlite", "group_concat(entry, ',')"),
        ("postgresql", "string_agg(entry, ',' ORDER BY seq)"),
    )
}
_ADVANCES = {
    "sqlite": _ADVANCE.format(link="chain_link(chain, :digest)"),
    "postgresql": _ADVANCE.format(link="sha256(chain || CAST(:digest AS bytea))"),
}


@dataclass(frozen=True)
class Advance:
    """What moving the feed's head gave: the last place taken, the link, and the device's highest number before."""

    first_seq: int
    seq: int
    audit_seq: int
    last_device_seq: int
    digest: bytes
    chain: bytes
    access_revision: int = 0
    """Of the institute's access before this transaction: the head's lock lets nobody change it any more."""


def write(batch: Batch, lines: Sequence[AuditLine], note: str | None = None) -> Advance:
    """Move the head, write the batch's rows and its audit link; the last thing a transaction does."""
    moved = advance(batch, lines, note)
    put(batch, moved, note)
    return moved


def advance(batch: Batch, lines: Sequence[AuditLine], note: str | None = None) -> Advance:
    """Move the head; `put` must follow.

    The head row's lock makes transactions of one organisation visible in the order of their places, so no reader can
    pass an uncommitted lower one. Every transaction takes at least one place, so that a place names one chain hash.
    """
    taken = max(1, len(batch.changes))
    digest = link_digest(batch.actor.person_id, batch.origin.device_id, batch.now, lines, note)
    head = batch.db.one(
        _ADVANCES[batch.db.dialect],
        organisation_id=batch.organisation_id,
        rows=taken,
        digest=digest,
        access=int(batch.access_changed),
        device_id=batch.origin.device_id,
        install_epoch=batch.origin.install_epoch,
    )
    if head is None:
        raise CampusError("organisation_unknown", text("This institute isn't on the server. Check the address."))
    seq = int(head[0])
    before = int(head[4]) - int(batch.access_changed)
    return Advance(seq - taken + 1, seq, int(head[1]), int(head[3] or 0), digest, bytes(head[2]), before)


def put(batch: Batch, moved: Advance, note: str | None = None) -> None:
    """Write the batch's rows at the places taken, and its audit link."""
    db, organisation_id = batch.db, batch.organisation_id
    rows = sorted(batch.changes.values(), key=lambda row: (row.kind, row.id))
    if rows:
        packed = [_packed(row, moved.first_seq + at) for at, row in enumerate(rows)]
        db.send(_PUT, organisation_id=organisation_id, rows=orjson.dumps(packed).decode())
    db.send(
        _LINK,
        organisation_id=organisation_id,
        audit_seq=moved.audit_seq,
        seq_to=moved.seq,
        digest=moved.digest,
        chain=moved.chain,
        actor_id=batch.actor.person_id,
        device_id=batch.origin.device_id,
        address=batch.origin.address,
        user_agent=(batch.origin.user_agent or "")[:200] or None,
        made_at=batch.now,
        note=note,
    )


def _packed(row: ChangedRow, seq: int) -> dict[str, Any]:
    deleted = row.body is None
    entry = {
        "seq": seq,
        "kind": row.kind,
        "id": row.id,
        "revision": row.revision,
        "parent": row.parent,
        "scope": row.scope,
        "also": row.also,
        "deleted": deleted,
        "body": row.body,
    }
    return {
        "kind": row.kind,
        "id": row.id,
        "seq": seq,
        "revision": row.revision,
        "scope": row.scope,
        "also": row.also,
        "deleted": deleted,
        "entry": orjson.dumps(entry).decode(),
    }


@dataclass(frozen=True)
class Page:
    """One page of the feed. `entries` is JSON text ready to be spliced; chains are hex."""

    head_seq: int
    server_epoch: str
    cursor_chain: str
    entries: bytes
    count: int
    reached: int
    chain: str


def parted(scopes: Sequence[str]) -> tuple[list[str], list[str], str]:
    """Return the scopes themselves, the kinds of rows that others among them take out, and whose rows stay."""
    hidden = [scope.removeprefix(BUT) for scope in scopes if scope.startswith(BUT)]
    own = next((scope.removeprefix(OWN) for scope in scopes if scope.startswith(OWN)), "")
    return [scope for scope in scopes if not scope.startswith((BUT, OWN))], hidden, own


def packed_ids(ids: Sequence[str]) -> str:
    """Return ids as statements take them."""
    return orjson.dumps(ids).decode()


def page_after(db: Db, organisation_id: str, scopes: Sequence[str], after: int, rows: int) -> Page:
    """Return the next page after `after`, in one statement, so that head and rows are of one moment.

    The page reaches over places scanned, not over rows visible. `scopes` are as `parted` takes them.
    """
    wanted, hidden, own = parted(scopes)
    every = ALL_SCOPE in wanted
    seen = ("all but" if hidden else "all") if every else "scopes"
    sets = {"all": {}, "all but": {"hidden": packed_ids(hidden), "own": own}, "scopes": {"ids": packed_ids(wanted)}}
    places: Mapping[str, Any] = sets[seen]
    scan = 1 << 60 if every else SCAN_ROWS
    found = db.one(
        _PAGES[db.dialect, seen], organisation_id=organisation_id, after=after, rows=rows, scan=scan, **places
    )
    if found is None:
        raise CampusError("organisation_unknown", text("This institute isn't on the server. Check the address."))
    head_seq, epoch, head_chain, cursor_chain, entries, last, count, chain = found
    if not rows:
        reached = min(after, int(head_seq))
    else:
        reached = min(int(last) if count == rows else after + scan, int(head_seq))
    at_head = reached >= int(head_seq)
    return Page(
        head_seq=int(head_seq),
        server_epoch=epoch,
        cursor_chain=bytes(cursor_chain or b"").hex(),
        entries=b"[" + (entries or "").encode() + b"]",
        count=int(count),
        reached=reached,
        chain=(bytes(head_chain) if at_head else bytes(chain or b"")).hex(),
    )


def snapshot_after(
    db: Db, organisation_id: str, scopes: Sequence[str], after: int, until: int, rows: int
) -> tuple[bytes, int, int]:
    """Return (entries, last place, count) of living rows of `scopes` with `after < seq <= until`."""
    wanted, hidden, own = parted(scopes)
    found = db.one(
        _SNAPSHOTS[db.dialect],
        organisation_id=organisation_id,
        ids=packed_ids(wanted),
        hidden=packed_ids(hidden),
        own=own,
        every=int(ALL_SCOPE in wanted),
        after=after,
        until=until,
        rows=rows,
    )
    entries, last, count = found or (None, None, 0)
    return b"[" + (entries or "").encode() + b"]", int(last or after), int(count)
