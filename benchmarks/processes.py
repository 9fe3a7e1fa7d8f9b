"""Starts the real server and the raw one as programs of their own, with the same uvicorn settings."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Running:
    """A server that answers at `port` of this machine."""

    port: int
    process: "subprocess.Popen[str]"

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"


@contextlib.contextmanager
def campusdesk(environment: Mapping[str, str], workers: int = 1) -> Iterator[Running]:
    """The product's server, started as an office starts it."""
    words = ["server.command_line", "serve", "--plain-http", "--host", "127.0.0.1", "--port", "0", "--json"]
    with _started([*words, "--workers", str(workers), "--log-level", "warning"], environment) as running:
        yield running


@contextlib.contextmanager
def raw(environment: Mapping[str, str], workers: int = 1) -> Iterator[Running]:
    """The bare callable with the same statements by hand."""
    with _started(["benchmarks.raw_server", "--workers", str(workers)], environment) as running:
        yield running


@contextlib.contextmanager
def _started(words: Sequence[str], environment: Mapping[str, str]) -> Iterator[Running]:
    process = subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            message = f"{words[0]} didn't start"
            raise RuntimeError(message)
        yield Running(int(json.loads(line)["port"]), process)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
