"""What the server counts of itself, for Prometheus: requests, database, sign-ins, letters and its own work.

Several processes of one server count together, through files in a folder that `PROMETHEUS_MULTIPROC_DIR` names; it has
to be named before this module's library is loaded, which `serve` does.
"""

import hmac
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from pydantic import SecretStr
from starlette.responses import Response

from server.core.openapi import PUBLIC
from server.core.routing import Router
from shared.core.errors import CampusError
from shared.core.text import text

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
PATH = "/metrics"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
SLOW_SECONDS = 0.5
"""A transaction that lasts longer is counted as a slow one."""
_ELSEWHERE = "elsewhere"
_SECURITY_LOG = "campusdesk.security"


class Metrics:
    """The counters of one process; `answer` gives those of all processes together. `monotonic` gives seconds."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        self.registry: CollectorRegistry = CollectorRegistry()
        here: dict[str, Any] = {"registry": self.registry}
        self._requests = Counter(
            "campusdesk_requests", "Requests that were answered.", ("method", "route", "status"), **here
        )
        self._request_seconds = Histogram(
            "campusdesk_request_seconds", "How long answers took.", ("route",), buckets=_SECONDS, **here
        )
        self._database_seconds = Histogram(
            "campusdesk_database_seconds", "How long transactions lasted.", ("kind",), buckets=_SECONDS, **here
        )
        self._slow = Counter(
            "campusdesk_slow_transactions", "Transactions that lasted longer than half a second.", ("kind",), **here
        )
        self._open = Gauge(
            "campusdesk_open_transactions", "Transactions under way.", multiprocess_mode="livesum", **here
        )
        self._security = Counter(
            "campusdesk_security_events", "What the security log was told of, by its word.", ("kind",), **here
        )
        self._films = Counter(
            "campusdesk_film_copies", "Copies of films, by what came of each.", ("quality", "ended"), **here
        )
        self._programs = Gauge(
            "campusdesk_film_programs", "1 where ffmpeg and ffprobe are found.", multiprocess_mode="livemax", **here
        )
        self._errors = Counter("campusdesk_faults", "Lines of the log at error or above.", **here)
        self._monotonic = monotonic
        self._known: dict[tuple[str, str, int], Any] = {}

    def request(self, method: str, route: str | None, status: int, seconds: float) -> None:
        """Count one answer; `route` is the path with its places, None where no route fitted."""
        where = route or _ELSEWHERE
        key = (method, where, status)
        pair = self._known.get(key)
        if pair is None:
            counted = self._requests.labels(method, where, str(status))
            pair = self._known[key] = (counted, self._request_seconds.labels(where))
        pair[0].inc()
        pair[1].observe(seconds)

    @contextmanager
    def transaction(self, kind: str) -> Iterator[None]:
        """Count the transaction of the `with` block; `kind` is "read" or "write"."""
        began = self._monotonic()
        self._open.inc()
        try:
            yield
        finally:
            self._open.dec()
            took = self._monotonic() - began
            self._database_seconds.labels(kind).observe(took)
            if took > SLOW_SECONDS:
                self._slow.labels(kind).inc()

    def security(self, kind: str) -> None:
        """Count what the security log was told."""
        self._security.labels(kind).inc()

    def film_copy(self, quality: str, ended: str) -> None:
        """Count a copy of a film: made, or the reason why there is none."""
        self._films.labels(quality, ended).inc()

    def film_programs(self, *, there: bool) -> None:
        """Tell whether the programs for films are there."""
        self._programs.set(int(there))

    def fault(self) -> None:
        """Count a line of the log that says that something went wrong."""
        self._errors.inc()

    def answer(self) -> tuple[bytes, str]:
        """Return what Prometheus reads, and its media type."""
        from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector

        if not os.environ.get(FOLDER_VARIABLE):
            return generate_latest(self.registry), CONTENT_TYPE_LATEST
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call] # the library has no types here
        return generate_latest(together), CONTENT_TYPE_LATEST


class CountingHandler(logging.Handler):
    """Counts lines of the log: those of the security log by their word, and faults."""

    def __init__(self, metrics: Metrics) -> None:
        super().__init__(logging.INFO)
        self._metrics = metrics

    def emit(self, record: logging.LogRecord) -> None:
        """Count a line."""
        if record.name == _SECURITY_LOG:
            told = record.args[0] if isinstance(record.args, tuple) and record.args else "other"
            self._metrics.security(str(told)[:40])
        if record.levelno >= logging.ERROR:
            self._metrics.fault()


@contextmanager
def counted_lines(metrics: Metrics | None) -> Iterator[None]:
    """Count the lines of the log for the time of the `with` block."""
    if metrics is None:
        yield
        return
    handler = CountingHandler(metrics)
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)


def metrics_router(metrics: Metrics, token: SecretStr | None) -> APIRouter:
    """Return `/metrics`; whoever doesn't show the token of the settings finds nothing there."""
    router = Router(tags=["health"])

    @router.get(PATH, openapi_extra=PUBLIC, response_class=Response, summary="Read the server's counters")
    def read(request: Request) -> Response:
        wanted = f"Bearer {token.get_secret_value()}" if token else ""
        shown = request.headers.get("authorization", "")
        if token is None or not hmac.compare_digest(wanted.encode(), shown.encode()):
            raise CampusError("not_found", text("There is nothing at this address."))
        content, media = metrics.answer()
        return Response(content, media_type=media)

    return router


def begin_counting_together(folder: Path) -> None:
    """Let the processes that are started from now on count together, from nought."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    os.environ[FOLDER_VARIABLE] = str(folder)
