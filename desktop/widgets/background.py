"""Work off the GUI thread: one call, three lanes, results always back on the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, QRunnable, QThreadPool
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from desktop.widgets.hand_over import carrier

ResultT = TypeVar("ResultT")
_POOL_THREADS = 3


class Lane(StrEnum):
    """Where work runs: local writes and network calls one at a time each, everything else in a small pool."""

    LOCAL_WRITE = "local-write"
    NETWORK = "network"
    POOL = "pool"


class _Job:
    """What is to be done and whom it is told; only the GUI thread lets go of it, and of the page it may hold."""

    def __init__(
        self,
        work: Callable[[], object],
        owner: QObject,
        on_ok: Callable[[Any], object] | None,
        on_error: Callable[[Exception], object] | None,
    ) -> None:
        self.owner = owner
        self._work: Callable[[], object] | None = work
        self._on_ok, self._on_error = on_ok, on_error
        self._result: object = None
        self._error: Exception | None = None
        self._carry = carrier()

    def run(self) -> None:
        """Do it and send itself back, with nothing kept on this thread."""
        try:
            self._result = self._work() if self._work is not None else None
        except Exception as raised:  # noqa: BLE001 - every failure belongs to the caller, on its own thread
            self._error = raised
        self._carry(_deliver, self)

    def deliver(self) -> None:
        """Say how it went, on the GUI thread."""
        result, error, on_ok, on_error = self._result, self._error, self._on_ok, self._on_error
        owner = self.owner
        self._work = self._result = self._error = self._on_ok = self._on_error = None
        del self.owner
        if not isValid(owner):
            return
        if error is None:
            if on_ok is not None:
                on_ok(result)
        elif on_error is not None:
            on_error(error)
        else:
            raise error


class _Task(QRunnable):
    def __init__(self, job: _Job) -> None:
        super().__init__()
        self._job = job

    def run(self) -> None:
        self._job.run()


def _deliver(job: _Job) -> None:
    _waiting.discard(job)
    job.deliver()


_waiting: set[_Job] = set()
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
    job = _Job(work, owner, on_ok, on_error)
    _waiting.add(job)
    _lane(lane).start(_Task(job))


def has_background(widget: QWidget) -> bool:
    """Tell whether something that a widget or a part of it asked for is still on its way."""
    owners = [one.owner for one in _waiting if isValid(one.owner)]
    return any(_is_part(owner, widget) for owner in owners)


def anything_on_its_way() -> bool:
    """Tell whether work runs or waits, or has not come back to the GUI thread yet, whoever asked for it."""
    return bool(_waiting)


def _is_part(owner: QObject, widget: QWidget) -> bool:
    above: QObject | None = owner
    while above is not None and above is not widget:
        above = above.parent()
    return above is widget


def wait_for_background(milliseconds: int = 30_000) -> bool:
    """Wait until every lane is empty, as the program does at its end; False when the time ran out."""
    return all(pool.waitForDone(milliseconds) for pool in _lanes.values() if isValid(pool))
