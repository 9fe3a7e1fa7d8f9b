"""A server's answers about calendars, for pages that ask it; the real ones are tested over HTTP."""

from dataclasses import dataclass, field, replace
from typing import Any, cast

import orjson

from desktop.core.api_client import ApiClient
from desktop.core.desk import Desk
from desktop.core.settings import Settings
from desktop.core.transport import Reply
from shared.core.errors import CampusError

_SECRET = "01a1f7f830007672874ad4a8ff8edb31kX3v0Jq1mZ4aB7cD9eF2gH5iJ8kL1mN4oP7qR0sT3uV"
MADE = [{"id": "H1", "revision": "R1"}]
_IMPORTED = {
    "dry_run": True,
    "events": 4,
    "added": 1,
    "changed": 0,
    "removed": 1,
    "unchanged": 2,
    "sessions_on_holidays": 3,
    "holidays": [
        {"action": "add", "name": "Eid", "starts_on": "2027-03-10", "ends_on": "2027-03-11"},
        {"action": "remove", "name": "Old Day", "starts_on": "2027-03-06", "ends_on": "2027-03-06"},
    ],
    "made": [],
    "errors": [{"event": 3, "code": "times_invalid", "sentence": "Event 3: its days can't be read."}],
}


@dataclass
class Server:
    """Answers as the server does, and notes what was asked; `problem` is raised instead."""

    links: list[dict[str, Any]] = field(default_factory=list)
    uploads: list[tuple[str, bytes]] = field(default_factory=list)
    asked: list[tuple[str, str, Any]] = field(default_factory=list)
    problem: CampusError | None = None
    undone: dict[str, int] = field(default_factory=lambda: {"removed": 1, "left": 0})

    def refresh_reads(self, _prefix: str = "") -> None:
        """Nothing is kept here."""

    def get(self, path: str, _parameters: object = None) -> dict[str, Any]:
        """The links."""
        self._note("GET", path, None)
        return {"data": list(self.links)}

    def write(self, method: str, path: str, body: Any, _key: str) -> Any:
        """Make or end a link."""
        self._note(method, path, body)
        if path.endswith("/undo"):
            return {"data": self.undone}
        if method == "DELETE":
            self.links = [one for one in self.links if one["id"] != path.rpartition("/")[2]]
            return None
        made = {"id": f"L{len(self.links)}", "name": "Studio 2", "made_at": "2026-11-20T08:00:00.000Z"}
        self.links.append(made)
        return {"data": {**made, "path": f"/api/v1/calendars/{_SECRET}.ics"}}

    def download(self, path: str, **_options: Any) -> bytes:
        """A calendar file."""
        self._note("GET", path, None)
        return b"BEGIN:VCALENDAR"

    def upload(self, path: str, pieces: bytes, _size: int, _headers: Any, method: str = "PATCH") -> Reply:
        """The import of holidays."""
        self._note(method, path, None)
        self.uploads.append((path, pieces))
        return Reply(200, {}, orjson.dumps({"data": {**_IMPORTED, "made": [] if "dry_run=true" in path else MADE}}))

    def _note(self, method: str, path: str, body: Any) -> None:
        if self.problem is not None:
            raise self.problem
        self.asked.append((method, path, body))


def with_server(desk: Desk, server: Server | None) -> Desk:
    """Return the desk with a server at campus.example.org."""
    if server is None:
        return desk
    settings = Settings(last_server="https://campus.example.org/")
    return replace(desk, client=cast("ApiClient", server), settings=settings)
