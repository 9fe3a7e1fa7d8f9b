"""The messages of the sync exchange: commands up, outcomes and the present state of rows down."""

import hashlib
from collections.abc import Iterable
from typing import Any

from pydantic import ConfigDict, Field

from shared.core.actor import Actor
from shared.core.command import Command, Id
from shared.core.outcome import Outcome
from shared.core.strict import StrictModel

PROTOCOL = 1
PAGE_ROWS = 500
MAX_COMMANDS = 500
ALL_SCOPE = "all"
"""The scope of people who may see every row of their organisation; it matches every row."""


class _Message(StrictModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Cursor(_Message):
    """How far a device has read: stored in the same transaction that applies the page.

    `chain` is the hash of the last audit link whose rows all lie at or below `seq` (empty before the first).
    """

    server_epoch: str
    scope_revision: str = ""
    seq: int = Field(ge=0)
    chain: str = ""


class SnapshotTask(_Message):
    """Rows of gained scopes still to be fetched: those with `after < seq <= until`, in feed order."""

    scopes: tuple[str, ...]
    after: int = Field(ge=0)
    until: int = Field(ge=0)


class SyncRequest(_Message):
    """One exchange: at most `MAX_COMMANDS` commands up; at most one page of the feed and of a snapshot down.

    `actor_revision` is `Actor.revision` of the person as the device knows him or her; None asks for no news of that.
    """

    protocol: int
    device_id: Id
    install_epoch: int = Field(ge=1)
    commands: tuple[Command, ...] = Field(default=(), max_length=MAX_COMMANDS)
    cursor: Cursor | None = None
    snapshot: SnapshotTask | None = None
    page_rows: int = Field(default=PAGE_ROWS, ge=0, le=PAGE_ROWS)
    known_kinds: tuple[str, ...] = ()
    actor_revision: str | None = Field(default=None, max_length=64)
    device_time: str = ""


class Change(_Message):
    """The present state of one row. `deleted` rows are tombstones and have no body.

    `scope` and `also` are the two scopes that show the row; `parent` is the row it hangs on in lists.
    """

    seq: int
    kind: str
    id: str
    revision: str
    parent: str | None = None
    scope: str
    also: str | None = None
    deleted: bool = False
    body: dict[str, Any] | None = None


class RestoredLog(_Message):
    """The entry that a restore puts into the audit log: where the log of the backup ended, and the epoch that began.

    `chain` is hex; `signature` (base64) is the server's over `restored_words`.
    """

    audit_seq: int = Field(ge=0)
    chain: str
    server_epoch: str
    signature: str


def restored_words(organisation_id: str, audit_seq: int, chain: str, epoch: str) -> bytes:
    """Return what the server signs when it takes a log up again from a backup."""
    return f"restored\n{organisation_id}\n{audit_seq}\n{chain}\n{epoch}".encode()


class SyncResponse(_Message):
    """The answer to one exchange.

    `cursor` replaces the device's. `scopes` is set when the scope revision differs from the device's: the device
    fetches what it gained and drops what it lost once its outbox is answered. `new_epoch` tells it to mark its base
    rows stale, start at the cursor given and offer the commands again that it kept. `restored` is then the signed entry
    of the restore that began it; without one the log is shorter and nobody signed why. `renew_install` tells a cloned
    install to take the new epoch given and number its commands afresh. `unknown_kind` stops a cursor before a row
    kind that the device does not know. `actor` is the person with roles and rights as they are now, where the device
    knows them otherwise.
    """

    outcomes: tuple[Outcome, ...] = ()
    changes: tuple[Change, ...] = ()
    cursor: Cursor
    more: bool = False
    snapshot_changes: tuple[Change, ...] = ()
    snapshot: SnapshotTask | None = None
    snapshot_done: bool = False
    scopes: tuple[str, ...] | None = None
    new_epoch: bool = False
    restored: RestoredLog | None = None
    renew_install: int | None = None
    unknown_kind: str | None = None
    server_time: str = ""
    lease: str | None = None
    actor: Actor | None = None


class ScopeDigest(_Message):
    """Count and order-free hash of the (id, revision) pairs of a scope's living rows."""

    scope: str
    count: int
    digest: str


def digest_rows(scope: str, rows: Iterable[tuple[str, str]]) -> ScopeDigest:
    """Return the digest of (id, revision) pairs; their order does not matter."""
    total, count = 0, 0
    for entity_id, revision in rows:
        packed = hashlib.sha256(f"{entity_id}\x1f{revision}".encode()).digest()
        total = (total + int.from_bytes(packed[:16])) % (1 << 128)
        count += 1
    return ScopeDigest(scope=scope, count=count, digest=f"{total:032x}")


class CheckRequest(_Message):
    """Asks the server to compare scope digests at the device's cursor."""

    cursor: Cursor
    digests: tuple[ScopeDigest, ...] = Field(max_length=5_000)


class CheckResponse(_Message):
    """`comparable` is false while the device is behind the feed's head; `mismatched` scopes are to be pulled again."""

    comparable: bool
    mismatched: tuple[str, ...] = ()
