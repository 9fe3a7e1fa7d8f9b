"""Passwords: pre-hash with a pepper, and bcrypt in a separate process behind a bounded queue."""

import base64
import contextlib
import hashlib
import hmac
import logging
import os
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import IO, TypeVar

import bcrypt

from shared.core.errors import CampusError
from shared.core.text import text

ALGORITHM = "bcrypt-hmac-sha256"
T = TypeVar("T")
_RETRY_SECONDS = 3
WORKER_WORD = "--password-worker"
"""What a packaged server program is started with to be the worker."""
_log = logging.getLogger(__name__)


def pre_hash(password: str, pepper: bytes) -> bytes:
    """Return 44 bytes of any password: bcrypt looks at the first 72 alone, and letters that look alike count as one."""
    folded = unicodedata.normalize("NFKC", password).encode()
    return base64.b64encode(hmac.new(pepper, folded, hashlib.sha256).digest())


def hash_here(password: str, pepper: bytes, cost: int) -> str:
    """Return a password's hash, computed in this process: for commands on the terminal and the sample institute."""
    return bcrypt.hashpw(pre_hash(password, pepper), bcrypt.gensalt(cost)).decode()


class PasswordProcess:
    """Checks and hashes passwords in one process of low priority; beyond `queue` waiting ones callers are told to wait.

    The process starts at the first password and again after it has died.
    """

    def __init__(self, pepper: bytes, cost: int = 12, queue: int = 64) -> None:
        self._pepper = pepper
        self._cost = cost
        self._queue = queue
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._waiting: dict[bytes, Future[bytes]] = {}
        self._reader: threading.Thread | None = None
        self._number = 0
        # For people whom nobody knows: checking it takes as long as checking a real one.
        self.nobody = bcrypt.hashpw(os.urandom(16).hex().encode(), bcrypt.gensalt(4)).decode()
        self.nobody = f"$2b${cost:02d}$" + self.nobody[7:]

    def check(self, password: str, stored: str | None) -> Future[bool]:
        """Tell whether `password` is the one that `stored` was made of; None takes as long and is never right."""
        asked = self._ask(b"check", pre_hash(password, self._pepper), (stored or self.nobody).encode())
        return _then(asked, lambda result: result == b"1" and stored is not None)

    def hash(self, password: str) -> Future[str]:
        """Return the hash to store."""
        asked = self._ask(b"hash", pre_hash(password, self._pepper), str(self._cost).encode())
        return _then(asked, _hash_text)

    def hash_with(self, password: str, stored: str) -> Future[str]:
        """Return the hash with the salt and cost of `stored`, so that one hash is compared with many stored ones."""
        asked = self._ask(b"again", pre_hash(password, self._pepper), stored.encode())
        return _then(asked, _hash_text)

    def new_salt(self) -> str:
        """Return a fresh salt for `hash_with`."""
        return bcrypt.gensalt(self._cost).decode()

    @property
    def waiting(self) -> int:
        """How many passwords wait for their answer."""
        return len(self._waiting)

    def _ask(self, *words: bytes) -> Future[bytes]:
        answer: Future[bytes] = Future()
        answer.set_running_or_notify_cancel()  # a caller who has gone can't take the answer away from under the reader
        with self._lock:
            if len(self._waiting) >= self._queue:
                message = text("Many people are signing in at this moment. Try again in a few seconds.")
                raise CampusError("busy", message, {"retry_after": _RETRY_SECONDS})
            process = self._running()
            self._number += 1
            number = str(self._number).encode()
            self._waiting[number] = answer
            assert process.stdin is not None  # noqa: S101 - opened as a pipe below
            try:
                process.stdin.write(b" ".join([number, *words]) + b"\n")
                process.stdin.flush()
            except OSError:
                self._waiting.pop(number, None)
                raise _died() from None
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            top = str(Path(__file__).resolve().parents[2])
            flags = getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0) if sys.platform == "win32" else 0
            self._process = subprocess.Popen(  # noqa: S603 - our own words
                worker_command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**_without_secrets(), "PYTHONPATH": top},
                creationflags=flags,
                # Ctrl-C in the terminal ends the server, which ends this in its own time.
                start_new_session=sys.platform != "win32",
            )
            assert self._process.stdout is not None  # noqa: S101 - opened as a pipe above
            self._waiting = {}  # what the one before didn't answer is its reader's
            answers = (self._process, self._process.stdout, self._waiting)
            self._reader = threading.Thread(target=self._read, args=answers, name="passwords", daemon=True)
            self._reader.start()
        return self._process

    def _read(self, process: subprocess.Popen[bytes], answers: IO[bytes], waiting: dict[bytes, Future[bytes]]) -> None:
        for line in answers:
            number, _, result = line.strip().partition(b" ")
            asked = waiting.pop(number, None)
            if asked is not None:
                asked.set_result(result)
        process.wait()
        answers.close()
        with self._lock:
            if process.stdin is not None:
                with contextlib.suppress(OSError):  # what was written last has nobody to read it
                    process.stdin.close()
            lost = list(waiting.values())
            waiting.clear()
            closed = self._process is None
        if lost and not closed:
            _log.error("The password process ended with %s", process.returncode)
        for asked in lost:
            asked.set_exception(_died())

    def close(self) -> None:
        """End the process."""
        with self._lock:
            process, self._process = self._process, None
        if process is not None and process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()
            process.terminate()
            process.wait()
            if self._reader is not None:
                self._reader.join()


def worker_command() -> list[str]:
    """Return how the worker is started; a packaged program has no interpreter beside it and starts itself."""
    if getattr(sys, "frozen", False):
        return [sys.executable, WORKER_WORD]
    return [sys.executable, "-m", "server.core.password_worker"]


def _died() -> CampusError:
    return CampusError("busy", text("Passwords can't be checked at this moment. Try again."), {"retry_after": 1})


def _hash_text(result: bytes) -> str:
    if result == b"?":
        raise _died()
    return result.decode()


def _without_secrets() -> dict[str, str]:
    """The environment without our settings: the process needs none of them."""
    return {name: value for name, value in os.environ.items() if not name.startswith("CAMPUSDESK_")}


def _then(asked: Future[bytes], make: Callable[[bytes], T]) -> Future[T]:
    answer: Future[T] = Future()
    answer.set_running_or_notify_cancel()

    def done(finished: Future[bytes]) -> None:
        failure = finished.exception()
        if failure is not None:
            answer.set_exception(failure)
            return
        try:
            answer.set_result(make(finished.result()))
        except CampusError as refusal:
            answer.set_exception(refusal)

    asked.add_done_callback(done)
    return answer
