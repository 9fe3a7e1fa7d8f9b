"""Files that may be read once: sealed with a key of their own, so that forgetting the key is forgetting the file."""

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_BLOCK = 1 << 20
_TAG = 16
_MIDDLE, _LAST = b"more", b"last"


def seal(source: Path, target: Path) -> tuple[str, str]:
    """Write `source` sealed to `target`; returns its key (base64) and the SHA-256 of what was written (hex).

    Each block has its number as nonce and says whether it is the last, so that none can be moved or cut off.
    """
    key = AESGCM.generate_key(256)
    box, digest = AESGCM(key), hashlib.sha256()
    with source.open("rb") as reading, target.open("xb") as writing:
        number, block = 0, reading.read(_BLOCK)
        while True:
            following = reading.read(_BLOCK)
            packed = box.encrypt(_nonce(number), block, _MIDDLE if following else _LAST)
            digest.update(packed)
            writing.write(packed)
            if not following:
                break
            number, block = number + 1, following
    return base64.b64encode(key).decode(), digest.hexdigest()


def opened(file: BinaryIO, key: str) -> Iterator[bytes]:
    """Yield what was sealed, block by block. Raises InvalidTag where anything of it was altered."""
    box = AESGCM(base64.b64decode(key))
    with file:
        number, block = 0, file.read(_BLOCK + _TAG)
        while True:
            following = file.read(_BLOCK + _TAG)
            yield box.decrypt(_nonce(number), block, _MIDDLE if following else _LAST)
            if not following:
                return
            number, block = number + 1, following


def _nonce(number: int) -> bytes:
    return number.to_bytes(12)


__all__ = ["InvalidTag", "opened", "seal"]
