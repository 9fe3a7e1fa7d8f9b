"""A real Redis of our own: nothing on disk, one port of loopback, thrown away afterwards."""

import contextlib
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator

from tests.loopback import LOOPBACK, free_port

HOW_TO_INSTALL = (
    "The tests need the program 'redis-server' and found none on this machine. On Debian or Ubuntu run "
    "'apt-get install redis-server'; elsewhere put it on the PATH."
)
START_TRIES = 5
_ANSWER_SECONDS = 120


class RedisServer:
    """One server; `stop` and `start` take it away and bring it back, empty, at the same address."""

    def __init__(self) -> None:
        program = shutil.which("redis-server")
        if program is None:
            raise RuntimeError(HOW_TO_INSTALL)
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"redis://{LOOPBACK}:{self.port}/0"

    def start(self) -> None:
        """Start, on the port of before or on a free one."""
        for _ in range(START_TRIES):
            port = self.port or free_port()
            words = ["--port", str(port), "--bind", LOOPBACK, "--save", "", "--appendonly", "no", "--dir", "/"]
            self._process = subprocess.Popen([self._program, *words], stdout=subprocess.DEVNULL)
            if self._answers(port):
                self.port = port
                return
            self.stop()
        message = "redis-server didn't start"
        raise RuntimeError(message)

    def _answers(self, port: int) -> bool:
        process, pause = self._process, threading.Event()
        for _ in range(_ANSWER_SECONDS * 100):
            if process is None or process.poll() is not None:
                return False
            with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, port), 1) as line:
                line.sendall(b"PING\r\n")
                if line.recv(16).startswith(b"+PONG"):
                    return True
            pause.wait(0.01)
        return False

    def stop(self) -> None:
        """Kill it, as a machine that goes away would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(_ANSWER_SECONDS)
            self._process = None


@contextlib.contextmanager
def running_redis() -> Iterator[RedisServer]:
    """A server for the time of the `with` block."""
    server = RedisServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()
