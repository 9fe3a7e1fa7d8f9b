"""Secret links to calendars and calendar files, as the server makes them; calls block, so use a worker."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import orjson

from desktop.core.api_client import ApiClient
from desktop.core.desk import Desk
from desktop.core.server_asking import client_of, read_anew
from shared.core.errors import CampusError
from shared.core.text import text
from shared.timetable.rules import file_error

LINKS = "/api/v1/calendar-links"
FILE = "/api/v1/class-sessions/calendar"
HOLIDAYS = "/api/v1/holidays/import"
_LAST_IMPORT = "holidays:import"


def links(desk: Desk) -> list[dict[str, Any]]:
    """Return one's own links, without their secrets. Raises CampusError."""
    return list(read_anew(_client(desk), LINKS)["data"])


def make_link(desk: Desk, field: str, subject: str) -> dict[str, Any]:
    """Make a link; `address` is what a calendar program is given, shown this once. Raises CampusError."""
    made: dict[str, Any] = _client(desk).write("POST", LINKS, {field: subject}, desk.ids())["data"]
    return {**made, "address": desk.settings.last_server.rstrip("/") + made["path"]}


def end_link(desk: Desk, link_id: str) -> None:
    """End a link. Raises CampusError."""
    _client(desk).write("DELETE", f"{LINKS}/{link_id}", None, desk.ids())


def calendar_file(desk: Desk, field: str, subject: str) -> bytes:
    """Return the calendar as an iCalendar file. Raises CampusError."""
    return _client(desk).download(f"{FILE}?{urlencode({field: subject})}", max_bytes=20_000_000)


def import_holidays(desk: Desk, content: bytes, *, dry_run: bool) -> dict[str, Any]:
    """Bring in the holidays of an iCalendar file, or with `dry_run` say what that would change. Raises CampusError."""
    fault = file_error(len(content))
    if fault is not None:
        raise CampusError("too_large", fault)  # known before a large file goes over a bad network
    path = f"{HOLIDAYS}?dry_run={'true' if dry_run else 'false'}"
    headers = {"Content-Type": "text/calendar", "Idempotency-Key": desk.ids()}
    reply = _client(desk).upload(path, content, len(content), headers, method="POST")
    found: dict[str, Any] = orjson.loads(reply.body)["data"]
    return found


def keep_import(desk: Desk, found: Mapping[str, Any]) -> None:
    """Keep what an import made, so that it can be taken back, after a restart too; one that made nothing doesn't count.

    `found` is what `import_holidays` returned.
    """
    if found.get("made"):
        desk.store.remember(_LAST_IMPORT, list(found["made"]))


def may_undo_import(desk: Desk) -> bool:
    """Tell whether an import of this computer can be taken back."""
    return bool(desk.store.recall(_LAST_IMPORT, []))


def undo_import(desk: Desk) -> dict[str, int]:
    """Remove the holidays of the last import, but for those that were changed since; returns `removed` and `left`.

    Raises CampusError; it can be asked again then.
    """
    made = desk.store.recall(_LAST_IMPORT, [])
    if not made:
        return {"removed": 0, "left": 0}
    done: dict[str, int] = _client(desk).write("POST", f"{HOLIDAYS}/undo", {"holidays": made}, desk.ids())["data"]
    desk.store.remember(_LAST_IMPORT, [])
    desk.sync_now()
    return done


def _client(desk: Desk) -> ApiClient:
    return client_of(desk, text("This needs the server, and there is none now. Try again when the network is back."))
