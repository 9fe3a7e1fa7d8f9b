"""A marking pack: files fetched through our own transfer, against the same files copied from the same server.

Both ask the real server over loopback, which looks up who asks and whether he or she may. The raw side is the standard
library's client, writing what comes to plain files, each synced. Ours is remembered through any crash, and hashes,
seals and syncs.
"""

import http.client
import os
import random
import shutil
import signal
import socket
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import uvicorn

from benchmarks.figures import Figure
from desktop.core.api_client import ApiClient
from desktop.core.device_key import DeviceKey
from desktop.core.file_transfer import FileTransfer, Wanted
from desktop.core.http_transport import HttpTransport
from desktop.core.local_store import Identity, LocalStore
from desktop.core.sealed_outbox import Owner
from desktop.core.system_clock import SystemClock
from desktop.core.tokens import Tokens
from server import app as application
from server.areas import AREAS
from server.core.area import Area
from server.core.file_store import FolderStore
from server.core.settings import LimitRule
from server.core.upload_book import Upload, UploadAsk, UploadBook
from server.core.upload_writing import look_at
from shared.core.actor import Actor
from shared.core.ids import IdMaker
from tests.core.file_kinds import PDF
from tests.faults.pair import be_child
from tests.serving import TestServer, server_settings

FLOOR = 0.7
_BLOCK = 1 << 20
_KEY = bytes(range(32))


@dataclass(frozen=True)
class Sizes:
    """How often each side runs, how many files there are, and how many bytes each has."""

    runs: int = 3
    files: int = 30
    each: int = 20_000_000


@dataclass(frozen=True)
class Pack:
    """A running server's address, who fetches, and what."""

    url: str
    folder: Path
    tokens: dict[str, Any]
    device_id: str
    wanted: list[Wanted]
    sources: list[Path]


def figures(sizes: Sizes) -> list[Figure]:
    """Measure megabytes a second on both sides."""
    with tempfile.TemporaryDirectory() as folder, _running(Path(folder), sizes) as pack:
        rates: tuple[list[float], list[float]] = ([], [])
        for run in range(sizes.runs + 1):
            for work, found in zip((_fetch, _copy), rates, strict=True):
                began = time.perf_counter()
                work(pack, run)
                found.append(sizes.files * sizes.each / 1e6 / (time.perf_counter() - began))
                for home in (f"fetched-{run}", f"copied-{run}"):
                    shutil.rmtree(pack.folder / home, ignore_errors=True)
        ours, raw = (statistics.median(found[1:]) for found in rates)
    name = f"marking pack of {sizes.files} x {sizes.each // 1_000_000} MB"
    return [Figure(name, ours, raw, "MB/s", FLOOR, note="sealed and checked, against a plain copy")]


def _fetch(pack: Pack, run: int) -> None:
    """Fetch all files into a fresh store."""
    clock, home = SystemClock(), pack.folder / f"fetched-{run}"
    home.mkdir()
    identity = Identity(Owner("o", "p", pack.device_id))
    store = LocalStore(home / "store.db", _KEY, identity, (), clock, IdMaker(clock))
    client = ApiClient(HttpTransport(pack.url), clock, lambda _seconds: True)
    client.use(Tokens.model_validate(pack.tokens), pack.device_id, DeviceKey())
    transfer = FileTransfer(store, client, clock)
    transfer.fetch(pack.wanted)
    while transfer.run_once():
        pass
    assert transfer.waiting() == []
    store.close()


def _copy(pack: Pack, run: int) -> None:
    """Copy all files with the standard library, each synced as ours are."""
    host, port = pack.url.removeprefix("http://").split(":")
    headers = {"Authorization": f"Bearer {pack.tokens['access_token']}"}
    connection = http.client.HTTPConnection(host, int(port))
    home = pack.folder / f"copied-{run}"
    home.mkdir()
    for source in pack.sources:
        connection.request("GET", f"/api/v1/files/{source.name}", headers=headers)
        reply = connection.getresponse()
        with (home / source.name).open("wb") as file:
            while block := reply.read(_BLOCK):
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
    connection.close()


@contextmanager
def _running(folder: Path, sizes: Sizes) -> Iterator[Pack]:
    """Fill a store of files, and run both servers in processes of their own."""
    limits = (LimitRule(path="/"), LimitRule(path="/api/v1/files/"))
    settings = server_settings(folder / "server", limits=limits, access_token_minutes=10_000)
    server = TestServer(settings, SystemClock())
    person_id = server.add_person("ama")
    device = server.device()
    tokens = server.sign_in("ama", device).data
    wanted, sources = _fill(server, person_id, sizes)
    server.close()
    area = Area("pack", file_readers=(lambda _db, actor, _sha256: actor.person_id == person_id,))

    def ours(listener: Any) -> None:
        with patch.object(application, "AREAS", (*AREAS, area)):
            _serve(application.create_app(settings), listener)

    with _process(ours) as url:
        yield Pack(url, folder, tokens, device.id, wanted, sources)


def _fill(server: TestServer, person_id: str, sizes: Sizes) -> tuple[list[Wanted], list[Path]]:
    context = server.context
    store = FolderStore(context.settings.files_path / "stored")
    book = UploadBook(context.database, context.settings, context.clock, context.new_id)
    actor = Actor(person_id=person_id, organisation_id=server.organisation_id, name="Ama")
    chance, wanted, sources = random.Random(1), [], []
    for n in range(sizes.files):
        part = server.settings.data_dir / "draft.pdf"
        part.write_bytes(PDF + chance.randbytes(sizes.each - len(PDF)))
        sha256, sample = look_at(part)
        upload: Upload = book.begin(actor, UploadAsk(f"{n}.pdf", sample.size, sha256))
        store.put(server.organisation_id, sha256, part)
        book.settle(upload, "stored")
        part.unlink()
        wanted.append(Wanted(sha256, sample.size, f"{n}.pdf"))
        sources.append(context.settings.files_path / "stored" / server.organisation_id / sha256[:2] / sha256)
    return wanted, sources


def _serve(app: Any, listener: Any) -> None:
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", http="httptools")
    uvicorn.Server(config).run(sockets=[listener])


@contextmanager
def _process(work: Callable[[Any], None]) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            be_child(lambda _say: work(listener), writing)
        os.close(reading)
        os.close(writing)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
