"""Reads a file that lies elsewhere as if it were here: in ranges, as they are wanted, block by block."""

import io
from collections.abc import Callable
from typing import Any, BinaryIO, cast

from server.core.file_store import BLOCK

Fetch = Callable[[int, int], bytes]
"""Returns this many bytes from this place; fewer only at the end of the file."""


class _Ranges(io.RawIOBase):
    """A file of `size` bytes whose content `fetch` brings."""

    def __init__(self, size: int, fetch: Fetch) -> None:
        self._size, self._fetch, self._at = size, fetch, 0

    def readable(self) -> bool:
        """It is for reading."""
        return True

    def seekable(self) -> bool:
        """Any place can be gone to."""
        return True

    def tell(self) -> int:
        """Return the place."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place; nothing is fetched by that."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readall(self) -> bytes:
        """Fetch the rest, block by block: the library's own way asks for 8 KB at a time."""
        return b"".join(iter(lambda: self.read(BLOCK) or b"", b""))

    def readinto(self, buffer: Any, /) -> int:
        """Fetch the next bytes."""
        view = memoryview(buffer).cast("B")
        wanted = min(len(view), self._size - self._at)
        if wanted <= 0:
            return 0
        content = self._fetch(self._at, wanted)
        view[: len(content)] = content
        self._at += len(content)
        return len(content)


def reading(size: int, fetch: Fetch) -> BinaryIO:
    """Return a file of `size` bytes for reading; small reads share one fetch of a block."""
    return cast("BinaryIO", io.BufferedReader(_Ranges(size, fetch), BLOCK))
