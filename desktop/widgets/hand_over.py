"""Hands what other threads say to the GUI thread, where whom it is for may be gone by then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid


class _Carrier(QObject):
    """Lives on the GUI thread as long as the program.

    A signal is only ever sent through this one: a page's own would be sent through an object that its window may be
    taking apart in the same moment, which ends the program.
    """

    came = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self.came.connect(self._give)

    def _give(self, take: Callable[[Any], object], said: object) -> None:
        take(said)

    def carry(self, take: Callable[[Any], object], said: object) -> None:
        # At the very end of the program it is gone with everything else.
        if isValid(self):
            self.came.emit(take, said)


_carriers: list[_Carrier] = []


def carrier() -> Callable[[Callable[[Any], object], object], None]:
    """Return what any thread may call as `carry(take, said)`: the GUI thread calls `take(said)`, in the order given.

    Call this one on the GUI thread. Where `carry` is called on the GUI thread itself, `take` is called at once.
    """
    if not _carriers or not isValid(_carriers[0]):
        _carriers[:] = [_Carrier()]
    return _carriers[0].carry


class _Inbox:
    """What one owner is told; emptied on the GUI thread, so that no other thread is the last to know of a page."""

    def __init__(self, owner: QObject, slot: Callable[[Any], object]) -> None:
        self._owner: QObject | None = owner
        self._slot: Callable[[Any], object] | None = slot
        self._carry = carrier()
        owner.destroyed.connect(self.close)

    def put(self, said: Any) -> None:
        self._carry(self._take, said)

    def _take(self, said: object) -> None:
        if self._slot is not None and self._owner is not None and isValid(self._owner):
            self._slot(said)

    def close(self) -> None:
        self._owner = self._slot = None


def handed_over(owner: QObject, slot: Callable[[Any], object]) -> Callable[[Any], None]:
    """Return what any thread may call with one thing to say: the GUI thread calls `slot` with it while `owner` lives.

    Call this one on the GUI thread. What is said after the end of `owner` is dropped without a word.
    """
    return _Inbox(owner, slot).put
