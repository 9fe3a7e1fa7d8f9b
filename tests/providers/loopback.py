"""A provider on loopback: a handler per request, real HTTP, and the faults that real providers have."""

import http.server
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson


@dataclass
class Question:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> Any:
        """The body as JSON; None where it is none."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return None


@dataclass
class Faults:
    """What goes wrong at the next requests whose path starts with `where`.

    `drop`: the work is done and the answer never sent; `html`: a page instead of it; `slow`: seconds before it;
    `status`: another status with an empty object.
    """

    where: str = "/"
    drop: bool = False
    html: bool = False
    slow: float = 0.0
    status: int = 0

    def clear(self) -> None:
        """Work well again."""
        self.where, self.drop, self.html, self.slow, self.status = "/", False, False, 0.0, 0


@dataclass
class Provider:
    """A provider's address, what it was asked, and its faults."""

    base: str = ""
    now: Callable[[], datetime] = lambda: datetime(2026, 11, 20, 14, 4, tzinfo=UTC)
    asked: list[tuple[str, str]] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    lock: threading.Lock = field(default_factory=threading.Lock)
    closing: threading.Event = field(default_factory=threading.Event)

    def answer(self, question: Question) -> tuple[int, Mapping[str, Any]]:
        """Return the status and the JSON of the answer."""
        raise LookupError(question)

    def times(self, method: str, path: str) -> int:
        """How often it was asked this."""
        return sum(one == (method, path) for one in self.asked)


def _handler(provider: Provider) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_words: Any) -> None:
            pass

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            question = Question(self.command, parts.path, dict(parse_qsl(parts.query)), headers, body)
            with provider.lock:
                provider.asked.append((question.method, question.path))
                status, told = provider.answer(question)
            self._give(question, status, orjson.dumps(told))

        def _give(self, question: Question, status: int, content: bytes) -> None:
            faults, kind = provider.faults, "application/json"
            if question.path.startswith(faults.where):
                provider.closing.wait(faults.slow)
                if faults.drop:
                    self.close_connection = True
                    return
                if faults.status:
                    status, content = faults.status, b"{}"
                if faults.html:
                    kind, content = "text/html", b"<html><body><h1>It works</h1></body></html>"
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _serve  # noqa: N815 - the base class asks for these names

    return Handler


@contextmanager
def running(make: Callable[[], Any]) -> Iterator[Any]:
    """A provider that listens."""
    provider = make()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    server.daemon_threads = True
    provider.base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        provider.closing.set()
        server.shutdown()
        server.server_close()
        thread.join(60)
