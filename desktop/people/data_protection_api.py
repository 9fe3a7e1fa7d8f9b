"""What the server does for the data officer: the register of breaches and the log of answers; every call blocks."""

from collections.abc import Mapping
from typing import Any

from desktop.core.api_client import ApiClient
from desktop.core.desk import Desk
from desktop.core.server_asking import client_of, read_anew
from shared.core.text import text

ROWS = 200


def _client(desk: Desk) -> ApiClient:
    return client_of(desk, text("The register is kept by the server. Connect first."))


def _get(desk: Desk, path: str, **asked: Any) -> Any:
    return read_anew(_client(desk), path, asked)["data"]


def breaches(desk: Desk) -> list[dict[str, Any]]:
    """Return the register, the newest breach first."""
    return list(_get(desk, "/api/v1/breaches")["breaches"])


def note_breach(desk: Desk, values: Mapping[str, Any]) -> None:
    """Enter a breach."""
    _client(desk).write("POST", "/api/v1/breaches", dict(values), desk.ids())


def add_line(desk: Desk, breach_id: str, values: Mapping[str, Any]) -> None:
    """Add a line to a breach."""
    _client(desk).write("POST", f"/api/v1/breaches/{breach_id}/lines", dict(values), desk.ids())


def answers(desk: Desk) -> list[dict[str, Any]]:
    """Return the latest answers of everybody, the newest first."""
    return list(_get(desk, "/api/v1/consents", limit=ROWS)["entries"])


def texts(desk: Desk) -> list[dict[str, Any]]:
    """Return every version of every text."""
    return list(_get(desk, "/api/v1/consent-texts")["texts"])
