"""The server's part of imports, played over a transport in memory; the client, its words and its bytes are real."""

import threading
from dataclasses import dataclass, field
from typing import Any

import orjson

from desktop.core.api_client import ApiClient
from desktop.core.api_errors import no_network
from desktop.core.device_key import DeviceKey
from desktop.core.retry import Backoff
from desktop.core.tokens import Tokens
from desktop.core.transport import Reply, Request
from shared.core.clock import ManualClock

LATER = "2099-01-01T00:00:00.000Z"
FIELDS = [
    {"name": "number", "label": "Index number", "required": True},
    {"name": "given_name", "label": "First name", "required": True},
    {"name": "family_name", "label": "Family name", "required": True},
    {"name": "phone", "label": "Phone", "required": False},
]
COLUMNS = [
    {"name": "Index No", "samples": ["000123", "000124"], "field": "number", "confidence": 1.0},
    {"name": "First", "samples": ["Ama", "Kofi"], "field": "given_name", "confidence": 0.9},
    {"name": "Surname", "samples": ["Mensah", "Owusu"], "field": "family_name", "confidence": 0.6},
    {"name": "Tel", "samples": ["024 555 0137"], "field": "phone", "confidence": 0.3},
    {"name": "Remarks", "samples": [], "field": None, "confidence": 0.0},
]
ASK = {
    "code": "deactivates_people",
    "sentence": "This roster would deactivate 320 of 640 active people. Go on only if the file lists everybody.",
    "count": 320,
    "total": 640,
}


def table(**fields: Any) -> dict[str, Any]:
    """A table as the server shows it after the upload."""
    shown = {
        "id": "u1", "kind": "table", "file_name": "students.csv", "files": {}, "encoding": "Windows-1252",
        "separator": ";", "sheets": [], "columns": COLUMNS, "fields": FIELDS, "notes": [],
    }  # fmt: skip
    return shown | fields


def dry_run(**fields: Any) -> dict[str, Any]:
    """A dry run with one change of each sort and two errors."""
    differences = [
        {"kind": "person", "label": "Esi Quaye (000125)", "change": "created",
         "fields": {"number": [None, "000125"], "phone": [None, "024 000 0001"]}},
        {"kind": "person", "label": "Kofi Mensah (000123)", "change": "updated",
         "fields": {"phone": ["0244000001", "0244000002"]}},
        {"kind": "person", "label": "Yaw Osei (000100)", "change": "deactivated",
         "fields": {"state": ["active", "inactive"]}},
    ]  # fmt: skip
    errors = [
        {"file": "students.csv", "line": 17, "code": "bad_email", "column": "E-mail", "value": "ama@",
         "sentence": "Line 17 of students.csv: “ama@” in the column E-mail is not a whole email address."},
        {"file": "students.csv", "line": 0, "code": "no_rows", "sentence": "A sentence about the file."},
    ]  # fmt: skip
    return {
        "rows": 640, "created": 1, "updated": 1, "unchanged": 637, "deactivated": 1, "errors": errors,
        "error_count": 2, "notes": [], "kinds": {}, "differences": differences, "asks": [], "token": "t1",
    } | fields  # fmt: skip


def entry(**fields: Any) -> dict[str, Any]:
    """A finished import in the journal."""
    counts = {"rows": 640, "created": 1, "updated": 1, "deactivated": 1, "errors": 2}
    return {
        "id": "e1", "action": "import", "state": "done", "undoes": None, "made_at": "2026-11-20T08:30:00.000Z",
        "author_name": "Grace Kimani", "file_name": "students.csv", "total": 3, "done": 3, "counts": counts,
    } | fields  # fmt: skip


@dataclass
class ImportServer:
    """Answers with what the test puts here; ``asked`` has every (method, path, body)."""

    upload: dict[str, Any] = field(default_factory=table)
    run: dict[str, Any] = field(default_factory=dry_run)
    lines: dict[str, Any] = field(default_factory=lambda: {"items": [], "total": 0, "counts": {}})
    entries: list[dict[str, Any]] = field(default_factory=list)
    failing: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    offline: bool = False
    asked: list[tuple[str, str, Any]] = field(default_factory=list)
    held: threading.Event | None = None

    def send(self, request: Request) -> Reply:
        """Answer one request."""
        if self.offline:
            raise no_network(OSError("unplugged"))
        path = request.path.removeprefix("/api/v1/imports")
        body = self._body(request)
        self.asked.append((request.method, path, body))
        if self.held is not None:
            self.held.wait(10)
        for part, (status, error) in self.failing.items():
            if part in path or part == path:
                return Reply(status, {}, orjson.dumps(error))
        return Reply(200, {}, orjson.dumps({"data": self._answer(request.method, path)}))

    def _body(self, request: Request) -> Any:
        if request.body is None:
            return None
        if isinstance(request.body, bytes):
            return orjson.loads(request.body)
        done, pieces = 0, []
        for piece in request.body:
            if request.cancel is not None:
                request.cancel.check()
            pieces.append(piece)
            done += len(piece)
            if request.on_sent is not None:
                request.on_sent(done, request.size)
        whole = b"".join(pieces)
        assert len(whole) == request.size
        return request.headers["Content-Type"], whole

    def _answer(self, method: str, path: str) -> Any:
        if path.startswith("/journal"):
            if method == "GET":
                return self.entries
            self.entries = [one | {"state": "undone"} for one in self.entries]
            return {"journal_entry_id": "e2", "counts": {"left_rows": [{"label": "Kofi"}]}}
        if path.endswith("/dry-run"):
            return self.run
        if path.endswith("/apply"):
            self.entries = [entry(), *self.entries]
            return {"journal_entry_id": "e1", "counts": entry()["counts"]}
        if "/lines" in path:
            return self.lines
        return self.upload

    def client(self) -> ApiClient:
        """A signed-in client of this server."""
        clock = ManualClock()
        client = ApiClient(self, clock, lambda _seconds: True, Backoff(first=0.0, most=0.0))
        tokens = Tokens(access_token="a", access_expires_at=LATER, refresh_token="r", refresh_expires_at=LATER)
        client.use(tokens, "device", DeviceKey())
        return client
