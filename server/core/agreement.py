"""What must agree in the database: rows with what devices are told of them, what is searched, files and the log."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from server.core.audit import check_chain
from server.core.batch import Batch
from server.core.database import Db, Row
from server.core.entities import ENTITY_KINDS, Body, EntityKind
from server.core.file_store import FileStore
from shared.core.text import text

_FILES = "SELECT sha256, bytes FROM stored_file WHERE organisation_id = :o ORDER BY sha256"
PAGE = 1_000
"""How many rows are compared at a time."""


@dataclass(frozen=True)
class Disagreement:
    """One thing that doesn't agree: a stable code, the row it is about, and a sentence. `mend` puts it right.

    `mend` works in a batch of the server's own and is None where only a person can decide.
    """

    code: str
    kind: str
    id: str
    sentence: str
    mend: Callable[[Batch], None] | None = None


Agreement = Callable[[Db, str], Iterable[Disagreement]]
"""Looks through the rows of an organisation, given by its id, and tells what doesn't agree."""


# ---------------------------------------------------------------------------------------------------------------- rows


def rows_agree(db: Db, organisation_id: str) -> Iterator[Disagreement]:
    """Compare each row with its place in the feed and with what is stored of it for searching.

    Codes: `feed_missing`, `feed_differs`, `feed_left_over`, `search_differs`; all can be mended, the row being right.
    """
    for name in sorted(ENTITY_KINDS):
        kind = ENTITY_KINDS[name]
        for row in _pages(db, organisation_id, kind):
            yield from _row_agrees(kind, row)
        yield from _left_over(db, organisation_id, kind)


def _pages(db: Db, organisation_id: str, kind: EntityKind) -> Iterator[Row]:
    derived = "".join(f", t.{name}" for name in kind.derived_columns)
    sql = (
        f"SELECT t.id, f.entry, f.deleted, {kind.selected()}{derived} FROM {kind.table.name} t"
        " LEFT JOIN feed_row f ON f.organisation_id = t.organisation_id AND f.kind = :kind AND f.entity_id = t.id"
        " WHERE t.organisation_id = :o AND t.id > :after ORDER BY t.id LIMIT :rows"
    )
    after = ""
    while rows := db.rows(sql, o=organisation_id, kind=kind.kind, after=after, rows=PAGE):
        yield from rows
        after = rows[-1][0]


def _row_agrees(kind: EntityKind, row: Row) -> Iterator[Disagreement]:
    width = 2 + len(kind.body_columns)
    body, stored = kind.body_of(row[3 : 3 + width]), row[3 + width :]

    def told(code: str, sentence: str) -> Disagreement:
        return Disagreement(
            code, kind.kind, str(body["id"]), sentence, lambda batch: _write_anew(batch, kind, body["id"])
        )

    if row[1] is None or row[2]:
        yield told("feed_missing", text("{row} isn't told to the computers.", row=kind.title(body)))
    elif _plain(orjson.loads(row[1])["body"] or {}) != _plain(body):
        yield told("feed_differs", text("{row} is told to the computers as something else.", row=kind.title(body)))
    wanted = kind.derive(body)
    if any(wanted[name] != value for name, value in zip(kind.derived_columns, stored, strict=True)):
        yield told("search_differs", text("{row} isn't found under its present words.", row=kind.title(body)))


def _plain(body: Body) -> Body:
    """A body without what is empty: a column that was added later isn't in what was told before."""
    return {name: value for name, value in body.items() if value is not None}


def _write_anew(batch: Batch, kind: EntityKind, row_id: str) -> None:
    kind.update(batch, list(kind.read(batch, [row_id]).values()))


def _left_over(db: Db, organisation_id: str, kind: EntityKind) -> Iterator[Disagreement]:
    sql = (
        "SELECT f.entity_id, f.scope, f.also FROM feed_row f WHERE f.organisation_id = :o AND f.kind = :kind"
        f" AND f.deleted = false AND NOT EXISTS (SELECT 1 FROM {kind.table.name} t"
        " WHERE t.organisation_id = f.organisation_id AND t.id = f.entity_id)"
    )
    for row_id, scope, also in db.rows(sql, o=organisation_id, kind=kind.kind):

        def take_back(batch: Batch, at: tuple[str, str, str | None] = (row_id, scope, also)) -> None:
            batch.removed(kind.kind, at[0], batch.new_id(), at[1], at[2])

        words = text("The computers are told of a row of the kind “{kind}” that isn't there.", kind=kind.kind)
        yield Disagreement("feed_left_over", kind.kind, row_id, words, take_back)


# ------------------------------------------------------------------------------------------------------- log and files


def head_agrees(db: Db, organisation_id: str) -> Iterator[Disagreement]:
    """Compare the feed's head with its rows. Code: `feed_head_behind`; a batch that advances it far enough mends it."""
    row = db.one(
        "SELECT h.seq, (SELECT max(f.seq) FROM feed_row f WHERE f.organisation_id = h.organisation_id)"
        " FROM feed_head h WHERE h.organisation_id = :o",
        o=organisation_id,
    )
    if row is not None and row[1] is not None and row[1] > row[0]:
        words = text(
            "The feed has place {row}, and its head says {head}: computers would miss rows.", row=row[1], head=row[0]
        )

        def forward(batch: Batch) -> None:
            sql = "UPDATE feed_head SET seq = (SELECT max(f.seq) FROM feed_row f WHERE f.organisation_id = :o)"
            batch.db.run(f"{sql} WHERE organisation_id = :o", o=organisation_id)

        yield Disagreement("feed_head_behind", "feed_head", organisation_id, words, forward)


def log_agrees(key: Ed25519PublicKey) -> Agreement:
    """Return what looks through the audit chain with its signed checkpoints. Code: `log_broken`; nobody mends that."""

    def look(db: Db, organisation_id: str) -> Iterator[Disagreement]:
        fault = check_chain(db, organisation_id, key)
        if fault is not None:
            words = text(
                "The log of changes isn't whole from entry {n} on ({why}). Compare a backup.",
                n=fault.audit_seq, why=fault.reason,
            )  # fmt: skip
            yield Disagreement("log_broken", "audit_link", str(fault.audit_seq), words)

    return look


def files_agree(store: FileStore) -> Agreement:
    """Return what compares the book of files with the store. Codes: `file_missing`, `file_size_differs`."""

    def look(db: Db, organisation_id: str) -> Iterator[Disagreement]:
        rows = db.rows(
            "SELECT sha256, bytes FROM stored_file WHERE organisation_id = :o ORDER BY sha256", o=organisation_id
        )
        for sha256, size in rows:
            try:
                there = store.size(organisation_id, sha256)
            except FileNotFoundError:
                words = text("The file {hash} isn't in the store. Bring it back from a backup.", hash=sha256[:12])
                yield Disagreement("file_missing", "stored_file", sha256, words)
                continue
            if there != size:
                words = text("The file {hash} has {there} bytes and should have {size}. Bring it back from a backup.",
                             hash=sha256[:12], there=there, size=size)  # fmt: skip
                yield Disagreement("file_size_differs", "stored_file", sha256, words)

    return look
