"""What is asked of the server about letters, their texts and the accounts they go by; each call needs a worker."""

from collections.abc import Mapping
from typing import Any

from desktop.core.api_client import ApiClient
from desktop.core.desk import Desk
from desktop.core.server_asking import client_of, page_of, read_anew
from shared.core.text import text

_LETTERS, _TEXTS, _WAYS = "/api/v1/letters", "/api/v1/letter-templates", "/api/v1/letter-ways"
_WISHES = "/api/v1/letter-wishes"
Body = dict[str, Any]


def _client(desk: Desk) -> ApiClient:
    return client_of(desk, text("Letters are kept by the server. Connect first."))


def _read(desk: Desk, path: str) -> Any:
    return read_anew(_client(desk), path)


def _write(desk: Desk, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
    return _client(desk).write(method, path, dict(body or {}), desk.ids())["data"]


def letters(desk: Desk, wanted: Mapping[str, str], page: int, limit: int) -> tuple[list[Body], int]:
    """Return a page of letters, the newest first, and how many there are."""
    return page_of(_client(desk), _LETTERS, wanted, page, limit)


def letter(desk: Desk, letter_id: str) -> Body:
    """Return one letter with its tries."""
    found: Body = _read(desk, f"{_LETTERS}/{letter_id}")["data"]
    return found


def send_again(desk: Desk, letter_id: str, *, although_unknown: bool) -> Body:
    """Put a letter into the queue once more."""
    told: Body = _write(desk, "POST", f"{_LETTERS}/{letter_id}/again", {"although_unknown": although_unknown})
    return told


def take_back(desk: Desk, letter_id: str) -> Body:
    """Take a letter back before it goes."""
    told: Body = _write(desk, "POST", f"{_LETTERS}/{letter_id}/cancel")
    return told


def texts(desk: Desk) -> list[Body]:
    """Return the texts of all letters."""
    found: list[Body] = _read(desk, _TEXTS)["data"]
    return found


def save_text(desk: Desk, shown: Body, subject: str, body: str) -> Body:
    """Keep a text of the institute's own, written from the one that was shown."""
    given = {"subject": subject, "body": body, "base": shown["revision"]}
    told: Body = _write(desk, "PUT", f"{_TEXTS}/{shown['template']}/{shown['channel']}", given)
    return told


def supplied_text(desk: Desk, shown: Body) -> Body:
    """Go back to the supplied text."""
    told: Body = _write(desk, "DELETE", f"{_TEXTS}/{shown['template']}/{shown['channel']}")
    return told


def look_at(desk: Desk, shown: Body, subject: str, body: str) -> Body:
    """Return a text with samples in its places, and its size if it is an SMS."""
    given = {"subject": subject, "body": body}
    told: Body = _write(desk, "POST", f"{_TEXTS}/{shown['template']}/{shown['channel']}/preview", given)
    return told


def try_text(desk: Desk, shown: Body) -> str:
    """Send the saved text with samples to oneself; returns the letter's id."""
    return str(_write(desk, "POST", f"{_TEXTS}/{shown['template']}/{shown['channel']}/test")["delivery_id"])


def ways(desk: Desk) -> dict[str, Body]:
    """Return how mail and SMS go, by channel."""
    return {str(one["channel"]): one for one in _read(desk, _WAYS)["data"]}


def save_way(desk: Desk, channel: str, settings: Body | None, secret: str) -> Body:
    """Keep an account of the institute's own, or use the server's; an empty secret keeps the one that is there."""
    given = {"settings": settings} | ({"secret": secret} if secret else {})
    told: Body = _write(desk, "PUT", f"{_WAYS}/{channel}", given)
    return told


def try_way(desk: Desk, channel: str) -> str:
    """Send a test to oneself; returns the letter's id."""
    return str(_write(desk, "POST", f"{_WAYS}/{channel}/test")["delivery_id"])


def tried(desk: Desk, letter_id: str) -> Body:
    """Return what became of one's own test."""
    found: Body = _read(desk, f"{_WAYS}/tests/{letter_id}")["data"]
    return found


def report_paths(desk: Desk) -> Body:
    """Return new paths for the provider's reports, shown this once."""
    told: Body = _write(desk, "POST", f"{_WAYS}/sms/report-path")
    return told


def own_wishes(desk: Desk) -> Body:
    """Return which letters one wants."""
    found: Body = _read(desk, _WISHES)["data"]
    return found


def save_wishes(desk: Desk, wishes: Body) -> Body:
    """Say which letters one wants."""
    told: Body = _write(desk, "PUT", _WISHES, wishes)
    return told
