"""Requests to a gateway: short patience, no redirects, bounded answers, and faults told apart by what is known."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from server.finance.gateway import GatewayError

if TYPE_CHECKING:
    import requests

CONNECT_SECONDS, READ_SECONDS = 5.0, 30.0
_LARGEST_ANSWER = 4_194_304
_TOO_MANY, _SERVER_FAULT, _REDIRECT, _OK = 429, 500, 300, 200


@dataclass(frozen=True)
class Reply:
    """An answer below 500: its status and its JSON."""

    status: int
    told: Mapping[str, Any]

    @property
    def good(self) -> bool:
        """Tell whether the call worked."""
        return _OK <= self.status < _REDIRECT


class GatewayLine:
    """Speaks JSON with one gateway at `base`; `headers` prove who asks."""

    def __init__(
        self,
        base: str,
        headers: Mapping[str, str],
        ca_file: Path | None = None,
        seconds: tuple[float, float] = (CONNECT_SECONDS, READ_SECONDS),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._base, self._headers, self._ca_file = base.rstrip("/"), dict(headers), ca_file
        self._seconds, self._monotonic = seconds, monotonic
        self._session: requests.Session | None = None

    def get(self, path: str, **question: str | int) -> Reply:
        """Ask; raises GatewayError."""
        return self._exchange("GET", path, params=question)

    def post(self, path: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Reply:
        """Send; raises GatewayError, with `known` where nothing arrived there."""
        return self._exchange("POST", path, json=body, headers=headers)

    def close(self) -> None:
        """Let the connection go."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def _exchange(self, method: str, path: str, headers: Mapping[str, str] | None = None, **more: Any) -> Reply:
        import requests

        if self._session is None:
            self._session = requests.Session()
        try:
            with self._session.request(
                method,
                f"{self._base}{path}",
                headers={**self._headers, "Accept": "application/json", **(headers or {})},
                timeout=self._seconds,
                allow_redirects=False,
                verify=str(self._ca_file) if self._ca_file else True,
                stream=True,
                **more,
            ) as answer:
                return _read(answer.status_code, self._body(answer))
        except requests.RequestException as failure:
            raise GatewayError("unreachable", type(failure).__name__, known=_never_arrived(failure)) from failure

    def _body(self, answer: "requests.Response") -> bytes:
        until = self._monotonic() + self._seconds[1]
        read = bytearray()
        for piece in answer.iter_content(65_536):
            read += piece
            if len(read) > _LARGEST_ANSWER or self._monotonic() > until:
                raise GatewayError("answer_unreadable", "too long or too slow")
        return bytes(read)


def _read(status: int, body: bytes) -> Reply:
    if status == _TOO_MANY:
        raise GatewayError("gateway_busy", known=True)
    if status >= _SERVER_FAULT or _REDIRECT <= status < 400:
        raise GatewayError(f"http_{status}")
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError as failure:
        raise GatewayError("answer_unreadable", "no JSON") from failure
    if not isinstance(told, dict):
        raise GatewayError("answer_unreadable", "no object")
    return Reply(status, told)


def _never_arrived(failure: BaseException) -> bool:
    import requests
    from urllib3 import exceptions

    if isinstance(failure, (requests.ConnectTimeout, requests.exceptions.SSLError, requests.exceptions.ProxyError)):
        return True
    cause = failure.args[0] if failure.args else None
    reason = getattr(cause, "reason", cause)
    return isinstance(reason, (exceptions.NewConnectionError, exceptions.ConnectTimeoutError, exceptions.SSLError))
