"""Work off the GUI thread: one call, three lanes, results always back on the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, QRunnable, QThreadPool, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

ResultT = TypeVar("ResultT")
_POOL_THREADS = 3


class Lane(StrEnum):
    """Where work runs: local writes and network calls one at a time each, everything else in a small pool."""

    LOCAL_WRITE = "local-write"
    NETWORK = "network"
    POOL = "pool"


class _Delivery(QObject):
    """Lives on the GUI thread and hands the result over there; kept alive until it has."""

    finished = Signal(object, object)

    def __init__(
        self, owner: QObject, on_ok: Callable[[Any], object] | None, on_error: Callable[[Exception], object] | None
    ) -> None:
        super().__init__()
        self.owner, self._on_ok, self._on_error = owner, on_ok, on_error
        self.finished.connect(self._deliver)

    def _deliver(self, result: object, error: Exception | None) -> None:
        _waiting.discard(self)
        if not isValid(self.owner):
            return
        if error is None:
            if self._on_ok is not None:
                self._on_ok(result)
        elif self._on_error is not None:
            self._on_error(error)
        else:
            raise error


class _Task(QRunnable):
    def __init__(self, work: Callable[[], object], delivery: _Delivery) -> None:
        super().__init__()
        self._work, self._delivery = work, delivery

    def run(self) -> None:
        result: object = None
        error: Exception | None = None
        try:
            result = self._work()
        except Exception as raised:  # noqa: BLE001 - every failure belongs to the caller, on its own thread
            error = raised
        if isValid(self._delivery):
            self._delivery.finished.emit(result, error)


_waiting: set[_Delivery] = set()
_lanes: dict[Lane, QThreadPool] = {}


def _lane(lane: Lane) -> QThreadPool:
    pool = _lanes.get(lane)
    if pool is None or not isValid(pool):
        app = QCoreApplication.instance()
        pool = QThreadPool(app)
        pool.setMaxThreadCount(_POOL_THREADS if lane is Lane.POOL else 1)
        _lanes[lane] = pool
        if app is not None:
            app.aboutToQuit.connect(pool.waitForDone)
    return pool


def run_in_background(
    work: Callable[[], ResultT],
    on_ok: Callable[[ResultT], object] | None,
    on_error: Callable[[Exception], object] | None,
    owner: QObject,
    lane: Lane = Lane.POOL,
) -> None:
    """Run ``work`` on a lane and call ``on_ok(result)`` or ``on_error(exception)`` on the GUI thread.

    Call it from the GUI thread. When ``owner`` is gone by then, nothing is called. Without ``on_error`` a failure is
    raised on the GUI thread, where it counts as a crash. Work of one serial lane runs in the order it was given.
    """
    delivery = _Delivery(owner, on_ok, on_error)
    _waiting.add(delivery)
    _lane(lane).start(_Task(work, delivery))


def has_background(widget: QWidget) -> bool:
    """Tell whether something that a widget or a part of it asked for is still on its way."""
    owners = [one.owner for one in _waiting if isValid(one.owner)]
    return any(_is_part(owner, widget) for owner in owners)


def _is_part(owner: QObject, widget: QWidget) -> bool:
    above: QObject | None = owner
    while above is not None and above is not widget:
        above = above.parent()
    return above is widget


def wait_for_background(milliseconds: int = 30_000) -> bool:
    """Wait until every lane is empty, as the program does at its end; False when the time ran out."""
    return all(pool.waitForDone(milliseconds) for pool in _lanes.values() if isValid(pool))
