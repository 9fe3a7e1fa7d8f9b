"""The outbox a second time, in an append-only file beside the store, for the day the store file is damaged or lost.

The file is text. Header lines are JSON objects; all other lines are base64 of `salt (16) + nonce (12) + sealed JSON`,
sealed with ChaCha20-Poly1305 under the file key and the header's `file` as associated data. The store derives the file
key from its own key and the salt; the institute finds it in the header, sealed to its X25519 public key by HPKE (RFC
9180: X25519, HKDF-SHA256, ChaCha20-Poly1305, info `campusdesk outbox`). The header is repeated every 64 lines, so that
a stretch of the file that was overwritten costs what was in it and no more.
"""

import base64
import binascii
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import ValidationError

from desktop.core import steps
from desktop.core.disk import Disk, LogFile
from desktop.core.steps import Step, no_step
from shared.core.command import Command

_INFO = b"campusdesk outbox"
_SALT, _NONCE = 16, 12
_HEADER_EVERY = 64
_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)


@dataclass(frozen=True)
class Owner:
    """Whose outbox it is, as the header says it in clear, so that the institute knows whom it concerns."""

    organisation_id: str
    person_id: str
    device_id: str


def _file_key(store_key: bytes, salt: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt, _INFO).derive(store_key)


class SealedOutbox:
    """The file of unanswered commands; one line for each."""

    def __init__(
        self,
        path: Path,
        store_key: bytes,
        owner: Owner,
        institute_key: bytes | None,
        disk: Disk,
        step: Step = no_step,
        random_bytes: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._path = path
        self._store_key = store_key
        self._owner = owner
        self._institute_key = institute_key
        self._disk = disk
        self._step = step
        self._random = random_bytes
        self._log: LogFile | None = None
        self._added = False
        self.lines = 0
        self._begin()

    def _begin(self) -> None:
        self._salt = self._random(_SALT)
        self._cipher = ChaCha20Poly1305(_file_key(self._store_key, self._salt))
        self._header = self._make_header()

    def _make_header(self) -> bytes:
        header: dict[str, Any] = {"campusdesk_outbox": 1, "file": self._salt.hex(), **vars(self._owner)}
        if self._institute_key is not None:
            key = _file_key(self._store_key, self._salt)
            sealed = _SUITE.encrypt(key, X25519PublicKey.from_public_bytes(self._institute_key), _INFO)
            header["sealed_key"] = base64.b64encode(sealed).decode()
        return json.dumps(header, separators=(",", ":")).encode() + b"\n"

    def _line(self, command: Command) -> bytes:
        nonce = self._random(_NONCE)
        sealed = self._cipher.encrypt(nonce, command.model_dump_json().encode(), self._salt)
        return base64.b64encode(self._salt + nonce + sealed) + b"\n"

    def _content(self, commands: Iterable[Command]) -> bytes:
        parts = []
        for command in commands:
            if self.lines % _HEADER_EVERY == 0:
                parts.append(self._header)
            parts.append(self._line(command))
            self.lines += 1
        return b"".join(parts)

    def append(self, commands: Sequence[Command]) -> None:
        """Add commands and wait until they are on disk; raises OSError, and then nothing was added."""
        if self._log is None:
            self._log = self._disk.open_log(self._path)
        before = self.lines
        try:
            self._log.append(self._content(commands))
        except OSError:
            self.lines = before
            raise
        self._added = True

    @contextmanager
    def undone_on_error(self) -> Iterator[None]:
        """Cut off what was appended within, when the store then refuses it after all."""
        self._added = False
        try:
            yield
        except Exception:
            if self._added and self._log is not None:
                self._log.take_back()
            raise

    def rewrite(self, commands: Iterable[Command]) -> None:
        """Replace the file by one with these commands only, under a key of its own."""
        self.close()
        self._begin()
        self.lines = 0
        content = self._content(commands) or self._header
        self._disk.replace(
            self._path,
            content,
            lambda in_place: self._step(steps.JOURNAL_REPLACED if in_place else steps.JOURNAL_REWRITTEN),
        )

    def tidy(self, unanswered: int, read: Callable[[], Iterable[Command]]) -> None:
        """Rewrite the file once most of its lines were answered."""
        if self.lines > 4 * unanswered + 4 * _HEADER_EVERY or (self.lines and not unanswered):
            try:
                self.rewrite(read())
            except OSError:
                return  # a longer file than needed does no harm; the next answer tries again

    def close(self) -> None:
        """Close the file."""
        if self._log is not None:
            self._log.close()
            self._log = None


def read_own(path: Path, store_key: bytes) -> list[Command]:
    """Return every command in the file that the store key opens, in order; damaged lines are passed over."""
    keys: dict[bytes, bytes] = {}

    def key_of(salt: bytes) -> bytes:
        if salt not in keys:
            keys[salt] = _file_key(store_key, salt)
        return keys[salt]

    return list(_commands(path.read_bytes(), key_of)) if path.exists() else []


def read_as_institute(content: bytes, private_key: X25519PrivateKey) -> list[Command]:
    """Return the commands of a file found on a disk, opened with the institute's private key."""
    keys: dict[bytes, bytes] = {}
    for header in headers(content):
        sealed = header.get("sealed_key")
        if sealed:
            keys[bytes.fromhex(header["file"])] = _SUITE.decrypt(base64.b64decode(sealed), private_key, _INFO)
    return list(_commands(content, keys.get))


def has_work(content: bytes) -> bool:
    """Tell whether a file has anything but headers."""
    return any(line and not line.startswith(b"{") for line in content.splitlines())


def headers(content: bytes) -> Iterator[dict[str, Any]]:
    """Yield the header lines that can be read."""
    for line in content.splitlines():
        if line.startswith(b'{"campusdesk_outbox"'):
            try:
                yield json.loads(line)
            except ValueError:
                continue


def _commands(content: bytes, key_of: Callable[[bytes], bytes | None]) -> Iterator[Command]:
    for line in content.splitlines():
        try:
            raw = base64.b64decode(line, validate=True)
            salt, nonce, sealed = raw[:_SALT], raw[_SALT : _SALT + _NONCE], raw[_SALT + _NONCE :]
            key = key_of(salt)
            if key is not None and len(sealed) >= _SALT:
                yield Command.model_validate_json(ChaCha20Poly1305(key).decrypt(nonce, sealed, salt))
        except (binascii.Error, InvalidTag, ValidationError):
            continue
