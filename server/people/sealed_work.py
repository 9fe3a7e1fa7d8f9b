"""Opens unsent work that a device sealed to the institute, with the institute's private key.

The format is the desktop's sealed outbox: header lines in JSON carry the file key sealed by HPKE (RFC 9180: X25519,
HKDF-SHA256, ChaCha20-Poly1305, info `campusdesk outbox`); every other line is base64 of salt (16), nonce (12) and one
command under ChaCha20-Poly1305 with the salt as associated data.
"""

import base64
import binascii
import json
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from pydantic import ValidationError

from shared.core.command import Command

_INFO = b"campusdesk outbox"
_SALT, _NONCE = 16, 12
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


@dataclass(frozen=True)
class SealedWork:
    """What a sealed file holds: whose it is, and its commands; `unreadable` counts lines that can't be opened."""

    person_id: str
    device_id: str
    commands: tuple[Command, ...]
    unreadable: int


def open_sealed(content: bytes, private_key: X25519PrivateKey) -> SealedWork:
    """Return what is in a sealed file; damaged lines are counted and passed over."""
    keys: dict[bytes, bytes] = {}
    person_id = device_id = ""
    commands: dict[str, Command] = {}
    unreadable = 0
    for line in content.splitlines():
        if line.startswith(b"{"):
            person_id, device_id = _header(line, private_key, keys) or (person_id, device_id)
        elif line:
            command = _command(line, keys)
            unreadable += command is None
            commands |= {command.id: command} if command else {}
    ordered = sorted(commands.values(), key=lambda one: (one.install_epoch, one.device_seq))
    return SealedWork(person_id, device_id, tuple(ordered), unreadable)


def _header(line: bytes, private_key: X25519PrivateKey, keys: dict[bytes, bytes]) -> tuple[str, str] | None:
    try:
        header = json.loads(line)
        sealed = base64.b64decode(header["sealed_key"])
        keys[bytes.fromhex(header["file"])] = _SUITE.decrypt(sealed, private_key, _INFO)
        return str(header["person_id"]), str(header["device_id"])
    except (ValueError, KeyError, InvalidTag):
        return None


def _command(line: bytes, keys: dict[bytes, bytes]) -> Command | None:
    try:
        raw = base64.b64decode(line, validate=True)
        salt, nonce, sealed = raw[:_SALT], raw[_SALT : _SALT + _NONCE], raw[_SALT + _NONCE :]
        return Command.model_validate_json(ChaCha20Poly1305(keys[salt]).decrypt(nonce, sealed, salt))
    except (binascii.Error, KeyError, InvalidTag, ValidationError, ValueError):
        return None
