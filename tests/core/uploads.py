"""Uploads in tests: a caller that speaks tus by hand, and areas that let some people read some files."""

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any

import pytest

from server.areas import AREAS
from server.core.area import Area, SettledFile
from tests.serving import Answer, TestServer

PIECE = "application/offset+octet-stream"


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def metadata(**told: str) -> str:
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in told.items())


@dataclass
class Trial:
    """An area for tests: who may read which file, and what it was told of."""

    readers: dict[str, set[str]] = field(default_factory=dict)
    told: list[SettledFile] = field(default_factory=list)
    fault: Exception | None = None

    def may_read(self, _db: Any, actor: Any, sha256: str) -> bool:
        return actor.person_id in self.readers.get(sha256, ())

    def settled(self, _context: Any, file: SettledFile) -> None:
        if self.fault is not None:
            raise self.fault
        self.told.append(file)

    @property
    def area(self) -> Area:
        return Area("trial", file_readers=(self.may_read,), file_settled=self.settled)


def with_trial(monkeypatch: pytest.MonkeyPatch) -> Trial:
    """Add the trial area to every server that is built from now on."""
    trial = Trial()
    monkeypatch.setattr("server.app.AREAS", (*AREAS, trial.area))
    return trial


@dataclass
class Caller:
    """Someone signed in, who brings files in."""

    server: TestServer
    token: str
    person_id: str

    @classmethod
    def of(cls, server: TestServer, name: str, **more: Any) -> "Caller":
        person_id = server.add_person(name, **more)
        return cls(server, server.sign_in(name).data["access_token"], person_id)

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        given = {"authorization": f"Bearer {self.token}", "tus-resumable": "1.0.0"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.server.wire.ask(method, path, body, {k: v for k, v in given.items() if v})

    def begin(self, name: str, content: bytes, **more: str) -> Answer:
        told = {"upload_length": str(len(content)), "upload_metadata": metadata(filename=name, sha256=sha(content))}
        return self.ask("POST", "/api/v1/uploads", **{**told, **more})

    def place(self, name: str, content: bytes) -> str:
        answer = self.begin(name, content)
        assert answer.status == 201, answer.body
        return answer.headers["location"]

    def piece(self, place: str, offset: int, content: bytes, **more: str) -> Answer:
        return self.ask("PATCH", place, content, **{"content_type": PIECE, "upload_offset": str(offset), **more})

    def offset(self, place: str) -> int:
        return int(self.ask("HEAD", place).headers["upload-offset"])

    def bring(self, name: str, content: bytes) -> Answer:
        """Bring a file in, in two pieces; the answer to the last."""
        place = self.place(name, content)
        half = len(content) // 2
        first = self.piece(place, 0, content[:half])
        assert first.status == 204, first.body
        return self.piece(place, half, content[half:])
