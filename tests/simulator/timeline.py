"""Simulated time: events in order, clocks that may be wrong, and a scheduler whose jobs can wait for an answer."""

import heapq
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from greenlet import GreenletExit, getcurrent, greenlet

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
Job = Callable[[], None]


class Timeline:
    """Runs events one after another, each at its second; nothing else moves time."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._due: list[tuple[float, int, Job]] = []
        self._number = itertools.count()

    def after(self, seconds: float, job: Job) -> None:
        """Run `job` once after `seconds`."""
        heapq.heappush(self._due, (self.seconds + max(0.0, seconds), next(self._number), job))

    def run(self, seconds: float, until: Callable[[], bool] = lambda: False) -> None:
        """Let `seconds` pass, or less where `until` turns true."""
        end = self.seconds + seconds
        while self._due and self._due[0][0] <= end and not until():
            at, _, job = heapq.heappop(self._due)
            self.seconds = max(self.seconds, at)
            job()
        if not until():
            self.seconds = max(self.seconds, end)  # a job may have skipped a night

    def skip(self, seconds: float) -> None:
        """Let a long time pass in which nothing happens; what was due happens afterwards."""
        self.seconds += seconds


class SimulatedClock:
    """A clock that is off by `skew`."""

    def __init__(self, timeline: Timeline, skew: timedelta = timedelta(0)) -> None:
        self._timeline = timeline
        self.skew = skew

    def now(self) -> datetime:
        """Return what this clock shows."""
        return START + timedelta(seconds=self._timeline.seconds) + self.skew

    def monotonic(self) -> float:
        """Return seconds that no one sets."""
        return self._timeline.seconds


class SimulatedScheduler:
    """The scheduler of one running program. Its jobs may wait within; `end` stops them wherever they wait."""

    def __init__(self, timeline: Timeline, crashed: Callable[[BaseException], None]) -> None:
        self._timeline = timeline
        self._crashed = crashed
        self._waiting: dict[greenlet, None] = {}
        self.ended = False

    def after(self, seconds: float, job: Job) -> Job:
        """Run `job` once after `seconds`; returns what calls that off."""
        called_off: list[bool] = []

        def begin() -> None:
            if not called_off and not self.ended:
                self._switch(greenlet(job))

        self._timeline.after(seconds, begin)
        return lambda: called_off.append(True)

    def _switch(self, waiting: greenlet, *answer: Any) -> None:
        try:
            waiting.switch(*answer)
        except SimulatedCrash as crash:
            self._crashed(crash)

    def wait(self, begin: Callable[[Callable[[Any], None]], None]) -> Any:
        """Wait within a job for what `begin(answer)` will answer, and return it."""
        me = getcurrent()
        answered: list[bool] = []

        def answer(value: Any) -> None:
            if answered or self.ended:
                return
            answered.append(True)
            self._waiting.pop(me, None)
            self._switch(me, value)

        self._waiting[me] = None
        begin(answer)
        return me.parent.switch()

    def pause(self, seconds: float) -> bool:
        """Wait inside a job."""
        self.wait(lambda answer: self._timeline.after(seconds, lambda: answer(None)))
        return False

    def end(self) -> None:
        """Stop everything that waits, as the end of a process does."""
        self.ended = True
        waiting, self._waiting = self._waiting, {}
        for one in waiting:
            one.throw(GreenletExit)


class SimulatedCrash(BaseException):
    """The end of a process at a named step."""

    def __init__(self, step: str) -> None:
        super().__init__(step)
        self.step = step
