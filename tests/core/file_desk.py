"""A desktop that sends and fetches files over a real connection, which a test may cut wherever it likes."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from desktop.core.api_client import ApiClient
from desktop.core.api_errors import ApiError, no_network
from desktop.core.device_key import DeviceKey
from desktop.core.file_store import FileStore
from desktop.core.file_transfer import FileTransfer
from desktop.core.http_transport import HttpTransport
from desktop.core.tokens import Tokens
from desktop.core.transport import Reply, Request, Transport
from shared.core.clock import Clock
from tests.core.desktop_kit import KEY, Bench
from tests.core.file_kinds import PDF
from tests.serving import TestServer

AMPLE = 1 << 50


class Line:
    """Carries requests until it is told to break: after so many bytes of bodies, up or down, or before an answer."""

    def __init__(self, url: str) -> None:
        self.real: Transport = HttpTransport(url)
        self.left: int | None = None
        self.swallow = False
        self.asked: list[tuple[str, str]] = []
        self.alter: Callable[[Request], Request] = lambda request: request

    def send(self, request: Request) -> Reply:
        self.asked.append((request.method, request.path))
        request = self.alter(request)
        if isinstance(request.body, bytes) and request.body and self.left is not None:
            request = replace(request, body=self._body(request.body))
        if request.taker is not None and self.left is not None:
            request = replace(request, taker=self._taker(request.taker))
        reply = self.real.send(request)
        if self.swallow:
            self.swallow = False
            raise no_network("the answer was lost")
        return reply

    def _body(self, body: bytes) -> Iterator[bytes]:
        for at in range(0, len(body), 1000):
            yield body[at : at + 1000][: self._spent(min(1000, len(body) - at))]

    def _taker(self, taker: Any) -> Any:
        def taken(status: int, headers: Any) -> Any:
            take = taker(status, headers)
            if take is None:
                return None

            def cut(piece: bytes) -> None:
                take(piece[: self._spent(len(piece))])

            return cut

        return taken

    def _spent(self, count: int) -> int:
        if self.left is None:
            return count
        if self.left <= 0:
            raise no_network("cut")
        allowed = min(count, self.left)
        self.left -= allowed
        return allowed


class FileDesk:
    """One device of one person: a store, a line, and its files."""

    def __init__(self, folder: Path, url: str, tokens: dict[str, Any], clock: Clock, device: Any) -> None:
        self.bench = Bench(folder)
        self.folder, self.clock = folder, clock
        self.line = Line(url)
        self.client = ApiClient(self.line, clock, lambda _seconds: True)
        self.client.use(Tokens.model_validate(tokens), device.id, DeviceKey())
        self.free = AMPLE
        self.transfer = self.opened()

    def opened(self) -> FileTransfer:
        """As after the next start: nothing but what is on disk is known."""
        files = FileStore(self.bench.store.kept_files._folder, KEY, free=lambda _folder: self.free)
        self.transfer = FileTransfer(self.bench.store, self.client, self.clock, files)
        return self.transfer

    def file(self, name: str, content: bytes) -> Path:
        path = self.folder / "chosen" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        return path

    def send(self, name: str, content: bytes) -> str:
        chosen = self.transfer.choose(self.file(name, content))
        self.transfer.send([chosen])
        return chosen.sha256

    def run(self, steps: int = 500) -> None:
        """Move until nothing waits."""
        for _ in range(steps):
            if not self.transfer.run_once():
                return
        raise AssertionError("still not there")

    def run_with_a_lost_answer(self, nth: int) -> None:
        """Move until nothing waits while the `nth` answer from now on, 0 the next, is lost; a loss is a restart."""
        asked = [0]

        def lose(request: Request) -> Request:
            self.line.swallow = asked[0] == nth
            asked[0] += 1
            return request

        self.line.alter = lose
        for _ in range(2):
            try:
                self.run()
            except ApiError:
                self.opened()
        self.run()

    def read(self, sha256: str) -> bytes:
        with self.transfer.files.open(sha256) as file:
            return file.read()


def signed_in_desk(folder: Path, server: TestServer, url: str, name: str) -> FileDesk:
    """Sign someone in on a device of his or her own."""
    device = server.device()
    return FileDesk(folder, url, server.sign_in(name, device).data, server.clock, device)


def pdf_of(size: int, seed: int = 1) -> bytes:
    """A PDF of exactly so many bytes, which no other seed gives."""
    return PDF + random.Random(seed).randbytes(size - len(PDF))
