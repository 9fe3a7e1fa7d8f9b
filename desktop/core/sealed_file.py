"""A file sealed in pieces under the store's key: written from the front, gone on with after a crash, read anywhere.

The file begins with `CDF1`, a salt (16) and the size of what is sealed (8, big-endian). Then come pieces of 64 KiB,
each as `nonce (12) + AES-256-GCM` (twice as fast as ChaCha20-Poly1305 on processors of the last ten years); the last
one is shorter. Associated data are the SHA-256 of the whole, its size and the number of the piece, so that no piece
fits into another place or another file, and none can be missing.
"""

import hashlib
import io
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.core.errors import CampusError
from shared.core.text import text

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PIECE = 1 << 16
_MARK = b"CDF1"
_SALT, _NONCE, _TAG = 16, 12, 16
_HEAD = len(_MARK) + _SALT + 8
_SEALED = _NONCE + PIECE + _TAG
_READ_AHEAD = 16
RandomBytes = Callable[[int], bytes]


class _Seal:
    """The cipher of one file."""

    def __init__(self, key: bytes, salt: bytes, sha256: str, size: int) -> None:
        self._cipher = AESGCM(HKDF(hashes.SHA256(), 32, salt, b"campusdesk file").derive(key))
        self._bound = bytes.fromhex(sha256) + struct.pack(">Q", size)

    def close(self, number: int, piece: memoryview, nonce: bytes) -> tuple[bytes, bytes]:
        return nonce, self._cipher.encrypt(nonce, piece, self._bound + struct.pack(">Q", number))

    def open(self, number: int, sealed: bytes) -> bytes:
        """Raises InvalidTag."""
        return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], self._bound + struct.pack(">Q", number))


def file_damaged() -> CampusError:
    """Return the error for a file on this computer that can't be read any more."""
    message = text("This file is damaged on this computer. Remove it here, and fetch it again from the server.")
    return CampusError("file_damaged", message)


class SealedWriter:
    """Seals a file at `path` from front to back. Opening one that was begun goes on behind its last whole piece."""

    def __init__(self, path: Path, key: bytes, sha256: str, size: int, random_bytes: RandomBytes = os.urandom) -> None:
        self.sha256, self.size, self.path = sha256, size, path
        self._random = random_bytes
        self._digest = hashlib.sha256()
        self._held = bytearray()
        self._number = 0
        handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        self._file: BinaryIO = os.fdopen(handle, "r+b", buffering=0)
        head = self._file.read(_HEAD)
        known = len(head) == _HEAD and head.startswith(_MARK) and head[-8:] == struct.pack(">Q", size)
        salt = head[len(_MARK) : -8] if known else random_bytes(_SALT)
        self._seal = _Seal(key, salt, sha256, size)
        if known:
            self._take_up()
        else:
            self._cut(0)
            self._write(_MARK + salt + struct.pack(">Q", size))

    def _take_up(self) -> None:
        """Read what is there, as far as it is whole."""
        while len(sealed := self._file.read(_SEALED)) == _SEALED:
            try:
                self._digest.update(self._seal.open(self._number, sealed))
            except InvalidTag:
                break  # power was lost before all of it was on disk
            self._number += 1
        self._cut(_HEAD + self._number * _SEALED)

    def _cut(self, end: int) -> None:
        self._file.seek(end)
        self._file.truncate()

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) or 0 :]

    @property
    def at(self) -> int:
        """How many bytes are taken so far; after a crash, those that are no whole piece are asked for again."""
        return self._number * PIECE + len(self._held)

    def write(self, data: bytes) -> None:
        """Take more: `hash` and `seal` in one. Raises CampusError `file_hash_wrong` as `seal` does."""
        self.hash(data)
        self.seal(data)

    def hash(self, data: bytes) -> None:
        """Take more into the hash of the whole; the same must be given to `seal`, maybe on another thread."""
        self._digest.update(data)

    def seal(self, data: bytes) -> None:
        """Seal and write what is a whole piece. Raises CampusError `file_hash_wrong` where it is too much."""
        if self.at + len(data) > self.size:
            raise hash_wrong()
        self._held += data
        whole = len(self._held) // PIECE * PIECE
        if whole:
            self._close_pieces(whole)

    def _close_pieces(self, end: int) -> None:
        sealed: list[bytes] = []
        with memoryview(self._held) as held:
            for at in range(0, end, PIECE):
                sealed += self._seal.close(self._number, held[at : min(at + PIECE, end)], self._random(_NONCE))
                self._number += 1
        self._write(b"".join(sealed))
        del self._held[:end]

    def finish(self) -> None:
        """Seal the rest and wait until all is on disk. Raises CampusError `file_hash_wrong` for another file."""
        if self.at != self.size:
            raise hash_wrong()
        if self._held:
            self._close_pieces(len(self._held))
        if self._digest.hexdigest() != self.sha256:
            raise hash_wrong()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file; what isn't a whole piece is asked for again."""
        self._file.close()


def hash_wrong() -> CampusError:
    """Return the error for a file that isn't what its hash says."""
    return CampusError("file_hash_wrong", text("The file didn't arrive as it was sent. It is fetched again."))


class SealedReader(io.RawIOBase):
    """A sealed file as an ordinary one: `read`, `seek` and `tell`, from any place, nothing in clear on disk.

    Raises CampusError `file_damaged` where a piece isn't what was written.
    """

    def __init__(self, path: Path, key: bytes, sha256: str) -> None:
        super().__init__()
        self._file = path.open("rb", buffering=0)
        head = self._file.read(_HEAD)
        if len(head) != _HEAD or not head.startswith(_MARK):
            self._file.close()
            raise file_damaged()
        (self.size,) = struct.unpack(">Q", head[-8:])
        self._seal = _Seal(key, head[len(_MARK) : -8], sha256, self.size)
        self._at = 0
        self._known: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        """It is for reading."""
        return True

    def seekable(self) -> bool:
        """It can be read from any place."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to a place."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def tell(self) -> int:
        """Return the place."""
        return self._at

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Fill a buffer as far as one run of pieces goes."""
        if self._at >= self.size:
            return 0
        room = memoryview(buffer).cast("B")
        number, inside = divmod(self._at, PIECE)
        count = min(_READ_AHEAD, -(-(inside + len(room)) // PIECE))
        piece = self._pieces(number, count)[inside : inside + len(room)]
        room[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _pieces(self, number: int, count: int) -> bytes:
        if count == 1 and self._known[0] == number:
            return self._known[1]
        self._file.seek(_HEAD + number * _SEALED)
        sealed = self._file.read(min(count, -(-self.size // PIECE) - number) * _SEALED)
        try:
            opened = b"".join(
                self._seal.open(number + at, sealed[at * _SEALED : (at + 1) * _SEALED])
                for at in range(count)
                if at * _SEALED < len(sealed)
            )
        except InvalidTag:
            raise file_damaged() from None
        if len(opened) < min(count * PIECE, self.size - number * PIECE):
            raise file_damaged()
        if count == 1:
            self._known = (number, opened)
        return opened

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()
