"""The audit chain: one link per transaction over salted digests of details that are stored erasably."""

import base64
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from server.core.database import Db
from shared.core.clock import instant_text, parse_instant
from shared.core.command import hash_of

_LINKS = """
SELECT audit_seq, seq_to, digest, chain, actor_id, device_id, made_at, note FROM audit_link
WHERE organisation_id = :organisation_id AND audit_seq > :after ORDER BY audit_seq LIMIT 1000
"""
_COMMANDS = """
SELECT audit_seq, id, hash, verdict, digest, salt, detail, type, target_id FROM command_log
WHERE organisation_id = :organisation_id AND audit_seq BETWEEN :low AND :high
ORDER BY audit_seq, id
"""
_HEAD = """
SELECT h.audit_seq, h.chain, (SELECT max(l.audit_seq) FROM audit_link l WHERE l.organisation_id = :organisation_id)
FROM feed_head h WHERE h.organisation_id = :organisation_id
"""
_SIGNED = """
SELECT audit_seq, chain, made_at, signature FROM audit_checkpoint WHERE organisation_id = :organisation_id
"""
_STANDS = """
SELECT h.audit_seq, h.chain, c.audit_seq, c.made_at FROM feed_head h
LEFT JOIN audit_checkpoint c ON c.organisation_id = h.organisation_id AND c.audit_seq = (SELECT max(k.audit_seq)
FROM audit_checkpoint k WHERE k.organisation_id = :organisation_id)
WHERE h.organisation_id = :organisation_id
"""
_SIGN = """
INSERT INTO audit_checkpoint (organisation_id, audit_seq, chain, made_at, signature)
VALUES (:organisation_id, :audit_seq, :chain, :made_at, :signature) ON CONFLICT DO NOTHING
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


def check_chain(db: Db, organisation_id: str, key: Ed25519PublicKey | None = None) -> ChainFault | None:
    """Recompute the whole chain of an organisation and return the first fault, or None.

    Faults: `gap` (a link is missing), `digest` (a link's commands differ), `detail` (a detail was altered), `content`
    (a command's type or target was), `chain` (a link doesn't follow), `checkpoint` (the chain was another one when it
    was signed, or the signature isn't ours; only where the server's key is given), `head` (the head names another end:
    the tail was cut). What is added while this runs is left for the next time.
    """
    signed = _checkpoints(db, organisation_id)
    head = db.one(_HEAD, organisation_id=organisation_id)
    last = int(head[0]) if head is not None else 0
    expected, chain = 1, b""
    for link, commands in _links(db, organisation_id):
        if expected > last:
            break
        if link[0] != expected:
            return ChainFault(expected, "gap")
        chain = hashlib.sha256(chain + bytes(link[2])).digest()
        reason = _wrong(link, commands, chain)
        if reason is None and key is not None and expected in signed:
            reason = None if _is_signed(signed[expected], key, organisation_id, chain) else "checkpoint"
        if reason is not None:
            return ChainFault(expected, reason)
        expected += 1
    stands = head is not None and (last, bytes(head[1])) == (expected - 1, chain) and head[2] in {None, last}
    return None if stands and max(signed, default=0) <= last else ChainFault(expected, "head")


def _wrong(link: Sequence[Any], commands: Sequence[Any], chain: bytes) -> str | None:
    """Return what is wrong with one link, whose chain must be `chain`."""
    _, _, digest, stored, actor_id, device_id, made_at, note = link
    lines = [AuditLine(one[1], one[2], one[3] or "", one[4]) for one in commands]
    if any(one[6] is not None and detail_digest(one[5] or "", one[6]) != one[4] for one in commands):
        return "detail"
    if not all(_has_its_content(one) for one in commands):
        return "content"
    if link_digest(actor_id, device_id, made_at, lines, note) != bytes(digest):
        return "digest"
    return "chain" if chain != bytes(stored) else None


def _has_its_content(row: Sequence[Any]) -> bool:
    """Tell whether a command's type and target are still those that its hash was made of, as far as it is kept."""
    command_id, stored, detail, kind, target_id = row[1], row[2], row[6], row[7], row[8]
    if detail is None:
        return True
    kept = json.loads(detail)
    content = [command_id, kind, kept["type_version"], kept["targets"], kept["payload"], kept["observed_at"]]
    return bool(hash_of(content) == stored and kept["targets"][0][0] == target_id)


# --------------------------------------------------------------------------------------------------------- checkpoints


@dataclass(frozen=True)
class Checkpoint:
    """Where a chain stood, signed by the server."""

    audit_seq: int
    chain: bytes
    made_at: str
    signature: str


def checkpoint_text(organisation_id: str, audit_seq: int, chain: bytes, made_at: str) -> bytes:
    """Return what a checkpoint signs."""
    return f"checkpoint\n{organisation_id}\n{audit_seq}\n{chain.hex()}\n{made_at}".encode()


def sign_checkpoint(db: Db, organisation_id: str, key: Ed25519PrivateKey, now: datetime, links: int, age: float) -> int:
    """Sign where the chain stands if `links` were added since the last checkpoint, or any and it is `age` seconds old.

    Returns 1 where it was signed, 0 otherwise; two processes at once sign it once.
    """
    row = db.one(_STANDS, organisation_id=organisation_id)
    if row is None or int(row[0]) == int(row[2] or 0):
        return 0
    fresh = row[3] is not None and (now - parse_instant(row[3])).total_seconds() < age
    if int(row[0]) - int(row[2] or 0) < links and fresh:
        return 0
    seq, chain, made_at = int(row[0]), bytes(row[1]), instant_text(now)
    signature = base64.b64encode(key.sign(checkpoint_text(organisation_id, seq, chain, made_at))).decode()
    place = {"organisation_id": organisation_id, "audit_seq": seq}
    return db.run(_SIGN, **place, chain=chain, made_at=made_at, signature=signature)


def _checkpoints(db: Db, organisation_id: str) -> dict[int, Checkpoint]:
    rows = db.rows(_SIGNED, organisation_id=organisation_id)
    return {int(row[0]): Checkpoint(int(row[0]), bytes(row[1]), row[2], row[3]) for row in rows}


def _is_signed(given: Checkpoint, key: Ed25519PublicKey, organisation_id: str, chain: bytes) -> bool:
    try:
        signature = base64.b64decode(given.signature, validate=True)
        key.verify(signature, checkpoint_text(organisation_id, given.audit_seq, chain, given.made_at))
    except (InvalidSignature, ValueError):
        return False
    return given.chain == chain


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
