"""The sample institute's server on this computer: found where another desktop runs it, else started as a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from typing import IO, Any

from desktop.core.settings import Server
from desktop.shell import server_contact
from shared.core.errors import CampusError
from shared.core.text import text

_NOTE = "running.json"
_START_SECONDS = 180.0
_STOP_SECONDS = 15.0


def _server_command() -> list[str]:
    """Return how the server's command is started: the console script beside the interpreter, else the module."""
    name = "campusdesk-server.exe" if os.name == "nt" else "campusdesk-server"
    script = Path(sys.executable).with_name(name)
    return [str(script)] if script.exists() else [sys.executable, "-m", "server.command_line"]


@dataclass
class EmbeddedServer:
    """A server process that ends with this program; `folder` holds its database and keys."""

    folder: Path
    address: str = ""
    _process: subprocess.Popen[str] | None = None
    _said: list[str] = field(default_factory=list)

    def start(self) -> Server:
        """Return the sample's server, running when this returns; the first time it takes a while to make.

        A port once taken is kept, so that what is stored here belongs to the same server at the next start. Raises
        CampusError `sample_not_started`.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        noted = self._noted()
        if noted and _answers(noted):
            self.address = noted
            return Server(url=noted, organisation="")
        port = noted.rpartition(":")[2] if noted else "0"
        try:
            self._run(port)
        except CampusError:
            if port == "0":
                raise
            self._run("0")  # another program has the port now
        return Server(url=self.address, organisation="")

    def _run(self, port: str) -> None:
        command = [*_server_command(), "demo", "--serve", "--json", "--port", port, "--data-dir", str(self.folder)]
        log = (self.folder / "server.log").open("a", encoding="utf-8")
        with log:
            self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)  # noqa: S603 - our own program
        lines: Queue[str | None] = Queue()
        stream = self._process.stdout
        threading.Thread(target=_read_lines, args=(stream, lines), daemon=True, name="sample server").start()
        told = self._await_ready(lines)
        self.address = str(told["address"])
        (self.folder / _NOTE).write_text(json.dumps({"address": self.address}), encoding="utf-8")

    def _await_ready(self, lines: Queue[str | None]) -> dict[str, Any]:
        try:
            while (line := lines.get(timeout=_START_SECONDS)) is not None:
                self._said.append(line)
                told = _json(line)
                if told.get("ready"):
                    return told
        except Empty:
            pass
        self.stop()
        raise CampusError(
            "sample_not_started",
            text("The sample institute didn't start. The reason is in {file}.", file=self.folder / "server.log"),
            {"said": self._said[-20:]},
        )

    def stop(self) -> None:
        """End the process, if this program started it; requests under way are finished first."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()

    def _noted(self) -> str:
        try:
            return str(json.loads((self.folder / _NOTE).read_text(encoding="utf-8"))["address"])
        except (OSError, ValueError, KeyError, TypeError):
            return ""


def _answers(address: str) -> bool:
    transport = server_contact.transport_to(Server(url=address, organisation=""))
    try:
        return server_contact.is_there(transport) and bool(server_contact.sample_people(transport))
    finally:
        transport.close()


def _read_lines(stream: IO[str] | None, lines: Queue[str | None]) -> None:
    try:
        for line in stream or ():
            lines.put(line.strip())
    except ValueError:
        pass  # closed while it was read: the program ends
    lines.put(None)


def _json(line: str) -> dict[str, Any]:
    try:
        told = json.loads(line)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
