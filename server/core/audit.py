"""The audit chain: one link per transaction over salted digests of details that are stored erasably."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from server.core.database import Db

_LINKS = """
SELECT audit_seq, seq_to, digest, chain, actor_id, device_id, made_at, note FROM audit_link
WHERE organisation_id = :organisation_id AND audit_seq > :after ORDER BY audit_seq LIMIT 1000
"""
_COMMANDS = """
SELECT audit_seq, id, hash, verdict, digest, salt, detail FROM command_log
WHERE organisation_id = :organisation_id AND audit_seq BETWEEN :low AND :high
ORDER BY audit_seq, id
"""


@dataclass(frozen=True)
class AuditLine:
    """What the chain keeps of one command for ever: id, content hash, verdict and the salted digest of its detail."""

    command_id: str
    content_hash: str
    verdict: str
    digest: str


def detail_digest(salt: str, detail: str) -> str:
    """Return the SHA-256 (hex) that stays when salt and detail are erased."""
    return hashlib.sha256(f"{salt}\x1f{detail}".encode()).hexdigest()


def link_digest(
    actor_id: str | None, device_id: str | None, made_at: str, lines: Sequence[AuditLine], note: str | None = None
) -> bytes:
    """Return what one link adds to the chain: `chain_n = SHA256(chain_(n-1) || link_digest)`."""
    content = [actor_id, device_id, made_at, note]
    commands = sorted([line.command_id, line.content_hash, line.verdict, line.digest] for line in lines)
    packed = json.dumps([content, commands], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(packed.encode()).digest()


@dataclass(frozen=True)
class ChainFault:
    """The first place where the log doesn't agree with its chain."""

    audit_seq: int
    reason: str


def check_chain(db: Db, organisation_id: str) -> ChainFault | None:
    """Recompute the whole chain of an organisation and return the first fault, or None.

    Faults: `gap` (a link is missing), `digest` (a link's commands differ), `detail` (a detail was altered), `chain` (a
    link doesn't follow), `head` (the head names another end: the tail was cut).
    """
    expected, chain = 1, b""
    for link, commands in _links(db, organisation_id):
        audit_seq, _, digest, stored, actor_id, device_id, made_at, note = link
        if audit_seq != expected:
            return ChainFault(expected, "gap")
        lines = [AuditLine(one[1], one[2], one[3] or "", one[4]) for one in commands]
        if any(one[6] is not None and detail_digest(one[5] or "", one[6]) != one[4] for one in commands):
            return ChainFault(audit_seq, "detail")
        if link_digest(actor_id, device_id, made_at, lines, note) != bytes(digest):
            return ChainFault(audit_seq, "digest")
        chain = hashlib.sha256(chain + bytes(digest)).digest()
        if chain != bytes(stored):
            return ChainFault(audit_seq, "chain")
        expected += 1
    head = db.one("SELECT audit_seq, chain FROM feed_head WHERE organisation_id = :o", o=organisation_id)
    if head is None or (int(head[0]), bytes(head[1])) != (expected - 1, chain):
        return ChainFault(expected, "head")
    return None


def _links(db: Db, organisation_id: str) -> Iterator[tuple[Any, list[Any]]]:
    after = 0
    while links := db.rows(_LINKS, organisation_id=organisation_id, after=after):
        low, high = links[0][0], links[-1][0]
        commands: dict[int, list[Any]] = {}
        for row in db.rows(_COMMANDS, organisation_id=organisation_id, low=low, high=high):
            commands.setdefault(row[0], []).append(row)
        for link in links:
            yield link, commands.get(link[0], [])
        after = high
