"""What is asked of the server about sign-ins, lost computers, locks and the security log; each call needs a worker."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from desktop.core.api_client import ApiClient
from desktop.core.desk import Desk
from desktop.core.server_asking import client_of, page_of, read_anew
from shared.core.text import text

_SIGN_INS = "/api/v1/auth/sign-ins"
_EVENTS = "/api/v1/security/events"
Body = dict[str, Any]


def _client(desk: Desk) -> ApiClient:
    return client_of(desk, text("This is kept by the server, and it can't be reached. Connect first."))


def _read(desk: Desk, path: str) -> Any:
    return read_anew(_client(desk), path)


def own_sign_ins(desk: Desk) -> list[Body]:
    """Return where one is signed in, the latest first."""
    found: list[Body] = _read(desk, _SIGN_INS)["data"]
    return found


def sign_ins_of(desk: Desk, person_id: str) -> list[Body]:
    """Return where a person is signed in."""
    found: list[Body] = _read(desk, f"/api/v1/users/{person_id}/sign-ins")["data"]
    return found


def devices_of(desk: Desk, person_id: str) -> list[Body]:
    """Return a person's devices, the lost ones with their loss."""
    found: list[Body] = _read(desk, f"/api/v1/users/{person_id}/devices")["data"]
    return found


def end_sign_in(desk: Desk, sign_in_id: str) -> None:
    """End one sign-in."""
    _client(desk).write("DELETE", f"{_SIGN_INS}/{sign_in_id}", {}, desk.ids())


def end_others(desk: Desk) -> int:
    """End all of one's own sign-ins but this one; returns how many."""
    return int(_client(desk).write("DELETE", _SIGN_INS, {}, desk.ids())["data"]["ended"])


def end_all_of(desk: Desk, person_id: str) -> int:
    """End all sign-ins of a person; returns how many."""
    path = f"/api/v1/users/{person_id}/sign-ins"
    return int(_client(desk).write("DELETE", path, {}, desk.ids())["data"]["ended"])


def unlock(desk: Desk, person_id: str) -> bool:
    """Let a locked-out person try again; False where nobody was locked out."""
    answer = _client(desk).write("POST", "/api/v1/auth/unlock", {"person_id": person_id}, desk.ids())
    return bool(answer["data"]["unlocked"])


def mark_lost(desk: Desk, device_id: str, reason: str) -> None:
    """Mark a device as lost."""
    _client(desk).write("POST", f"/api/v1/devices/{device_id}/lost", {"reason": reason}, desk.ids())


def undo_lost(desk: Desk, device_id: str) -> None:
    """Undo the mark of a device that wasn't heard of since."""
    _client(desk).write("DELETE", f"/api/v1/devices/{device_id}/lost", {}, desk.ids())


def security_events(desk: Desk, wanted: Mapping[str, str], page: int, limit: int) -> tuple[list[Body], int]:
    """Return a page of the security log, the newest first, and how many lines there are."""
    return page_of(_client(desk), _EVENTS, wanted, page, limit)


def security_export(desk: Desk, wanted: Mapping[str, str]) -> bytes:
    """Return the security log as CSV."""
    query = f"?{urlencode(sorted(wanted.items()))}" if wanted else ""
    return _client(desk).download(f"{_EVENTS}/export{query}")
