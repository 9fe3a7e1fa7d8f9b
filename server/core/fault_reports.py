"""Tells another program of faults, where the settings name its address: what broke and where, and nobody's data."""

import json
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from server.core.logs import masked
from server.core.request_marks import request_id
from server.core.settings import Settings
from shared.core.clock import Clock, instant_text

MOST_WAITING = 100
_WAIT = (5, 10)
_log = logging.getLogger(__name__)

Send = Callable[[dict[str, Any]], None]


class FaultReports(logging.Handler):
    """Sends lines of the log at error or above, one after the other in a thread of its own.

    The same fault is sent once a minute. What can't be sent, or is more than a hundred at once, is dropped: the log has
    it anyway.
    """

    def __init__(self, send: Send, clock: Clock, version: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        super().__init__(logging.ERROR)
        self._send, self._clock, self._version, self._monotonic = send, clock, version, monotonic
        self._waiting: queue.Queue[dict[str, Any] | None] = queue.Queue(MOST_WAITING)
        self._seen: dict[str, float] = {}
        self._thread = threading.Thread(target=self._work, name="fault reports", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Put a line into the queue; nothing here waits and nothing here fails a request."""
        if record.name.startswith((__name__, "urllib3")):
            return
        fault = masked(logging.Formatter().formatException(record.exc_info)) if record.exc_info else ""
        mark = f"{record.name} {record.msg} {fault[-500:]}"
        now = self._monotonic()
        if now - self._seen.get(mark, -61.0) < 60:
            return
        self._seen = {one: at for one, at in self._seen.items() if now - at < 60} | {mark: now}
        told = {
            "time": instant_text(self._clock.now()),
            "version": self._version,
            "logger": record.name,
            "message": masked(str(record.msg)),
            "request_id": getattr(record, "request_id", "") or request_id(),
            "fault": fault,
        }
        try:
            self._waiting.put_nowait(told)
        except queue.Full:
            return

    def close(self) -> None:
        """Send what waits, then end."""
        self._waiting.put(None)
        self._thread.join(10)
        super().close()

    def _work(self) -> None:
        while (told := self._waiting.get()) is not None:
            try:
                self._send(told)
            except Exception as problem:  # noqa: BLE001 - a report that can't be sent must not make another one
                _log.info("A fault can't be reported: %s", type(problem).__name__)


def sender(address: str) -> Send:
    """Return what posts a report as JSON to an address of the settings; redirects aren't followed."""

    def send(told: dict[str, Any]) -> None:
        import requests

        headers = {"Content-Type": "application/json"}
        answer = requests.post(address, json.dumps(told), headers=headers, timeout=_WAIT, allow_redirects=False)
        answer.raise_for_status()

    return send


@contextmanager
def reporting(settings: Settings, clock: Clock, version: str) -> Iterator[None]:
    """Report faults for the time of the `with` block, where the settings name an address."""
    if settings.fault_report_url is None:
        yield
        return
    handler = FaultReports(sender(settings.fault_report_url.get_secret_value()), clock, version)
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
        handler.close()
