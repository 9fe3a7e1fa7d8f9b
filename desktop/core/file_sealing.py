"""Hashes and seals what comes on threads of their own, so that both go on while the next piece arrives."""

import queue
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from desktop.core.sealed_file import SealedWriter

_MOST_WAITING = 8


class Sealing:
    """A `with` block around a writer; at its end all that was put is written. At most 8 pieces wait in memory.

    What went wrong while writing is raised by the next `put` or at the end of the block.
    """

    def __init__(self, writer: SealedWriter) -> None:
        self.taken = writer.at
        self._lanes = (_Lane(writer.hash, "hashing"), _Lane(writer.seal, "sealing"))

    def __enter__(self) -> Self:
        """Start the threads."""
        for lane in self._lanes:
            lane.start()
        return self

    def put(self, piece: bytes) -> None:
        """Hand on a piece; waits while too many do."""
        for lane in self._lanes:
            if lane.failure is not None:
                raise lane.failure
            lane.pieces.put(piece)
        self.taken += len(piece)

    def __exit__(
        self, _kind: type[BaseException] | None, problem: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Wait until all is written."""
        for lane in self._lanes:
            lane.pieces.put(None)
        for lane in self._lanes:
            lane.join()
        for lane in self._lanes:
            if problem is None and lane.failure is not None:
                raise lane.failure


class _Lane(threading.Thread):
    """Gives each piece to `work`, in order; after a failure the rest is thrown away."""

    def __init__(self, work: Callable[[bytes], None], name: str) -> None:
        super().__init__(name=name, daemon=True)
        self.pieces: queue.Queue[bytes | None] = queue.Queue(_MOST_WAITING)
        self.failure: BaseException | None = None
        self._work = work

    def run(self) -> None:
        while (piece := self.pieces.get()) is not None:
            if self.failure is None:
                try:
                    self._work(piece)
                except BaseException as failure:  # noqa: BLE001 - it is raised where the pieces come from
                    self.failure = failure
