"""Checks an audit log on its own: it shares no code with the server and takes plain rows, as any program reads them.

What it needs is written in docs/architecture.md: the rows of one institute, the server's public key (32 bytes), and
where somebody saw the chain stand (place and hash). `verify` returns what is wrong in a word, or None.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Row = Mapping[str, Any]


def _sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def _packed(value: Any, *, sort_keys: bool = False) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=sort_keys).encode()


def _command_wrong(command: Row) -> str | None:
    """A command's detail is under its salted digest, and its content under its hash; both until they are erased."""
    detail = command["detail"]
    if detail is None:
        return None
    salted = f"{command['salt'] or ''}\x1f{detail}".encode()
    if hashlib.sha256(salted).hexdigest() != command["digest"]:
        return "detail"
    kept = json.loads(detail)
    content = [
        command["id"], command["type"], kept["type_version"], kept["targets"], kept["payload"], kept["observed_at"],
    ]  # fmt: skip
    if hashlib.sha256(_packed(content, sort_keys=True)).hexdigest() != command["hash"]:
        return "content"
    return None if kept["targets"][0][0] == command["target_id"] else "content"


def verify(
    organisation_id: str,
    head: Row,
    links: Sequence[Row],
    commands: Sequence[Row],
    checkpoints: Sequence[Row],
    public_key: bytes,
    seen: Sequence[tuple[int, bytes]] = (),
) -> str | None:
    """Return what is wrong with a log, None where it is whole and goes on from everything that was seen of it."""
    wrong = next((found for found in map(_command_wrong, commands) if found), None)
    if wrong is not None:
        return wrong
    stood: dict[int, bytes] = {0: b""}
    wrong = _links_wrong(links, commands, stood)
    if wrong is None and (int(head["audit_seq"]), bytes(head["chain"])) != (len(links), stood[len(links)]):
        wrong = "head"
    key = Ed25519PublicKey.from_public_bytes(public_key)
    if wrong is None:
        wrong = next((found for one in checkpoints if (found := _signed_wrong(organisation_id, one, key, stood))), None)
    if wrong is None and any(stood.get(place) != known for place, known in seen):
        wrong = "seen otherwise"
    return wrong


def _links_wrong(links: Sequence[Row], commands: Sequence[Row], stood: dict[int, bytes]) -> str | None:
    """Each link follows the one before; `stood` gets the chain as it was at each place."""
    by_link: dict[int, list[Row]] = {}
    for command in commands:
        if command["audit_seq"] is not None:
            by_link.setdefault(int(command["audit_seq"]), []).append(command)
    for expected, link in enumerate(sorted(links, key=lambda row: int(row["audit_seq"])), start=1):
        own = by_link.pop(expected, [])
        lines = sorted([one["id"], one["hash"], one["verdict"] or "", one["digest"]] for one in own)
        told = [link["actor_id"], link["device_id"], link["made_at"], link["note"]]
        digest = _sha(_packed([told, lines]))
        stood[expected] = _sha(stood[expected - 1], digest)
        if int(link["audit_seq"]) != expected:
            return "gap"
        if digest != bytes(link["digest"]):
            return "digest"
        if stood[expected] != bytes(link["chain"]):
            return "chain"
    return "command without a link" if by_link else None


def _signed_wrong(organisation_id: str, one: Row, key: Ed25519PublicKey, stood: Mapping[int, bytes]) -> str | None:
    """A checkpoint carries the server's signature over where the chain stood, and it stood there."""
    place = int(one["audit_seq"])
    signed = f"checkpoint\n{organisation_id}\n{place}\n{bytes(one['chain']).hex()}\n{one['made_at']}"
    try:
        key.verify(base64.b64decode(one["signature"], validate=True), signed.encode())
    except (InvalidSignature, ValueError):
        return "signature"
    return None if stood.get(place) == bytes(one["chain"]) else "checkpoint"
