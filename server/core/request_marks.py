"""What marks one request while it is served: its number, for answers and log lines alike."""

import secrets
from contextvars import ContextVar

_request_id: ContextVar[str] = ContextVar("request_id", default="")


def request_id() -> str:
    """Return the number of the request that is being served; empty outside of one."""
    return _request_id.get()


def begin_request(number: str | None = None) -> str:
    """Give the present context a request number and return it."""
    number = number or secrets.token_hex(8)
    _request_id.set(number)
    return number
