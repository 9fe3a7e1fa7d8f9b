"""What goes wrong with a server, sorted into six kinds, each with a sentence and what to do next."""

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from shared.core.errors import CampusError
from shared.core.text import text


class Sort(StrEnum):
    """The kinds of failure; `conflict` means that both versions are kept, `unknown` that we should hear of it."""

    NETWORK = "network"
    VALIDATION = "validation"
    SERVER = "server"
    AUTH = "auth"
    CONFLICT = "conflict"
    UNKNOWN = "unknown"


CERTIFICATE_CHANGED = "certificate_changed"
CLIENT_TOO_OLD = "client_too_old"
SERVER_TOO_OLD = "server_too_old"


class ApiError(CampusError):
    """A failed request. `retry_after` are seconds that the server asked to wait; `status` is 0 without a reply."""

    def __init__(
        self,
        sort: Sort,
        code: str,
        message: str,
        details: Mapping[str, Any] | None = None,
        status: int = 0,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(code, message, details)
        self.sort = sort
        self.status = status
        self.retry_after = retry_after

    @property
    def what_to_do(self) -> str:
        """What helps, in one sentence."""
        return {
            Sort.NETWORK: text("Go on working. It is sent when the network is back."),
            Sort.VALIDATION: text("Correct what is marked, then send it again."),
            Sort.SERVER: text("Try again in a few minutes. If it stays, tell the office."),
            Sort.AUTH: text("Sign in again. Nothing of yours is lost."),
            Sort.CONFLICT: text("Compare the two versions and choose one."),
            Sort.UNKNOWN: text("Try again. If it stays, copy the details and tell the office."),
        }[self.sort]

    @property
    def may_retry(self) -> bool:
        """Tell whether the same request may succeed a little later."""
        return self.sort is Sort.NETWORK or self.status in {429, 500, 502, 503, 504}


_BY_STATUS: dict[int, Sort] = {
    400: Sort.VALIDATION,
    401: Sort.AUTH,
    403: Sort.AUTH,
    409: Sort.CONFLICT,
    412: Sort.CONFLICT,
    413: Sort.VALIDATION,
    415: Sort.VALIDATION,
    422: Sort.VALIDATION,
    429: Sort.SERVER,
}


def _sentence(status: int, sort: Sort) -> str:
    if status == 429:
        return text("The server asks to wait a moment.")
    if status == 404:
        return text("The server doesn't have this any more.")
    if status == 413:
        return text("This is too big for the server.")
    return {
        Sort.VALIDATION: text("The server could not take this as it is."),
        Sort.AUTH: text("The server wants to know who you are."),
        Sort.CONFLICT: text("Someone changed this in the meantime. Both versions are kept."),
        Sort.SERVER: text("The server has a problem. Nothing of yours is lost."),
    }.get(sort, text("The server answered something unexpected. Nothing of yours is lost."))


def from_reply(status: int, headers: Mapping[str, str], body: bytes) -> ApiError:
    """Return the error that a reply with a status of 400 or more stands for."""
    sort = _BY_STATUS.get(status, Sort.SERVER if status >= 500 else Sort.UNKNOWN)
    try:
        told = json.loads(body)
    except ValueError:
        told = {}
    told = told if isinstance(told, dict) else {}
    message = told.get("error")
    details = dict(told.get("details") or {}) | {"status": status}
    if told.get("request_id"):
        details["request_id"] = told["request_id"]
    return ApiError(
        sort,
        str(told.get("code") or f"http_{status}"),
        message if isinstance(message, str) and message else _sentence(status, sort),
        details,
        status,
        _seconds(headers.get("retry-after")),
    )


def _seconds(value: str | None) -> float | None:
    try:
        return max(0.0, float(value)) if value else None
    except ValueError:
        return None


def no_network(cause: object = None) -> ApiError:
    """The error when the server can't be reached."""
    return ApiError(
        Sort.NETWORK,
        "server_unreachable",
        text("The server can't be reached. Your work is saved on this computer."),
        {"cause": str(cause)} if cause else None,
    )


def certificate_changed(cause: object = None) -> ApiError:
    """The error when a server no longer shows a certificate of the office that this computer trusts."""
    return ApiError(
        Sort.AUTH,
        CERTIFICATE_CHANGED,
        text(
            "This server doesn't show the certificate of your office, so nothing was sent to it. Ask the"
            " administrator: another machine may be answering in its place."
        ),
        {"cause": str(cause)} if cause else None,
    )


def certificate_not_valid_now(cause: object = None) -> ApiError:
    """The error when the server's certificate isn't valid at the time that this computer's clock shows."""
    return ApiError(
        Sort.AUTH,
        "certificate_not_valid_now",
        text(
            "The server's certificate isn't valid today, so nothing was sent. Check this computer's date and time; if"
            " they are right, ask the administrator to renew the certificate."
        ),
        {"cause": str(cause)} if cause else None,
    )


def unexpected(cause: object) -> ApiError:
    """The error when a reply isn't what this program understands."""
    return ApiError(
        Sort.UNKNOWN,
        "reply_not_understood",
        text("The server answered something unexpected. Nothing of yours is lost."),
        {"cause": str(cause)[:500]},
    )
