"""Seals what comes on a thread of its own, so that hashing, sealing and writing go on while the next piece arrives."""

import queue
import threading
from types import TracebackType
from typing import Self

from desktop.core.sealed_file import SealedWriter

_MOST_WAITING = 8


class Sealing:
    """A `with` block around a writer; at its end all that was put is written. At most 8 pieces wait in memory.

    What went wrong while writing is raised by the next `put` or at the end of the block.
    """

    def __init__(self, writer: SealedWriter) -> None:
        self._writer = writer
        self._pieces: queue.Queue[bytes | None] = queue.Queue(_MOST_WAITING)
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="sealing", daemon=True)
        self.taken = writer.at

    def __enter__(self) -> Self:
        """Start the thread."""
        self._thread.start()
        return self

    def put(self, piece: bytes) -> None:
        """Hand on a piece; waits while too many do."""
        if self._failure is not None:
            raise self._failure
        self._pieces.put(piece)
        self.taken += len(piece)

    def _work(self) -> None:
        while (piece := self._pieces.get()) is not None:
            if self._failure is None:
                try:
                    self._writer.write(piece)
                except BaseException as failure:  # noqa: BLE001 - it is raised where the pieces come from
                    self._failure = failure

    def __exit__(
        self, _kind: type[BaseException] | None, problem: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Wait until all is written."""
        self._pieces.put(None)
        self._thread.join()
        if problem is None and self._failure is not None:
            raise self._failure
